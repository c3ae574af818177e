//! What the commands need on the machine: how to see that it is there, and how to install it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{answer, run_visible};
use crate::workspace::{Workspace, find_program, variable};

mod wasm_target;

pub use wasm_target::prepare_wasm_build;

const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
/// The npm package that carries wasm-opt; Trunk.toml names the same version.
const BINARYEN: &str = "132.0.0";
const NODE_MAJOR: u32 = 20;

/// Something a command needs on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// A C compiler and linker, for the bundled SQLite and the cryptography.
    CCompiler,
    /// rustfmt and clippy.
    RustComponents,
    /// Node.js with npm.
    Node,
    /// Rust's standard library for the browser.
    WasmTarget,
    /// The builder of the browser apps.
    Trunk,
    /// wasm-bindgen's command, in Cargo.lock's version.
    WasmBindgen,
    /// wasm-opt.
    WasmOpt,
    /// The check of licences, sources and known vulnerabilities.
    CargoDeny,
    /// PostgreSQL's server programs.
    Postgres,
    /// The browser of the browser tests.
    Chromium,
    /// Python with the module venv.
    Python,
    /// The load generator.
    Wrk,
}

/// What every build of the browser apps needs.
pub const BROWSER_APPS: &[Tool] =
    &[Tool::Node, Tool::WasmTarget, Tool::Trunk, Tool::WasmBindgen, Tool::WasmOpt];

/// Installs what is missing of `tools`.
///
/// # Errors
/// Lists everything that is missing and cannot be installed from here, with what to do about it.
pub fn ensure(workspace: &Workspace, tools: &[Tool]) -> Result<()> {
    let mut advice = Vec::new();
    for tool in tools {
        if tool.is_present(workspace)? {
            continue;
        }
        println!("{}: missing", tool.name());
        let installed = tool.install(workspace);
        if installed.is_err() || !tool.is_present(workspace)? {
            let reason = installed.err().map_or(String::new(), |error| format!(" ({error:#})"));
            advice.push(format!("  {}: {}{reason}", tool.name(), tool.advice(workspace)));
        }
    }
    if advice.is_empty() {
        return Ok(());
    }
    bail!("please install what is missing:\n{}", advice.join("\n"));
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::CCompiler => "C compiler",
            Self::RustComponents => "rustfmt and clippy",
            Self::Node => "Node.js",
            Self::WasmTarget => "Rust for WebAssembly",
            Self::Trunk => "Trunk",
            Self::WasmBindgen => "wasm-bindgen",
            Self::WasmOpt => "wasm-opt",
            Self::CargoDeny => "cargo-deny",
            Self::Postgres => "PostgreSQL",
            Self::Chromium => "Chromium",
            Self::Python => "Python",
            Self::Wrk => "wrk",
        }
    }

    fn is_present(self, workspace: &Workspace) -> Result<bool> {
        Ok(match self {
            Self::CCompiler => find_program("cc").is_some(),
            Self::RustComponents => {
                succeeds("cargo", &["fmt", "--version"])
                    && succeeds("cargo", &["clippy", "--version"])
            }
            Self::Node => node_major() >= Some(NODE_MAJOR) && find_program("npm").is_some(),
            Self::WasmTarget => wasm_target::is_present(),
            Self::Trunk => version_of("trunk").is_some_and(|version| version.starts_with("0.21.")),
            Self::WasmBindgen => {
                version_of("wasm-bindgen") == Some(workspace.locked_version("wasm-bindgen")?)
            }
            Self::WasmOpt => wasm_opt_folder(workspace).join("wasm-opt").exists(),
            Self::CargoDeny => succeeds("cargo", &["deny", "--version"]),
            Self::Postgres => postgres_folder().is_some(),
            Self::Chromium => chromium().is_some(),
            Self::Python => succeeds("python3", &["-c", "import venv, ensurepip"]),
            Self::Wrk => find_program("wrk").is_some(),
        })
    }

    fn install(self, workspace: &Workspace) -> Result<()> {
        match self {
            Self::CCompiler => apt_install(workspace, &["build-essential"]),
            Self::RustComponents => run_visible(workspace.command("rustup").args([
                "component",
                "add",
                "rustfmt",
                "clippy",
            ])),
            Self::Node => bail!("not installed from here"),
            Self::WasmTarget => wasm_target::install(workspace),
            Self::Trunk => cargo_install(workspace, "trunk", TRUNK, &["--locked"], "0"),
            // Its lock file names versions that have been withdrawn since.
            Self::WasmBindgen => {
                let version = workspace.locked_version("wasm-bindgen")?;
                cargo_install(workspace, "wasm-bindgen-cli", &version, &[], "1")
            }
            Self::WasmOpt => install_wasm_opt(workspace),
            Self::CargoDeny => {
                cargo_install(workspace, "cargo-deny", CARGO_DENY, &["--locked"], "0")
            }
            Self::Postgres => apt_install(workspace, &["postgresql"]),
            Self::Chromium => apt_install(workspace, &["chromium"]),
            Self::Python => apt_install(workspace, &["python3", "python3-venv"]),
            Self::Wrk => apt_install(workspace, &["wrk"]),
        }
    }

    /// What a person does where `install` did not help.
    fn advice(self, workspace: &Workspace) -> String {
        let cargo =
            |package, version| format!("cargo install --locked {package} --version {version}");
        match self {
            Self::CCompiler => {
                "a C compiler called `cc` (Debian: apt-get install build-essential; \
                                macOS: xcode-select --install)"
                    .into()
            }
            Self::RustComponents => "rustup component add rustfmt clippy".into(),
            Self::Node => {
                format!("version {NODE_MAJOR} or newer with npm, from https://nodejs.org")
            }
            Self::WasmTarget => "rustup target add wasm32-unknown-unknown".into(),
            Self::Trunk => cargo("trunk", TRUNK),
            Self::WasmBindgen => {
                let version = workspace.locked_version("wasm-bindgen").unwrap_or_default();
                format!("cargo install wasm-bindgen-cli --version {version}")
            }
            Self::WasmOpt => format!("the npm package binaryen@{BINARYEN} could not be installed"),
            Self::CargoDeny => cargo("cargo-deny", CARGO_DENY),
            Self::Postgres => "the server programs of PostgreSQL 14 or newer, `initdb` in PATH \
                               (Debian: apt-get install postgresql; macOS: brew install postgresql)"
                .into(),
            Self::Chromium => "Chromium or Chrome in PATH, or its path in CHROMIUM (Debian: \
                               apt-get install chromium)"
                .into(),
            Self::Python => "Python 3 with venv (Debian: apt-get install python3-venv)".into(),
            Self::Wrk => "wrk (Debian: apt-get install wrk; macOS: brew install wrk)".into(),
        }
    }
}

