//! What a person adds to the account.

use crate::flows::interaction::InteractionRef;
use crate::flows::profile;
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, post, put};
use vestibule_shared::ApiError;
use vestibule_shared::experience::{ProfileUpdate, ResetPassword};

/// Routes below `/api/experience`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(add).service(reset_password);
}

/// Adds a user name, a password, or an address that was proved.
#[utoipa::path(
    post, path = "/api/experience/profile", tag = "Experience",
    request_body = ProfileUpdate,
    responses((status = 204), (status = 400, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/profile")]
pub async fn add(
    app: Data<App>,
    at: InteractionRef,
    body: Json<ProfileUpdate>,
) -> Result<HttpResponse, Problem> {
    profile::add(&app, &at, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sets the new password of somebody who forgot the old one.
#[utoipa::path(
    put, path = "/api/experience/profile/password", tag = "Experience",
    request_body = ResetPassword,
    responses((status = 204), (status = 400, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError)),
)]
#[put("/profile/password")]
pub async fn reset_password(
    app: Data<App>,
    at: InteractionRef,
    body: Json<ResetPassword>,
) -> Result<HttpResponse, Problem> {
    profile::reset_password(&app, &at, &body.0.password).await?;
    Ok(HttpResponse::NoContent().finish())
}
