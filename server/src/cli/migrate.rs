//! `vestibule migrate`

use super::output;
use crate::config::Settings;
use crate::server;

/// Runs pending migrations and says which.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let applied = vestibule_store::Store::migrate(&server::store_options(&settings)?).await?;
    if applied.is_empty() {
        output::print("The database is up to date.")?;
    }
    for name in applied {
        output::print(&format!("applied {name}"))?;
    }
    Ok(())
}
