//! `vestibule openapi`

use super::output;

/// Prints the OpenAPI document.
pub fn run() -> anyhow::Result<()> {
    output::print(&crate::api::openapi::document().to_pretty_json()?)?;
    Ok(())
}
