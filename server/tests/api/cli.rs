//! The binary, as scripts use it.

use crate::on_both_databases;
use crate::support::PASSWORD;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Runs a command in an empty folder of its own, with nothing from the environment.
struct Shell {
    folder: TempDir,
    database: Option<String>,
}

impl Shell {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: None }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        command.args(arguments).env_clear().current_dir(self.folder.path());
        if let Some(database) = &self.database {
            command.env("VESTIBULE_DATABASE_URL", database);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn data(&self) -> &Path {
        self.folder.path()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The one line that a command which cannot run leaves.
#[track_caller]
fn refusal(output: &Output) -> String {
    assert!(!output.status.success(), "{}", text(&output.stdout));
    let line = text(&output.stderr).trim_end().to_owned();
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}

#[test]
fn unknown_and_contradictory_settings_stop_the_start_with_one_line() {
    let shell = Shell::new();
    let cases = [
        ("VESTIBULE_NO_SUCH_SETTING", "1", "no_such_setting"),
        ("VESTIBULE_ENDPOINT", "ftp://example.com", "VESTIBULE_ENDPOINT"),
        ("VESTIBULE_LISTEN", "nowhere", "VESTIBULE_LISTEN"),
        ("VESTIBULE_DATABASE_URL", "mysql://example", "VESTIBULE_DATABASE_URL"),
        ("VESTIBULE_SECRET_KEY", "short", "VESTIBULE_SECRET_KEY"),
        ("VESTIBULE_TRUSTED_PROXIES", "all", "VESTIBULE_TRUSTED_PROXIES"),
        ("VESTIBULE_SIGNING_ALGORITHM", "HS256", "VESTIBULE_SIGNING_ALGORITHM"),
    ];
    for (variable, value, named) in cases {
        let output = shell.command(&["serve"]).env(variable, value).output().unwrap();
        let line = refusal(&output);
        assert!(line.contains(named), "{line}");
    }
}

#[test]
fn a_file_without_root_certificates_stops_the_start_with_one_line() {
    let shell = Shell::new();
    let file = shell.data().join("roots.pem");
    let refused = || {
        let mut command = shell.command(&["serve"]);
        command.env("VESTIBULE_DATABASE_ROOT_CERTIFICATE", "roots.pem");
        refusal(&command.output().unwrap())
    };
    let named = "VESTIBULE_DATABASE_ROOT_CERTIFICATE: file roots.pem: ";
    let line = refused();
    assert!(line.contains(&format!("{named}No such file")), "{line}");
    std::fs::write(&file, "").unwrap();
    let line = refused();
    assert!(line.contains(&format!("{named}holds no PEM certificate")), "{line}");
    std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n").unwrap();
    let line = refused();
    assert!(line.contains(&format!("{named}holds a damaged PEM certificate")), "{line}");
}

#[test]
fn the_settings_file_is_read_and_the_environment_wins() {
    let shell = Shell::new();
    std::fs::write(shell.data().join("vestibule.toml"), "log_format = \"xml\"\n").unwrap();
    assert!(refusal(&shell.run(&["migrate"])).contains("VESTIBULE_LOG_FORMAT"));
    let output = shell.command(&["migrate"]).env("VESTIBULE_LOG_FORMAT", "json").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::write(shell.data().join("vestibule.toml"), "no_such_setting = 1\n").unwrap();
    assert!(refusal(&shell.run(&["migrate"])).contains("no_such_setting"));
}

#[test]
fn another_secret_key_is_refused_by_name_and_the_old_one_may_be_listed() {
    let shell = Shell::new();
    let app = ["app", "create", "One", "--type", "spa"];
    shell.json(&app);
    let other = "another secret key of more than 32 characters";
    let output = shell.command(&app).env("VESTIBULE_SECRET_KEY", other).output().unwrap();
    assert!(refusal(&output).contains("VESTIBULE_SECRET_KEY"));
    let old = std::fs::read_to_string(shell.data().join("data/secret.key")).unwrap();
    let output = shell
        .command(&app)
        .env("VESTIBULE_SECRET_KEY", other)
        .env("VESTIBULE_PREVIOUS_SECRET_KEYS", old.trim())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn the_openapi_document_and_the_reference_are_printed() {
    let shell = Shell::new();
    let document = shell.json(&["openapi"]);
    for path in ["/oidc/token", "/api/experience/submit", "/api/users", "/api/sign-in-exp"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let reference = text(&shell.run(&["config-reference"]).stdout);
    assert!(reference.contains("VESTIBULE_ENDPOINT"));
}

on_both_databases! {
    async fn a_script_can_start_from_nothing(server) {
        let mut shell = Shell::new();
        // SQLite: a file of its own. PostgreSQL: the server's database, with the server's key.
        if !server.app.store.is_embedded() {
            shell.database = Some(server.app.settings.database_url());
            let key = server.app.settings.data_dir.join("secret.key");
            std::fs::create_dir(shell.data().join("data")).unwrap();
            std::fs::copy(key, shell.data().join("data/secret.key")).unwrap();
        }
        let uri = "https://app.example/callback";
        let made = shell.json(&[
            "app", "create", "Web", "--type", "traditional", "--redirect-uri", uri,
        ]);
        assert_eq!(made["secret"].as_str().unwrap().len(), 32);
        let made = shell.json(&["app", "create", "Browser", "--type", "spa"]);
        assert!(made["id"].is_string() && made["secret"].is_null());
        let manager = ["app", "create", "M", "--type", "machine-to-machine", "--management-api"];
        assert!(shell.json(&manager)["secret"].is_string());
        refusal(&shell.run(&["app", "create", "X", "--type", "spa", "--management-api"]));
        refusal(&shell.run(&["app", "create", "", "--type", "spa"]));
        let bad = ["app", "create", "X", "--type", "spa", "--redirect-uri", "javascript:alert(1)"];
        refusal(&shell.run(&bad));

        let admin = |password: &str| {
            let mut child = shell
                .command(&["admin", "create", "root"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
            child.wait_with_output().unwrap()
        };
        assert!(refusal(&admin("password")).contains("password.rejected"));
        assert!(admin(PASSWORD).status.success());
        assert!(refusal(&admin(PASSWORD)).contains("user.username_already_in_use"));

        let rotated = shell.run(&["keys", "rotate"]);
        assert!(text(&rotated.stdout).contains("ES256"), "{}", text(&rotated.stderr));
        let report = shell.run(&["doctor"]);
        assert!(report.status.success(), "{}", text(&report.stdout));
        assert!(text(&report.stdout).contains("ok       settings can be read"));
    }
}

#[test]
fn doctor_tells_of_a_captcha_that_nobody_can_pass() {
    let shell = Shell::new();
    let exported = text(&shell.run(&["export"]).stdout);
    let file = exported.replace("captchaPolicy: {}", "captchaPolicy: { enabled: true }");
    assert_ne!(file, exported);
    std::fs::write(shell.data().join("config.yaml"), file).unwrap();
    let applied = shell.run(&["apply", "config.yaml"]);
    assert!(applied.status.success(), "{}", text(&applied.stderr));
    let report = shell.run(&["doctor"]);
    let words = text(&report.stdout);
    assert!(!report.status.success() && words.contains("no captcha provider is set up"), "{words}");
}

#[test]
fn doctor_says_in_words_what_is_wrong() {
    let shell = Shell::new();
    let output = shell
        .command(&["doctor"])
        .env("VESTIBULE_ENDPOINT", "http://id.example.com")
        .env("VESTIBULE_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .output()
        .unwrap();
    let report = text(&output.stdout);
    assert!(!output.status.success());
    assert!(
        report.contains("without TLS") && report.contains("VESTIBULE_DATABASE_URL"),
        "{report}"
    );
}
