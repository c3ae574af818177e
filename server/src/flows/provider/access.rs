//! What opaque tokens are good for: userinfo, introspection, revocation.

use super::claims as user_claims;
use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::state::App;
use serde_json::{Value, json};
use std::sync::Arc;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::refresh::RefreshToken;
use vestibule_protocol::scope::{OPENID, ScopeSet};
use vestibule_protocol::{claims, hash};
use vestibule_store::tokens::{self as rows, AccessTokenRow};
use vestibule_store::{Connection, Durability, grants, users};

/// A JWT has three parts; nothing opaque of ours has a dot.
fn is_jwt(token: &str) -> bool {
    token.contains('.')
}

/// What userinfo says, and to which client.
pub struct UserInfo {
    /// The client that the token was issued to.
    pub client: Arc<Client>,
    /// The claims.
    pub claims: Value,
}

/// Claims about the person that an access token stands for.
pub async fn userinfo(app: &App, token: &str) -> Result<UserInfo, FlowError> {
    let invalid = || OAuthError::invalid_token("access token not found");
    let mut connection = app.store.read().await?;
    let row = live(app, &mut connection, token).await?.ok_or_else(invalid)?;
    let scope = ScopeSet::of(row.scopes.split_whitespace());
    if !scope.contains(OPENID) {
        let missing = OAuthError::insufficient_scope("access token missing openid scope");
        return Err(missing.with_scope(OPENID).into());
    }
    let user = users::by_id(&mut connection, &row.user_id).await?.ok_or_else(invalid)?;
    let facts = user_claims::facts(&mut connection, &user, &scope).await?;
    drop(connection);
    let client = app.catalog.client(&app.store, &row.client_id).await?.ok_or_else(invalid)?;
    Ok(UserInfo { client, claims: Value::Object(claims::userinfo(&facts, &scope)) })
}

async fn live(
    app: &App,
    connection: &mut Connection,
    token: &str,
) -> Result<Option<AccessTokenRow>, FlowError> {
    if is_jwt(token) {
        return Ok(None);
    }
    let id = hash::sha256_hex(token);
    Ok(rows::live_access_token(connection, &id, app.clock.now()).await?)
}

/// What a token is (RFC 7662). Whatever is not a live token of ours is not active. A client that
/// cannot prove who it is learns of its own tokens only.
pub async fn introspect(app: &App, client: &Client, token: &str) -> Result<Value, FlowError> {
    if is_jwt(token) {
        return Err(OAuthError::unsupported_token_type(
            "Structured JWT Tokens cannot be introspected via the introspection_endpoint",
        )
        .into());
    }
    let may_know = |owner: &str| !client.is_public() || owner == client.id;
    let issuer = app.settings.endpoint.issuer();
    let mut connection = app.store.read().await?;
    let access = live(app, &mut connection, token).await?;
    if let Some(row) = access.filter(|row| may_know(&row.client_id)) {
        return Ok(json!({
            "active": true,
            "client_id": row.client_id,
            "exp": row.expires_at / 1000,
            "iat": row.created_at / 1000,
            "iss": issuer,
            "scope": row.scopes,
            "sub": row.user_id,
            "token_type": "Bearer",
        }));
    }
    let inactive = json!({ "active": false });
    let Some(presented) = RefreshToken::decode(token, &app.secrets.refresh_tokens) else {
        return Ok(inactive);
    };
    let family = rows::refresh_token(&mut connection, &presented.family()).await?;
    let now = app.clock.now();
    let family = family.filter(|family| {
        may_know(&family.client_id)
            && family.expires_at > now
            && family.generation == i64::from(presented.generation())
    });
    let Some(family) = family else { return Ok(inactive) };
    let user = users::by_id(&mut connection, &family.user_id).await?;
    if user.is_none_or(|user| user.is_suspended) {
        return Ok(inactive);
    }
    Ok(json!({
        "active": true,
        "client_id": family.client_id,
        "exp": family.expires_at / 1000,
        "iat": family.issued_at / 1000,
        "iss": issuer,
        "scope": family.scopes,
        "sub": family.user_id,
    }))
}

/// Revokes the grant of a token (RFC 7009). A token of another client is left alone; a client that
/// has proved who it is learns that, a public one gets the same answer as ever.
pub async fn revoke(app: &App, client: &Client, token: &str) -> Result<(), FlowError> {
    if is_jwt(token) {
        return Err(OAuthError::unsupported_token_type(
            "Structured JWT Tokens cannot be revoked via the revocation_endpoint",
        )
        .into());
    }
    let access_id = hash::sha256_hex(token);
    let refresh = RefreshToken::decode(token, &app.secrets.refresh_tokens);
    let now = app.clock.now();
    app.store
        .write::<_, FlowError, _>(Durability::Durable, async |connection| {
            let access = rows::access_token(connection, &access_id, now).await?;
            let mut found = access.map(|row| (row.client_id, row.grant_id));
            if found.is_none()
                && let Some(refresh) = &refresh
            {
                let family = rows::refresh_token(connection, &refresh.family()).await?;
                found = family.map(|row| (row.client_id, row.grant_id));
            }
            match found {
                Some((owner, grant_id)) if owner == client.id => {
                    grants::delete(connection, &grant_id).await?;
                    Ok(())
                }
                Some(_) if !client.is_public() => {
                    Err(OAuthError::invalid_request("the token is another client's").into())
                }
                Some(_) | None => Ok(()),
            }
        })
        .await
}
