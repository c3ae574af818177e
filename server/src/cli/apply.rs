//! `vestibule apply`

use super::{file, output};
use crate::config::Settings;
use crate::server;
use crate::transfer::{self, Mode};
use std::path::PathBuf;
use std::process::ExitCode;

/// What a dry run ends with when there is a difference.
const DIFFERENT: u8 = 2;

/// See [`super::Command::Apply`].
#[derive(clap::Args)]
pub struct Apply {
    /// What `vestibule export` has written, or `-` for standard input.
    file: PathBuf,
    /// Show what would change, and change nothing. Ends with 0 where nothing would, with 2 where
    /// something would.
    #[arg(long)]
    dry_run: bool,
    /// Delete rows that a section of the file does not have.
    #[arg(long)]
    prune: bool,
}

impl Apply {
    /// Runs the command.
    pub async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let text = file::read(&self.file)?;
        let app = server::open(settings).await?.app;
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Apply };
        let outcome = transfer::apply(&app, &text, self.prune, mode).await?;
        if outcome.left > 0 {
            eprintln!(
                "vestibule: {} rows are only in the database and stay; --prune deletes them",
                outcome.left
            );
        }
        if !outcome.is_different() {
            output::print("no difference")?;
            return Ok(ExitCode::SUCCESS);
        }
        if self.dry_run {
            output::print(&outcome.difference)?;
            return Ok(ExitCode::from(DIFFERENT));
        }
        output::print(&outcome.summary)?;
        Ok(ExitCode::SUCCESS)
    }
}