/// The folder of PostgreSQL's server programs.
pub fn postgres_folder() -> Option<PathBuf> {
    let in_path = find_program("initdb")
        .and_then(|initdb| initdb.canonicalize().ok())
        .and_then(|initdb| initdb.parent().map(Path::to_path_buf));
    in_path.or_else(|| {
        let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .filter_map(|version| Some(version.ok()?.path().join("bin")))
            .filter(|folder| folder.join("initdb").is_file())
            .collect();
        folders.sort();
        folders.pop()
    })
}

/// The browser: the variable `CHROMIUM`, or the first one in `PATH`.
pub fn chromium() -> Option<PathBuf> {
    if let Some(path) = variable("CHROMIUM") {
        return Some(path.into());
    }
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        .iter()
        .find_map(|name| find_program(name))
}

/// The folder that holds wasm-opt, to be put into `PATH`.
pub fn wasm_opt_folder(workspace: &Workspace) -> PathBuf {
    binaryen_folder(workspace).join("node_modules/.bin")
}

fn binaryen_folder(workspace: &Workspace) -> PathBuf {
    workspace.cache.join(format!("tools/binaryen-{BINARYEN}"))
}

fn install_wasm_opt(workspace: &Workspace) -> Result<()> {
    let folder = binaryen_folder(workspace);
    std::fs::create_dir_all(&folder)?;
    run_visible(
        workspace
            .command("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"])
            .arg(&folder)
            .arg(format!("binaryen@{BINARYEN}")),
    )
}

/// Optimising these tools takes minutes and saves seconds; only wasm-bindgen has real work to do.
fn cargo_install(
    workspace: &Workspace,
    package: &str,
    version: &str,
    options: &[&str],
    opt_level: &str,
) -> Result<()> {
    let mut command = workspace.command("cargo");
    command.args(["install", package, "--version", version]).args(options);
    run_visible(
        command
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    )
}

fn apt_install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    if find_program("apt-get").is_none() || !rustix::process::getuid().is_root() {
        bail!("not installed from here");
    }
    let install = || {
        let mut command = workspace.command("apt-get");
        command
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive");
        run_visible(&mut command)
    };
    // A machine that was just set up may know no packages yet, or only old ones.
    install().or_else(|_| {
        run_visible(workspace.command("apt-get").arg("update"))?;
        install()
    })
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    answer(Command::new(program).args(arguments)).is_some()
}

/// The second word of `program --version`.
fn version_of(program: &str) -> Option<String> {
    let line = answer(Command::new(program).arg("--version"))?;
    line.split_whitespace().nth(1).map(str::to_owned)
}

fn node_major() -> Option<u32> {
    let version = answer(Command::new("node").arg("--version"))?;
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}
