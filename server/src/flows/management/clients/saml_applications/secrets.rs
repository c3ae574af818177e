//! Keys that sign for SAML applications, with their certificates.

use super::find;
use crate::certificates::{self, Fingerprint};
use crate::flows::error::{FlowError, reject};
use crate::flows::management::{change, unknown};
use crate::state::App;
use chrono::{DateTime, Months};
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::saml_application::{
    CertificateFingerprint, CertificateFingerprints, SamlSecret,
};
use vestibule_store::saml_applications::{SamlSecretRow, secrets as rows};
use vestibule_store::{Millis, StoreError};

/// The purpose that keys are sealed for.
pub const SEAL: &str = "SAML application secret";

/// Keys of an application, newest first.
pub async fn list(app: &App, id: &str) -> Result<Vec<SamlSecret>, FlowError> {
    let mut connection = app.store.read().await?;
    find(&mut connection, id).await?;
    let found = rows::of(&mut connection, id).await?;
    Ok(found.into_iter().map(to_wire).collect::<Result<_, _>>()?)
}

/// Makes another key, which does not sign before it is told to.
pub async fn create(app: &App, id: &str, years: u32) -> Result<SamlSecret, FlowError> {
    find(&mut app.store.read().await?, id).await?;
    let row = new_row(app, id, years, false).await?;
    change(app, async |connection| {
        find(connection, id).await?;
        Ok(rows::insert(connection, &row).await?)
    })
    .await?;
    Ok(to_wire(row)?)
}

/// Lets a key sign, and no other one, or lets it sign no more.
pub async fn set_active(
    app: &App,
    id: &str,
    secret_id: &str,
    is_active: bool,
) -> Result<SamlSecret, FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let row = rows::set_active(connection, id, secret_id, is_active).await?;
        Ok(to_wire(row.ok_or_else(|| unknown("secret", secret_id))?)?)
    })
    .await
}

/// Deletes a key that does not sign.
pub async fn delete(app: &App, id: &str, secret_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        if rows::delete_inactive(connection, id, secret_id).await? {
            return Ok(());
        }
        let held = rows::by_id(connection, secret_id).await?;
        if held.is_some_and(|row| row.application_id == id) {
            return Err(reject(400, ErrorCode::ApplicationSamlCanNotDeleteActiveSecret).into());
        }
        Err(unknown("secret", secret_id).into())
    })
    .await
}

/// A key that is not stored yet.
pub(super) async fn new_row(
    app: &App,
    application_id: &str,
    years: u32,
    is_active: bool,
) -> Result<SamlSecretRow, FlowError> {
    let now = app.clock.now();
    let ends = end(now, years)
        .ok_or_else(|| FlowError::Internal(format!("there is no date in {years} years")))?;
    let name = application_id.to_owned();
    let made =
        tokio::task::spawn_blocking(move || certificates::self_signed(&name, now, ends)).await;
    let made = made
        .map_err(|error| FlowError::Internal(error.to_string()))?
        .map_err(|error| FlowError::Internal(error.to_string()))?;
    Ok(SamlSecretRow {
        id: random::standard_id(),
        application_id: application_id.to_owned(),
        sealed_private_key: app.secrets.sealer.seal(SEAL, made.private_key.as_str().as_bytes()),
        certificate: made.certificate,
        is_active,
        created_at: now,
        expires_at: made.expires_at,
    })
}

fn end(now: Millis, years: u32) -> Option<Millis> {
    let months = Months::new(years.checked_mul(12)?);
    let end = DateTime::from_timestamp_millis(now)?.checked_add_months(months)?;
    Some(end.timestamp_millis())
}

fn to_wire(row: SamlSecretRow) -> Result<SamlSecret, StoreError> {
    let fingerprint = Fingerprint::of_pem(&row.certificate);
    let Fingerprint { formatted, unformatted } =
        fingerprint.ok_or_else(|| StoreError::Corrupt {
            table: "saml_application_secrets",
            reason: format!("{} has no certificate", row.id),
        })?;
    Ok(SamlSecret {
        id: row.id,
        certificate: row.certificate,
        created_at: row.created_at,
        expires_at: row.expires_at,
        active: row.is_active,
        fingerprints: CertificateFingerprints {
            sha256: CertificateFingerprint { formatted, unformatted },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_those_of_the_calendar() {
        let leap_day = DateTime::parse_from_rfc3339("2028-02-29T12:00:00Z").unwrap();
        let in_a_year = DateTime::parse_from_rfc3339("2029-02-28T12:00:00Z").unwrap();
        assert_eq!(end(leap_day.timestamp_millis(), 1), Some(in_a_year.timestamp_millis()));
        assert_eq!(end(0, u32::MAX), None);
    }
}
