//! `/api/authn`: what other systems call, without a token for the Management API

use crate::api::management::auth::bearer_token;
use crate::api::management::path::Id;
use crate::api::management::query::Query;
use crate::flows::authn::{self, HasuraRequest};
use crate::flows::error::invalid_input;
use crate::http::body::{collect, parse};
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::de::DeserializeOwned;
use vestibule_shared::authn::{HasuraSession, SamlResponse};
use vestibule_shared::{ApiError, JsonObject};

/// The role that a request to Hasura wishes for.
const EXPECTED_ROLE: &str = "expected-role";
/// The most that a SAML message may hold, in bytes.
const MAX_MESSAGE: usize = 256 * 1024;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(hasura).service(receive_social_saml).service(receive_enterprise_saml);
}

/// Tells a Hasura server who sends it a request, from the access token that the request has.
#[utoipa::path(
    get, path = "/api/authn/hasura", tag = "Authn",
    params(("resource" = String, Query, min_length = 1), ("unauthorizedRole" = Option<String>, Query),
        ("Expected-Role" = Option<String>, Header)),
    responses((status = 200, body = HasuraSession), (status = 400, body = ApiError),
        (status = 401, body = ApiError)),
)]
#[get("/authn/hasura")]
pub async fn hasura(
    app: Data<App>,
    request: HttpRequest,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let resource = query.one("resource")?.filter(|it| !it.is_empty());
    let headers = request.headers();
    let asked = HasuraRequest {
        resource: resource.ok_or_else(|| invalid_input("resource", "is missing"))?,
        expected_role: headers.get(EXPECTED_ROLE).and_then(|value| value.to_str().ok()),
        unauthorized_role: query.one("unauthorizedRole")?.filter(|it| !it.is_empty()),
    };
    let session = authn::hasura(&app, bearer_token(headers), &asked).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(session))
}

/// What a social provider says by SAML: not supported.
#[utoipa::path(
    post, path = "/api/authn/saml/{connectorId}", tag = "Authn",
    params(("connectorId" = String, Path)), request_body = JsonObject,
    responses((status = 400, body = ApiError), (status = 404, body = ApiError),
        (status = 413, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/authn/saml/{connectorId}")]
pub async fn receive_social_saml(
    app: Data<App>,
    request: HttpRequest,
    id: Id,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    fields::<JsonObject>(&request, payload).await?;
    Err(authn::refuse_social_saml(&app, &id.0).await?.into())
}

/// What an enterprise's provider says by SAML: not supported.
#[utoipa::path(
    post, path = "/api/authn/single-sign-on/saml/{connectorId}", tag = "Authn",
    params(("connectorId" = String, Path)), request_body = SamlResponse,
    responses((status = 400, body = ApiError), (status = 404, body = ApiError),
        (status = 413, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/authn/single-sign-on/saml/{connectorId}")]
pub async fn receive_enterprise_saml(
    app: Data<App>,
    request: HttpRequest,
    id: Id,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    fields::<SamlResponse>(&request, payload).await?;
    Err(authn::refuse_enterprise_saml(&app, &id.0).await?.into())
}

/// The members of a body, which is a form as browsers send it, or JSON.
async fn fields<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
) -> Result<T, Problem> {
    let bytes = collect(payload.into_inner(), MAX_MESSAGE).await?;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return parse(&bytes);
    }
    let members: JsonObject = form_urlencoded::parse(&bytes).into_owned().collect();
    parse(&serde_json::to_vec(&members).unwrap_or_default())
}
