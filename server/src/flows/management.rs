//! What administrators read and change.

mod accounts;
mod clients;
mod federation;
mod settings;

pub mod dashboard;
pub(crate) mod fields;
pub mod hooks;
pub mod logs;
pub mod organizations;
pub mod resources;
pub mod roles;
pub mod search;

// The folders group files; the names stay short.
pub use accounts::{
    one_time_tokens, sentinel, subject_tokens, token_secrets, users, verification_codes,
};
pub use clients::{applications, cimd_scopes, domains, saml_applications};
pub use federation::{connectors, sso_connectors};
pub use settings::{
    account_center, captcha_provider, configs, custom_phrases, email_templates, profile_fields,
    sign_in_experience, user_assets,
};

use crate::flows::audit::entry;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::state::App;
use std::slice;
use vestibule_shared::ErrorCode;
use vestibule_store::{Connection, Durability, audit, configuration};

/// Writes for an administrator: `work` and the audit entry of the operation are kept in one
/// transaction, or neither is. `work` may run again when another transaction got in its way.
///
/// The first of an operation's transactions that is kept has the entry, which says that the
/// operation has succeeded: what may be refused afterwards does not write here.
pub async fn write<T>(
    app: &App,
    durability: Durability,
    work: impl AsyncFn(&mut Connection) -> Result<T, FlowError>,
) -> Result<T, FlowError> {
    let entry = entry::take();
    let written = app
        .store
        .write(durability, async |connection| {
            let result = work(connection).await?;
            if let Some(entry) = &entry {
                // Last: others who count entries of this key wait until the commit.
                audit::insert(connection, slice::from_ref(entry)).await?;
            }
            Ok(result)
        })
        .await;
    if written.is_err() {
        entry::put_back(entry);
    }
    written
}

/// Changes what servers hold in memory: in one durable transaction with a new version, and this
/// server holds the result when it answers.
///
/// Such changes happen one after another, on whichever servers: `work` reads what the one before
/// it has left.
pub async fn change<T>(
    app: &App,
    work: impl AsyncFn(&mut Connection) -> Result<T, FlowError>,
) -> Result<T, FlowError> {
    let result = write(app, Durability::Durable, async |connection| {
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
