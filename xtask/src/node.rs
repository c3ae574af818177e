//! Projects whose packages come from npm.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// A copy of the lock file that the installed packages belong to.
const INSTALLED: &str = "node_modules/.installed-lock.json";

/// `npm` in `folder`, quiet and downloading no browsers.
pub fn npm(workspace: &Workspace, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = workspace.command("npm");
    command
        .current_dir(folder)
        .args(arguments)
        .env("npm_config_update_notifier", "false")
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1");
    command
}

/// Installs what the folder's package-lock.json names, unless that was done before.
///
/// # Errors
/// When there is no lock file, or `run` fails.
pub fn install(
    workspace: &Workspace,
    folder: &Path,
    run: impl FnOnce(&mut Command) -> Result<()>,
) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("{} is missing", lock.display()))?;
    let stamp = folder.join(INSTALLED);
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run(&mut npm(workspace, folder, &["ci", "--no-audit", "--no-fund"]))?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}
