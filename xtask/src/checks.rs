//! `cargo xtask test`: every check there is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::node::{self, npm};
use crate::runner::{self, Check, Run, folder};
use crate::tools::{self, Tool};
use crate::workspace::{Workspace, variable};
use crate::{generated, server, ui};

/// Which checks to run.
#[derive(clap::Args)]
pub struct Options {
    /// Run only this check and what it builds on; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
}

/// In the order of what they cost: a slip is found before the long builds.
const CHECKS: &[Check] = &[
    Check { name: "fmt", needs: &[Tool::RustComponents], after: &[], run: fmt },
    Check { name: "deny", needs: &[Tool::CargoDeny], after: &[], run: deny },
    Check {
        name: "clippy",
        needs: &[Tool::RustComponents, Tool::CCompiler],
        after: &[],
        run: clippy,
    },
    Check {
        name: "clippy-ui",
        needs: &[Tool::RustComponents, Tool::WasmTarget],
        after: &[],
        run: clippy_ui,
    },
    Check {
        name: "tests",
        needs: &[Tool::CCompiler, Tool::Postgres, Tool::Wrk],
        after: &[],
        run: tests,
    },
    Check { name: "server", needs: &[Tool::CCompiler], after: &[], run: build_server },
    Check { name: "documents", needs: &[], after: &["server"], run: documents },
    Check { name: "openapi", needs: &[Tool::Python], after: &["server"], run: openapi },
    Check { name: "ui", needs: tools::BROWSER_APPS, after: &[], run: build_ui },
    Check {
        name: "e2e",
        needs: &[Tool::Node, Tool::Chromium, Tool::Postgres, Tool::Python],
        after: &["server", "ui"],
        run: e2e,
    },
];

/// Runs the checks.
///
/// # Errors
/// When something is missing that cannot be installed, or a name is unknown.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    runner::run(workspace, CHECKS, &options.only)
}

fn fmt(run: &mut Run) -> Result<()> {
    run.command(run.workspace.cargo().args(["fmt", "--all", "--check", "--", "--color", "never"]))
}

/// Licences, banned crates and sources always. Known vulnerabilities where their list is on this
/// machine: it is a git repository, and not every machine that builds may reach it.
fn deny(run: &mut Run) -> Result<()> {
    let mut command = run.workspace.cargo();
    run.command(command.args(["deny", "check", "bans", "licenses", "sources"]))?;
    if !has_advisory_database() {
        run.note(
            "advisories were not checked: this machine has no advisory database \
             (`cargo deny fetch db` brings it where github.com can be reached)",
        );
        return Ok(());
    }
    let mut command = run.workspace.cargo();
    run.command(command.args(["deny", "check", "--disable-fetch", "advisories"]))
}

fn has_advisory_database() -> bool {
    let home = variable("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&variable("HOME")?).join(".cargo")));
    let folder = home.map(|home| home.join("advisory-dbs"));
    folder.is_some_and(|folder| {
        std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
    })
}

fn clippy(run: &mut Run) -> Result<()> {
    let mut command = run.workspace.cargo();
    // The one place that insists on an up-to-date lock file: the first to resolve dependencies.
    command.args(["clippy", "--workspace", "--all-targets", "--locked"]);
    for package in run.workspace.browser_packages()? {
        command.args(["--exclude", &package]);
    }
    run.command(command.args(["--", "--deny", "warnings"]))
}

fn clippy_ui(run: &mut Run) -> Result<()> {
    let mut command = run.workspace.cargo();
    tools::prepare_wasm_build(run.workspace, &mut command);
    command.args(["clippy", "--target", "wasm32-unknown-unknown"]);
    for package in run.workspace.browser_packages()? {
        command.args(["--package", &package]);
    }
    run.command(command.args(["--", "--deny", "warnings"]))
}

/// Unit, store and API tests; those of the store and the API run on SQLite and on PostgreSQL.
fn tests(run: &mut Run) -> Result<()> {
    let url = run.postgres_url()?;
    let mut command = run.workspace.cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).env("VESTIBULE_TEST_POSTGRES_URL", url);
    run.command(&mut command)
}

fn build_server(run: &mut Run) -> Result<()> {
    server::build(run.workspace, true, |command| run.command(command))?;
    Ok(())
}

fn documents(run: &mut Run) -> Result<()> {
    let binary = run.workspace.binary("vestibule", true);
    generated::compare(run.workspace, &binary)
}

/// A validator of others reads the document; Schemathesis calls every operation of a server of its
/// own with what it makes up.
fn openapi(run: &mut Run) -> Result<()> {
    let workspace = run.workspace;
    let folder = folder(workspace, "e2e/python")?;
    let python = python(run, &folder.join("requirements.txt"))?;
    let document = workspace.root.join("docs/openapi.json");
    let mut validator = workspace.command(&python);
    run.command(validator.args(["-m", "openapi_spec_validator"]).arg(document))?;
    let mut fuzz = workspace.command(&python);
    fuzz.arg(folder.join("fuzz_api.py")).env("VESTIBULE_BIN", workspace.binary("vestibule", true));
    run.command(&mut fuzz)
}

fn build_ui(run: &mut Run) -> Result<()> {
    ui::build(run.workspace, true, |command| run.command(command))?;
    let page = run.workspace.root.join("dist/experience/index.html");
    ensure!(page.is_file(), "{} was not built", page.display());
    // esbuild drops the types of the demo without looking at them.
    let demo = run.workspace.root.join("web-ui/demo");
    run.command(&mut npm(run.workspace, &demo, &["run", "check"]))
}

/// Browsers and clients of other projects against the release binary.
fn e2e(run: &mut Run) -> Result<()> {
    let workspace = run.workspace;
    let folder = folder(workspace, "e2e")?;
    node::install(workspace, &folder, |command| run.command(command))?;
    let mut command = npm(workspace, &folder, &["test"]);
    // A server that the tests themselves stop and start again.
    if let Some(programs) = tools::postgres_folder() {
        command.env("VESTIBULE_TEST_PG_CTL", programs.join("pg_ctl"));
    }
    let requirements = folder.join("python/requirements.txt");
    if requirements.is_file() {
        command.env("VESTIBULE_PYTHON", python(run, &requirements)?);
    }
    command
        .env("VESTIBULE_BIN", workspace.binary("vestibule", true))
        .env("VESTIBULE_UI_DIR", workspace.root.join("dist"))
        .env("VESTIBULE_TEST_POSTGRES_URL", run.postgres_url()?)
        .env("CHROMIUM", tools::chromium().context("Chromium is not installed")?);
    run.command(&mut command)
}

/// A Python that has the packages of `requirements`, in the cache of tools.
fn python(run: &mut Run, requirements: &Path) -> Result<PathBuf> {
    let folder = run.workspace.cache.join("tools/python");
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    let wanted = std::fs::read(requirements)?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let mut venv = run.workspace.command("python3");
    run.command(venv.args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = run.workspace.command(&python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]);
    run.command(pip.arg(requirements))?;
    std::fs::write(stamp, wanted)?;
    Ok(python)
}
