//! How applications look.

use crate::connection::{Connection, on};
use crate::schema::application_sign_in_experiences as table;
use crate::{Json, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::organization::PartialColor;
use vestibule_shared::sign_in_experience::Branding;

/// How an application looks.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = table, primary_key(application_id), treat_none_as_null = true)]
pub struct AppearanceRow {
    /// Whose it is.
    pub application_id: String,
    /// Colours that differ.
    pub color: Json<PartialColor>,
    /// Pictures that differ.
    pub branding: Json<Branding>,
    /// Style sheet.
    pub custom_css: Option<String>,
    /// Address of the terms of use.
    pub terms_of_use_url: Option<String>,
    /// Address of the privacy policy.
    pub privacy_policy_url: Option<String>,
    /// The name that people see.
    pub display_name: Option<String>,
}

/// How an application looks, if that was ever set.
pub async fn of(
    connection: &mut Connection,
    application_id: &str,
) -> Result<Option<AppearanceRow>, StoreError> {
    on!(connection, |inner| {
        let found = table::table.find(application_id).select(AppearanceRow::as_select());
        Ok(found.first(inner).await.optional()?)
    })
}

/// Writes how an application looks.
pub async fn put(connection: &mut Connection, row: &AppearanceRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(table::table)
            .values(row)
            .on_conflict(table::application_id)
            .do_update()
            .set(row)
            .execute(inner)
            .await?;
        Ok(())
    })
}
