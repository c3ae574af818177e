//! Conditional reads: `ETag` and `If-None-Match` (RFC 9110 section 13).

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ETAG, EntityTag, Header, HeaderValue, IfNoneMatch};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use vestibule_protocol::hash;

/// Middleware that tags what a GET answers, and answers 304 where the client has it already.
pub async fn add(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let held = (*request.method() == Method::GET)
        .then(|| IfNoneMatch::parse(request.request()).unwrap_or(IfNoneMatch::Items(Vec::new())));
    let response = next.call(request).await?.map_into_boxed_body();
    let Some(held) = held.filter(|_| response.status() == StatusCode::OK) else {
        return Ok(response);
    };
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body)
        .await
        .map_err(|error| actix_web::error::ErrorInternalServerError(error.to_string()))?;
    let tag = EntityTag::new_weak(hash::sha256_hex_of(&bytes).chars().take(32).collect());
    if let Ok(value) = HeaderValue::from_str(&tag.to_string()) {
        head.headers_mut().insert(ETAG, value);
    }
    let has_it = match held {
        IfNoneMatch::Any => true,
        IfNoneMatch::Items(tags) => tags.iter().any(|held| held.weak_eq(&tag)),
    };
    if has_it {
        *head.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(()))));
    }
    let response: HttpResponse = head.set_body(BoxBody::new(bytes));
    Ok(ServiceResponse::new(request, response))
}
