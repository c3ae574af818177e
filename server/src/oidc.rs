//! The provider's endpoints, below `/oidc`.

mod authorization;
mod end_session;
mod html;
mod introspection;
pub(crate) mod parameters;
mod revocation;
mod token;
mod userinfo;

pub mod discovery;
pub mod openapi;

use crate::http::cors;
use crate::http::problem::Problem;
use actix_web::web::{self, ServiceConfig, resource};
use vestibule_protocol::error::OAuthError;

/// Routes below `/oidc`.
pub fn routes(config: &mut ServiceConfig) {
    let page_reachable = |path: &str| {
        resource(path)
            .route(web::method(actix_web::http::Method::OPTIONS).to(cors::preflight))
            .default_service(web::to(unknown_route))
    };
    config
        .configure(discovery::routes)
        .configure(authorization::routes)
        .configure(end_session::routes)
        .service(page_reachable("/token").route(web::post().to(token::token)))
        .service(
            page_reachable("/me")
                .route(web::get().to(userinfo::userinfo))
                .route(web::post().to(userinfo::userinfo)),
        )
        .service(
            page_reachable("/token/introspection").route(web::post().to(introspection::introspect)),
        )
        .service(page_reachable("/token/revocation").route(web::post().to(revocation::revoke)))
        .default_service(web::to(unknown_route));
}

async fn unknown_route() -> Result<actix_web::HttpResponse, Problem> {
    let error = OAuthError::invalid_request("unrecognized route or not allowed method");
    Err(error.with_status(404).into())
}
