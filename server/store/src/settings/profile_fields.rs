//! Questions that new users are asked beside their credentials.

use crate::connection::{Connection, on};
use crate::rows::rows;
use crate::schema::custom_profile_fields;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::profile_field::ProfileFieldConfig;

/// A field.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = custom_profile_fields, treat_none_as_null = true)]
pub struct ProfileFieldRow {
    /// 21 characters.
    pub id: String,
    /// Unique.
    pub name: String,
    /// What kind of answer it takes.
    pub kind: String,
    /// Shown above it.
    pub label: String,
    /// Shown below it.
    pub description: Option<String>,
    /// Whether it must be answered.
    pub required: bool,
    /// Depends on the type.
    pub config: Json<ProfileFieldConfig>,
    /// Its place among the others.
    pub sie_order: i32,
    /// When it was made.
    pub created_at: Millis,
}

rows!(custom_profile_fields, ProfileFieldRow);

/// All fields in their order.
pub async fn list(connection: &mut Connection) -> Result<Vec<ProfileFieldRow>, StoreError> {
    on!(connection, |inner| {
        Ok(custom_profile_fields::table
            .select(ProfileFieldRow::as_select())
            .order((custom_profile_fields::sie_order, custom_profile_fields::created_at))
            .load(inner)
            .await?)
    })
}

/// The field with this name.
pub async fn by_name(
    connection: &mut Connection,
    name: &str,
) -> Result<Option<ProfileFieldRow>, StoreError> {
    on!(connection, |inner| {
        Ok(custom_profile_fields::table
            .filter(custom_profile_fields::name.eq(name))
            .select(ProfileFieldRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}
