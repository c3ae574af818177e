//! Phrases of the pages in an administrator's own words.

use crate::connection::{Connection, on};
use crate::schema::custom_phrases;
use crate::{Json, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;

/// The phrases in one language.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = custom_phrases)]
pub struct CustomPhraseRow {
    /// 21 characters.
    pub id: String,
    /// BCP 47, unique.
    pub language_tag: String,
    /// A tree with texts as leaves.
    pub translation: Json<JsonObject>,
}

/// All of them, by language.
pub async fn list(connection: &mut Connection) -> Result<Vec<CustomPhraseRow>, StoreError> {
    on!(connection, |inner| {
        Ok(custom_phrases::table
            .select(CustomPhraseRow::as_select())
            .order(custom_phrases::language_tag)
            .load(inner)
            .await?)
    })
}

/// Those in one language.
pub async fn by_language(
    connection: &mut Connection,
    tag: &str,
) -> Result<Option<CustomPhraseRow>, StoreError> {
    on!(connection, |inner| {
        Ok(custom_phrases::table
            .filter(custom_phrases::language_tag.eq(tag))
            .select(CustomPhraseRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Stores phrases in place of those in the same language, whose id they keep.
pub async fn put(
    connection: &mut Connection,
    row: &CustomPhraseRow,
) -> Result<CustomPhraseRow, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::insert_into(custom_phrases::table)
            .values(row)
            .on_conflict(custom_phrases::language_tag)
            .do_update()
            .set(custom_phrases::translation.eq(&row.translation))
            .returning(CustomPhraseRow::as_returning())
            .get_result(inner)
            .await?)
    })
}

/// Deletes the phrases in one language; false when there are none.
pub async fn delete(connection: &mut Connection, tag: &str) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = custom_phrases::table.filter(custom_phrases::language_tag.eq(tag));
        Ok(diesel::delete(target).execute(inner).await? == 1)
    })
}
