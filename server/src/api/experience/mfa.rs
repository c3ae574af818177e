//! Second factors: giving one, setting one up, doing without.

use super::verification::{asker, done};
use crate::flows::interaction::InteractionRef;
use crate::flows::mfa::binding;
use crate::flows::verification::{backup_code, totp, verification_code};
use crate::http::address;
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};
use vestibule_shared::ApiError;
use vestibule_shared::experience::{
    BackupCodesResponse, BindMfa, SendMfaCode, TotpSecretResponse, VerificationResponse,
    VerifyBackupCode, VerifyMfaCode, VerifyTotp,
};

/// Routes below `/api/experience`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_totp)
        .service(verify_totp)
        .service(generate_backup_codes)
        .service(verify_backup_code)
        .service(send_mfa_code)
        .service(verify_mfa_code)
        .service(bind)
        .service(enable)
        .service(skip)
        .service(skip_suggestion)
        .service(skip_passkey);
}

/// Makes a secret for a new authenticator app.
#[utoipa::path(
    post, path = "/api/experience/verification/totp/secret", tag = "Experience",
    responses((status = 200, body = TotpSecretResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[post("/verification/totp/secret")]
pub async fn create_totp(app: Data<App>, at: InteractionRef) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(totp::create(&app, &at).await?))
}

/// Checks the code of an authenticator app.
#[utoipa::path(
    post, path = "/api/experience/verification/totp/verify", tag = "Experience",
    request_body = VerifyTotp,
    responses((status = 200, body = VerificationResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError), (status = 429, body = ApiError)),
)]
#[post("/verification/totp/verify")]
pub async fn verify_totp(
    app: Data<App>,
    at: InteractionRef,
    request: HttpRequest,
    body: Json<VerifyTotp>,
) -> Result<HttpResponse, Problem> {
    let client = address::of_client(&request, &app.settings.trusted_proxies);
    Ok(done(totp::verify(&app, &at, client, body.0).await?))
}

/// Makes a set of backup codes.
#[utoipa::path(
    post, path = "/api/experience/verification/backup-code/generate", tag = "Experience",
    responses((status = 200, body = BackupCodesResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[post("/verification/backup-code/generate")]
pub async fn generate_backup_codes(
    app: Data<App>,
    at: InteractionRef,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(backup_code::generate(&app, &at).await?))
}

/// Uses a backup code up.
#[utoipa::path(
    post, path = "/api/experience/verification/backup-code/verify", tag = "Experience",
    request_body = VerifyBackupCode,
    responses((status = 200, body = VerificationResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError), (status = 429, body = ApiError)),
)]
#[post("/verification/backup-code/verify")]
pub async fn verify_backup_code(
    app: Data<App>,
    at: InteractionRef,
    request: HttpRequest,
    body: Json<VerifyBackupCode>,
) -> Result<HttpResponse, Problem> {
    let client = address::of_client(&request, &app.settings.trusted_proxies);
    Ok(done(backup_code::verify(&app, &at, client, &body.0.code).await?))
}

/// Sends a code to an address of the account.
#[utoipa::path(
    post, path = "/api/experience/verification/mfa-verification-code", tag = "Experience",
    request_body = SendMfaCode,
    responses((status = 200, body = VerificationResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError), (status = 429, body = ApiError),
        (status = 501, body = ApiError)),
)]
#[post("/verification/mfa-verification-code")]
pub async fn send_mfa_code(
    app: Data<App>,
    at: InteractionRef,
    request: HttpRequest,
    body: Json<SendMfaCode>,
) -> Result<HttpResponse, Problem> {
    let asker = asker(&app, &request);
    let to = body.0.identifier_type;
    Ok(done(verification_code::send_second_factor(&app, &at, asker, to).await?))
}

/// Checks a code that was sent to an address of the account.
#[utoipa::path(
    post, path = "/api/experience/verification/mfa-verification-code/verify", tag = "Experience",
    request_body = VerifyMfaCode,
    responses((status = 200, body = VerificationResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError), (status = 429, body = ApiError)),
)]
#[post("/verification/mfa-verification-code/verify")]
pub async fn verify_mfa_code(
    app: Data<App>,
    at: InteractionRef,
    request: HttpRequest,
    body: Json<VerifyMfaCode>,
) -> Result<HttpResponse, Problem> {
    let client = address::of_client(&request, &app.settings.trusted_proxies);
    Ok(done(verification_code::verify_second_factor(&app, &at, client, body.0).await?))
}

/// Adds a second factor that was proved.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa", tag = "Experience",
    request_body = BindMfa,
    responses((status = 204), (status = 400, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/profile/mfa")]
pub async fn bind(
    app: Data<App>,
    at: InteractionRef,
    body: Json<BindMfa>,
) -> Result<HttpResponse, Problem> {
    binding::add(&app, &at, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The person wants second factors.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa/mfa-enabled", tag = "Experience",
    responses((status = 204), (status = 400, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[post("/profile/mfa/mfa-enabled")]
pub async fn enable(app: Data<App>, at: InteractionRef) -> Result<HttpResponse, Problem> {
    binding::enable(&app, &at).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The person does without second factors.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa/mfa-skipped", tag = "Experience",
    responses((status = 204), (status = 400, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/profile/mfa/mfa-skipped")]
pub async fn skip(app: Data<App>, at: InteractionRef) -> Result<HttpResponse, Problem> {
    binding::skip(&app, &at).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The person wants no further second factor.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa/mfa-suggestion-skipped", tag = "Experience",
    responses((status = 204), (status = 400, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[post("/profile/mfa/mfa-suggestion-skipped")]
pub async fn skip_suggestion(app: Data<App>, at: InteractionRef) -> Result<HttpResponse, Problem> {
    binding::skip_suggestion(&app, &at).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The person wants no passkey for signing in.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa/passkey-skipped", tag = "Experience",
    responses((status = 204), (status = 400, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[post("/profile/mfa/passkey-skipped")]
pub async fn skip_passkey(app: Data<App>, at: InteractionRef) -> Result<HttpResponse, Problem> {
    binding::skip_passkey(&app, &at).await?;
    Ok(HttpResponse::NoContent().finish())
}
