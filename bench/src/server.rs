//! The server that is measured, as a process of its own.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::Options;

const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// Linux counts processor time in hundredths of a second towards every program.
const TICKS_PER_SECOND: f64 = 100.0;

/// How to start the server, again and again on the same data.
pub struct Installation {
    binary: PathBuf,
    ui_dir: PathBuf,
    postgres: Option<String>,
    /// Dropped last, it removes the data.
    folder: tempfile::TempDir,
    port: u16,
    http: reqwest::Client,
}

/// What `vestibule app create` prints.
#[derive(Clone, Deserialize)]
pub struct Application {
    pub id: String,
    pub secret: String,
}

impl Installation {
    /// Chooses a free port and a fresh data directory.
    ///
    /// # Errors
    /// When either cannot be had.
    pub fn new(options: &Options, http: &reqwest::Client) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("vestibule-bench-")
            .tempdir_in(&options.data)
            .context("cannot make a data directory")?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        Ok(Self {
            binary: options.server.clone(),
            ui_dir: options.ui_dir.clone(),
            postgres: options.postgres.clone(),
            folder,
            port,
            http: http.clone(),
        })
    }

    /// The server's public address.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A folder for what else a run writes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database, where it is a file of the server's.
    pub fn sqlite_file(&self) -> PathBuf {
        self.folder.path().join("data/vestibule.db")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("VESTIBULE_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env("VESTIBULE_ENDPOINT", self.endpoint())
            .env("VESTIBULE_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("VESTIBULE_DATA_DIR", self.folder.path().join("data"))
            .env("VESTIBULE_UI_DIR", &self.ui_dir)
            // The driver plays people at many addresses, as a proxy would forward them.
            .env("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1");
        if let Some(url) = &self.postgres {
            command.env("VESTIBULE_DATABASE_URL", url);
        }
        command
    }

    /// Starts the server; the time is that from the start of the process to the first 200 on the
    /// readiness endpoint.
    ///
    /// # Errors
    /// When the server ends, or is not ready in time; the message holds its log.
    pub async fn start(&self) -> Result<(Server, Duration)> {
        let log_path = self.folder.path().join("server.log");
        let log = std::fs::File::create(&log_path)?;
        let ready = format!("{}/health/ready", self.endpoint());
        let started = Instant::now();
        let child = self
            .command(&["serve"])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        let mut server = Server { child };
        loop {
            let answer = self.http.get(&ready).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return Ok((server, started.elapsed()));
            }
            if server.has_ended() || started.elapsed() > START_LIMIT {
                bail!("the server did not start:\n{}", std::fs::read_to_string(&log_path)?);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Registers an application through the command line.
    ///
    /// # Errors
    /// When the command fails or prints something else than an id and a secret.
    pub fn create_application(&self, arguments: &[&str]) -> Result<Application> {
        let output = self.command(&["app", "create"]).args(arguments).output()?;
        ensure!(
            output.status.success(),
            "`vestibule app create {}` failed:\n{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).context("`vestibule app create` printed no JSON")
    }
}

/// A running server; dropping it kills it.
pub struct Server {
    child: Child,
}

impl Server {
    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Processor time of the server so far, user and system, in seconds.
    ///
    /// # Errors
    /// When /proc does not tell.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id()))?;
        let ticks = cpu_ticks(&stat).context("/proc/PID/stat reads differently here")?;
        Ok(ticks as f64 / TICKS_PER_SECOND)
    }

    /// Resident memory in MiB.
    ///
    /// # Errors
    /// When /proc does not tell.
    pub fn resident_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let kib = resident_kib(&status).context("/proc/PID/status reads differently here")?;
        Ok(kib as f64 / 1024.0)
    }

    /// Asks the server to end and waits until it has.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn stop(mut self) -> Result<()> {
        Command::new("kill").arg(self.id().to_string()).status()?;
        let asked = Instant::now();
        while !self.has_ended() {
            ensure!(asked.elapsed() < STOP_LIMIT, "the server does not end on SIGTERM");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// User and system ticks: fields 14 and 15, counted behind the name, which may hold anything.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>());
    Some(ticks.next()?.ok()? + ticks.next()?.ok()?)
}

fn resident_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_processor_time() {
        let stat = "71 (a ) name) S 1 71 71 0 -1 4194560 2 0 0 0 150 50 7 7 20 0 9 0 100 1 2";
        assert_eq!(cpu_ticks(stat), Some(200));
        assert_eq!(cpu_ticks("71 (name) S 1"), None);
    }

    #[test]
    fn reads_resident_memory() {
        assert_eq!(resident_kib("VmPeak:\t  9 kB\nVmRSS:\t   51200 kB\n"), Some(51_200));
        assert_eq!(resident_kib("VmPeak:\t  9 kB\n"), None);
    }
}
