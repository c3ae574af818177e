//! Refresh tokens (RFC 6749 section 6): one row a family, rotated in place.

use super::claims;
use super::tokens::{self, Issue, TokenResponse};
use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::state::App;
use chrono::DateTime;
use vestibule_protocol::client::GrantType;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::refresh::{self, RefreshToken, Rotation, Standing};
use vestibule_protocol::scope::{OPENID, ScopeSet};
use vestibule_store::tokens::{self as rows, CodeRow, RefreshTokenRow};
use vestibule_store::{Connection, Durability, Millis, grants};

/// What a client sends.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The token.
    pub refresh_token: &'a str,
    /// At most what was granted.
    pub scope: Option<&'a str>,
    /// For which of the authorized resources.
    pub resource: Option<&'a str>,
}

/// Begins a family from a code; its first token.
pub async fn begin_family(
    app: &App,
    connection: &mut Connection,
    client: &Client,
    code: &CodeRow,
) -> Result<String, FlowError> {
    let now = app.clock.now();
    let token = RefreshToken::first();
    let row = RefreshTokenRow {
        id: token.family(),
        grant_id: code.grant_id.clone(),
        client_id: client.id.clone(),
        user_id: code.user_id.clone(),
        scopes: code.scopes.clone(),
        resources: code.resources.clone(),
        nonce: code.nonce.clone(),
        authenticated_at: code.authenticated_at,
        session_uid: code.session_uid.clone(),
        generation: i64::from(token.generation()),
        created_at: now,
        issued_at: now,
        rotated_at: None,
        expires_at: now + client.refresh_token_ttl().num_milliseconds(),
    };
    rows::insert_refresh_token(connection, &row).await?;
    Ok(token.encode(&app.secrets.refresh_tokens))
}

/// Exchanges a refresh token. Using one again after the leeway revokes the grant.
pub async fn exchange(
    app: &App,
    client: &Client,
    request: &Request<'_>,
) -> Result<TokenResponse, FlowError> {
    tokens::allow(client, GrantType::RefreshToken)?;
    let unknown = || OAuthError::invalid_grant("refresh token not found");
    let presented = RefreshToken::decode(request.refresh_token, &app.secrets.refresh_tokens);
    let presented = presented.ok_or_else(unknown)?;
    // A refusal that revokes must be committed, so it travels inside.
    let outcome = app
        .store
        .write(Durability::Durable, async |connection| {
            let family = rows::refresh_token(connection, &presented.family()).await?;
            let family = family.ok_or_else(unknown)?;
            if family.client_id != client.id {
                return Err(OAuthError::invalid_grant("client mismatch").into());
            }
            let standing = standing(app, &family, &presented);
            if standing == Standing::Reused {
                grants::delete(connection, &family.grant_id).await?;
                let reused = OAuthError::invalid_grant("refresh token already used");
                return Ok::<_, FlowError>(Err(reused));
            }
            if standing == Standing::Unknown {
                return Err(unknown().into());
            }
            if family.expires_at <= app.clock.now() {
                return Err(OAuthError::invalid_grant("refresh token is expired").into());
            }
            redeem(app, connection, client, &family, &presented, request).await.map(Ok)
        })
        .await?;
    Ok(outcome?)
}

fn standing(app: &App, family: &RefreshTokenRow, presented: &RefreshToken) -> Standing {
    let current = u32::try_from(family.generation).unwrap_or(u32::MAX);
    let rotated_at = family.rotated_at.map(time);
    refresh::standing(presented.generation(), current, rotated_at, time(app.clock.now()))
}

fn time(millis: Millis) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

async fn redeem(
    app: &App,
    connection: &mut Connection,
    client: &Client,
    family: &RefreshTokenRow,
    presented: &RefreshToken,
    request: &Request<'_>,
) -> Result<TokenResponse, FlowError> {
    let user = tokens::active_user(connection, &family.user_id).await?;
    let gone = || OAuthError::invalid_grant("grant not found");
    grants::by_id(connection, &family.grant_id, app.clock.now()).await?.ok_or_else(gone)?;
    let scope = narrowed(&family.scopes, request.scope)?;
    let generation = rotate(app, connection, client, family, presented).await?;
    let issue = Issue {
        client,
        user: &user,
        grant_id: &family.grant_id,
        scope: &scope,
        resource: request.resource,
        authorized: &family.resources.0,
    };
    let access_token = tokens::issue(app, connection, &issue).await?;
    let id_token = if scope.contains(OPENID) {
        let facts = claims::facts(connection, &user, &scope).await?;
        let token = claims::IdToken {
            client,
            scope: &scope,
            nonce: family.nonce.as_deref(),
            authenticated_at: family.authenticated_at,
            session_uid: family.session_uid.as_deref(),
            access_token: None,
        };
        Some(claims::sign_id_token(app, &facts, &token)?)
    } else {
        None
    };
    let current = presented.with_generation(generation);
    Ok(TokenResponse {
        access_token: access_token.token,
        token_type: "Bearer",
        expires_in: access_token.expires_in,
        scope: Some(access_token.scope.to_string()),
        id_token,
        refresh_token: Some(current.encode(&app.secrets.refresh_tokens)),
    })
}

fn narrowed(granted: &str, asked: Option<&str>) -> Result<ScopeSet, OAuthError> {
    let granted = ScopeSet::of(granted.split_whitespace());
    let Some(asked) = asked else { return Ok(granted) };
    let asked = ScopeSet::parse(asked).map_err(|it| OAuthError::invalid_scope(it.to_string()))?;
    if asked.is_subset(&granted) {
        return Ok(asked);
    }
    let excess = asked.difference(&granted).to_string();
    Err(OAuthError::invalid_scope("refresh token missing requested scope").with_scope(excess))
}

/// Raises the generation where the rules want it; the generation that the client gets. Within the
/// leeway that is the one a request before got too: the answer is the same.
async fn rotate(
    app: &App,
    connection: &mut Connection,
    client: &Client,
    family: &RefreshTokenRow,
    presented: &RefreshToken,
) -> Result<u32, FlowError> {
    let current = u32::try_from(family.generation).unwrap_or(u32::MAX);
    if presented.generation() != current {
        return Ok(current);
    }
    let now = app.clock.now();
    let lifetime = refresh::Lifetime {
        family_created_at: time(family.created_at),
        issued_at: time(family.issued_at),
        expires_at: time(family.expires_at),
    };
    let Rotation::Rotate { expires_at } = refresh::rotation(client, &lifetime, time(now)) else {
        return Ok(current);
    };
    let ends = expires_at.timestamp_millis();
    let rotated =
        rows::rotate_refresh_token(connection, &family.id, family.generation, now, ends).await?;
    if !rotated {
        // Somebody was faster: try again, and be within the leeway.
        return Err(vestibule_store::StoreError::Serialization("rotated meanwhile".into()).into());
    }
    Ok(current.saturating_add(1))
}
