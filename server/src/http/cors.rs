//! Which pages of other origins may call the token endpoints.

use crate::catalog::client::Client;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use vestibule_protocol::error::OAuthError;

/// The origin of a request from another origin's page.
fn origin(request: &HttpRequest) -> Option<&str> {
    request.headers().get(ORIGIN).and_then(|value| value.to_str().ok())
}

/// Answers a preflight. It says nothing about clients: those are judged by the request itself.
pub async fn preflight(request: HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    if let Some(origin) = origin(&request) {
        response
            .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, origin))
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"))
            .insert_header((ACCESS_CONTROL_MAX_AGE, "3600"))
            .insert_header((VARY, "origin"));
    }
    response.finish()
}

/// Refuses a page whose origin the client does not allow.
pub fn check(app: &App, client: &Client, request: &HttpRequest) -> Result<(), OAuthError> {
    match origin(request) {
        Some(origin) if !client.allows_origin(origin, &app.settings.endpoint.issuer()) => {
            Err(OAuthError::invalid_request(format!(
                "origin {origin} not allowed for client: {}",
                client.id
            )))
        }
        Some(_) | None => Ok(()),
    }
}

/// The answer, or the refusal, as the page can read it: it must learn that a token is of no use any
/// more. Only after [`check`].
pub fn readable(request: &HttpRequest, answer: Result<HttpResponse, Problem>) -> HttpResponse {
    let mut response = answer.unwrap_or_else(|problem| problem.error_response());
    allow(request, response.headers_mut());
    response
}

fn allow(request: &HttpRequest, headers: &mut HeaderMap) {
    let Some(origin) = request.headers().get(ORIGIN) else { return };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("www-authenticate, retry-after"),
    );
    headers.append(VARY, HeaderValue::from_static("origin"));
}
