//! Tokens that stand for users in programs of their own.

use crate::connection::{Connection, on};
use crate::schema::personal_access_tokens;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A personal access token.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = personal_access_tokens)]
pub struct PersonalAccessTokenRow {
    /// Whose it is.
    pub user_id: String,
    /// Unique for the user.
    pub name: String,
    /// SHA-256 of the value, hex.
    pub value_hash: String,
    /// The value, sealed.
    pub sealed_value: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it ends; `None` never.
    pub expires_at: Option<Millis>,
}

/// Inserts a token. `StoreError::Taken` when the user has one of that name,
/// `StoreError::MissingReference` when the user is not there.
pub async fn insert(
    connection: &mut Connection,
    row: &PersonalAccessTokenRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(personal_access_tokens::table).values(row).execute(inner).await?;
        Ok(())
    })
}

/// Tokens of a user, oldest first.
pub async fn of_user(
    connection: &mut Connection,
    user_id: &str,
) -> Result<Vec<PersonalAccessTokenRow>, StoreError> {
    on!(connection, |inner| {
        Ok(personal_access_tokens::table
            .filter(personal_access_tokens::user_id.eq(user_id))
            .select(PersonalAccessTokenRow::as_select())
            .order((personal_access_tokens::created_at, personal_access_tokens::name))
            .load(inner)
            .await?)
    })
}

/// Renames a token; the row as it is then, `None` when there is no such token.
/// `StoreError::Taken` when the user has another of the new name.
pub async fn rename(
    connection: &mut Connection,
    user_id: &str,
    name: &str,
    new_name: &str,
) -> Result<Option<PersonalAccessTokenRow>, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::update(personal_access_tokens::table.find((user_id, name)))
            .set(personal_access_tokens::name.eq(new_name))
            .returning(PersonalAccessTokenRow::as_returning())
            .get_result(inner)
            .await
            .optional()?)
    })
}

/// Deletes a token; false when it is not there.
pub async fn delete(
    connection: &mut Connection,
    user_id: &str,
    name: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = personal_access_tokens::table.find((user_id, name));
        Ok(diesel::delete(target).execute(inner).await? == 1)
    })
}
