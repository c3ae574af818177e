//! `cargo xtask up`: from a clone to a running server.

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};

use crate::process::{run_visible, shown};
use crate::tools::{self, BROWSER_APPS, Tool};
use crate::workspace::{Workspace, variable};
use crate::{server, ui};

/// How to build what runs.
#[derive(clap::Args)]
pub struct Options {
    /// Build without optimisation: faster to build, slower to use
    #[arg(long)]
    debug: bool,
}

/// Builds server and browser apps and becomes `vestibule serve`, which prints the addresses and
/// stops on Ctrl-C by itself.
///
/// # Errors
/// When something is missing that cannot be installed, or does not build.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    tools::ensure(workspace, &[Tool::CCompiler])?;
    tools::ensure(workspace, BROWSER_APPS)?;
    let binary = server::build(workspace, !options.debug, run_visible)?;
    ui::build(workspace, !options.debug, run_visible)?;

    let mut serve = workspace.command(&binary);
    serve.arg("serve");
    if variable("VESTIBULE_UI_DIR").is_none() {
        serve.env("VESTIBULE_UI_DIR", workspace.root.join("dist"));
    }
    println!("$ {}\n", shown(&serve));
    let error = serve.exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}
