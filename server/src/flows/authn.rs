//! Proofs that come from or go to other systems.

use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::unknown;
use crate::state::App;
use serde::Deserialize;
use vestibule_shared::ErrorCode;
use vestibule_shared::authn::HasuraSession;
use vestibule_store::{connectors, roles, sso_connectors, users};

/// What a Hasura server asks.
#[derive(Clone, Copy, Debug)]
pub struct HasuraRequest<'a> {
    /// Whom the access token must be for.
    pub resource: &'a str,
    /// The role that is wished for.
    pub expected_role: Option<&'a str>,
    /// The role of whoever brings no good token.
    pub unauthorized_role: Option<&'a str>,
}

/// The user of an access token and the role that the user holds.
///
/// # Errors
/// 401 `auth.*` without a good token, unless there is a role for that; 401
/// `auth.expected_role_not_found` when the user does not hold the role.
pub async fn hasura(
    app: &App,
    token: Result<&str, Rejection>,
    request: &HasuraRequest<'_>,
) -> Result<HasuraSession, FlowError> {
    let user = match token {
        Ok(token) => user_of(app, token, request.resource).await,
        Err(rejection) => Err(rejection.into()),
    };
    let user_id = match (user, request.unauthorized_role) {
        (Ok(user_id), _) => user_id,
        (Err(FlowError::Rejected(_)), Some(role)) => {
            return Ok(HasuraSession { user_id: None, role: role.to_owned() });
        }
        (Err(error), _) => return Err(error),
    };
    let held = roles::names_of_user(&mut app.store.read().await?, &user_id).await?;
    let role = held.into_iter().find(|name| Some(name.as_str()) == request.expected_role);
    let role = role.ok_or_else(|| reject(401, ErrorCode::AuthExpectedRoleNotFound))?;
    Ok(HasuraSession { user_id: Some(user_id), role })
}

/// The claim that decides.
#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
}

/// The user whom an access token for a resource stands for.
async fn user_of(app: &App, token: &str, resource: &str) -> Result<String, FlowError> {
    let unauthorized = || reject(401, ErrorCode::AuthUnauthorized);
    let (issuer, now) = (app.settings.endpoint.issuer(), app.clock.now());
    let keys = &app.catalog.snapshot().keys;
    let claims: Result<Claims, _> = keys.verify_access_token(token, &issuer, resource, now);
    let subject = claims.map_err(|_| unauthorized())?.sub;
    let subject = subject.ok_or_else(|| reject(401, ErrorCode::AuthJwtSubMissing))?;
    let suspended = users::is_suspended(&mut app.store.read().await?, &subject).await?;
    if suspended == Some(false) { Ok(subject) } else { Err(unauthorized().into()) }
}

/// Refuses what a social provider says by SAML: 404 for an unknown connector, otherwise 422.
pub async fn refuse_social_saml(app: &App, connector_id: &str) -> Result<Rejection, FlowError> {
    let found = connectors::by_id(&mut app.store.read().await?, connector_id).await?;
    Ok(refusal(found.is_some(), "connector", connector_id))
}

/// Refuses what an enterprise's provider says by SAML: 404 for an unknown connector, otherwise 422.
pub async fn refuse_enterprise_saml(app: &App, connector_id: &str) -> Result<Rejection, FlowError> {
    let found = sso_connectors::by_id(&mut app.store.read().await?, connector_id).await?;
    Ok(refusal(found.is_some(), "single sign-on connector", connector_id))
}

fn refusal(is_known: bool, name: &'static str, id: &str) -> Rejection {
    if is_known { reject(422, ErrorCode::RequestFeatureNotSupported) } else { unknown(name, id) }
}
