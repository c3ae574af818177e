//! Who may use the Management API: whoever brings an access token for it.
//!
//! [`admit`] asks before a handler's arguments are read: they are read side by side, and the caller
//! would else be told of a body that does not fit while the account is still looked up.

use crate::api::operations::{Describe, Description};
use crate::flows::audit::{Who, entry};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::http::problem::Problem;
use crate::seed::{MANAGEMENT_API, MANAGEMENT_SCOPE};
use crate::state::App;
use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, ResponseError};
use serde::Deserialize;
use serde_json::json;
use std::future::{Ready, ready};
use vestibule_shared::ErrorCode;
use vestibule_store::users;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A program, by the id of its application.
    Application(String),
    /// A person, by the id of the account.
    User(String),
}

impl Subject {
    /// For the audit log.
    fn who(&self) -> Who<'_> {
        match self {
            Self::User(id) => Who { user_id: Some(id), ..Who::default() },
            Self::Application(id) => Who { application_id: Some(id), ..Who::default() },
        }
    }
}

/// Proof that the request comes with a token that allows everything, and what it opens.
#[derive(Clone)]
pub struct ManagementAccess {
    /// What the server shares.
    pub app: Data<App>,
    /// Who calls.
    pub subject: Subject,
}

impl Describe for ManagementAccess {
    fn describe(description: &mut Description) {
        description.errors(&[401, 403]);
    }
}

impl ManagementAccess {
    /// The caller's own account, if a person calls.
    pub fn user_id(&self) -> Option<&str> {
        match &self.subject {
            Subject::User(id) => Some(id),
            Subject::Application(_) => None,
        }
    }
}

impl FromRequest for ManagementAccess {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    /// What [`admit`] has found. Behind a route without it nobody has access.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().cloned();
        let subject = request.extensions().get::<Subject>().cloned();
        let access = app.zip(subject).map(|(app, subject)| Self { app, subject });
        ready(access.ok_or(Problem::Internal))
    }
}

/// Middleware that lets nobody pass who may not use the Management API, and leaves the [`Subject`]
/// of those who may for the handler.
pub async fn admit(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match caller(&request).await {
        Ok(subject) => {
            request.extensions_mut().insert(subject);
            next.call(request).await
        }
        // As an answer, not as an error: those pass by the middleware that writes the body.
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}

async fn caller(request: &ServiceRequest) -> Result<Subject, Problem> {
    let app = request.app_data::<Data<App>>().ok_or(Problem::Internal)?;
    let token = bearer_token(request.headers())?;
    let subject = authorize(app, token).await?;
    entry::begin(app, subject.who());
    Ok(subject)
}

/// The token of the `Authorization` header (RFC 6750 section 2.1).
pub fn bearer_token(headers: &HeaderMap) -> Result<&str, Rejection> {
    let mut values = headers.get_all(AUTHORIZATION);
    let header =
        values.next().ok_or_else(|| reject(401, ErrorCode::AuthAuthorizationHeaderMissing))?;
    // Two headers could be read differently here and in a proxy.
    let text = header.to_str().ok().filter(|_| values.next().is_none()).ok_or_else(unauthorized)?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Ok(token.trim()),
        Some(_) | None => Err(reject(401, ErrorCode::AuthTokenTypeNotSupported)
            .with_data(json!({ "supportedTypes": ["Bearer"] }))),
    }
}

async fn authorize(app: &App, token: &str) -> Result<Subject, FlowError> {
    let (issuer, now) = (app.settings.endpoint.issuer(), app.clock.now());
    let keys = &app.catalog.snapshot().keys;
    let claims = keys.verify_access_token(token, &issuer, MANAGEMENT_API, now);
    let subject = subject(claims.map_err(|_| unauthorized())?)?;
    let is_active = match &subject {
        Subject::Application(id) => app.catalog.client(&app.store, id).await?.is_some(),
        Subject::User(id) => {
            let suspended = users::is_suspended(&mut app.store.read().await?, id).await?;
            suspended == Some(false)
        }
    };
    if is_active { Ok(subject) } else { Err(unauthorized().into()) }
}

/// The claims that decide.
#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
    client_id: Option<String>,
    scope: Option<String>,
}

/// Who a verified token is for, if it allows everything.
fn subject(claims: Claims) -> Result<Subject, Rejection> {
    let id = claims
        .sub
        .filter(|id| !id.is_empty())
        .ok_or_else(|| reject(401, ErrorCode::AuthJwtSubMissing))?;
    let scope = claims.scope.unwrap_or_default();
    if !scope.split(' ').any(|name| name == MANAGEMENT_SCOPE) {
        return Err(reject(403, ErrorCode::AuthForbidden));
    }
    let is_application = claims.client_id.as_ref() == Some(&id);
    Ok(if is_application { Subject::Application(id) } else { Subject::User(id) })
}

fn unauthorized() -> Rejection {
    reject(401, ErrorCode::AuthUnauthorized)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;
    use serde_json::Value;

    fn token(values: &[&str]) -> Result<String, ErrorCode> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        bearer_token(&headers).map(str::to_owned).map_err(|it| it.code)
    }

    #[test]
    fn the_token_is_in_one_bearer_header() {
        assert_eq!(token(&["Bearer abc"]).as_deref(), Ok("abc"));
        assert_eq!(token(&["bearer abc"]).as_deref(), Ok("abc"));
        assert_eq!(token(&[]), Err(ErrorCode::AuthAuthorizationHeaderMissing));
        for other in ["Basic abc", "abc", "Bearer", ""] {
            assert_eq!(token(&[other]), Err(ErrorCode::AuthTokenTypeNotSupported), "{other}");
        }
        let two = token(&["Bearer abc", "Bearer def"]);
        assert_eq!(two, Err(ErrorCode::AuthUnauthorized));
    }

    #[test]
    fn the_refusal_of_another_scheme_names_the_right_one() {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        let refusal = bearer_token(&headers).unwrap_err();
        assert_eq!(refusal.data, Some(json!({ "supportedTypes": ["Bearer"] })));
    }

    #[test]
    fn the_claims_decide() {
        let of = |claims: Value| {
            subject(serde_json::from_value(claims).unwrap()).map_err(|it| (it.status, it.code))
        };
        let program = json!({ "sub": "app", "client_id": "app", "scope": "other all" });
        assert_eq!(of(program), Ok(Subject::Application("app".into())));
        let person = json!({ "sub": "ann", "client_id": "app", "scope": "all" });
        assert_eq!(of(person), Ok(Subject::User("ann".into())));
        let missing = Err((401, ErrorCode::AuthJwtSubMissing));
        assert_eq!(of(json!({ "client_id": "app", "scope": "all" })), missing);
        assert_eq!(of(json!({ "sub": "", "scope": "all" })), missing);
        for scope in [json!(null), json!(""), json!("allow"), json!("all:users")] {
            let claims = json!({ "sub": "ann", "scope": scope });
            assert_eq!(of(claims.clone()), Err((403, ErrorCode::AuthForbidden)), "{claims}");
        }
    }
}
