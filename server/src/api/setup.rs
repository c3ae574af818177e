//! The one-time link that makes the first administrator.

use crate::flows::setup;
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::http::same_origin;
use crate::state::App;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, ServiceConfig, resource};
use actix_web::{HttpResponse, web};
use vestibule_shared::ApiError;
use vestibule_shared::setup::CreateAdministrator;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        resource("/setup/administrator")
            .wrap(from_fn(same_origin::require))
            .route(web::post().to(create_administrator)),
    );
}

/// Redeems the link.
#[utoipa::path(
    post, path = "/api/setup/administrator", tag = "Setup",
    request_body = CreateAdministrator,
    responses((status = 204), (status = 400, body = ApiError), (status = 403, body = ApiError),
        (status = 422, body = ApiError)),
)]
pub async fn create_administrator(
    app: Data<App>,
    body: Json<CreateAdministrator>,
) -> Result<HttpResponse, Problem> {
    setup::redeem(&app, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
