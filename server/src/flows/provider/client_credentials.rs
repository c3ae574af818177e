//! A client acts for itself (RFC 6749 section 4.4).

use super::tokens::{self, TokenResponse};
use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::state::App;
use vestibule_protocol::client::GrantType;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::scope::ScopeSet;

/// Issues a token for a resource with the scopes that are asked for and that the client's roles
/// give.
pub async fn exchange(
    app: &App,
    client: &Client,
    scope: Option<&str>,
    resource: Option<&str>,
) -> Result<TokenResponse, FlowError> {
    tokens::allow(client, GrantType::ClientCredentials)?;
    let snapshot = app.catalog.snapshot();
    let found = match resource {
        Some(indicator) => snapshot.resource(indicator),
        None => snapshot.default_resource(),
    };
    let missing = || OAuthError::invalid_target("resource indicator is missing, or unknown");
    let resource = found.ok_or_else(missing)?;
    let asked = ScopeSet::parse(scope.unwrap_or_default())
        .map_err(|error| OAuthError::invalid_scope(error.to_string()))?;
    let held = app.catalog.application_scopes(&app.store, &client.id, &resource.id).await?;
    let scope = asked.filtered(|name| held.iter().any(|it| it == name));
    let token = tokens::sign_access_token(app, &client.id, &client.id, resource, scope)?;
    Ok(TokenResponse {
        access_token: token.token,
        token_type: "Bearer",
        expires_in: token.expires_in,
        scope: (!token.scope.is_empty()).then(|| token.scope.to_string()),
        id_token: None,
        refresh_token: None,
    })
}
