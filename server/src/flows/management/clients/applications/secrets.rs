//! Secrets of applications.

use super::{find, keeps_secrets, kind};
use crate::flows::error::{FlowError, reject};
use crate::flows::management::change;
use crate::seed::TENANT;
use crate::state::App;
use vestibule_protocol::{hash, random};
use vestibule_shared::ErrorCode;
use vestibule_shared::application::{Application, ApplicationSecret, CreateApplicationSecret};
use vestibule_store::Millis;
use vestibule_store::applications::{self as rows, SecretRow};

/// The purpose that the values of secrets are sealed for.
pub const SEAL: &str = "application secret";
/// Name of the secret that a new application gets.
pub(super) const DEFAULT: &str = "Default secret";

/// The secrets of an application, oldest first.
pub async fn list(app: &App, id: &str) -> Result<Vec<ApplicationSecret>, FlowError> {
    let mut connection = app.store.read().await?;
    find(&mut connection, id).await?;
    let secrets = rows::secrets(&mut connection, id).await?;
    secrets.into_iter().map(|row| to_wire(app, row)).collect()
}

/// Adds a secret.
pub async fn create(
    app: &App,
    id: &str,
    request: CreateApplicationSecret,
) -> Result<ApplicationSecret, FlowError> {
    if request.expires_at.is_some_and(|end| end <= app.clock.now()) {
        let past = reject(400, ErrorCode::RequestInvalidInput);
        return Err(past.with_details("expiresAt must be in the future").into());
    }
    let value = random::secret();
    let secret = new_row(app, id, request.name, &value, request.expires_at);
    change(app, async |connection| {
        if !keeps_secrets(kind(&find(connection, id).await?)?) {
            let refusal = reject(422, ErrorCode::EntityDbConstraintViolated);
            return Err(refusal.with_details("a public client keeps no secret").into());
        }
        Ok(rows::insert_secret(connection, &secret).await?)
    })
    .await?;
    to_wire(app, secret)
}

/// Renames a secret.
pub async fn rename(
    app: &App,
    id: &str,
    name: &str,
    new_name: &str,
) -> Result<ApplicationSecret, FlowError> {
    let renamed = change(app, async |connection| {
        let renamed = rows::rename_secret(connection, id, name, new_name).await?;
        Ok(renamed.ok_or_else(|| reject(404, ErrorCode::EntityNotExists))?)
    })
    .await?;
    to_wire(app, renamed)
}

/// Deletes a secret; from then on it authenticates nobody.
pub async fn delete(app: &App, id: &str, name: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let deleted = rows::delete_secret(connection, id, name).await?;
        if deleted { Ok(()) } else { Err(reject(404, ErrorCode::EntityNotFound).into()) }
    })
    .await
}

/// Takes the secret away that applications of the first days have in the clear. There is no such
/// application here: every secret has a name.
pub async fn delete_legacy(app: &App, id: &str) -> Result<Application, FlowError> {
    find(&mut app.store.read().await?, id).await?;
    Err(reject(400, ErrorCode::ApplicationNoLegacySecretFound).into())
}

/// A secret that is not stored yet.
pub(super) fn new_row(
    app: &App,
    application_id: &str,
    name: String,
    value: &str,
    expires_at: Option<Millis>,
) -> SecretRow {
    SecretRow {
        application_id: application_id.to_owned(),
        name,
        value_hash: hash::sha256_hex(value),
        sealed_value: app.secrets.sealer.seal(SEAL, value.as_bytes()),
        created_at: app.clock.now(),
        expires_at,
    }
}

fn to_wire(app: &App, row: SecretRow) -> Result<ApplicationSecret, FlowError> {
    let unreadable = |error: String| {
        FlowError::Internal(format!("a secret of application {}: {error}", row.application_id))
    };
    let value = app.secrets.sealer.open(SEAL, &row.sealed_value);
    let value = value.map_err(|error| unreadable(error.to_string()))?;
    let value = String::from_utf8(value).map_err(|error| unreadable(error.to_string()))?;
    Ok(ApplicationSecret {
        tenant_id: TENANT.to_owned(),
        application_id: row.application_id,
        name: row.name,
        value,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}
