//! What happened: the audit log.

use crate::connection::{Connection, on};
use crate::schema::logs;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel::sql_types::Bool;
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

/// Which entries a list holds.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// Only of this user.
    pub user_id: Option<String>,
    /// Only of this application.
    pub application_id: Option<String>,
    /// Only deliveries of this hook.
    pub hook_id: Option<String>,
    /// Only with this key.
    pub key: Option<String>,
    /// Only with a key that begins with one of these; any key when empty.
    pub prefixes: &'static [&'static str],
    /// Only from then on.
    pub since: Option<Millis>,
    /// Only until then.
    pub until: Option<Millis>,
}

/// One page of entries, newest first, and how many there are: at most `cap` if there is one.
pub async fn page(
    connection: &mut Connection,
    filter: &LogFilter,
    (offset, limit): (i64, i64),
    cap: Option<i64>,
) -> Result<(Vec<LogRow>, i64), StoreError> {
    on!(connection, |inner| {
        macro_rules! filtered {
            () => {{
                let mut query = logs::table.into_boxed();
                if let Some(id) = &filter.user_id {
                    query = query.filter(logs::user_id.eq(id));
                }
                if let Some(id) = &filter.application_id {
                    query = query.filter(logs::application_id.eq(id));
                }
                if let Some(id) = &filter.hook_id {
                    query = query.filter(logs::hook_id.eq(id));
                }
                if let Some(key) = &filter.key {
                    query = query.filter(logs::key.eq(key));
                }
                if let Some(since) = filter.since {
                    query = query.filter(logs::created_at.ge(since));
                }
                if let Some(until) = filter.until {
                    query = query.filter(logs::created_at.le(until));
                }
                if let [first, others @ ..] = filter.prefixes {
                    let begins = |prefix: &str| logs::key.like(format!("{prefix}%"));
                    let mut any: Box<dyn BoxableExpression<logs::table, _, SqlType = Bool>> =
                        Box::new(begins(first));
                    for prefix in others {
                        any = Box::new(any.or(begins(prefix)));
                    }
                    query = query.filter(any);
                }
                query
            }};
        }
        let found = filtered!()
            .select(LogRow::as_select())
            .order((logs::created_at.desc(), logs::id.desc()))
            .offset(offset)
            .limit(limit)
            .load(inner)
            .await?;
        if let Some(cap) = cap {
            let beyond: Option<String> = filtered!()
                .select(logs::id)
                .order((logs::created_at.desc(), logs::id.desc()))
                .offset(cap)
                .limit(1)
                .first(inner)
                .await
                .optional()?;
            if beyond.is_some() {
                return Ok((found, cap));
            }
        }
        Ok((found, filtered!().count().get_result(inner).await?))
    })
}

/// The entry with this id.
pub async fn by_id(connection: &mut Connection, id: &str) -> Result<Option<LogRow>, StoreError> {
    on!(connection, |inner| {
        Ok(logs::table.find(id).select(LogRow::as_select()).first(inner).await.optional()?)
    })
}
