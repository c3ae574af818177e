//! Sign-ins in progress.

use crate::connection::{Connection, on};
use crate::schema::interactions;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An authorization request that waits for a person.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = interactions)]
pub struct InteractionRow {
    /// SHA-256 of the uid that the browser holds.
    pub id: String,
    /// Whose request it is.
    pub client_id: String,
    /// The authorization request, JSON.
    pub request: String,
    /// `login` or `consent`
    pub prompt: String,
    /// The session at the time of the request.
    pub session_uid: Option<String>,
    /// What has happened so far, JSON.
    pub state: String,
    /// Raised by every change of the state.
    pub version: i64,
    /// When the request came.
    pub created_at: Millis,
    /// When it is given up.
    pub expires_at: Millis,
}

/// Inserts an interaction.
pub async fn insert(
    connection: &mut Connection,
    interaction: &InteractionRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(interactions::table).values(interaction).execute(inner).await?;
        Ok(())
    })
}

/// The interaction with this id, unless it has expired.
pub async fn by_id(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<Option<InteractionRow>, StoreError> {
    on!(connection, |inner| {
        Ok(interactions::table
            .find(id)
            .filter(interactions::expires_at.gt(now))
            .select(InteractionRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Saves a new state over the version it was made from; false when another request was faster.
pub async fn save(
    connection: &mut Connection,
    id: &str,
    version: i64,
    state: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = interactions::table.find(id).filter(interactions::version.eq(version));
        let changed = diesel::update(target)
            .set((interactions::state.eq(state), interactions::version.eq(version + 1)))
            .execute(inner)
            .await?;
        Ok(changed == 1)
    })
}

/// Takes an interaction out: of many callers exactly one gets it.
pub async fn consume(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<Option<InteractionRow>, StoreError> {
    on!(connection, |inner| {
        let target = interactions::table.find(id).filter(interactions::expires_at.gt(now));
        Ok(diesel::delete(target)
            .returning(InteractionRow::as_returning())
            .get_result(inner)
            .await
            .optional()?)
    })
}
