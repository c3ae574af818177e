//! Protected applications: web servers behind a proxy that signs people in. Setting up host names
//! and certificates of such a proxy is part of the contract's hosted edition; this server has no
//! proxy, so that it makes none of them.

use super::{find, kind};
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::fields;
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_shared::application::ApplicationType;
use vestibule_shared::application::protected_app::{
    CreateProtectedAppMetadata, CustomDomain, UpdateProtectedAppMetadata,
};
use vestibule_store::applications::ApplicationRow;

/// Refuses to make a protected application, once what is sent has been checked.
pub fn refuse_creation(metadata: Option<&CreateProtectedAppMetadata>) -> Rejection {
    let missing = || reject(400, ErrorCode::ApplicationProtectedMetadataRequired);
    let Some(metadata) = metadata else { return missing() };
    let is_label = |text: &str| {
        let mut characters = text.bytes();
        characters.all(|each| matches!(each, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-')
            && !text.ends_with('-')
    };
    if !is_label(&metadata.sub_domain) {
        return invalid_input("protectedAppMetadata.subDomain", "must be a label of a host name");
    }
    match fields::web_address("protectedAppMetadata.origin", &metadata.origin) {
        Ok(()) => not_configured(),
        Err(refusal) => refusal,
    }
}

/// Refuses to change the settings of a protected application: there is none.
pub fn check_update(
    row: &ApplicationRow,
    metadata: &UpdateProtectedAppMetadata,
) -> Result<(), FlowError> {
    if let Some(origin) = &metadata.origin {
        fields::web_address("protectedAppMetadata.origin", origin)?;
    }
    if kind(row)? != ApplicationType::Protected {
        return Err(reject(422, ErrorCode::ApplicationInvalidType).into());
    }
    Err(not_configured().into())
}

/// Host names of a protected application beside the one that it begins with.
pub async fn custom_domains(app: &App, id: &str) -> Result<Vec<CustomDomain>, FlowError> {
    Err(refusal(app, id).await?.into())
}

/// Adds a host name.
pub async fn add_custom_domain(app: &App, id: &str) -> Result<(), FlowError> {
    Err(refusal(app, id).await?.into())
}

/// Takes a host name away.
pub async fn remove_custom_domain(app: &App, id: &str) -> Result<(), FlowError> {
    Err(refusal(app, id).await?.into())
}

async fn refusal(app: &App, id: &str) -> Result<Rejection, FlowError> {
    find(&mut app.store.read().await?, id).await?;
    Ok(not_configured())
}

fn not_configured() -> Rejection {
    reject(501, ErrorCode::ApplicationProtectedAppNotConfigured)
}
