//! An authorization code for tokens (RFC 6749 section 4.1.3).

use super::tokens::{self, Issue, TokenResponse};
use super::{claims, refresh};
use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::state::App;
use vestibule_protocol::client::GrantType;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::scope::{OFFLINE_ACCESS, OPENID, ScopeSet};
use vestibule_protocol::{hash, pkce};
use vestibule_store::tokens::{self as rows, CodeRow};
use vestibule_store::{Connection, Durability, grants};

/// What a client sends.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The code.
    pub code: &'a str,
    /// Must be that of the authorization request.
    pub redirect_uri: Option<&'a str>,
    /// RFC 7636
    pub code_verifier: Option<&'a str>,
    /// For which of the authorized resources.
    pub resource: Option<&'a str>,
}

/// Exchanges a code. Its second use revokes everything that was issued from its grant.
pub async fn exchange(
    app: &App,
    client: &Client,
    request: &Request<'_>,
) -> Result<TokenResponse, FlowError> {
    tokens::allow(client, GrantType::AuthorizationCode)?;
    let id = hash::sha256_hex(request.code);
    // A refusal that revokes must be committed, so it travels inside.
    let outcome = app
        .store
        .write(Durability::Durable, async |connection| {
            let found = rows::code(connection, &id).await?;
            let unknown = || OAuthError::invalid_grant("authorization code not found");
            let code = found.ok_or_else(unknown)?;
            check_client(client, &code)?;
            let is_first_use = code.consumed_at.is_none()
                && rows::consume_code(connection, &id, app.clock.now()).await?;
            if !is_first_use {
                grants::delete(connection, &code.grant_id).await?;
                let used = OAuthError::invalid_grant("authorization code already consumed");
                return Ok::<_, FlowError>(Err(used));
            }
            check_request(app, &code, request)?;
            redeem(app, connection, client, &code, request).await.map(Ok)
        })
        .await?;
    Ok(outcome?)
}

fn check_client(client: &Client, code: &CodeRow) -> Result<(), OAuthError> {
    if client.id == code.client_id {
        return Ok(());
    }
    Err(OAuthError::invalid_grant("client mismatch"))
}

/// A refusal here rolls the use of the code back: somebody who does not know the verifier cannot
/// use it up for the one who does.
fn check_request(app: &App, code: &CodeRow, request: &Request<'_>) -> Result<(), OAuthError> {
    if code.expires_at <= app.clock.now() {
        return Err(OAuthError::invalid_grant("authorization code is expired"));
    }
    if request.redirect_uri != Some(&code.redirect_uri) {
        return Err(OAuthError::invalid_grant("authorization code redirect_uri mismatch"));
    }
    pkce::verify(code.code_challenge.as_deref(), request.code_verifier)
}

async fn redeem(
    app: &App,
    connection: &mut Connection,
    client: &Client,
    code: &CodeRow,
    request: &Request<'_>,
) -> Result<TokenResponse, FlowError> {
    let user = tokens::active_user(connection, &code.user_id).await?;
    let scope = ScopeSet::of(code.scopes.split_whitespace());
    let issue = Issue {
        client,
        user: &user,
        grant_id: &code.grant_id,
        scope: &scope,
        resource: request.resource,
        authorized: &code.resources.0,
    };
    let access_token = tokens::issue(app, connection, &issue).await?;
    let refresh_token = if client.gets_refresh_token(scope.contains(OFFLINE_ACCESS)) {
        Some(refresh::begin_family(app, connection, client, code).await?)
    } else {
        None
    };
    let id_token = if scope.contains(OPENID) {
        let facts = claims::facts(connection, &user, &scope).await?;
        let token = claims::IdToken {
            client,
            scope: &scope,
            nonce: code.nonce.as_deref(),
            authenticated_at: code.authenticated_at,
            session_uid: code.session_uid.as_deref(),
            access_token: Some(&access_token.token),
        };
        Some(claims::sign_id_token(app, &facts, &token)?)
    } else {
        None
    };
    Ok(TokenResponse {
        access_token: access_token.token,
        token_type: "Bearer",
        expires_in: access_token.expires_in,
        scope: Some(access_token.scope.to_string()),
        id_token,
        refresh_token,
    })
}
