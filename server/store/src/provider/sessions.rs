//! Browser sessions.

use crate::connection::{Connection, on};
use crate::schema::{sessions, users};
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A browser in which somebody is signed in.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    /// SHA-256 of the value in the cookie; changes at every sign-in.
    pub id: String,
    /// What grants refer to; the `sid` claim.
    pub uid: String,
    /// Who is signed in.
    pub user_id: String,
    /// When the person last proved who they are.
    pub authenticated_at: Millis,
    /// When the session began.
    pub created_at: Millis,
    /// When it was last used.
    pub last_used_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

/// Inserts a session.
pub async fn insert(connection: &mut Connection, session: &SessionRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(sessions::table).values(session).execute(inner).await?;
        Ok(())
    })
}

/// The live session with this id, if its user is not suspended.
pub async fn by_id(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<Option<SessionRow>, StoreError> {
    on!(connection, |inner| {
        Ok(sessions::table
            .inner_join(users::table.on(users::id.eq(sessions::user_id)))
            .filter(sessions::id.eq(id))
            .filter(sessions::expires_at.gt(now))
            .filter(users::is_suspended.eq(false))
            .select(SessionRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Moves the end of a session that is in use.
pub async fn touch(
    connection: &mut Connection,
    id: &str,
    now: Millis,
    expires_at: Millis,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(sessions::table.find(id))
            .set((sessions::last_used_at.eq(now), sessions::expires_at.eq(expires_at)))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Gives a session a new id and a new time of authentication: the person proved themselves again.
/// False when the session is gone.
pub async fn renew(
    connection: &mut Connection,
    old_id: &str,
    new_id: &str,
    authenticated_at: Millis,
    expires_at: Millis,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let changed = diesel::update(sessions::table.find(old_id))
            .set((
                sessions::id.eq(new_id),
                sessions::authenticated_at.eq(authenticated_at),
                sessions::last_used_at.eq(authenticated_at),
                sessions::expires_at.eq(expires_at),
            ))
            .execute(inner)
            .await?;
        Ok(changed == 1)
    })
}

/// Ends a session; the one that ended.
pub async fn delete(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<SessionRow>, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::delete(sessions::table.find(id))
            .returning(SessionRow::as_returning())
            .get_result(inner)
            .await
            .optional()?)
    })
}

/// Ends every session of a user.
pub async fn delete_of_user(connection: &mut Connection, user_id: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id)))
            .execute(inner)
            .await?;
        Ok(())
    })
}
