//! Keys that sign cookies.

use crate::connection::{Connection, on};
use crate::rows::rows;
use crate::schema::cookie_keys;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A key.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = cookie_keys)]
pub struct CookieKeyRow {
    /// 21 characters.
    pub id: String,
    /// A random text, sealed.
    pub sealed_value: String,
    /// When it was made.
    pub created_at: Millis,
}

rows!(cookie_keys, CookieKeyRow);

/// All keys, newest first.
pub async fn list(connection: &mut Connection) -> Result<Vec<CookieKeyRow>, StoreError> {
    on!(connection, |inner| {
        Ok(cookie_keys::table
            .select(CookieKeyRow::as_select())
            .order((cookie_keys::created_at.desc(), cookie_keys::id))
            .load(inner)
            .await?)
    })
}
