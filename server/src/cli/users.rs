//! `vestibule users`

use super::file::{self, Output};
use super::output;
use crate::config::Settings;
use crate::server;
use crate::transfer::Mode;
use crate::transfer::users::{self, Include};
use std::path::PathBuf;
use std::process::ExitCode;

/// Accounts, as lines of JSON.
#[derive(clap::Subcommand)]
pub enum Users {
    /// Write all users.
    Export(Export),
    /// Read users.
    Import(Import),
}

/// See [`Users::Export`].
#[derive(clap::Args)]
pub struct Export {
    /// Where to; standard output when it is left out.
    file: Option<PathBuf>,
    /// With digests of passwords.
    #[arg(long)]
    with_passwords: bool,
    /// With keys and codes of second factors, in clear.
    #[arg(long)]
    with_mfa: bool,
}

/// See [`Users::Import`].
#[derive(clap::Args)]
pub struct Import {
    /// What to read, or `-` for standard input.
    file: PathBuf,
    /// Say what would happen, and keep nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Users {
    /// Runs the command. Bad lines make it fail in the end.
    pub async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        match self {
            Self::Export(request) => request.run(settings).await,
            Self::Import(request) => request.run(settings).await,
        }
    }
}

impl Export {
    async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let app = server::open(settings).await?.app;
        let include = Include { passwords: self.with_passwords, mfa: self.with_mfa };
        // Names and addresses of people are nobody else's business either.
        let mut output = Output::create(self.file.as_deref(), true)?;
        let count = users::export(&app, include, output.writer()).await?;
        output.finish()?;
        eprintln!("vestibule: {count} users");
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let mut input = file::open(&self.file)?;
        let app = server::open(settings).await?.app;
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Apply };
        let mut tell = |bad: users::BadLine| eprintln!("line {}: {}", bad.line, bad.reason);
        let done = users::import(&app, &mut *input, mode, &mut tell).await?;
        let users::Import { added, changed, same, bad } = done;
        output::print(&format!(
            "{added} added, {changed} changed, {same} the same, {bad} left out"
        ))?;
        Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
