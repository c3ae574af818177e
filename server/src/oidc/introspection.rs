//! The introspection endpoint (RFC 7662).

use super::parameters::Parameters;
use super::token;
use crate::catalog::client::Client;
use crate::flows::provider::access;
use crate::http::cors;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// Tells whether a token is alive, and what it is good for.
#[utoipa::path(
    post, path = "/oidc/token/introspection", tag = "OpenID Connect",
    responses((status = 200), (status = 400, body = vestibule_shared::ApiError),
        (status = 401, body = vestibule_shared::ApiError)),
)]
pub async fn introspect(
    app: Data<App>,
    request: HttpRequest,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let client = token::client(&app, &request, &parameters).await?;
    Ok(cors::readable(&request, answer(&app, &client, &parameters).await))
}

async fn answer(
    app: &App,
    client: &Client,
    parameters: &Parameters,
) -> Result<HttpResponse, Problem> {
    let answer = access::introspect(app, client, parameters.required("token")?).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}
