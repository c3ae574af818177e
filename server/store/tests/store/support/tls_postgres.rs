//! A PostgreSQL server that speaks TLS with a certificate of a private authority.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Who signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }
}

/// A running server; dropping it stops it and removes its files.
pub struct TlsPostgres {
    server: Child,
    port: u16,
    _folder: TempDir,
}

impl TlsPostgres {
    /// Starts a server whose certificate is for `localhost`.
    pub fn start(authority: &Authority) -> Self {
        let programs = programs();
        let account = Account::choose();
        let folder = tempfile::tempdir().unwrap();
        account.own(folder.path());
        let cluster = folder.path().join("cluster");
        let mut initdb = account.command(&programs.join("initdb"));
        initdb.args(["--auth", "trust", "--username", "postgres", "--no-sync", "--pgdata"]);
        let made = initdb.arg(&cluster).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority.0).unwrap();
        for (name, content) in
            [("server.crt", certificate.pem()), ("server.key", key.serialize_pem())]
        {
            let path = cluster.join(name);
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
            account.own(&path);
        }

        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = account.command(&programs.join("postgres"));
        command.arg("-D").arg(&cluster).arg("-k").arg(folder.path());
        command.args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        command.args(["-c", "ssl=on", "-c", "fsync=off"]);
        let log = folder.path().join("log");
        let server = command.stderr(fs::File::create(&log).unwrap()).spawn().unwrap();
        let mut started = Self { server, port, _folder: folder };
        started.wait_until_ready(&cluster.join("postmaster.pid"), &log);
        started
    }

    /// The server writes its state into the last line of its pid file.
    fn wait_until_ready(&mut self, pid_file: &Path, log: &Path) {
        let began = Instant::now();
        loop {
            let state = fs::read_to_string(pid_file).unwrap_or_default();
            if state.lines().last().map(str::trim) == Some("ready") {
                return;
            }
            let ended = self.server.try_wait().unwrap().is_some();
            if ended || began.elapsed() > Duration::from_secs(30) {
                panic!("PostgreSQL did not start: {}", fs::read_to_string(log).unwrap());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn url(&self, host: &str, sslmode: &str) -> String {
        format!("postgres://postgres@{host}:{}/postgres?sslmode={sslmode}", self.port)
    }
}

impl Drop for TlsPostgres {
    fn drop(&mut self) {
        // It ends its other processes; killed outright, it would leave them behind.
        let asked = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        if asked.is_ok_and(|status| status.success()) {
            self.server.wait().ok();
        }
    }
}

/// The folder of the server programs: that of `initdb` in `PATH`, or Debian's newest.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .map(|version| version.unwrap().path().join("bin"))
        .collect();
    debian.sort();
    let mut folders = std::env::split_paths(&path).chain(debian.into_iter().rev());
    folders
        .find(|folder| folder.join("initdb").is_file())
        .expect("PostgreSQL's server programs are not installed")
}

/// Who the server runs as: PostgreSQL refuses to run as root.
struct Account(Option<(u32, u32)>);

impl Account {
    fn choose() -> Self {
        if id(&["-u"]) != Some(0) {
            return Self(None);
        }
        let user = ["postgres", "nobody"]
            .iter()
            .find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)));
        Self(Some(user.expect("there is a user postgres or nobody")))
    }

    fn own(&self, path: &Path) {
        if let Some((user, group)) = self.0 {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null()).env("LC_ALL", "C");
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().ok()
}
