//! Browsers on which users need not show their second factor again.

use crate::connection::{Connection, on};
use crate::rows::page_of;
use crate::schema::trusted_devices;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A trusted browser.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = trusted_devices)]
pub struct TrustedDeviceRow {
    /// 21 characters.
    pub id: String,
    /// Who trusts it.
    pub user_id: String,
    /// SHA-256 of what the browser holds, hex.
    pub secret_hash: String,
    /// What the browser says it is.
    pub user_agent: Option<String>,
    /// From which address it was last used.
    pub ip: Option<String>,
    /// Where that is, a country code.
    pub country: Option<String>,
    /// Where that is.
    pub city: Option<String>,
    /// Since when it is trusted.
    pub created_at: Millis,
    /// When it was last used.
    pub last_used_at: Millis,
    /// Until when it is trusted.
    pub expires_at: Millis,
}

/// One page of the browsers that a user still trusts, newest first, and how many there are.
pub async fn trusted_devices(
    connection: &mut Connection,
    user_id: &str,
    now: Millis,
    page: (i64, i64),
) -> Result<(Vec<TrustedDeviceRow>, i64), StoreError> {
    on!(connection, |inner| {
        let trusted = trusted_devices::table
            .filter(trusted_devices::user_id.eq(user_id))
            .filter(trusted_devices::expires_at.gt(now));
        Ok(page_of!(
            inner,
            trusted,
            TrustedDeviceRow::as_select(),
            (trusted_devices::created_at.desc(), trusted_devices::id.desc()),
            page
        ))
    })
}

/// Lets a user trust a browser.
pub async fn insert_trusted_device(
    connection: &mut Connection,
    row: &TrustedDeviceRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(trusted_devices::table).values(row).execute(inner).await?;
        Ok(())
    })
}

/// Ends the trust in a browser; false when the user trusts none with this id.
pub async fn delete_trusted_device(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = trusted_devices::table.find(id).filter(trusted_devices::user_id.eq(user_id));
        Ok(diesel::delete(target).execute(inner).await? == 1)
    })
}
