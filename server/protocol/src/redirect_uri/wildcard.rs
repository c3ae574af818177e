//! `*` in stored addresses.

use super::RedirectUriError;
use url::{Host, Url};

/// Checks where a stored address has `*`: in a label of the host, but for the last two, or in the
/// path.
pub(super) fn check(url: &Url) -> Result<(), RedirectUriError> {
    let host = url.host_str().unwrap_or_default();
    if host.contains('*') {
        let labels: Vec<_> = host.split('.').collect();
        if labels.iter().any(|label| label.is_empty()) {
            return Err(RedirectUriError::Wildcard("a host with `*` must not have empty labels"));
        }
        if labels.iter().rev().take(2).any(|label| label.contains('*')) {
            return Err(RedirectUriError::Wildcard(
                "`*` is not allowed in the last two labels of the host",
            ));
        }
    }
    let after_path = [url.query(), url.fragment()];
    if after_path.into_iter().flatten().any(|part| part.contains('*')) {
        return Err(RedirectUriError::Wildcard("`*` is not allowed in query and fragment"));
    }
    Ok(())
}

/// Whether the host of a requested address is the stored one. Each `*` stands for one or more
/// characters within a label.
pub(super) fn host_matches(stored: &Url, requested: &Url) -> bool {
    match (stored.host(), requested.host()) {
        (Some(Host::Domain(pattern)), Some(Host::Domain(host))) if pattern.contains('*') => {
            let (patterns, labels): (Vec<_>, Vec<_>) =
                (pattern.split('.').collect(), host.split('.').collect());
            // An encoded `*` in a requested host has been decoded by now.
            !host.contains('*')
                && patterns.len() == labels.len()
                && patterns.iter().zip(labels).all(|(pattern, label)| glob(pattern, label, 1))
        }
        (stored, requested) => stored.is_some() && stored == requested,
    }
}

/// Whether the path of a requested address is the stored one. Each `*` stands for any text, but not
/// for encoded dots, slashes and backslashes, which a server might take for `..`.
pub(super) fn path_matches(pattern: &str, path: &str) -> bool {
    if !pattern.contains('*') {
        return pattern == path;
    }
    let lower = path.to_ascii_lowercase();
    let disguised = ["%2e", "%2f", "%5c", "%00"].iter().any(|encoded| lower.contains(encoded));
    !disguised && glob(pattern, path, 0)
}

/// Matches `text` against a pattern in which each `*` stands for `least` bytes or more.
fn glob(pattern: &str, text: &str, least: usize) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<_> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    // The leftmost place is the best one: it leaves most for the parts that follow.
    for part in parts {
        let Some(tail) = text.get(least..) else { return false };
        let Some(place) = tail.find(part) else { return false };
        let Some(tail) = tail.get(place + part.len()..) else { return false };
        text = tail;
    }
    text.strip_suffix(last).is_some_and(|between| between.len() >= least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn globs() {
        for (pattern, text) in
            [("*", "a"), ("a*", "ab"), ("*b", "ab"), ("a*c*e", "abcde"), ("*-x-*", "a-x-x-b")]
        {
            assert!(glob(pattern, text, 1), "{pattern} {text}");
            assert!(glob(pattern, text, 0), "{pattern} {text}");
        }
        for (pattern, text) in [("*", ""), ("a*", "a"), ("**", "a"), ("a*a", "aa"), ("a*b*", "ab")]
        {
            assert!(!glob(pattern, text, 1), "{pattern} {text}");
        }
        assert!(glob("a*a", "aa", 0));
        assert!(!glob("a*a", "a", 0));
        assert!(!glob("ab", "abc", 0));
    }

    /// The obvious, slow matcher.
    fn slow(pattern: &[u8], text: &[u8], least: usize) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => {
                (least..=text.len()).any(|skipped| slow(rest, &text[skipped..], least))
            }
            Some((byte, rest)) => text.first() == Some(byte) && slow(rest, &text[1..], least),
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_matcher(
            pattern in "[ab*]{0,7}",
            text in "[ab]{0,9}",
            least in 0_usize..2,
        ) {
            let expected = slow(pattern.as_bytes(), text.as_bytes(), least);
            prop_assert_eq!(glob(&pattern, &text, least), expected);
        }
    }
}
