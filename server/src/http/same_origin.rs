//! Protection against requests that another site makes a browser send (CSRF).

use crate::flows::error::reject;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, ResponseError};
use vestibule_shared::ErrorCode;

/// Middleware for what browsers do with cookies: a request that changes something must come from
/// our own pages. Clients that are not browsers send neither header and pass.
pub async fn require(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !reads && !is_ours(&request) {
        let refusal = Problem::from(reject(403, ErrorCode::RequestForbiddenOrigin));
        // As an answer, not as an error: those pass by the middleware that writes the body.
        return Ok(request.into_response(refusal.error_response()).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn is_ours(request: &ServiceRequest) -> bool {
    let text = |name: header::HeaderName| {
        request.headers().get(name).map(|value| value.to_str().unwrap_or("null").to_owned())
    };
    let own = request.app_data::<Data<App>>().map(|app| app.settings.endpoint.origin());
    if let Some(origin) = text(header::ORIGIN) {
        return Some(origin) == own;
    }
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    site.is_none_or(|site| site == "same-origin" || site == "none")
}
