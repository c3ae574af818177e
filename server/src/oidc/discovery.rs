//! Discovery and keys.

use crate::state::App;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CROSS_ORIGIN_RESOURCE_POLICY,
};
use actix_web::middleware::from_fn;
use actix_web::web::{Bytes, Data, ServiceConfig};
use actix_web::{HttpResponse, get};

/// Routes below `/oidc`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(discovery).service(jwks);
}

fn open_to_all(body: Bytes, cache: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"))
        .insert_header((CACHE_CONTROL, cache))
        .body(body)
}

/// OpenID Connect Discovery.
#[utoipa::path(
    get, path = "/oidc/.well-known/openid-configuration", tag = "OpenID Connect",
    responses((status = 200)),
)]
#[get("/.well-known/openid-configuration", wrap = "from_fn(crate::http::etag::add)")]
pub async fn discovery(app: Data<App>) -> HttpResponse {
    open_to_all(app.catalog.snapshot().discovery.clone(), "public, max-age=3600")
}

/// Keys that verify tokens (RFC 7517).
#[utoipa::path(get, path = "/oidc/jwks", tag = "OpenID Connect", responses((status = 200)))]
#[get("/jwks", wrap = "from_fn(crate::http::etag::add)")]
pub async fn jwks(app: Data<App>) -> HttpResponse {
    open_to_all(app.catalog.snapshot().keys.jwks.clone(), "no-cache, max-age=0, must-revalidate")
}
