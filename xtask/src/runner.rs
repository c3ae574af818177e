//! Runs checks one after the other, with a line of progress for each and a table at the end.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::postgres::{Durability, Postgres};
use crate::process::run_logged;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

mod count;

use count::Tests;

/// One thing that must hold.
pub struct Check {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it needs on the machine.
    pub needs: &'static [Tool],
    /// Checks whose results it uses.
    pub after: &'static [&'static str],
    /// Does it; an error is a failure.
    pub run: fn(&mut Run) -> Result<()>,
}

/// What a check works with.
pub struct Run<'a> {
    /// The clone.
    pub workspace: &'a Workspace,
    postgres: &'a mut Option<Postgres>,
    notes: &'a mut Vec<String>,
    log: File,
}

impl Run<'_> {
    /// Runs a command, its output going to the check's log.
    ///
    /// # Errors
    /// When it cannot be started or fails.
    pub fn command(&mut self, command: &mut Command) -> Result<()> {
        // Any value will do for most; Trunk wants a boolean.
        command.env("NO_COLOR", "true").env("CARGO_TERM_COLOR", "never").env_remove("FORCE_COLOR");
        run_logged(command, &self.log)
    }

    /// The address of a throw-away PostgreSQL, started by the first check that asks.
    ///
    /// # Errors
    /// When PostgreSQL does not start.
    pub fn postgres_url(&mut self) -> Result<String> {
        let postgres = match self.postgres.take() {
            Some(running) => running,
            None => Postgres::start(None, Durability::None)?,
        };
        Ok(self.postgres.insert(postgres).url())
    }

    /// Something the reader of the summary must know.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

struct Outcome {
    name: &'static str,
    time: Duration,
    tests: Tests,
    error: Option<anyhow::Error>,
}

/// Runs the checks named in `only`, with those they build on, or all of them. The first failure
/// ends the run: its whole output is printed.
///
/// # Errors
/// When a name is unknown, a tool is missing or a log cannot be written. A check that fails is
/// not an error but a failure exit code.
pub fn run(workspace: &Workspace, checks: &[Check], only: &[String]) -> Result<ExitCode> {
    let chosen = choose(checks, only)?;
    let mut needs: Vec<Tool> = Vec::new();
    for tool in chosen.iter().flat_map(|check| check.needs) {
        if !needs.contains(tool) {
            needs.push(*tool);
        }
    }
    tools::ensure(workspace, &needs)?;

    let logs = workspace.target.join("check-logs");
    std::fs::create_dir_all(&logs)?;
    println!("{} checks; what they print goes to {}", chosen.len(), logs.display());
    let mut postgres = None;
    let mut notes = Vec::new();
    let mut outcomes = Vec::new();
    for (index, check) in chosen.iter().enumerate() {
        print!("[{}/{}] {} … ", index + 1, chosen.len(), check.name);
        std::io::stdout().flush()?;
        let log_path = logs.join(format!("{}.log", check.name));
        let mut run = Run {
            workspace,
            postgres: &mut postgres,
            notes: &mut notes,
            log: File::create(&log_path)?,
        };
        let outcome = perform(check, &mut run, &log_path);
        let failed = outcome.error.is_some();
        outcomes.push(outcome);
        if failed {
            break;
        }
    }
    drop(postgres);
    summarize(&outcomes, &notes);
    Ok(match outcomes.iter().all(|outcome| outcome.error.is_none()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn choose<'a>(checks: &'a [Check], only: &[String]) -> Result<Vec<&'a Check>> {
    if only.is_empty() {
        return Ok(checks.iter().collect());
    }
    let mut names: Vec<&str> = Vec::new();
    for name in only {
        let Some(check) = checks.iter().find(|check| check.name == name) else {
            let known: Vec<_> = checks.iter().map(|check| check.name).collect();
            bail!("there is no check {name}; there are: {}", known.join(", "));
        };
        names.push(check.name);
        names.extend(check.after);
    }
    Ok(checks.iter().filter(|check| names.contains(&check.name)).collect())
}

fn perform(check: &Check, run: &mut Run, log_path: &PathBuf) -> Outcome {
    let started = Instant::now();
    let error = (check.run)(run).err();
    let time = started.elapsed();
    let output = std::fs::read(log_path).unwrap_or_default();
    let output = String::from_utf8_lossy(&output);
    let tests = count::tests(&output);
    match &error {
        None if tests.passed > 0 => println!("ok {} ({} tests)", seconds(time), tests.passed),
        None => println!("ok {}", seconds(time)),
        Some(error) => {
            crate::process::wait_if_interrupted();
            println!("FAILED {}\n\n{output}\n{error:#}", seconds(time));
        }
    }
    Outcome { name: check.name, time, tests, error }
}

fn summarize(outcomes: &[Outcome], notes: &[String]) {
    println!("\n{:<12} {:>8} {:>8}  result", "check", "time", "tests");
    let mut passed = 0;
    let mut failed = 0;
    for Outcome { name, time, tests, error } in outcomes {
        let result = if error.is_none() { "ok" } else { "FAILED" };
        let count = match tests.passed + tests.failed {
            0 => String::new(),
            count => count.to_string(),
        };
        println!("{name:<12} {:>8} {count:>8}  {result}", seconds(*time));
        // A check without tests of its own counts as one.
        passed += tests.passed.max(usize::from(error.is_none()));
        failed += tests.failed.max(usize::from(error.is_some()));
    }
    let total = outcomes.iter().map(|outcome| outcome.time).sum();
    println!("{:<12} {:>8}", "all", seconds(total));
    for note in notes {
        println!("note: {note}");
    }
    println!("\n{passed} passed, {failed} failed");
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        seconds @ 1..100 => format!("{seconds} s"),
        seconds => format!("{} m {:02} s", seconds / 60, seconds % 60),
    }
}

/// A folder of the repository that a check cannot do without.
///
/// # Errors
/// When it is not there.
pub fn folder(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let folder = workspace.root.join(name);
    folder.is_dir().then_some(folder).with_context(|| format!("the folder {name} is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &'static str, after: &'static [&'static str]) -> Check {
        Check { name, needs: &[], after, run: |_| Ok(()) }
    }

    #[test]
    fn a_chosen_check_brings_what_it_builds_on() {
        let checks = [check("fmt", &[]), check("server", &[]), check("e2e", &["server"])];
        let chosen = choose(&checks, &["e2e".to_owned()]).unwrap();
        let names: Vec<_> = chosen.iter().map(|check| check.name).collect();
        assert_eq!(names, ["server", "e2e"]);
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let Err(error) = choose(&[check("fmt", &[])], &["format".to_owned()]) else {
            panic!("accepted");
        };
        assert_eq!(error.to_string(), "there is no check format; there are: fmt");
    }

    #[test]
    fn times_read_well() {
        assert_eq!(seconds(Duration::from_millis(640)), "640 ms");
        assert_eq!(seconds(Duration::from_secs(41)), "41 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 m 05 s");
    }
}
