//! What the administrators' pages remember, and the keys of the provider.

use super::change;
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::seed;
use crate::state::App;
use serde_json::{Map, Value, json};
use vestibule_protocol::jose::SigningAlgorithm;
use vestibule_shared::configs::{OidcKey, RotateOidcKey, SigningKeyAlgorithm};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::signing_keys::SigningKeyRow;
use vestibule_store::{Connection, configuration, signing_keys};

const ADMIN_CONSOLE: &str = "adminConsole";
/// Far more than the pages remember.
const MAX_ADMIN_CONSOLE: usize = 64 * 1024;
/// Members that have a type.
const FLAGS: [&str; 2] = ["signInExperienceCustomized", "organizationCreated"];

/// What the administrators' pages remember.
pub async fn admin_console(app: &App) -> Result<JsonObject, FlowError> {
    read_admin_console(&mut app.store.read().await?).await
}

/// Merges into what the administrators' pages remember.
pub async fn update_admin_console(app: &App, patch: JsonObject) -> Result<JsonObject, FlowError> {
    for flag in FLAGS {
        if patch.get(flag).is_some_and(|value| !value.is_boolean()) {
            return Err(invalid_input(flag, "must be true or false").into());
        }
    }
    change(app, async |connection| {
        let mut stored = read_admin_console(connection).await?;
        stored.extend(patch.0.clone());
        let text = serde_json::to_string(&stored).map_err(internal)?;
        if text.len() > MAX_ADMIN_CONSOLE {
            return Err(invalid_input("", "must have at most 64 KiB").into());
        }
        configuration::set(connection, ADMIN_CONSOLE, &text).await?;
        Ok(stored)
    })
    .await
}

async fn read_admin_console(connection: &mut Connection) -> Result<JsonObject, FlowError> {
    match configuration::get(connection, ADMIN_CONSOLE).await? {
        Some(text) => serde_json::from_str(&text).map_err(internal),
        None => Ok(JsonObject(Map::from_iter(FLAGS.map(|flag| (flag.to_owned(), json!(false)))))),
    }
}

/// Which keys are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// Those that sign tokens.
    Private,
    /// Those that sign cookies. They are derived from the server's secret key, and none is stored.
    Cookie,
}

impl KeyType {
    /// The type by its name in a path.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "private-keys" => Some(Self::Private),
            "cookie-keys" => Some(Self::Cookie),
            _ => None,
        }
    }
}

/// The keys, newest first, without their values.
pub async fn keys(app: &App, kind: KeyType) -> Result<Vec<OidcKey>, FlowError> {
    match kind {
        KeyType::Private => list(&mut app.store.read().await?).await,
        KeyType::Cookie => Ok(Vec::new()),
    }
}

/// Makes a new key the current one at once; the one before still verifies what it has signed.
pub async fn rotate(
    app: &App,
    kind: KeyType,
    request: RotateOidcKey,
) -> Result<Vec<OidcKey>, FlowError> {
    check_rotation(kind, &request)?;
    let algorithm = match request.signing_key_algorithm {
        None => app.settings.signing_algorithm,
        Some(SigningKeyAlgorithm::Ec) => SigningAlgorithm::Es384,
        Some(SigningKeyAlgorithm::Rsa) => SigningAlgorithm::Rs256,
    };
    let key = seed::new_signing_key(algorithm, &app.secrets, app.clock.now()).map_err(internal)?;
    change(app, async |connection| {
        signing_keys::rotate(connection, &key).await?;
        list(connection).await
    })
    .await
}

/// Deletes a key that signs nothing any more; tokens that it has signed are no longer accepted.
pub async fn delete_key(app: &App, kind: KeyType, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let found = match kind {
            KeyType::Private => signing_keys::list(connection).await?,
            KeyType::Cookie => Vec::new(),
        };
        let key = found.iter().find(|row| row.id == id);
        let key = key.ok_or_else(|| reject(404, ErrorCode::OidcKeyNotFound))?;
        if found.len() == 1 {
            return Err(reject(422, ErrorCode::OidcKeyRequired).into());
        }
        if key.status != "Previous" {
            return Err(reject(422, ErrorCode::OidcOnlyPreviousKeyCanBeDeleted).into());
        }
        signing_keys::delete(connection, id).await?;
        Ok(())
    })
    .await
}

async fn list(connection: &mut Connection) -> Result<Vec<OidcKey>, FlowError> {
    Ok(signing_keys::list(connection).await?.into_iter().map(to_wire).collect())
}

/// Keys are not published ahead of their use, and the server's own key is not changed from here.
fn check_rotation(kind: KeyType, request: &RotateOidcKey) -> Result<(), Rejection> {
    let grace = request.rotation_grace_period.unwrap_or(0);
    if grace < 0 {
        return Err(invalid_input("rotationGracePeriod", "must not be negative"));
    }
    if kind == KeyType::Cookie || grace > 0 {
        return Err(reject(422, ErrorCode::RequestFeatureNotSupported));
    }
    Ok(())
}

fn internal(error: impl std::fmt::Display) -> FlowError {
    FlowError::Internal(error.to_string())
}

fn to_wire(row: SigningKeyRow) -> OidcKey {
    let is_rsa = row.public_jwk.0.get("kty").and_then(Value::as_str) == Some("RSA");
    OidcKey {
        id: row.id,
        created_at: row.created_at / 1000,
        signing_key_algorithm: if is_rsa {
            SigningKeyAlgorithm::Rsa
        } else {
            SigningKeyAlgorithm::Ec
        },
        status: row.status,
    }
}
