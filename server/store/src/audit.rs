//! What happened: the audit log.

use crate::connection::{Connection, on};
use crate::schema::logs;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;

/// One entry.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = logs)]
pub struct LogRow {
    /// 21 characters.
    pub id: String,
    /// What happened, e.g. `ExchangeTokenBy.RefreshToken`.
    pub key: String,
    /// Details, without secrets.
    pub payload: Json<JsonObject>,
    /// Who.
    pub user_id: Option<String>,
    /// Through which application.
    pub application_id: Option<String>,
    /// When.
    pub created_at: Millis,
}

/// Inserts entries.
pub async fn insert(connection: &mut Connection, entries: &[LogRow]) -> Result<(), StoreError> {
    on!(connection, |inner| {
        for entry in entries {
            diesel::insert_into(logs::table).values(entry).execute(inner).await?;
        }
        Ok(())
    })
}

/// The newest entries.
pub async fn newest(connection: &mut Connection, limit: i64) -> Result<Vec<LogRow>, StoreError> {
    on!(connection, |inner| {
        Ok(logs::table
            .select(LogRow::as_select())
            .order((logs::created_at.desc(), logs::id.desc()))
            .limit(limit)
            .load(inner)
            .await?)
    })
}
