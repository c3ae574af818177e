//! Personal access tokens of a user.

use super::find;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::{unknown, write};
use crate::seed::TENANT;
use crate::state::App;
use vestibule_protocol::{hash, random};
use vestibule_shared::ErrorCode;
use vestibule_shared::user::{CreatePersonalAccessToken, PersonalAccessToken};
use vestibule_store::personal_access_tokens::{self as rows, PersonalAccessTokenRow};
use vestibule_store::{Durability, StoreError};

const SEAL: &str = "personal-access-token";

/// Tokens of a user, oldest first.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<PersonalAccessToken>, FlowError> {
    let mut connection = app.store.read().await?;
    find(&mut connection, user_id).await?;
    let found = rows::of_user(&mut connection, user_id).await?;
    found.into_iter().map(|row| to_wire(app, row)).collect()
}

/// Makes a token.
pub async fn create(
    app: &App,
    user_id: &str,
    request: CreatePersonalAccessToken,
) -> Result<PersonalAccessToken, FlowError> {
    let now = app.clock.now();
    if request.expires_at.is_some_and(|end| end <= now) {
        let past = "expiresAt must be in the future";
        return Err(reject(400, ErrorCode::RequestInvalidInput).with_details(past).into());
    }
    let value = format!("pat_{}", random::secret());
    let row = PersonalAccessTokenRow {
        user_id: user_id.to_owned(),
        name: request.name,
        value_hash: hash::sha256_hex(&value),
        sealed_value: app.secrets.sealer.seal(SEAL, value.as_bytes()),
        created_at: now,
        expires_at: request.expires_at,
    };
    write(app, Durability::Durable, async |connection| {
        find(connection, user_id).await?;
        rows::insert(connection, &row).await.map_err(|error| taken(error, &row.name))
    })
    .await?;
    to_wire(app, row)
}

/// Renames a token.
pub async fn rename(
    app: &App,
    user_id: &str,
    name: &str,
    new_name: &str,
) -> Result<PersonalAccessToken, FlowError> {
    let renamed = write(app, Durability::Durable, async |connection| {
        find(connection, user_id).await?;
        let renamed = rows::rename(connection, user_id, name, new_name).await;
        let renamed = renamed.map_err(|error| taken(error, new_name))?;
        Ok(renamed.ok_or_else(|| none(name))?)
    })
    .await?;
    to_wire(app, renamed)
}

/// Deletes a token.
pub async fn delete(app: &App, user_id: &str, name: &str) -> Result<(), FlowError> {
    write(app, Durability::Durable, async |connection| {
        find(connection, user_id).await?;
        let deleted = rows::delete(connection, user_id, name).await?;
        if deleted { Ok(()) } else { Err(none(name).into()) }
    })
    .await
}

fn none(name: &str) -> Rejection {
    unknown("personal access token", name)
}

fn taken(error: StoreError, name: &str) -> FlowError {
    match error {
        StoreError::Taken(_) => {
            reject(422, ErrorCode::UserPersonalAccessTokenNameExists).with("name", name).into()
        }
        other => other.into(),
    }
}

fn to_wire(app: &App, row: PersonalAccessTokenRow) -> Result<PersonalAccessToken, FlowError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        FlowError::Internal(format!("a personal access token of {}: {error}", row.user_id))
    };
    let value = app.secrets.sealer.open(SEAL, &row.sealed_value);
    let value = value.map_err(|error| unreadable(&error))?;
    let value = String::from_utf8(value).map_err(|error| unreadable(&error.utf8_error()))?;
    Ok(PersonalAccessToken {
        tenant_id: TENANT.to_owned(),
        user_id: row.user_id,
        name: row.name,
        value,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}
