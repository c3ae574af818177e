//! The revocation endpoint (RFC 7009).

use super::parameters::Parameters;
use super::token;
use crate::catalog::client::Client;
use crate::flows::audit::{self, Who};
use crate::flows::provider::access;
use crate::http::cors;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// Revokes a token with everything that was issued from its grant.
#[utoipa::path(
    post, path = "/oidc/token/revocation", tag = "OpenID Connect",
    responses((status = 200), (status = 400, body = vestibule_shared::ApiError),
        (status = 401, body = vestibule_shared::ApiError)),
)]
pub async fn revoke(
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
    let revoked = access::revoke(app, client, parameters.required("token")?).await;
    let who = Who { user_id: None, application_id: Some(&client.id) };
    audit::record(app, "RevokeToken", who, revoked.as_ref().err());
    revoked?;
    Ok(HttpResponse::Ok().finish())
}
