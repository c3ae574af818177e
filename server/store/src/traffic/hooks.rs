//! Webhooks.

pub mod deliveries;

use crate::connection::on;
use crate::rows::rows;
use crate::schema::hooks;
use crate::{Connection, Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A webhook.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = hooks, treat_none_as_null = true)]
pub struct HookRow {
    /// 21 characters.
    pub id: String,
    /// Shown to administrators.
    pub name: String,
    /// The only event of a webhook without `events`.
    pub event: Option<String>,
    /// What the receiver is told of.
    pub events: Json<Vec<String>>,
    /// Where and how, sealed: headers often hold a key of the receiver.
    pub sealed_config: String,
    /// Key of the signatures, sealed.
    pub sealed_signing_key: String,
    /// Whether the receiver is told at all.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Millis,
}

impl HookRow {
    /// Names of the events that the receiver is told of.
    pub fn listened(&self) -> impl Iterator<Item = &str> {
        let legacy = self.event.as_deref().filter(|_| self.events.0.is_empty());
        self.events.0.iter().map(String::as_str).chain(legacy)
    }
}

rows!(hooks, HookRow);

/// Webhooks, newest first: all of them, or a page.
pub async fn list(
    connection: &mut Connection,
    page: Option<(i64, i64)>,
) -> Result<Vec<HookRow>, StoreError> {
    let (offset, limit) = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        Ok(hooks::table
            .select(HookRow::as_select())
            .order((hooks::created_at.desc(), hooks::id))
            .offset(offset)
            .limit(limit)
            .load(inner)
            .await?)
    })
}

/// How many there are.
pub async fn count(connection: &mut Connection) -> Result<i64, StoreError> {
    on!(connection, |inner| Ok(hooks::table.count().get_result(inner).await?))
}

/// Which of these are there and enabled.
pub async fn enabled(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<String>, StoreError> {
    on!(connection, |inner| {
        Ok(hooks::table
            .filter(hooks::id.eq_any(ids))
            .filter(hooks::enabled.eq(true))
            .select(hooks::id)
            .load(inner)
            .await?)
    })
}
