//! The service that tells people from programs.

use crate::catalog::ActiveCaptcha;
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::change;
use crate::secrets::Secrets;
use crate::seed::TENANT;
use crate::state::App;
use vestibule_connectors::captcha::CaptchaService;
use vestibule_shared::ErrorCode;
use vestibule_shared::captcha_provider::{
    CaptchaConfig, CaptchaMode, CaptchaProvider, PublicCaptchaConfig,
};
use vestibule_store::captcha_provider::{self as rows, CaptchaProviderRow, ID};
use vestibule_store::sign_in_experience;

/// The purpose that the settings are sealed for.
pub(crate) const SEAL: &str = "captcha provider";

/// The service that is set up.
pub async fn get(app: &App) -> Result<CaptchaProvider, FlowError> {
    let row = rows::get(&mut app.store.read().await?).await?;
    to_wire(app, row.ok_or_else(none)?)
}

/// Sets the service up in place of the one before.
pub async fn put(app: &App, config: CaptchaConfig) -> Result<CaptchaProvider, FlowError> {
    check(&config)?;
    let text = serde_json::to_vec(&config).map_err(internal)?;
    let now = app.clock.now();
    let row = CaptchaProviderRow {
        id: ID.to_owned(),
        sealed_config: app.secrets.sealer.seal(SEAL, &text),
        created_at: now,
        updated_at: now,
    };
    let stored = change(app, async |connection| Ok(rows::put(connection, &row).await?)).await?;
    to_wire(app, stored)
}

/// Removes the service, and asks nobody any more.
pub async fn delete(app: &App) -> Result<(), FlowError> {
    change(app, async |connection| {
        if !rows::delete(connection).await? {
            return Err(none().into());
        }
        if let Some(mut experience) = sign_in_experience::get(connection).await? {
            experience.captcha_policy.enabled = Some(false);
            sign_in_experience::put(connection, &experience, app.clock.now()).await?;
        }
        Ok(())
    })
    .await
}

fn none() -> Rejection {
    reject(404, ErrorCode::EntityNotFound)
}

fn internal(error: impl std::fmt::Display) -> FlowError {
    FlowError::Internal(error.to_string())
}

pub(crate) fn check(config: &CaptchaConfig) -> Result<(), Rejection> {
    let domain = match config {
        CaptchaConfig::Turnstile { .. } => None,
        CaptchaConfig::RecaptchaEnterprise { domain, .. } => domain.as_ref(),
    };
    if domain.is_some_and(|domain| !is_host(domain)) {
        return Err(invalid_input("config.domain", "must be the name of a host"));
    }
    Ok(())
}

/// The domain goes into the policy of pages as it is.
fn is_host(domain: &str) -> bool {
    domain.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '.' | '-'))
}

/// Makes the service ready for use.
pub fn activate(secrets: &Secrets, row: &CaptchaProviderRow) -> Result<ActiveCaptcha, String> {
    let text = secrets.sealer.open(SEAL, &row.sealed_config).map_err(|it| it.to_string())?;
    let config: CaptchaConfig = serde_json::from_slice(&text).map_err(|it| it.to_string())?;
    let public = config.to_public();
    // A row may be older than the rule for it.
    let public =
        PublicCaptchaConfig { domain: public.domain.filter(|domain| is_host(domain)), ..public };
    let service = match config {
        CaptchaConfig::Turnstile { secret_key, .. } => CaptchaService::Turnstile { secret_key },
        CaptchaConfig::RecaptchaEnterprise { site_key, secret_key, project_id, mode, .. } => {
            let is_invisible = mode.unwrap_or(CaptchaMode::Invisible) == CaptchaMode::Invisible;
            CaptchaService::RecaptchaEnterprise { site_key, secret_key, project_id, is_invisible }
        }
    };
    Ok(ActiveCaptcha { service, public })
}

/// With the key, since the form that changes it is filled from this.
fn to_wire(app: &App, row: CaptchaProviderRow) -> Result<CaptchaProvider, FlowError> {
    let text = app.secrets.sealer.open(SEAL, &row.sealed_config).map_err(internal)?;
    Ok(CaptchaProvider {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        config: serde_json::from_slice(&text).map_err(internal)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
