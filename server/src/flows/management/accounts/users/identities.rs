//! Identities that a user has elsewhere.

use super::{edit, find, shown};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::seed::TENANT;
use crate::state::App;
use serde_json::Value;
use vestibule_shared::user::{
    AllIdentities, LinkIdentity, SocialIdentity, SocialIdentityOfUser, SsoIdentity,
    SsoIdentityOfUser, TargetedSocialIdentity, TokenSecret, User,
};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::users::{self as rows, SsoIdentityRow, TokenSecretRow, UserRow};
use vestibule_store::{Connection, StoreError};

/// Links a social identity in the place of the one at the same provider; answers with all social
/// identities and whether there was none before.
pub async fn link(
    app: &App,
    user_id: &str,
    target: &str,
    identity: SocialIdentity,
) -> Result<(JsonObject, bool), FlowError> {
    let held = serde_json::to_value(&identity).map_err(|error| corrupt(&error))?;
    let (row, is_new) = edit(app, user_id, async |connection, row| {
        let linked = rows::link_identity(connection, user_id, target, &identity.user_id).await;
        linked.map_err(taken)?;
        Ok(row.identities.0.insert(target.to_owned(), held.clone()).is_none())
    })
    .await?;
    Ok((row.identities.0, is_new))
}

/// Links the identity that a social connector reads from what its provider sent back. No kind of
/// connector of this server is a social one, so that every id is of none.
pub async fn link_by_connector(
    app: &App,
    user_id: &str,
    _request: &LinkIdentity,
) -> Result<JsonObject, FlowError> {
    find(&mut app.store.read().await?, user_id).await?;
    Err(reject(422, ErrorCode::SessionInvalidConnectorId).into())
}

/// A social identity.
pub async fn get(
    app: &App,
    user_id: &str,
    target: &str,
    with_secret: bool,
) -> Result<SocialIdentityOfUser, FlowError> {
    let mut connection = app.store.read().await?;
    let row = find(&mut connection, user_id).await?;
    let held = row.identities.0.get(target).cloned().ok_or_else(missing)?;
    let secrets = secrets(&mut connection, user_id, with_secret).await?;
    Ok(of_user(&secrets, target, read(held)?))
}

/// Takes a social identity away.
pub async fn unlink(app: &App, user_id: &str, target: &str) -> Result<User, FlowError> {
    let (row, ()) = edit(app, user_id, async |connection, row| {
        row.identities.0.remove(target).ok_or_else(missing)?;
        Ok(rows::unlink_identity(connection, user_id, target).await?)
    })
    .await?;
    Ok(shown(row))
}

/// An enterprise identity.
pub async fn get_sso(
    app: &App,
    user_id: &str,
    connector_id: &str,
    with_secret: bool,
) -> Result<SsoIdentityOfUser, FlowError> {
    let mut connection = app.store.read().await?;
    find(&mut connection, user_id).await?;
    let found = rows::sso_identities(&mut connection, user_id).await?;
    let own = found.into_iter().find(|row| row.sso_connector_id == connector_id);
    let row = own.ok_or_else(|| reject(404, ErrorCode::UserEnterpriseSsoIdentityNotExists))?;
    let secrets = secrets(&mut connection, user_id, with_secret).await?;
    Ok(SsoIdentityOfUser { sso_connector_id: None, ..sso_of_user(&secrets, row) })
}

/// All identities that a user has elsewhere.
pub async fn all(app: &App, user_id: &str, with_secrets: bool) -> Result<AllIdentities, FlowError> {
    let mut connection = app.store.read().await?;
    let row: UserRow = find(&mut connection, user_id).await?;
    let sso = rows::sso_identities(&mut connection, user_id).await?;
    let secrets = secrets(&mut connection, user_id, with_secrets).await?;
    let mut social_identities = Vec::new();
    for (target, held) in row.identities.0.0 {
        let identity = of_user(&secrets, &target, read(held)?);
        social_identities.push(TargetedSocialIdentity { target, identity });
    }
    let sso_identities = sso.into_iter().map(|row| sso_of_user(&secrets, row)).collect();
    Ok(AllIdentities { social_identities, sso_identities })
}

/// Enterprise identities of a user.
pub async fn sso(
    connection: &mut Connection,
    user_id: &str,
) -> Result<Vec<SsoIdentity>, FlowError> {
    let found = rows::sso_identities(connection, user_id).await?;
    Ok(found.into_iter().map(sso_to_wire).collect())
}

async fn secrets(
    connection: &mut Connection,
    user_id: &str,
    wanted: bool,
) -> Result<Vec<TokenSecretRow>, StoreError> {
    if wanted { rows::token_secrets(connection, user_id).await } else { Ok(Vec::new()) }
}

fn of_user(
    secrets: &[TokenSecretRow],
    target: &str,
    identity: SocialIdentity,
) -> SocialIdentityOfUser {
    let own = secrets.iter().find(|row| {
        row.social_target.as_deref() == Some(target)
            && row.social_identity_id.as_deref() == Some(identity.user_id.as_str())
    });
    SocialIdentityOfUser { token_secret: own.map(secret_to_wire), identity }
}

fn sso_of_user(secrets: &[TokenSecretRow], row: SsoIdentityRow) -> SsoIdentityOfUser {
    let own = secrets.iter().find(|it| it.sso_identity_id.as_deref() == Some(row.id.as_str()));
    SsoIdentityOfUser {
        sso_connector_id: Some(row.sso_connector_id.clone()),
        token_secret: own.map(secret_to_wire),
        sso_identity: sso_to_wire(row),
    }
}

fn sso_to_wire(row: SsoIdentityRow) -> SsoIdentity {
    SsoIdentity {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        user_id: row.user_id,
        issuer: row.issuer,
        identity_id: row.identity_id,
        detail: row.detail.0,
        created_at: row.created_at,
        updated_at: row.updated_at,
        sso_connector_id: row.sso_connector_id,
    }
}

fn secret_to_wire(row: &TokenSecretRow) -> TokenSecret {
    TokenSecret {
        tenant_id: TENANT.to_owned(),
        id: row.id.clone(),
        user_id: row.user_id.clone(),
        kind: row.kind.clone(),
        metadata: row.metadata.0.clone(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        connector_id: row.connector_id.clone(),
        identity_id: row.social_identity_id.clone(),
        target: row.social_target.clone(),
    }
}

fn missing() -> Rejection {
    reject(404, ErrorCode::UserIdentityNotExist)
}

fn taken(error: StoreError) -> FlowError {
    match error {
        StoreError::Taken(_) => reject(422, ErrorCode::UserIdentityAlreadyInUse).into(),
        other => other.into(),
    }
}

fn read(held: Value) -> Result<SocialIdentity, StoreError> {
    serde_json::from_value(held).map_err(|error| corrupt(&error))
}

fn corrupt(error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt { table: "users", reason: format!("identities: {error}") }
}
