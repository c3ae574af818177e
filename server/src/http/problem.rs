//! How a refusal becomes an answer.
//!
//! A handler fails with a [`Problem`]; the middleware [`render`] writes it as the contract's error
//! body, in the language of the request.

use crate::flows::error::{FlowError, Rejection};
use crate::http::language;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError};
use serde_json::json;
use vestibule_connectors::error::ConnectorError;
use vestibule_protocol::error::OAuthError;
use vestibule_shared::{ApiError, ErrorCode};
use vestibule_store::StoreError;

/// Seconds after which a client may try again when the database is away.
const RETRY_DATABASE: u32 = 5;

/// Why a request was not carried out.
#[derive(Clone, Debug)]
pub enum Problem {
    /// The contract's error body with this code.
    Rejected(Rejection),
    /// A body that is not JSON at all.
    Malformed(String),
    /// An error of the OAuth endpoints.
    OAuth(OAuthError),
    /// Too much to do; try again in so many seconds.
    Busy(u32),
    /// The server's own fault; logged where it happened.
    Internal,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rejected(rejection) => f.write_str(rejection.code.as_str()),
            Self::Malformed(reason) => f.write_str(reason),
            Self::OAuth(error) => f.write_str(&error.description),
            Self::Busy(_) => f.write_str("busy"),
            Self::Internal => f.write_str("internal error"),
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<OAuthError> for Problem {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        FlowError::from(error).into()
    }
}

impl From<ConnectorError> for Problem {
    fn from(error: ConnectorError) -> Self {
        FlowError::from(error).into()
    }
}

impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Rejected(rejection) => Self::Rejected(rejection),
            FlowError::OAuth(error) => Self::OAuth(error),
            FlowError::Busy { retry_after } => Self::Busy(retry_after),
            FlowError::Store(StoreError::Unavailable(reason)) => {
                tracing::warn!(reason, "the database is not available");
                Self::Busy(RETRY_DATABASE)
            }
            FlowError::Store(StoreError::Serialization(reason)) => {
                tracing::warn!(reason, "a transaction lost too often");
                Self::Busy(1)
            }
            FlowError::Store(error) => {
                tracing::error!(%error, "a query failed");
                Self::Internal
            }
            FlowError::Internal(reason) => {
                tracing::error!(reason, "internal error");
                Self::Internal
            }
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Rejected(rejection) => {
                StatusCode::from_u16(rejection.status).unwrap_or(StatusCode::BAD_REQUEST)
            }
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::OAuth(error) => {
                StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST)
            }
            Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Carries the problem in the response; [`render`] writes the body.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// Middleware that writes the bodies of problems.
pub async fn render(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(request).await?;
    let problem = response.response().extensions().get::<Problem>().cloned();
    let Some(problem) = problem else { return Ok(response.map_into_left_body()) };
    let (request, mut bare) = response.into_parts();
    let languages = language::of_request(&request);
    let tag = language::best(&languages);
    let plain = request.path().contains("/oidc/")
        && request.query_string().split('&').any(|pair| pair == "parse_error=false");
    let body = problem.body(tag, plain);
    problem.add_headers(bare.headers_mut());
    let status = bare.status();
    let mut answer = HttpResponse::build(status);
    for (name, value) in bare.headers() {
        answer.append_header((name.clone(), value.clone()));
    }
    let answer = answer.json(body);
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}

impl Problem {
    fn add_headers(&self, headers: &mut header::HeaderMap) {
        let retry_after = match self {
            Self::Busy(seconds) => Some(*seconds),
            Self::Rejected(rejection) => rejection.retry_after,
            _ => None,
        };
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Self::OAuth(error) = self {
            headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
            if let Some(challenge) =
                error.www_authenticate().and_then(|text| header::HeaderValue::from_str(&text).ok())
            {
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
        }
    }

    fn body(&self, tag: &'static str, plain_oauth: bool) -> serde_json::Value {
        match self {
            Self::Rejected(rejection) => json!(ApiError {
                code: Some(rejection.code.as_str().into()),
                message: language::phrase(tag, rejection.code.as_str(), &rejection.metadata),
                data: rejection.data.clone(),
                details: rejection.details.clone(),
            }),
            Self::Malformed(reason) => json!({ "message": reason }),
            Self::OAuth(error) if plain_oauth => error.body(None),
            Self::OAuth(error) => {
                let message = language::phrase(tag, error.code(), &[]);
                error.body(Some(&message))
            }
            Self::Busy(_) => json!(ApiError {
                code: Some(ErrorCode::RequestBusy.as_str().into()),
                message: language::phrase(tag, ErrorCode::RequestBusy.as_str(), &[]),
                data: None,
                details: None,
            }),
            Self::Internal => json!({ "message": language::phrase(tag, "internal_error", &[]) }),
        }
    }
}
