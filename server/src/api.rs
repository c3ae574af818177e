//! The JSON APIs: a handler takes the request apart, calls a flow, shapes the answer.

pub mod dev_outbox;
pub mod events;
pub mod experience;
pub mod health;
pub mod management;
pub mod openapi;
pub mod operations;
pub mod saml;
pub mod setup;
pub mod well_known;

use crate::flows::error::reject;
use crate::http::problem::Problem;
use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};
use vestibule_shared::ErrorCode;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .configure(health::routes)
        .configure(well_known::routes)
        .configure(experience::routes)
        .configure(dev_outbox::routes)
        .configure(setup::routes)
        .configure(saml::routes)
        .configure(openapi::routes)
        .configure(management::routes)
        .default_service(web::to(unknown_route));
}

async fn unknown_route() -> Result<HttpResponse, Problem> {
    Err(reject(404, ErrorCode::RequestNotFound).into())
}
