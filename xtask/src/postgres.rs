//! A PostgreSQL server that exists for one run and leaves nothing behind.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::process::{Group, Scratch, answer, shown};
use crate::tools::postgres_folder;

const START_LIMIT: Duration = Duration::from_secs(30);
const USER: &str = "vestibule";

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does not: the rows of a test need not survive a power cut.
    None,
    /// It does, as in production.
    Full,
}

/// A running server. Dropping it stops the server and removes its files.
pub struct Postgres {
    // Dropped in this order: the server first, its files after it.
    server: Group,
    folder: Scratch,
    port: u16,
}

impl Postgres {
    /// Makes a database cluster in a temporary folder under `parent` and starts a server on it, on a
    /// free port of the loopback address. PostgreSQL refuses to run as root: there the server runs
    /// as the user `postgres` or, without one, `nobody`.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start; the message holds its log.
    pub fn start(parent: Option<&Path>, durability: Durability) -> Result<Self> {
        let programs = postgres_folder().context("PostgreSQL is not installed")?;
        let folder = Scratch::new("postgres", parent)?;
        let account = Account::choose()?;
        account.own(folder.path())?;
        let cluster = folder.path().join("cluster");

        let mut initdb = account.command(&programs.join("initdb"));
        initdb
            .args(["--username", USER, "--auth", "trust", "--encoding", "UTF8"])
            .args(["--locale", "C.UTF-8", "--no-sync", "--pgdata"])
            .arg(&cluster);
        let output = initdb.output().with_context(|| format!("cannot start {}", shown(&initdb)))?;
        if !output.status.success() {
            bail!("initdb failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }

        let port = free_port()?;
        let log = folder.path().join("log");
        let mut command = account.command(&programs.join("postgres"));
        command.arg("-D").arg(&cluster).arg("-k").arg(folder.path());
        for setting in settings(port, durability) {
            command.arg("-c").arg(setting);
        }
        let output = std::fs::File::create(&log)?;
        command.stdout(output.try_clone()?).stderr(output);
        // "Immediate shutdown": the files are thrown away, so they need not be in order.
        let server = Group::start(&mut command, Signal::QUIT)?;
        let mut postgres = Self { server, folder, port };
        postgres.wait_until_ready(&cluster.join("postmaster.pid"), &log)?;
        Ok(postgres)
    }

    /// The address of a superuser's connection; suites make databases of their own with it.
    pub fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres", self.port)
    }

    /// The server writes its state into the last line of its pid file.
    fn wait_until_ready(&mut self, pid_file: &Path, log: &Path) -> Result<()> {
        let started = Instant::now();
        loop {
            let state = std::fs::read_to_string(pid_file).unwrap_or_default();
            if state.lines().last().map(str::trim) == Some("ready") {
                return Ok(());
            }
            if self.server.has_ended() || started.elapsed() > START_LIMIT {
                let log = std::fs::read_to_string(log).unwrap_or_default();
                bail!("PostgreSQL did not start in {}:\n{log}", self.folder.path().display());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn settings(port: u16, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        "max_connections=400".to_owned(),
        "shared_buffers=128MB".to_owned(),
    ];
    if durability == Durability::None {
        settings.extend(
            ["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned),
        );
    }
    settings
}

/// Another program may take the port before PostgreSQL does; PostgreSQL's log then says so.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// Who the server runs as.
enum Account {
    /// The user who started this program.
    Own,
    /// Another one, because root may not.
    Other { user: u32, group: u32 },
}

impl Account {
    fn choose() -> Result<Self> {
        if !rustix::process::getuid().is_root() {
            return Ok(Self::Own);
        }
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Some(Self::Other { user: id("-u", name)?, group: id("-g", name)? }))
            .context("PostgreSQL does not run as root, and there is no user postgres or nobody")
    }

    fn own(&self, folder: &Path) -> Result<()> {
        if let Self::Other { user, group } = *self {
            chown(folder, Some(user), Some(group))?;
        }
        Ok(())
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // A folder everyone may enter: the new user may be unable to look into the current one.
        command.current_dir("/").stdin(Stdio::null()).env("LC_ALL", "C");
        if let Self::Other { user, group } = *self {
            command.uid(user).gid(group);
        }
        command
    }
}

fn id(kind: &str, name: &str) -> Option<u32> {
    answer(Command::new("id").args([kind, name]))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_answers_and_leaves_nothing() {
        let postgres = Postgres::start(None, Durability::None).unwrap();
        let folder = postgres.folder.path().to_owned();
        let port = postgres.port;
        assert!(std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        drop(postgres);
        assert!(!folder.exists());
        assert!(std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    }
}
