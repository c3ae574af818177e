//! Keys that requests to a SAML identity provider are signed with.

use super::{find_saml, open};
use crate::certificates::{self, Fingerprint, KeyAndCertificate};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::{change, unknown};
use crate::state::App;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::sso_connector::{
    SsoSigningKey, SsoSigningKeyFingerprint, SsoSigningKeyFingerprints,
};
use vestibule_store::sso_connectors::{self as rows, SigningKeyRow};
use vestibule_store::{Connection, Millis};

/// How long a certificate may be used: three years.
const LIFE_SPAN: Millis = 3 * 365 * 24 * 60 * 60 * 1000;

/// Signing keys of a connector, newest first.
pub async fn list(app: &App, id: &str) -> Result<Vec<SsoSigningKey>, FlowError> {
    let mut connection = app.store.read().await?;
    find_saml(&mut connection, id).await?;
    let keys = rows::signing_keys(&mut connection, id).await?;
    keys.into_iter().map(to_wire).collect()
}

/// Makes a signing key, which signs at once if `active`.
pub async fn create(app: &App, id: &str, active: bool) -> Result<SsoSigningKey, FlowError> {
    // Not worth a key where there is no connector.
    find_saml(&mut app.store.read().await?, id).await?;
    let now = app.clock.now();
    let made = generate(format!("Vestibule {id}"), now).await?;
    let key_id = random::standard_id();
    let row = SigningKeyRow {
        sealed_private_key: app
            .secrets
            .sealer
            .seal(&purpose(&key_id), made.private_key.as_str().as_bytes()),
        id: key_id,
        sso_connector_id: id.to_owned(),
        certificate: made.certificate,
        is_active: false,
        created_at: now,
        expires_at: made.expires_at,
    };
    change(app, async |connection| {
        find_saml(connection, id).await?;
        rows::insert_signing_key(connection, &row).await?;
        if active {
            rows::activate_signing_key(connection, id, Some(&row.id)).await?;
        }
        Ok(())
    })
    .await?;
    to_wire(SigningKeyRow { is_active: active, ..row })
}

/// Lets a key sign in the place of the one before, or no longer.
pub async fn set_active(
    app: &App,
    id: &str,
    key_id: &str,
    active: bool,
) -> Result<SsoSigningKey, FlowError> {
    let row = change(app, async |connection| {
        let connector = find_saml(connection, id).await?;
        let row = find(connection, id, key_id).await?;
        if row.is_active == active {
            return Ok(row);
        }
        if !active && open(app, &connector)?.signs_requests() {
            return Err(reject(400, ErrorCode::SingleSignOnCanNotDeactivateSigningKeyInUse).into());
        }
        rows::activate_signing_key(connection, id, active.then_some(key_id)).await?;
        Ok(SigningKeyRow { is_active: active, ..row })
    })
    .await?;
    to_wire(row)
}

/// Deletes a key that does not sign.
pub async fn delete(app: &App, id: &str, key_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find_saml(connection, id).await?;
        if find(connection, id, key_id).await?.is_active {
            return Err(reject(400, ErrorCode::SingleSignOnCanNotDeleteActiveSigningKey).into());
        }
        Ok(rows::delete_signing_key(connection, key_id).await?)
    })
    .await
}

/// A key of this connector, or the contract's 404.
async fn find(
    connection: &mut Connection,
    id: &str,
    key_id: &str,
) -> Result<SigningKeyRow, FlowError> {
    let keys = rows::signing_keys(connection, id).await?;
    let found = keys.into_iter().find(|key| key.id == key_id);
    Ok(found.ok_or_else(|| missing(key_id))?)
}

fn missing(key_id: &str) -> Rejection {
    unknown("signing key", key_id)
}

/// What the private key is sealed for.
pub(crate) fn purpose(key_id: &str) -> String {
    format!("sso connector signing key {key_id}")
}

async fn generate(common_name: String, now: Millis) -> Result<KeyAndCertificate, FlowError> {
    let made = tokio::task::spawn_blocking(move || {
        certificates::self_signed(&common_name, now, now.saturating_add(LIFE_SPAN))
    });
    let made = made.await.map_err(|error| FlowError::Internal(error.to_string()))?;
    made.map_err(|error| FlowError::Internal(error.to_string()))
}

fn to_wire(row: SigningKeyRow) -> Result<SsoSigningKey, FlowError> {
    let fingerprint = Fingerprint::of_pem(&row.certificate)
        .ok_or_else(|| FlowError::Internal(format!("the certificate of signing key {}", row.id)))?;
    let sha256 = SsoSigningKeyFingerprint {
        formatted: fingerprint.formatted,
        unformatted: fingerprint.unformatted,
    };
    Ok(SsoSigningKey {
        id: row.id,
        certificate: row.certificate,
        created_at: row.created_at,
        expires_at: row.expires_at,
        active: row.is_active,
        fingerprints: SsoSigningKeyFingerprints { sha256 },
    })
}
