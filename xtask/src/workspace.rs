//! Where things are: the clone, the build folders, the cache of tools.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The clone this program was started in, and the folders that go with it.
pub struct Workspace {
    /// The repository's root.
    pub root: PathBuf,
    /// Cargo's build folder for this machine.
    pub target: PathBuf,
    /// Cargo's build folder for the browser apps: a folder of its own, so that neither build
    /// waits for the other or throws its work away.
    pub wasm_target: PathBuf,
    /// Tools that are kept beside the clone's own folders and survive it.
    pub cache: PathBuf,
}

impl Workspace {
    /// Finds the clone and chooses the build folders: `CARGO_TARGET_DIR` where it is set, the
    /// user's cache where `CI` is set (a fresh clone would compile everything again), and the
    /// clone's `target` otherwise.
    ///
    /// # Errors
    /// When this program was not started by `cargo xtask`, or there is no home folder.
    pub fn locate() -> Result<Self> {
        let manifest =
            variable("CARGO_MANIFEST_DIR").context("start this program as `cargo xtask`")?;
        let root =
            Path::new(&manifest).parent().context("xtask has no folder above it")?.to_path_buf();
        ensure!(root.join("Cargo.lock").is_file(), "there is no Cargo.lock in {}", root.display());
        let cache = match variable("XDG_CACHE_HOME") {
            Some(folder) => PathBuf::from(folder),
            None => PathBuf::from(variable("HOME").context("HOME is not set")?).join(".cache"),
        }
        .join("vestibule");
        let mut workspace =
            Self { target: root.join("target"), wasm_target: PathBuf::new(), root, cache };
        match variable("CARGO_TARGET_DIR") {
            Some(target) => workspace.set_target(workspace.root.join(target)),
            None if variable("CI").is_some() => workspace.build_outside_the_clone(),
            None => workspace.set_target(workspace.target.clone()),
        }
        Ok(workspace)
    }

    /// Moves the build folders into the user's cache, unless `CARGO_TARGET_DIR` names one.
    pub fn build_outside_the_clone(&mut self) {
        if variable("CARGO_TARGET_DIR").is_none() {
            self.set_target(self.cache.join("target"));
        }
    }

    fn set_target(&mut self, target: PathBuf) {
        let mut wasm = target.clone().into_os_string();
        wasm.push("-wasm");
        self.wasm_target = wasm.into();
        self.target = target;
    }

    /// A command that starts in the repository's root, reads nothing from the terminal and sees
    /// the environment of the caller, not that of `cargo run`.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(set_by_cargo_run) {
                command.env_remove(name);
            }
        }
        command
    }

    /// `cargo`, building into the folder for this machine.
    pub fn cargo(&self) -> Command {
        let mut command = self.command("cargo");
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Where a package's release or debug binary lands.
    pub fn binary(&self, name: &str, release: bool) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        self.target.join(profile).join(name)
    }

    /// The version that Cargo.lock holds for `package`.
    ///
    /// # Errors
    /// When Cargo.lock cannot be read or does not name the package.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let lock = std::fs::read_to_string(self.root.join("Cargo.lock"))?;
        locked_version(&lock, package)
            .with_context(|| format!("Cargo.lock does not name {package}"))
    }

    /// Names of the packages under web-ui/: they are checked for the browser, not for this machine.
    ///
    /// # Errors
    /// When a folder or manifest cannot be read.
    pub fn browser_packages(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.root.join("web-ui"))? {
            let manifest = entry?.path().join("Cargo.toml");
            if manifest.is_file() {
                let text = std::fs::read_to_string(&manifest)?;
                names.extend(quoted_value(&text, "name"));
            }
        }
        names.sort();
        Ok(names)
    }
}

/// The one place that reads the environment. Empty counts as unset.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Finds `program` in `PATH`.
pub fn find_program(program: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// What `cargo run` adds describes xtask's own package; left in, it would make build scripts run
/// again that watch such a variable.
fn set_by_cargo_run(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO"
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    let name = format!("name = \"{package}\"");
    lines.find(|line| *line == name)?;
    quoted_value(lines.next()?, "version")
}

/// The value of the first `key = "value"` line.
fn quoted_value(toml: &str, key: &str) -> Option<String> {
    toml.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
        Some(value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_version_from_a_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn reads_a_package_name() {
        let manifest = "[package]\nname = \"vestibule-kit\"\nversion.workspace = true\n";
        assert_eq!(quoted_value(manifest, "name").as_deref(), Some("vestibule-kit"));
    }
}
