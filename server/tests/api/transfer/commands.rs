//! `vestibule export`, `apply` and `users` as scripts use them.

use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.args(arguments).env_clear().current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn expect(output: &Output, code: i32) -> String {
    assert_eq!(
        output.status.code(),
        Some(code),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_configuration_is_exported_compared_and_applied() {
    let folder = TempDir::new().unwrap();
    let (here, file) = (folder.path(), folder.path().join("config.yaml"));
    expect(&run(here, &["export", "config.yaml"]), 0);
    let printed = expect(&run(here, &["export"]), 0);
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(printed.trim_end(), written.trim_end());
    assert_eq!(expect(&run(here, &["apply", "config.yaml", "--dry-run"]), 0), "no difference\n");
    assert_eq!(expect(&run(here, &["apply", "config.yaml"]), 0), "no difference\n");

    std::fs::write(&file, written.replace("#4F46E5", "#123456")).unwrap();
    let shown = expect(&run(here, &["apply", "config.yaml", "--dry-run"]), 2);
    assert!(
        shown.contains("-    primaryColor: \"#4F46E5\"\n+    primaryColor: \"#123456\""),
        "{shown}"
    );
    expect(&run(here, &["apply", "config.yaml", "--dry-run"]), 2);
    let done = expect(&run(here, &["apply", "config.yaml"]), 0);
    assert_eq!(done, "sign_in_experience: 0 added, 1 changed, 0 deleted\n");
    expect(&run(here, &["apply", "config.yaml", "--dry-run"]), 0);

    std::fs::write(&file, "version: 1\nrolls: []\n").unwrap();
    let refused = run(here, &["apply", "config.yaml"]);
    expect(&refused, 1);
    assert_eq!(text(&refused.stderr), "vestibule: line 2: rolls: there is no such section\n");
    expect(&run(here, &["apply", "nothing.yaml"]), 1);
}

#[test]
#[cfg(unix)]
fn a_file_with_secrets_is_its_owners() {
    let folder = TempDir::new().unwrap();
    let here = folder.path();
    let output = run(here, &["export", "--with-secrets", "full.yaml"]);
    expect(&output, 0);
    assert!(text(&output.stderr).contains("in clear"));
    assert_eq!(mode(&here.join("full.yaml")), 0o600);
    assert!(std::fs::read_to_string(here.join("full.yaml")).unwrap().contains("PRIVATE KEY"));
    let other = TempDir::new().unwrap();
    std::fs::copy(here.join("full.yaml"), other.path().join("full.yaml")).unwrap();
    expect(&run(other.path(), &["apply", "full.yaml"]), 0);
    let again = expect(&run(other.path(), &["export", "--with-secrets"]), 0);
    assert_eq!(again, std::fs::read_to_string(here.join("full.yaml")).unwrap());
    let left: Vec<_> = std::fs::read_dir(here).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("partial")), "{left:?}");
}

#[test]
#[cfg(unix)]
fn users_are_moved_by_commands() {
    let folder = TempDir::new().unwrap();
    let here = folder.path();
    let lines = "{\"id\":\"ann\",\"username\":\"ann\"}\n{\"id\":\"bob\",\"username\":\"ann\"}\n";
    std::fs::write(here.join("users.jsonl"), lines).unwrap();
    let output = run(here, &["users", "import", "users.jsonl", "--dry-run"]);
    assert_eq!(expect(&output, 1), "1 added, 0 changed, 0 the same, 1 left out\n");
    assert_eq!(text(&output.stderr), "line 2: username: line 1 has the same\n");
    assert_eq!(expect(&run(here, &["users", "export"]), 0), "");
    expect(&run(here, &["users", "import", "users.jsonl"]), 1);
    let output = run(here, &["users", "export", "out.jsonl"]);
    expect(&output, 0);
    assert_eq!(text(&output.stderr), "vestibule: 1 users\n");
    assert_eq!(mode(&here.join("out.jsonl")), 0o600);
    let output = run(here, &["users", "import", "out.jsonl"]);
    assert_eq!(expect(&output, 0), "0 added, 0 changed, 1 the same, 0 left out\n");
}
