//! What a person has allowed a client. Deleting a grant deletes every code and token issued from
//! it.

use crate::connection::{Connection, on};
use crate::schema::grants;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeMap;

/// A grant: one for each session and client.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = grants)]
pub struct GrantRow {
    /// 21 characters.
    pub id: String,
    /// The session it was given in; `None` once that has ended.
    pub session_uid: Option<String>,
    /// Who gave it.
    pub user_id: String,
    /// To whom.
    pub client_id: String,
    /// OpenID Connect scopes, separated by spaces.
    pub scopes: String,
    /// Scopes by resource indicator.
    pub resource_scopes: Json<BTreeMap<String, Vec<String>>>,
    /// Outlives the session (`offline_access`).
    pub is_offline: bool,
    /// When it was given.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

/// Inserts a grant, or puts it in the place of the one that the session has with this client;
/// answers with the id it has then.
pub async fn upsert(connection: &mut Connection, grant: &GrantRow) -> Result<String, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::insert_into(grants::table)
            .values(grant)
            .on_conflict((grants::session_uid, grants::client_id))
            .do_update()
            .set((
                grants::scopes.eq(&grant.scopes),
                grants::resource_scopes.eq(&grant.resource_scopes),
                grants::is_offline.eq(grant.is_offline),
                grants::expires_at.eq(grant.expires_at),
            ))
            .returning(grants::id)
            .get_result(inner)
            .await?)
    })
}

/// The live grant of a session and a client.
pub async fn of_session(
    connection: &mut Connection,
    session_uid: &str,
    client_id: &str,
    now: Millis,
) -> Result<Option<GrantRow>, StoreError> {
    on!(connection, |inner| {
        Ok(grants::table
            .filter(grants::session_uid.eq(session_uid))
            .filter(grants::client_id.eq(client_id))
            .filter(grants::expires_at.gt(now))
            .select(GrantRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// The live grant with this id.
pub async fn by_id(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<Option<GrantRow>, StoreError> {
    on!(connection, |inner| {
        Ok(grants::table
            .find(id)
            .filter(grants::expires_at.gt(now))
            .select(GrantRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Revokes a grant; false when it was gone.
pub async fn delete(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    on!(connection, |inner| Ok(diesel::delete(grants::table.find(id)).execute(inner).await? == 1))
}

/// The end of a session: grants end with it, but for those that persist, which are let go.
pub async fn end_session(connection: &mut Connection, session_uid: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        let of_session = grants::table.filter(grants::session_uid.eq(session_uid));
        diesel::delete(of_session.filter(grants::is_offline.eq(false))).execute(inner).await?;
        diesel::update(of_session)
            .set(grants::session_uid.eq(None::<String>))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Revokes every grant of a user.
pub async fn delete_of_user(connection: &mut Connection, user_id: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(grants::table.filter(grants::user_id.eq(user_id))).execute(inner).await?;
        Ok(())
    })
}

/// Revokes every grant of a client.
pub async fn delete_of_client(
    connection: &mut Connection,
    client_id: &str,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(grants::table.filter(grants::client_id.eq(client_id)))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Keeps `limit` grants of a user and a client, `current` and the newest of the others; ids of
/// those that went.
pub async fn trim(
    connection: &mut Connection,
    (user_id, client_id): (&str, &str),
    current: &str,
    limit: i64,
    now: Millis,
) -> Result<Vec<String>, StoreError> {
    on!(connection, |inner| {
        let surplus: Vec<String> = grants::table
            .filter(grants::user_id.eq(user_id))
            .filter(grants::client_id.eq(client_id))
            .filter(grants::id.ne(current))
            .filter(grants::expires_at.gt(now))
            .order((grants::created_at.desc(), grants::id))
            .offset((limit - 1).max(0))
            .limit(1000)
            .select(grants::id)
            .load(inner)
            .await?;
        diesel::delete(grants::table.filter(grants::id.eq_any(&surplus))).execute(inner).await?;
        Ok(surplus)
    })
}
