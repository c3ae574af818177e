//! The service that tells people from programs: at most one.

use crate::connection::{Connection, on};
use crate::schema::captcha_provider;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// The id of the only row.
pub const ID: &str = "default";

/// The service.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = captcha_provider)]
pub struct CaptchaProviderRow {
    /// Always [`ID`].
    pub id: String,
    /// Which service, with its key; sealed.
    pub sealed_config: String,
    /// When it was set up.
    pub created_at: Millis,
    /// When it was changed.
    pub updated_at: Millis,
}

/// The service, if there is one.
pub async fn get(connection: &mut Connection) -> Result<Option<CaptchaProviderRow>, StoreError> {
    on!(connection, |inner| {
        let row = captcha_provider::table.find(ID).select(CaptchaProviderRow::as_select());
        Ok(row.first(inner).await.optional()?)
    })
}

/// Stores the service in place of the one before, whose age it keeps.
pub async fn put(
    connection: &mut Connection,
    row: &CaptchaProviderRow,
) -> Result<CaptchaProviderRow, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::insert_into(captcha_provider::table)
            .values(row)
            .on_conflict(captcha_provider::id)
            .do_update()
            .set((
                captcha_provider::sealed_config.eq(&row.sealed_config),
                captcha_provider::updated_at.eq(row.updated_at),
            ))
            .returning(CaptchaProviderRow::as_returning())
            .get_result(inner)
            .await?)
    })
}

/// Deletes the service; false when there is none.
pub async fn delete(connection: &mut Connection) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::delete(captcha_provider::table.find(ID)).execute(inner).await? == 1)
    })
}
