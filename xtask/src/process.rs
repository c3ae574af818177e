//! Child processes that never outlive this program, and folders that never stay behind.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, WaitOptions};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How long a process may take to end after it was asked to.
const PATIENCE: Duration = Duration::from_secs(5);

struct Leftovers {
    children: Vec<(Pid, Signal)>,
    folders: Vec<PathBuf>,
}

static LEFTOVERS: Mutex<Leftovers> =
    Mutex::new(Leftovers { children: Vec::new(), folders: Vec::new() });
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

fn leftovers() -> MutexGuard<'static, Leftovers> {
    LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes Ctrl-C, SIGTERM and a closed terminal end every child and remove every temporary folder
/// before this program ends.
///
/// # Errors
/// When the signals cannot be caught.
pub fn clean_up_on_signals() -> Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])
        .context("signals cannot be caught")?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            eprintln!("\ninterrupted: stopping what was started …");
            clean_up();
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// Leaves the last word to the thread that cleans up: a step that failed because of Ctrl-C is not
/// worth a message.
pub fn wait_if_interrupted() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        thread::sleep(PATIENCE);
    }
}

fn clean_up() {
    let (children, folders) = {
        let mut leftovers = leftovers();
        (std::mem::take(&mut leftovers.children), std::mem::take(&mut leftovers.folders))
    };
    for (pid, signal) in children.into_iter().rev() {
        end_group(pid, signal, || {
            // An error says that the main thread has waited for it already.
            !matches!(rustix::process::waitpid(Some(pid), WaitOptions::NOHANG), Ok(None))
        });
    }
    for folder in folders {
        std::fs::remove_dir_all(folder).ok();
    }
}

/// Asks a process group to end and, after [`PATIENCE`] or once its leader is gone, kills the rest.
fn end_group(pid: Pid, signal: Signal, mut has_ended: impl FnMut() -> bool) {
    rustix::process::kill_process_group(pid, signal).ok();
    let asked = Instant::now();
    while !has_ended() && asked.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
    }
    rustix::process::kill_process_group(pid, Signal::KILL).ok();
}

/// A child in a process group of its own. Dropping it ends the whole group.
pub struct Group {
    child: Child,
    pid: Pid,
    signal: Signal,
}

impl Group {
    /// Starts `command`; `signal` is what asks it to end.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(command: &mut Command, signal: Signal) -> Result<Self> {
        wait_if_interrupted();
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", shown(command)))?;
        let pid = Pid::from_child(&child);
        leftovers().children.push((pid, signal));
        Ok(Self { child, pid, signal })
    }

    /// Waits for the end of the child.
    ///
    /// # Errors
    /// When the child cannot be waited for.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait();
        wait_if_interrupted();
        Ok(status?)
    }

    /// Whether the child has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.has_ended() {
            // What the child itself started and left behind, a browser for example.
            rustix::process::kill_process_group(self.pid, Signal::KILL).ok();
        } else {
            let child = &mut self.child;
            end_group(self.pid, self.signal, || !matches!(child.try_wait(), Ok(None)));
            child.wait().ok();
        }
        leftovers().children.retain(|(pid, _)| *pid != self.pid);
    }
}

/// A folder in the system's temporary folder that is removed when this value or the program ends.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder under `parent`, or under the system's temporary folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(name: &str, parent: Option<&Path>) -> Result<Self> {
        let mut builder = tempfile::Builder::new();
        let prefix = format!("vestibule-{name}-");
        builder.prefix(&prefix);
        let folder = match parent {
            Some(parent) => builder.tempdir_in(parent),
            None => builder.tempdir(),
        }
        .context("cannot make a temporary folder")?
        .keep();
        leftovers().folders.push(folder.clone());
        Ok(Self(folder))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
        leftovers().folders.retain(|folder| *folder != self.0);
    }
}

/// Runs `command` to its end, everything it prints going to `log`.
///
/// # Errors
/// When it cannot be started or ends with a failure.
pub fn run_logged(command: &mut Command, log: &File) -> Result<()> {
    use std::io::Write;
    writeln!(&*log, "$ {}", shown(command))?;
    command.stdout(log.try_clone()?).stderr(log.try_clone()?);
    finish(command)
}

/// Runs `command` to its end before the eyes of the user, after printing it.
///
/// # Errors
/// When it cannot be started or ends with a failure.
pub fn run_visible(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    finish(command)
}

fn finish(command: &mut Command) -> Result<()> {
    let status = Group::start(command, Signal::TERM)?.wait()?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// What `command` prints to its standard output, if it succeeds.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A command the way a person would type it.
pub fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| {
            let part = part.to_string_lossy();
            if part.contains([' ', '"', '$', '*']) {
                format!("'{part}'")
            } else {
                part.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_a_group_ends_what_its_child_started() {
        let scratch = Scratch::new("test", None).unwrap();
        let pid_file = scratch.path().join("pid");
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & echo $! > \"$0\"; wait"]).arg(&pid_file);
        let group = Group::start(&mut command, Signal::TERM).unwrap();
        let started = Instant::now();
        let grandchild = loop {
            let text = std::fs::read_to_string(&pid_file).unwrap_or_default();
            if let Some(pid) = text.trim().parse().ok().and_then(Pid::from_raw) {
                break pid;
            }
            assert!(started.elapsed() < PATIENCE, "the shell wrote no pid");
            thread::sleep(Duration::from_millis(10));
        };
        drop(group);
        assert!(is_gone(grandchild));
    }

    /// Whether the process is dead, waited for by its adoptive parent or not yet.
    fn is_gone(pid: Pid) -> bool {
        for _ in 0..100 {
            let status = answer(Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]));
            if status.is_none_or(|status| status.is_empty() || status.starts_with('Z')) {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }

    #[test]
    fn a_scratch_folder_goes_away() {
        let scratch = Scratch::new("test", None).unwrap();
        let folder = scratch.path().to_owned();
        std::fs::write(folder.join("file"), "x").unwrap();
        drop(scratch);
        assert!(!folder.exists());
    }

    #[test]
    fn commands_are_shown_as_typed() {
        let mut command = Command::new("npm");
        command.args(["run", "two words"]);
        assert_eq!(shown(&command), "npm run 'two words'");
    }
}
