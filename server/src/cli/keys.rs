//! `vestibule keys`

use super::output;
use crate::config::Settings;
use crate::{seed, server};
use vestibule_store::{Durability, StoreError, configuration, signing_keys};

/// Signing keys.
#[derive(clap::Subcommand)]
pub enum Keys {
    /// Make a new key the current one. The one before is published until the next rotation, so
    /// that what it signed can still be verified.
    Rotate,
}

impl Keys {
    /// Runs the command.
    pub async fn run(self, settings: Settings) -> anyhow::Result<()> {
        let Self::Rotate = self;
        let app = server::open(settings).await?.app;
        let algorithm = app.settings.signing_algorithm;
        let key = seed::new_signing_key(algorithm, &app.secrets, app.clock.now())?;
        app.store
            .write::<_, StoreError, _>(Durability::Durable, async |connection| {
                signing_keys::rotate(connection, &key).await?;
                configuration::raise_version(connection).await?;
                Ok(())
            })
            .await?;
        output::print(&format!("The current signing key is {} ({algorithm}).", key.id))?;
        Ok(())
    }
}
