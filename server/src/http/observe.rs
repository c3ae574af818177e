//! What operators see of a request: its id, one line in the log, and its figures.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use std::time::Instant;
use tracing::Instrument;
use vestibule_protocol::random;

/// The id of a request, also in the header `X-Request-Id` of its answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Middleware that names, logs and measures a request. The query is not logged: it may hold codes.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = random::short_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().to_string();
    let span = tracing::info_span!("request", id, method, route = tracing::field::Empty);
    let started = Instant::now();
    let mut response = next.call(request).instrument(span.clone()).await?;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    // The pattern, not the path: paths may hold the uid of an interaction.
    let route = response.request().match_pattern().unwrap_or_else(|| "other".into());
    span.record("route", &route);
    let labels = [("route", route), ("method", method), ("status", status.to_string())];
    metrics::counter!("vestibule_http_requests_total", &labels).increment(1);
    metrics::histogram!("vestibule_http_request_seconds", &labels).record(elapsed.as_secs_f64());
    let milliseconds = elapsed.as_millis();
    if status >= 500 {
        tracing::warn!(parent: &span, status, milliseconds, "answered");
    } else {
        tracing::debug!(parent: &span, status, milliseconds, "answered");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    Ok(response)
}
