//! Authorization codes, opaque access tokens and refresh-token families. Every row is keyed by the
//! SHA-256 of what the client holds.

use crate::connection::{Connection, on};
use crate::schema::{access_tokens, authorization_codes, refresh_tokens};
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An authorization code.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = authorization_codes)]
pub struct CodeRow {
    /// SHA-256 of the code.
    pub id: String,
    /// What it was issued from.
    pub grant_id: String,
    /// For whom.
    pub client_id: String,
    /// On behalf of whom.
    pub user_id: String,
    /// Must be repeated at the token endpoint.
    pub redirect_uri: String,
    /// OpenID Connect scopes, separated by spaces.
    pub scopes: String,
    /// Resource indicators of the authorization request.
    pub resources: Json<Vec<String>>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// RFC 7636, S256.
    pub code_challenge: Option<String>,
    /// For the `auth_time` claim, where it was asked for.
    pub authenticated_at: Option<Millis>,
    /// The session it was issued in.
    pub session_uid: Option<String>,
    /// Set by the one use it has.
    pub consumed_at: Option<Millis>,
    /// When it was issued.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

/// An opaque access token.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_tokens)]
pub struct AccessTokenRow {
    /// SHA-256 of the token.
    pub id: String,
    /// What it was issued from.
    pub grant_id: String,
    /// For whom.
    pub client_id: String,
    /// On behalf of whom.
    pub user_id: String,
    /// OpenID Connect scopes, separated by spaces.
    pub scopes: String,
    /// When it was issued.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

/// A family of refresh tokens: one row, whatever number of times it rotates.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens)]
pub struct RefreshTokenRow {
    /// SHA-256 of the handle that all tokens of the family share.
    pub id: String,
    /// What it was issued from.
    pub grant_id: String,
    /// For whom.
    pub client_id: String,
    /// On behalf of whom.
    pub user_id: String,
    /// OpenID Connect scopes, separated by spaces.
    pub scopes: String,
    /// Resource indicators of the authorization request.
    pub resources: Json<Vec<String>>,
    /// For ID tokens.
    pub nonce: Option<String>,
    /// For the `auth_time` claim.
    pub authenticated_at: Option<Millis>,
    /// The session it was issued in.
    pub session_uid: Option<String>,
    /// Which token of the family is the current one.
    pub generation: i64,
    /// When the family began.
    pub created_at: Millis,
    /// When the current token was issued.
    pub issued_at: Millis,
    /// When the token before it was given up.
    pub rotated_at: Option<Millis>,
    /// When the current token ends.
    pub expires_at: Millis,
}

/// Inserts a code.
pub async fn insert_code(connection: &mut Connection, code: &CodeRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(authorization_codes::table).values(code).execute(inner).await?;
        Ok(())
    })
}

/// The code with this id, used or not.
pub async fn code(connection: &mut Connection, id: &str) -> Result<Option<CodeRow>, StoreError> {
    on!(connection, |inner| {
        Ok(authorization_codes::table
            .find(id)
            .select(CodeRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Uses a code up: of many callers exactly one gets `true`.
pub async fn consume_code(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let unused =
            authorization_codes::table.find(id).filter(authorization_codes::consumed_at.is_null());
        let changed = diesel::update(unused)
            .set(authorization_codes::consumed_at.eq(now))
            .execute(inner)
            .await?;
        Ok(changed == 1)
    })
}

/// Inserts an opaque access token.
pub async fn insert_access_token(
    connection: &mut Connection,
    token: &AccessTokenRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(access_tokens::table).values(token).execute(inner).await?;
        Ok(())
    })
}

/// The live access token with this id.
pub async fn access_token(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<Option<AccessTokenRow>, StoreError> {
    on!(connection, |inner| {
        Ok(access_tokens::table
            .find(id)
            .filter(access_tokens::expires_at.gt(now))
            .select(AccessTokenRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Inserts a family.
pub async fn insert_refresh_token(
    connection: &mut Connection,
    token: &RefreshTokenRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(refresh_tokens::table).values(token).execute(inner).await?;
        Ok(())
    })
}

/// The family with this id, expired or not.
pub async fn refresh_token(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<RefreshTokenRow>, StoreError> {
    on!(connection, |inner| {
        Ok(refresh_tokens::table
            .find(id)
            .select(RefreshTokenRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Raises the generation of a family if it is still this one: of many callers exactly one gets
/// `true`.
pub async fn rotate_refresh_token(
    connection: &mut Connection,
    id: &str,
    generation: i64,
    now: Millis,
    expires_at: Millis,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target =
            refresh_tokens::table.find(id).filter(refresh_tokens::generation.eq(generation));
        let changed = diesel::update(target)
            .set((
                refresh_tokens::generation.eq(generation + 1),
                refresh_tokens::issued_at.eq(now),
                refresh_tokens::rotated_at.eq(now),
                refresh_tokens::expires_at.eq(expires_at),
            ))
            .execute(inner)
            .await?;
        Ok(changed == 1)
    })
}

/// The live access token with this id, if its grant is alive and its user is not suspended. One
/// query: introspection asks nothing else.
pub async fn live_access_token(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<Option<AccessTokenRow>, StoreError> {
    use crate::schema::{grants, users};
    on!(connection, |inner| {
        Ok(access_tokens::table
            .inner_join(users::table.on(users::id.eq(access_tokens::user_id)))
            .inner_join(grants::table.on(grants::id.eq(access_tokens::grant_id)))
            .filter(access_tokens::id.eq(id))
            .filter(access_tokens::expires_at.gt(now))
            .filter(grants::expires_at.gt(now))
            .filter(users::is_suspended.eq(false))
            .select(AccessTokenRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}
