//! Where a user is signed in, and what the user has allowed.

use super::find;
use crate::catalog::client;
use crate::flows::error::{FlowError, reject};
use crate::flows::management::write;
use crate::state::App;
use std::collections::HashMap;
use vestibule_shared::ErrorCode;
use vestibule_shared::user::{
    GrantApplication, GrantPayload, SessionAuthorization, SessionPayload, UserGrant, UserSession,
};
use vestibule_store::users::{self as rows, GrantOfUser, SessionOfUser};
use vestibule_store::{Connection, Durability, Millis, applications};

/// Which grants end with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeGrants {
    /// All that were given in it.
    All,
    /// Those to our own applications.
    FirstParty,
}

/// Sessions of a user, newest first.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<UserSession>, FlowError> {
    let now = app.clock.now();
    let mut connection = app.store.read().await?;
    find(&mut connection, user_id).await?;
    let found = rows::sessions(&mut connection, user_id, now).await?;
    with_grants(&mut connection, found, now).await
}

/// One session of a user.
pub async fn get(app: &App, user_id: &str, uid: &str) -> Result<UserSession, FlowError> {
    let now = app.clock.now();
    let mut connection = app.store.read().await?;
    find(&mut connection, user_id).await?;
    let found = rows::session(&mut connection, uid, now).await?;
    let own = found.filter(|session| session.user_id == user_id);
    let shown = with_grants(&mut connection, own.into_iter().collect(), now).await?;
    let gone = || reject(404, ErrorCode::OidcSessionNotFound);
    Ok(shown.into_iter().next().ok_or_else(gone)?)
}

/// Ends a session. Grants that are not to end with it live on.
pub async fn delete(
    app: &App,
    user_id: &str,
    uid: &str,
    revoke: Option<RevokeGrants>,
) -> Result<(), FlowError> {
    let now = app.clock.now();
    write(app, Durability::Durable, async |connection| {
        find(connection, user_id).await?;
        let found = rows::session(connection, uid, now).await?;
        let session = found.ok_or_else(|| reject(404, ErrorCode::OidcSessionNotFound))?;
        if session.user_id != user_id {
            return Err(reject(404, ErrorCode::OidcInvalidSessionAccountId).into());
        }
        rows::delete_session(connection, uid).await?;
        if let Some(target) = revoke {
            let only_first_party = target == RevokeGrants::FirstParty;
            rows::revoke_grants(connection, uid, only_first_party).await?;
        }
        Ok(rows::detach_grants(connection, uid).await?)
    })
    .await
}

/// What a user has allowed applications, newest first: all, or those of third parties, or our own.
pub async fn grants(
    app: &App,
    user_id: &str,
    third_party: Option<bool>,
) -> Result<Vec<UserGrant>, FlowError> {
    let mut connection = app.store.read().await?;
    find(&mut connection, user_id).await?;
    let found = rows::grants(&mut connection, user_id, third_party, app.clock.now()).await?;
    let clients: Vec<String> = found.iter().map(|row| row.client_id.clone()).collect();
    let known = applications::by_ids(&mut connection, &clients).await?;
    let names: HashMap<String, String> = known.into_iter().map(|row| (row.id, row.name)).collect();
    Ok(found.into_iter().map(|row| grant_to_wire(app, &names, row)).collect())
}

/// Revokes a grant of a user with all that was issued from it.
pub async fn revoke(app: &App, user_id: &str, grant_id: &str) -> Result<(), FlowError> {
    let now = app.clock.now();
    write(app, Durability::Durable, async |connection| {
        find(connection, user_id).await?;
        let revoked = rows::delete_grant(connection, user_id, grant_id, now).await?;
        if revoked { Ok(()) } else { Err(reject(404, ErrorCode::OidcInvalidGrant).into()) }
    })
    .await
}

async fn with_grants(
    connection: &mut Connection,
    sessions: Vec<SessionOfUser>,
    now: Millis,
) -> Result<Vec<UserSession>, FlowError> {
    let uids: Vec<String> = sessions.iter().map(|session| session.uid.clone()).collect();
    let grants = rows::session_grants(connection, &uids, now).await?;
    Ok(sessions.into_iter().map(|session| session_to_wire(session, &grants)).collect())
}

fn session_to_wire(session: SessionOfUser, grants: &[GrantOfUser]) -> UserSession {
    let own = grants.iter().filter(|it| it.session_uid.as_deref() == Some(session.uid.as_str()));
    let authorizations = own.map(|grant| {
        let authorization = SessionAuthorization {
            sid: session.uid.clone(),
            grant_id: grant.id.clone(),
            persists_logout: grant.is_offline,
        };
        (grant.client_id.clone(), authorization)
    });
    UserSession {
        payload: SessionPayload {
            exp: session.expires_at / 1000,
            iat: session.created_at / 1000,
            jti: session.uid.clone(),
            kind: "Session".to_owned(),
            login_ts: session.authenticated_at / 1000,
            account_id: session.user_id.clone(),
            authorizations: authorizations.collect(),
            uid: session.uid,
        },
        last_submission: session.last_submission.map(|it| it.0),
        client_id: session.client_id,
        account_id: Some(session.user_id),
        expires_at: session.expires_at,
    }
}

fn grant_to_wire(app: &App, names: &HashMap<String, String>, row: GrantOfUser) -> UserGrant {
    let built_in = || client::built_in(&row.client_id, &app.settings.endpoint).map(|it| it.name);
    let name = names.get(&row.client_id).cloned().or_else(built_in);
    UserGrant {
        payload: GrantPayload {
            exp: row.expires_at / 1000,
            iat: row.created_at / 1000,
            jti: row.id.clone(),
            kind: "Grant".to_owned(),
            client_id: row.client_id.clone(),
            account_id: row.user_id,
        },
        id: row.id,
        expires_at: row.expires_at,
        application: GrantApplication {
            name: name.unwrap_or_else(|| row.client_id.clone()),
            id: row.client_id,
        },
    }
}
