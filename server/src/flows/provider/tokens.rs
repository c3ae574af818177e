//! What token requests have in common.

use super::admission;
use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::state::App;
use serde::Serialize;
use std::sync::Arc;
use vestibule_protocol::claims::AccessTokenClaims;
use vestibule_protocol::client::GrantType;
use vestibule_protocol::client_authentication::PresentedCredentials;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::jose::TokenType;
use vestibule_protocol::scope::{OPENID, ScopeSet};
use vestibule_protocol::{hash, random};
use vestibule_store::resources::ResourceRow;
use vestibule_store::roles::{self, Holder};
use vestibule_store::tokens::{self as rows, AccessTokenRow};
use vestibule_store::users::{self, UserRow};
use vestibule_store::{Connection, Millis, activity};

/// Seconds that an opaque access token lives.
pub const OPAQUE_TTL: i64 = 3600;

/// The answer of the token endpoint (RFC 6749 section 5.1).
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TokenResponse {
    /// Opaque, or a JWT for a resource.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// What the access token is good for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Who signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// For new access tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The client that a request comes from, authenticated.
pub async fn authenticate(
    app: &App,
    presented: &PresentedCredentials,
) -> Result<Arc<Client>, FlowError> {
    let id = &presented.client_id;
    let client = app.catalog.client(&app.store, id).await?;
    let client = client.ok_or_else(|| OAuthError::unknown_client(id))?;
    client.authenticate(presented, app.clock.now())?;
    Ok(client)
}

/// Refuses a grant type that is not the client's.
pub fn allow(client: &Client, grant_type: GrantType) -> Result<(), OAuthError> {
    if client.allows(grant_type) {
        return Ok(());
    }
    Err(OAuthError::unauthorized_client("requested grant type is not allowed for this client"))
}

/// The user of a grant; one who is gone or suspended has no grant any more.
pub async fn active_user(connection: &mut Connection, id: &str) -> Result<UserRow, FlowError> {
    let user = users::by_id(connection, id).await?;
    let gone = || OAuthError::invalid_grant("account not found");
    let user = user.ok_or_else(gone)?;
    if user.is_suspended {
        return Err(OAuthError::invalid_grant("account is suspended").into());
    }
    Ok(user)
}

/// An access token, with how long it lives and what it is good for.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The token.
    pub token: String,
    /// Seconds.
    pub expires_in: i64,
    /// Scopes.
    pub scope: ScopeSet,
}

/// What an access token is issued for.
pub struct Issue<'a> {
    /// The client.
    pub client: &'a Client,
    /// On behalf of whom.
    pub user: &'a UserRow,
    /// From which grant.
    pub grant_id: &'a str,
    /// What may be given at most.
    pub scope: &'a ScopeSet,
    /// For which of the authorized resources; `None` as the contract resolves it.
    pub resource: Option<&'a str>,
    /// Resources of the authorization request.
    pub authorized: &'a [String],
}

/// Issues an access token: a JWT for a resource, or an opaque one for userinfo. Who is not let in
/// any more gets none.
pub async fn issue(
    app: &App,
    connection: &mut Connection,
    issue: &Issue<'_>,
) -> Result<AccessToken, FlowError> {
    if let Some(error) = admission::refusal(connection, issue.client, &issue.user.id).await? {
        return Err(error.into());
    }
    activity::record(connection, &issue.user.id, app.clock.now()).await?;
    match resolve_resource(app, issue)? {
        Some(resource) => issue_for_resource(app, connection, issue, &resource).await,
        None => issue_opaque(app, connection, issue).await,
    }
}

/// One resource a token: the one named, or else, for a token without `openid`, the only one there
/// is.
fn resolve_resource(app: &App, issue: &Issue<'_>) -> Result<Option<ResourceRow>, OAuthError> {
    let indicator = match (issue.resource, issue.authorized) {
        (Some(named), authorized) if authorized.iter().any(|it| it == named) => named,
        (Some(_), _) => {
            return Err(OAuthError::invalid_target("resource indicator was not authorized"));
        }
        (None, _) if issue.scope.contains(OPENID) => return Ok(None),
        (None, []) => return Ok(None),
        (None, [only]) => only,
        (None, _) => {
            return Err(OAuthError::invalid_target(
                "only a single resource indicator value must be requested/resolved",
            ));
        }
    };
    let snapshot = app.catalog.snapshot();
    let resource = snapshot.resource(indicator).cloned();
    let unknown = || OAuthError::invalid_target("resource indicator is missing, or unknown");
    resource.map(Some).ok_or_else(unknown)
}

async fn issue_for_resource(
    app: &App,
    connection: &mut Connection,
    issue: &Issue<'_>,
    resource: &ResourceRow,
) -> Result<AccessToken, FlowError> {
    let held = roles::scope_names(connection, Holder::User(&issue.user.id), &resource.id).await?;
    let scope = issue.scope.filtered(|name| held.iter().any(|it| it == name));
    sign_access_token(app, &issue.user.id, &issue.client.id, resource, scope)
}

/// Signs an access token for a resource.
pub fn sign_access_token(
    app: &App,
    subject: &str,
    client_id: &str,
    resource: &ResourceRow,
    scope: ScopeSet,
) -> Result<AccessToken, FlowError> {
    let now = app.clock.now_seconds();
    let claims = AccessTokenClaims {
        jti: random::standard_id(),
        sub: subject.to_owned(),
        iat: now,
        exp: now + resource.access_token_ttl,
        scope: scope.to_string(),
        client_id: client_id.to_owned(),
        iss: app.settings.endpoint.issuer(),
        aud: resource.indicator.clone(),
        extra: serde_json::Map::new(),
    };
    let token = app
        .catalog
        .snapshot()
        .keys
        .sign(TokenType::AccessToken, &claims)
        .map_err(|error| FlowError::Internal(error.to_string()))?;
    Ok(AccessToken { token, expires_in: resource.access_token_ttl, scope })
}

async fn issue_opaque(
    app: &App,
    connection: &mut Connection,
    issue: &Issue<'_>,
) -> Result<AccessToken, FlowError> {
    let now: Millis = app.clock.now();
    let token = random::token();
    let scope = issue.scope.oidc();
    let row = AccessTokenRow {
        id: hash::sha256_hex(&token),
        grant_id: issue.grant_id.to_owned(),
        client_id: issue.client.id.clone(),
        user_id: issue.user.id.clone(),
        scopes: scope.to_string(),
        created_at: now,
        expires_at: now + OPAQUE_TTL * 1000,
    };
    rows::insert_access_token(connection, &row).await?;
    Ok(AccessToken { token, expires_in: OPAQUE_TTL, scope })
}
