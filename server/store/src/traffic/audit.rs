//! What happened: the audit log.

use crate::connection::{Connection, on};
use crate::plan::{self, Explain, Line};
use crate::schema::logs;
use crate::{Json, Millis, StoreError, row_counts};
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
    // Always in this order: each is counted with others of its key, and two servers that count the
    // same keys must not wait for each other.
    let mut entries: Vec<&LogRow> = entries.iter().collect();
    entries.sort_by(|one, other| one.key.cmp(&other.key));
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

impl LogFilter {
    /// Whether only keys tell the entries apart, so that they need not be counted.
    fn is_by_key(&self) -> bool {
        let Self { user_id, application_id, hook_id, key: _, prefixes: _, since, until } = self;
        [user_id, application_id, hook_id].into_iter().all(Option::is_none)
            && since.is_none()
            && until.is_none()
    }
}

/// The entries that a filter leaves.
macro_rules! filtered {
    ($filter:ident) => {{
        let mut query = logs::table.into_boxed();
        if let Some(id) = &$filter.user_id {
            query = query.filter(logs::user_id.eq(id));
        }
        if let Some(id) = &$filter.application_id {
            query = query.filter(logs::application_id.eq(id));
        }
        if let Some(id) = &$filter.hook_id {
            query = query.filter(logs::hook_id.eq(id));
        }
        if let Some(key) = &$filter.key {
            query = query.filter(logs::key.eq(key));
        }
        if let Some(since) = $filter.since {
            query = query.filter(logs::created_at.ge(since));
        }
        if let Some(until) = $filter.until {
            query = query.filter(logs::created_at.le(until));
        }
        if let [first, others @ ..] = $filter.prefixes {
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

/// The ids of one page, newest first: mostly an index tells them, however far back the page is.
macro_rules! ids {
    ($filter:ident, $page:ident) => {
        filtered!($filter)
            .select(logs::id)
            .order((logs::created_at.desc(), logs::id.desc()))
            .offset($page.0)
            .limit($page.1)
    };
}

/// One page of entries, newest first, and how many there are: at most `cap` if there is one.
pub async fn page(
    connection: &mut Connection,
    filter: &LogFilter,
    page: (i64, i64),
    cap: Option<i64>,
) -> Result<(Vec<LogRow>, i64), StoreError> {
    let found = on!(&mut *connection, |inner| {
        let ids: Vec<String> = ids!(filter, page).load(inner).await?;
        logs::table
            .filter(logs::id.eq_any(ids))
            .select(LogRow::as_select())
            .order((logs::created_at.desc(), logs::id.desc()))
            .load(inner)
            .await?
    });
    Ok((found, count(connection, filter, cap).await?))
}

async fn count(
    connection: &mut Connection,
    filter: &LogFilter,
    cap: Option<i64>,
) -> Result<i64, StoreError> {
    if filter.is_by_key() {
        let all = row_counts::logs(connection, filter.key.as_deref(), filter.prefixes).await?;
        return Ok(cap.map_or(all, |cap| all.min(cap)));
    }
    on!(connection, |inner| {
        if let Some(cap) = cap {
            let beyond = (cap, 1);
            let beyond: Option<String> = ids!(filter, beyond).first(inner).await.optional()?;
            if beyond.is_some() {
                return Ok(cap);
            }
        }
        Ok(filtered!(filter).count().get_result(inner).await?)
    })
}

/// How the database finds the ids of a page, in its own words.
pub async fn plan(
    connection: &mut Connection,
    filter: &LogFilter,
    page: (i64, i64),
) -> Result<String, StoreError> {
    let lines: Vec<Line> = on!(connection, |inner| Explain(ids!(filter, page)).load(inner).await?);
    Ok(plan::text(&lines))
}

/// The entry with this id.
pub async fn by_id(connection: &mut Connection, id: &str) -> Result<Option<LogRow>, StoreError> {
    on!(connection, |inner| {
        Ok(logs::table.find(id).select(LogRow::as_select()).first(inner).await.optional()?)
    })
}
