//! How often the server waits for the disk, counted by strace where that is installed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;

/// How long strace takes to attach to every thread.
const ATTACH: Duration = Duration::from_millis(700);

/// Counts the server's `fsync` and `fdatasync` calls while `work` runs. `None` where strace is not
/// installed or may not look.
///
/// # Errors
/// Those of `work`.
pub async fn count_syncs(
    process: u32,
    folder: &Path,
    work: impl Future<Output = Result<()>>,
) -> Result<Option<u64>> {
    let summary = folder.join("strace");
    let strace = Command::new("strace")
        .args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-p", &process.to_string(), "-o"])
        .arg(&summary)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut strace) = strace else {
        return Ok(None);
    };
    tokio::time::sleep(ATTACH).await;
    let attached = matches!(strace.try_wait(), Ok(None));
    let result = if attached { work.await } else { Ok(()) };
    // It writes its summary when it is interrupted.
    Command::new("kill").args(["-INT", &strace.id().to_string()]).status()?;
    strace.wait()?;
    result?;
    Ok(attached.then(|| calls(&std::fs::read_to_string(&summary).unwrap_or_default())))
}

/// The fourth column of the lines that end in a name we asked for.
fn calls(summary: &str) -> u64 {
    summary
        .lines()
        .filter(|line| line.ends_with(" fsync") || line.ends_with(" fdatasync"))
        .filter_map(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_the_calls() {
        let summary = "% time     seconds  usecs/call     calls    errors syscall\n\
                       ------ ----------- ----------- --------- --------- ----------------\n\
                       \x2080.00    0.001000          10       100           fdatasync\n\
                       \x2020.00    0.000250          50         5         1 fsync\n\
                       ------ ----------- ----------- --------- --------- ----------------\n\
                       100.00    0.001250          11       105         1 total\n";
        assert_eq!(calls(summary), 105);
        assert_eq!(calls(""), 0);
    }
}
