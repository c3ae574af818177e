//! Counts tests in what test runners print.

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tests {
    pub passed: usize,
    pub failed: usize,
}

/// Adds up the summary lines of cargo, Playwright, Node's test runner and pytest.
pub fn tests(output: &str) -> Tests {
    let mut sum = Tests::default();
    for line in output.lines().map(str::trim) {
        let Tests { passed, failed } =
            cargo(line).or_else(|| node(line)).or_else(|| counted(line)).unwrap_or_default();
        sum.passed += passed;
        sum.failed += failed;
    }
    sum
}

/// `test result: ok. 12 passed; 0 failed; 0 ignored; …`
fn cargo(line: &str) -> Option<Tests> {
    let counts = line.strip_prefix("test result: ")?;
    let of = |word: &str| {
        counts
            .split([';', '.'])
            .find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok())
    };
    Some(Tests { passed: of("passed")?, failed: of("failed")? })
}

/// `# pass 12` or `ℹ pass 12`
fn node(line: &str) -> Option<Tests> {
    let (mark, rest) = line.split_once(' ')?;
    let (word, count) = rest.split_once(' ')?;
    let count = count.parse().ok()?;
    match (mark, word) {
        ("#" | "ℹ", "pass") => Some(Tests { passed: count, failed: 0 }),
        ("#" | "ℹ", "fail") => Some(Tests { passed: 0, failed: count }),
        _ => None,
    }
}

/// `12 passed (3.4s)`, `1 failed`, `=== 1 failed, 5 passed in 0.31s ===`
fn counted(line: &str) -> Option<Tests> {
    let line = line.trim_matches(['=', ' ']);
    let mut sum = Tests::default();
    for part in line.split(", ") {
        let mut words = part.split(' ');
        let count: usize = words.next()?.parse().ok()?;
        match words.next()? {
            "passed" => sum.passed += count,
            "failed" => sum.failed += count,
            _ => {}
        }
        // Anything else behind the count is a sentence that happens to begin like a summary.
        match words.next() {
            None | Some("in") => {}
            Some(word) if word.starts_with('(') => {}
            Some(_) => return None,
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_what_runners_print() {
        let output = "test result: ok. 12 passed; 0 failed; 0 ignored; finished in 0.1s\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored\n\
                      # pass 4\nℹ fail 1\n\
                      \x20 21 passed (1.2m)\n\x20 2 failed\n\
                      ======= 1 failed, 5 passed in 0.31s =======\n\
                      3 passed tests were mentioned in a sentence\n\
                      added 12 packages in 3s\n";
        assert_eq!(tests(output), Tests { passed: 12 + 3 + 4 + 21 + 5, failed: 2 + 1 + 2 + 1 });
    }
}
