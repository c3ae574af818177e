//! Proofs: password, code, new password identity.

use crate::flows::interaction::InteractionRef;
use crate::flows::verification::verification_code::{self, Asker};
use crate::flows::verification::{new_password_identity, password};
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::http::{address, language};
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};
use vestibule_shared::ApiError;
use vestibule_shared::experience::{
    NewPasswordIdentity, PasswordVerification, SendVerificationCode, VerificationResponse,
    VerifyVerificationCode,
};

/// Routes below `/api/experience`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(verify_password)
        .service(send_code)
        .service(verify_code)
        .service(create_password_identity);
}

/// The answer that names a record.
pub fn done(verification_id: String) -> HttpResponse {
    HttpResponse::Ok().json(VerificationResponse { verification_id })
}

/// Who asks for a message.
pub fn asker(app: &App, request: &HttpRequest) -> Asker {
    Asker {
        language: language::best(&language::of_request(request)),
        address: address::of_client(request, &app.settings.trusted_proxies),
    }
}

/// Checks a password.
#[utoipa::path(
    post, path = "/api/experience/verification/password", tag = "Experience",
    request_body = PasswordVerification,
    responses((status = 200, body = VerificationResponse), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError), (status = 429, body = ApiError)),
)]
#[post("/verification/password")]
pub async fn verify_password(
    app: Data<App>,
    at: InteractionRef,
    request: HttpRequest,
    body: Json<PasswordVerification>,
) -> Result<HttpResponse, Problem> {
    let client = address::of_client(&request, &app.settings.trusted_proxies);
    Ok(done(password::verify(&app, &at, client, body.0).await?))
}

/// Sends a code.
#[utoipa::path(
    post, path = "/api/experience/verification/verification-code", tag = "Experience",
    request_body = SendVerificationCode,
    responses((status = 200, body = VerificationResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError),
        (status = 429, body = ApiError), (status = 501, body = ApiError)),
)]
#[post("/verification/verification-code")]
pub async fn send_code(
    app: Data<App>,
    at: InteractionRef,
    request: HttpRequest,
    body: Json<SendVerificationCode>,
) -> Result<HttpResponse, Problem> {
    let asker = asker(&app, &request);
    Ok(done(verification_code::send(&app, &at, asker, body.0).await?))
}

/// Checks a code.
#[utoipa::path(
    post, path = "/api/experience/verification/verification-code/verify", tag = "Experience",
    request_body = VerifyVerificationCode,
    responses((status = 200, body = VerificationResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError), (status = 429, body = ApiError)),
)]
#[post("/verification/verification-code/verify")]
pub async fn verify_code(
    app: Data<App>,
    at: InteractionRef,
    request: HttpRequest,
    body: Json<VerifyVerificationCode>,
) -> Result<HttpResponse, Problem> {
    let client = address::of_client(&request, &app.settings.trusted_proxies);
    Ok(done(verification_code::verify(&app, &at, client, body.0).await?))
}

/// Stages a user name and a password for a new account.
#[utoipa::path(
    post, path = "/api/experience/verification/new-password-identity", tag = "Experience",
    request_body = NewPasswordIdentity,
    responses((status = 200, body = VerificationResponse), (status = 400, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/verification/new-password-identity")]
pub async fn create_password_identity(
    app: Data<App>,
    at: InteractionRef,
    body: Json<NewPasswordIdentity>,
) -> Result<HttpResponse, Problem> {
    Ok(done(new_password_identity::create(&app, &at, body.0).await?))
}
