//! Whether people or programs are at work, as a captcha service sees it.

use crate::catalog::Snapshot;
use crate::flows::error::{Rejection, reject};
use crate::flows::interaction::Experience;
use crate::state::App;
use vestibule_connectors::captcha::CaptchaError;
use vestibule_shared::ErrorCode;

/// Longer tokens come from no service.
const MAX_TOKEN: usize = 8192;

/// Asks the service about what a browser sent. Without a service, and without an answer of it,
/// nothing is accepted.
pub async fn verify(app: &App, token: &str) -> Result<(), Rejection> {
    let failed = || reject(422, ErrorCode::SessionCaptchaFailed);
    let snapshot = app.catalog.snapshot();
    let captcha = snapshot.captcha.as_ref().ok_or_else(failed)?;
    if token.is_empty() || token.len() > MAX_TOKEN {
        return Err(failed());
    }
    let gateway = app.settings.captcha_gateway.as_ref();
    captcha.service.verify(token, gateway, &app.outbound).await.map_err(|error| {
        match &error {
            CaptchaError::NotAccepted(_) => tracing::info!(%error, "captcha"),
            CaptchaError::Refused(_) | CaptchaError::Outbound(_) => {
                tracing::warn!(%error, "nobody can pass the captcha");
            }
        }
        failed()
    })
}

/// Refuses to go on without a captcha where the policy asks for one.
pub fn require(snapshot: &Snapshot, experience: &Experience) -> Result<(), Rejection> {
    let state = experience.captcha;
    if snapshot.asks_captcha() && !state.verified && !state.skipped {
        return Err(reject(422, ErrorCode::SessionCaptchaRequired));
    }
    Ok(())
}
