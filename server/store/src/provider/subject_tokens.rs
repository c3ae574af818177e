//! Tokens by which others act as a user, once.

use crate::connection::{Connection, on};
use crate::schema::subject_tokens;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;

/// A token.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = subject_tokens)]
pub struct SubjectTokenRow {
    /// SHA-256 of the token, in hexadecimal.
    pub id: String,
    /// Whom it stands for.
    pub user_id: String,
    /// Who made it: an application or a user.
    pub creator_id: String,
    /// Free facts for whoever uses it.
    pub context: Json<JsonObject>,
    /// When it was used.
    pub consumed_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

/// Inserts a token. `StoreError::MissingReference` when there is no such user.
pub async fn insert(connection: &mut Connection, row: &SubjectTokenRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(subject_tokens::table).values(row).execute(inner).await?;
        Ok(())
    })
}

/// Uses a live token up: of many callers exactly one gets it.
pub async fn consume(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<Option<SubjectTokenRow>, StoreError> {
    on!(connection, |inner| {
        let live = subject_tokens::table
            .find(id)
            .filter(subject_tokens::consumed_at.is_null())
            .filter(subject_tokens::expires_at.gt(now));
        Ok(diesel::update(live)
            .set(subject_tokens::consumed_at.eq(now))
            .returning(SubjectTokenRow::as_returning())
            .get_result(inner)
            .await
            .optional()?)
    })
}
