//! `vestibule admin`

use super::output;
use crate::config::Settings;
use crate::flows::error::FlowError;
use crate::flows::setup;
use crate::server;
use anyhow::{Context, bail};
use serde_json::json;
use std::io::Read;

/// Accounts of administrators.
#[derive(clap::Subcommand)]
pub enum Admin {
    /// Create an administrator; the password is read from standard input.
    Create {
        /// The name to sign in with.
        username: String,
    },
}

impl Admin {
    /// Runs the command.
    pub async fn run(self, settings: Settings) -> anyhow::Result<()> {
        let Self::Create { username } = self;
        let mut password = String::new();
        std::io::stdin().read_to_string(&mut password).context("standard input")?;
        let app = server::open(settings).await?.app;
        let created = setup::create(&app, &username, password.trim_end_matches(['\r', '\n']), None);
        match created.await {
            Ok(user) => output::print(&json!({ "id": user.id, "username": username }).to_string())?,
            Err(FlowError::Rejected(it)) => {
                let data = it.data.map(|data| format!(" {data}")).unwrap_or_default();
                bail!("not created: {}{data}", it.code.as_str());
            }
            Err(error) => bail!("not created: {error:?}"),
        }
        Ok(())
    }
}
