//! What administrators read and change.

pub mod account_center;
pub mod applications;
pub mod captcha_provider;
pub mod cimd_scopes;
pub mod configs;
pub mod connectors;
pub mod custom_phrases;
pub mod dashboard;
pub mod domains;
pub mod email_templates;
pub(crate) mod fields;
pub mod hooks;
pub mod logs;
pub mod one_time_tokens;
pub mod organizations;
pub mod profile_fields;
pub mod resources;
pub mod roles;
pub mod saml_applications;
pub mod search;
pub mod sentinel;
pub mod sign_in_experience;
pub mod sso_connectors;
pub mod subject_tokens;
pub mod token_secrets;
pub mod user_assets;
pub mod users;
pub mod verification_codes;

use crate::flows::error::{FlowError, Rejection, reject};
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_store::{Connection, Durability, configuration};

/// Changes what servers hold in memory: in one durable transaction with a new version, and this
/// server holds the result when it answers.
///
/// Such changes happen one after another, on whichever servers: `work` reads what the one before
/// it has left.
pub async fn change<T>(
    app: &App,
    work: impl AsyncFn(&mut Connection) -> Result<T, FlowError>,
) -> Result<T, FlowError> {
    let result = app
        .store
        .write(Durability::Durable, async |connection| {
            // First, because it locks the row of the version.
            configuration::raise_version(connection).await?;
            work(connection).await
        })
        .await?;
    if let Err(error) = app.catalog.refresh(&app.store, &app.secrets).await {
        // The change is kept all the same, and the next look at the version finds it.
        tracing::warn!(%error, "the configuration could not be read after a change");
    }
    Ok(result)
}

/// The contract's answer where nothing has this id. `name` is what it should have been.
pub fn unknown(name: &'static str, id: &str) -> Rejection {
    reject(404, ErrorCode::EntityNotExistsWithId).with("name", name).with("id", id)
}
