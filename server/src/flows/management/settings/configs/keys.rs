//! Keys of the provider.

use super::internal;
use crate::flows::error::{FlowError, reject};
use crate::flows::management::change;
use crate::seed;
use crate::state::App;
use serde_json::Value;
use vestibule_protocol::jose::SigningAlgorithm;
use vestibule_shared::ErrorCode;
use vestibule_shared::configs::{OidcKey, OidcKeyStatus, RotateOidcKey, SigningKeyAlgorithm};
use vestibule_store::cookie_keys::{self, CookieKeyRow};
use vestibule_store::signing_keys::{self, SigningKeyRow};
use vestibule_store::{Connection, Millis};

/// Which keys are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// Those that sign tokens.
    Private,
    /// Those that sign cookies.
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
pub async fn list(app: &App, kind: KeyType) -> Result<Vec<OidcKey>, FlowError> {
    match kind {
        KeyType::Private => of_database(&mut app.store.read().await?).await,
        KeyType::Cookie => for_cookies(&mut app.store.read().await?).await,
    }
}

/// Makes a new key: the current one at once, or after a grace period in which clients learn of it.
/// The one before still verifies what it has signed.
pub async fn rotate(
    app: &App,
    kind: KeyType,
    request: RotateOidcKey,
) -> Result<Vec<OidcKey>, FlowError> {
    if kind == KeyType::Cookie {
        return rotate_cookie_key(app, &request).await;
    }
    let grace = grace_period(&request);
    let algorithm = match request.signing_key_algorithm {
        None => app.settings.signing_algorithm,
        Some(SigningKeyAlgorithm::Ec) => SigningAlgorithm::Es384,
        Some(SigningKeyAlgorithm::Rsa) => SigningAlgorithm::Rs256,
    };
    let now = app.clock.now();
    let mut key = seed::new_signing_key(algorithm, &app.secrets, now).map_err(internal)?;
    if grace > 0 {
        OidcKeyStatus::Next.as_str().clone_into(&mut key.status);
        key.effective_at = Some(now + grace);
    }
    change(app, async |connection| {
        let held = signing_keys::list(connection).await?;
        if held.iter().any(|row| row.status == OidcKeyStatus::Next.as_str()) {
            let refusal = reject(422, ErrorCode::OidcInvalidRequest);
            return Err(refusal.with_details("a key is staged already").into());
        }
        if grace > 0 {
            signing_keys::stage(connection, &key).await?;
        } else {
            signing_keys::rotate(connection, &key).await?;
        }
        of_database(connection).await
    })
    .await
}

/// Makes a new key for cookies. Those of the one before stay good; older ones go.
async fn rotate_cookie_key(app: &App, request: &RotateOidcKey) -> Result<Vec<OidcKey>, FlowError> {
    if request.rotation_grace_period.is_some() {
        let refusal = reject(422, ErrorCode::OidcInvalidRequest);
        return Err(refusal.with_details("keys for cookies have no grace period").into());
    }
    let key = seed::new_cookie_key(&app.secrets, app.clock.now());
    change(app, async |connection| {
        for old in cookie_keys::list(connection).await?.iter().skip(1) {
            cookie_keys::delete(connection, &old.id).await?;
        }
        cookie_keys::insert(connection, &key).await?;
        for_cookies(connection).await
    })
    .await
}

/// Makes the key that was published ahead the current one if its time has come.
pub async fn promote(app: &App) -> Result<(), FlowError> {
    let now = app.clock.now();
    let promoted =
        change(app, async |connection| Ok(signing_keys::promote(connection, now).await?)).await?;
    if promoted {
        tracing::info!("the signing key that was published ahead is the current one now");
    }
    Ok(())
}

/// Deletes a key that signs nothing any more; tokens that it has signed are no longer accepted.
pub async fn delete(app: &App, kind: KeyType, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let found = match kind {
            KeyType::Private => of_database(connection).await?,
            KeyType::Cookie => for_cookies(connection).await?,
        };
        let key = found.iter().find(|key| key.id == id);
        let key = key.ok_or_else(|| reject(404, ErrorCode::OidcKeyNotFound))?;
        if found.len() == 1 {
            return Err(reject(422, ErrorCode::OidcKeyRequired).into());
        }
        if key.status.is_some_and(|status| status != OidcKeyStatus::Previous) {
            return Err(reject(422, ErrorCode::OidcOnlyPreviousKeyCanBeDeleted).into());
        }
        match kind {
            KeyType::Private => signing_keys::delete(connection, id).await?,
            KeyType::Cookie => {
                cookie_keys::delete(connection, id).await?;
            }
        }
        Ok(())
    })
    .await
}

async fn of_database(connection: &mut Connection) -> Result<Vec<OidcKey>, FlowError> {
    Ok(signing_keys::list(connection).await?.into_iter().map(to_wire).collect())
}

async fn for_cookies(connection: &mut Connection) -> Result<Vec<OidcKey>, FlowError> {
    let to_wire = |row: CookieKeyRow| OidcKey {
        id: row.id,
        created_at: row.created_at / 1000,
        signing_key_algorithm: None,
        status: None,
        effective_at: None,
    };
    Ok(cookie_keys::list(connection).await?.into_iter().map(to_wire).collect())
}

/// Milliseconds for which a new key is only published.
fn grace_period(request: &RotateOidcKey) -> Millis {
    Millis::from(request.rotation_grace_period.unwrap_or(0)) * 1000
}

fn to_wire(row: SigningKeyRow) -> OidcKey {
    let is_rsa = row.public_jwk.0.get("kty").and_then(Value::as_str) == Some("RSA");
    let kind = if is_rsa { SigningKeyAlgorithm::Rsa } else { SigningKeyAlgorithm::Ec };
    OidcKey {
        id: row.id,
        created_at: row.created_at / 1000,
        signing_key_algorithm: Some(kind),
        status: OidcKeyStatus::parse(&row.status),
        effective_at: row.effective_at.map(|at| at / 1000),
    }
}
