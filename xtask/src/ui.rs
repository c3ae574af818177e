//! `cargo xtask build-ui`: the browser apps, built into dist/.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::node::{self, npm};
use crate::process::run_visible;
use crate::tools::{self, BROWSER_APPS, prepare_wasm_build};
use crate::workspace::Workspace;

/// The apps that Trunk builds, where their folder exists.
const TRUNK_APPS: &[&str] = &["experience", "account", "console"];

/// What to build.
#[derive(clap::Args)]
pub struct Options {
    /// Optimise for size, as in production
    #[arg(long)]
    pub release: bool,
}

/// Installs what is missing and builds every app.
///
/// # Errors
/// When a tool is missing and cannot be installed, or an app does not build.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    tools::ensure(workspace, BROWSER_APPS)?;
    build(workspace, options.release, run_visible)
}

/// Builds every app with the tools that are there.
///
/// # Errors
/// When an app does not build.
pub fn build(
    workspace: &Workspace,
    release: bool,
    mut run: impl FnMut(&mut Command) -> Result<()>,
) -> Result<()> {
    let web_ui = workspace.root.join("web-ui");
    let exists = |app: &&&str| web_ui.join(app).join("index.html").is_file();
    run(&mut fetch(workspace))?;
    for app in TRUNK_APPS.iter().filter(exists) {
        run(&mut trunk(workspace, app, release))?;
    }
    let demo = workspace.root.join("web-ui/demo");
    if demo.join("package.json").is_file() {
        node::install(workspace, &demo, &mut run)?;
        run(&mut npm(workspace, &demo, &["run", "build"]))?;
    }
    let dist = workspace.root.join("dist");
    if dist.is_dir() {
        run(&mut compress(workspace, &dist))?;
    }
    Ok(())
}

/// Trunk runs offline, and cargo with it: everything must be there before.
fn fetch(workspace: &Workspace) -> Command {
    let mut command = workspace.command("cargo");
    command.args(["fetch", "--target", "wasm32-unknown-unknown"]);
    prepare_wasm_build(workspace, &mut command);
    command
}

fn trunk(workspace: &Workspace, app: &str, release: bool) -> Command {
    let mut command = workspace.command("trunk");
    // The page comes first: an option that may take a value would swallow it.
    command.args(["build", &format!("web-ui/{app}/index.html")]);
    command.args(["--dist", &format!("dist/{app}")]);
    if release {
        command.arg("--release");
    }
    // Trunk refuses the usual `1` of whoever called us.
    command.env("NO_COLOR", "true");
    prepare_wasm_build(workspace, &mut command);
    command
}

/// Node has brotli built in; compiled without optimisation, as this program is, it would take minutes.
fn compress(workspace: &Workspace, dist: &Path) -> Command {
    let mut command = workspace.command("node");
    command.arg("xtask/src/compress.mjs").arg(dist);
    command
}
