//! The userinfo endpoint (OpenID Connect Core section 5.3).

use super::parameters::Parameters;
use crate::flows::provider::access;
use crate::http::cors;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use vestibule_protocol::error::OAuthError;

/// What is known of the person that the access token stands for.
#[utoipa::path(
    get, path = "/oidc/me", tag = "OpenID Connect",
    responses((status = 200), (status = 400, body = vestibule_shared::ApiError),
        (status = 401, body = vestibule_shared::ApiError),
        (status = 403, body = vestibule_shared::ApiError)),
)]
pub async fn userinfo(
    app: Data<App>,
    request: HttpRequest,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let token = bearer(&request, &parameters)?;
    let info = match access::userinfo(&app, &token).await {
        Ok(info) => info,
        // Whose page asks is not known, and what it is told is no secret.
        Err(error) => return Ok(cors::readable(&request, Err(error.into()))),
    };
    cors::check(&app, &info.client, &request)?;
    let answer = HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(info.claims);
    Ok(cors::readable(&request, Ok(answer)))
}

/// From the header, or from the body (RFC 6750 sections 2.1 and 2.2); never both.
fn bearer(request: &HttpRequest, parameters: &Parameters) -> Result<String, OAuthError> {
    let wrong = || OAuthError::invalid_request("invalid authorization header value format");
    let header = match request.headers().get(AUTHORIZATION).map(|value| value.to_str()) {
        None => None,
        Some(Err(_)) => return Err(wrong()),
        Some(Ok(text)) => {
            let (scheme, token) = text.split_once(' ').ok_or_else(wrong)?;
            if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
                return Err(wrong());
            }
            Some(token.trim())
        }
    };
    match (header, parameters.get("access_token")) {
        (Some(_), Some(_)) => Err(OAuthError::invalid_request(
            "access token must only be provided using one mechanism",
        )),
        (Some(token), None) | (None, Some(token)) => Ok(token.to_owned()),
        (None, None) => Err(OAuthError::invalid_token("no access token provided")),
    }
}
