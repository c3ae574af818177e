//! Tokens of other providers that are kept for users.

use crate::flows::error::FlowError;
use crate::flows::management::{unknown, write};
use crate::state::App;
use vestibule_store::{Durability, token_secrets};

/// Forgets a set of tokens.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    write(app, Durability::Durable, async |connection| {
        let deleted = token_secrets::delete(connection, id).await?;
        if deleted { Ok(()) } else { Err(unknown("secret", id).into()) }
    })
    .await
}
