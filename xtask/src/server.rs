//! Building the server.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;

/// Builds the binary `vestibule` and returns its path.
///
/// # Errors
/// When it does not build.
pub fn build(
    workspace: &Workspace,
    release: bool,
    run: impl FnOnce(&mut Command) -> Result<()>,
) -> Result<PathBuf> {
    let mut command = workspace.cargo();
    command.args(["build", "--locked", "--package", "vestibule"]);
    if release {
        command.arg("--release");
    }
    run(&mut command)?;
    Ok(workspace.binary("vestibule", release))
}
