//! Documents that the server prints and the repository keeps, so that a change shows in a review.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process::{answer, run_visible};
use crate::server;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

/// A document in the repository and the command of the server that prints it.
const DOCUMENTS: &[(&str, &str)] =
    &[("docs/openapi.json", "openapi"), ("docs/configuration.md", "config-reference")];

/// Writes every document anew.
///
/// # Errors
/// When the server does not build or prints nothing.
pub fn write(workspace: &Workspace) -> Result<()> {
    tools::ensure(workspace, &[Tool::CCompiler])?;
    let binary = server::build(workspace, false, run_visible)?;
    for (path, subcommand) in DOCUMENTS {
        std::fs::write(workspace.root.join(path), printed(workspace, &binary, subcommand)?)?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Compares every document that the repository keeps with what `binary` prints.
///
/// # Errors
/// Names the first document that differs, and its first line that does.
pub fn compare(workspace: &Workspace, binary: &Path) -> Result<()> {
    for (path, subcommand) in DOCUMENTS {
        let file = workspace.root.join(path);
        if !file.is_file() {
            continue;
        }
        let kept = std::fs::read_to_string(&file)?;
        let printed = printed(workspace, binary, subcommand)?;
        if let Some(line) = first_difference(&kept, &printed) {
            bail!(
                "{path} differs from `vestibule {subcommand}` in line {line}; \
                 run `cargo xtask generate` and look at the difference"
            );
        }
    }
    Ok(())
}

fn printed(workspace: &Workspace, binary: &Path, subcommand: &str) -> Result<String> {
    let mut text = answer(workspace.command(binary).arg(subcommand))
        .with_context(|| format!("`vestibule {subcommand}` failed"))?;
    text.push('\n');
    Ok(text)
}

/// The number of the first line that differs, white space at the very end aside.
fn first_difference(kept: &str, printed: &str) -> Option<usize> {
    let (kept, printed) = (kept.trim_end(), printed.trim_end());
    if kept == printed {
        return None;
    }
    let same = kept.lines().zip(printed.lines()).take_while(|(a, b)| a == b);
    Some(same.count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_line_that_differs() {
        assert_eq!(first_difference("a\nb\n", "a\nb"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
    }
}
