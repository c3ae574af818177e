//! Whether the server lives and is ready.

use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(status);
}

/// Routes at the root, for load balancers.
pub fn root_routes(config: &mut ServiceConfig) {
    config.service(live).service(ready);
}

/// The server answers.
#[utoipa::path(get, path = "/api/status", tag = "Status", responses((status = 204)))]
#[get("/status")]
pub async fn status() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// The process lives.
#[utoipa::path(get, path = "/health/live", tag = "Status", responses((status = 200)))]
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().body("ok")
}

/// The process can serve: its database answers.
#[utoipa::path(
    get, path = "/health/ready", tag = "Status",
    responses((status = 200), (status = 503, body = vestibule_shared::ApiError)),
)]
#[get("/health/ready")]
pub async fn ready(app: Data<App>) -> Result<HttpResponse, Problem> {
    app.store.ping().await?;
    Ok(HttpResponse::Ok().body("ready"))
}
