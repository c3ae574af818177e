//! What people may see and change of their own account: one document.

use crate::connection::{Connection, on};
use crate::schema::account_center;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::account_center::AccountCenterSettings;

/// The id of the only row.
const ID: &str = "default";

/// The settings, if somebody has changed them.
pub async fn get(connection: &mut Connection) -> Result<Option<AccountCenterSettings>, StoreError> {
    on!(connection, |inner| {
        let stored: Option<Json<AccountCenterSettings>> = account_center::table
            .find(ID)
            .select(account_center::document)
            .first(inner)
            .await
            .optional()?;
        Ok(stored.map(|document| document.0))
    })
}

/// Stores the settings.
pub async fn put(
    connection: &mut Connection,
    settings: &AccountCenterSettings,
    now: Millis,
) -> Result<(), StoreError> {
    let values = (account_center::document.eq(Json(settings)), account_center::updated_at.eq(now));
    on!(connection, |inner| {
        diesel::insert_into(account_center::table)
            .values((account_center::id.eq(ID), values.clone()))
            .on_conflict(account_center::id)
            .do_update()
            .set(values)
            .execute(inner)
            .await?;
        Ok(())
    })
}
