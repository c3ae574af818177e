//! `vestibule export`

use super::file::Output;
use crate::config::Settings;
use crate::{server, transfer};
use std::path::PathBuf;

/// See [`super::Command::Export`].
#[derive(clap::Args)]
pub struct Export {
    /// Where to; standard output when it is left out.
    file: Option<PathBuf>,
    /// Write secrets in clear, and the keys that sign tokens: everything that another server needs
    /// to take this one's place.
    #[arg(long)]
    with_secrets: bool,
}

impl Export {
    /// Runs the command.
    pub async fn run(self, settings: Settings) -> anyhow::Result<()> {
        let app = server::open(settings).await?.app;
        let text = transfer::export(&app, self.with_secrets).await?;
        if self.with_secrets {
            eprintln!(
                "vestibule: the export holds secrets and signing keys in clear; keep it like a \
                 password"
            );
        }
        let mut output = Output::create(self.file.as_deref(), self.with_secrets)?;
        output.writer().write_all(text.as_bytes())?;
        output.finish()
    }
}
