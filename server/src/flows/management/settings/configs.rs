//! Settings of the provider and of the administrators' pages.

pub mod actions;
pub mod jwt_customizers;
pub mod keys;
pub(crate) mod scripts;

use crate::catalog::provider_settings::{CIMD, ID_TOKEN, SESSION};
use crate::flows::error::FlowError;
use crate::flows::management::change;
use crate::state::App;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use vestibule_shared::configs::{
    AdminConsole, CimdSettings, IdTokenSettings, SessionSettings, UpdateAdminConsole,
    UpdateCimdSettings, UpdateSessionSettings,
};
use vestibule_store::{Connection, configuration};

pub(crate) const ADMIN_CONSOLE: &str = "adminConsole";

/// What the administrators' pages remember.
pub async fn admin_console(app: &App) -> Result<AdminConsole, FlowError> {
    read(&mut app.store.read().await?, ADMIN_CONSOLE).await
}

/// Merges into what the administrators' pages remember.
pub async fn update_admin_console(
    app: &App,
    patch: UpdateAdminConsole,
) -> Result<AdminConsole, FlowError> {
    change(app, async |connection| {
        let mut stored: AdminConsole = read(connection, ADMIN_CONSOLE).await?;
        let patch = patch.clone();
        if let Some(customized) = patch.sign_in_experience_customized {
            stored.sign_in_experience_customized = customized;
        }
        if let Some(created) = patch.organization_created {
            stored.organization_created = created;
        }
        if let Some(notification) = patch.development_tenant_migration_notification {
            stored.development_tenant_migration_notification = Some(notification);
        }
        if let Some(checked) = patch.checked_charge_notification {
            stored.checked_charge_notification = Some(checked);
        }
        write(connection, ADMIN_CONSOLE, &stored).await?;
        Ok(stored)
    })
    .await
}

/// How long sessions live.
pub async fn session(app: &App) -> Result<SessionSettings, FlowError> {
    read(&mut app.store.read().await?, SESSION).await
}

/// Changes how long sessions live: those that begin or are used after it.
pub async fn update_session(
    app: &App,
    patch: UpdateSessionSettings,
) -> Result<SessionSettings, FlowError> {
    change(app, async |connection| {
        let mut stored: SessionSettings = read(connection, SESSION).await?;
        stored.ttl = patch.ttl.unwrap_or(stored.ttl);
        write(connection, SESSION, &stored).await?;
        Ok(stored)
    })
    .await
}

/// What ID tokens say.
pub async fn id_token(app: &App) -> Result<IdTokenSettings, FlowError> {
    read(&mut app.store.read().await?, ID_TOKEN).await
}

/// Sets what ID tokens say that are issued after it.
pub async fn set_id_token(
    app: &App,
    mut settings: IdTokenSettings,
) -> Result<IdTokenSettings, FlowError> {
    if let Some(claims) = &mut settings.enabled_extended_claims {
        let mut kept = HashSet::new();
        claims.retain(|claim| kept.insert(*claim));
    }
    change(app, async |connection| {
        write(connection, ID_TOKEN, &settings).await?;
        Ok(settings.clone())
    })
    .await
}

/// Whether clients may describe themselves.
pub async fn cimd(app: &App) -> Result<CimdSettings, FlowError> {
    read(&mut app.store.read().await?, CIMD).await
}

/// Lets clients describe themselves, or not. The provider fetches no such descriptions yet: those
/// clients stay unknown to it.
pub async fn update_cimd(app: &App, patch: UpdateCimdSettings) -> Result<CimdSettings, FlowError> {
    change(app, async |connection| {
        let mut stored: CimdSettings = read(connection, CIMD).await?;
        stored.enabled = patch.enabled.unwrap_or(stored.enabled);
        write(connection, CIMD, &stored).await?;
        Ok(stored)
    })
    .await
}

/// The settings under a key, or those of a fresh installation.
async fn read<T: DeserializeOwned + Default>(
    connection: &mut Connection,
    key: &str,
) -> Result<T, FlowError> {
    match configuration::get(connection, key).await? {
        Some(text) => serde_json::from_str(&text).map_err(internal),
        None => Ok(T::default()),
    }
}

async fn write(
    connection: &mut Connection,
    key: &str,
    settings: &impl Serialize,
) -> Result<(), FlowError> {
    let text = serde_json::to_string(settings).map_err(internal)?;
    Ok(configuration::set(connection, key, &text).await?)
}

fn internal(error: impl std::fmt::Display) -> FlowError {
    FlowError::Internal(error.to_string())
}
