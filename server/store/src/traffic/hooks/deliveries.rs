//! Events on their way to the receivers of webhooks.

use crate::audit::LogRow;
use crate::connection::on;
use crate::outbox::outbox;
use crate::schema::{hook_deliveries, logs};
use crate::{Connection, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An event for one webhook. `Pending` waits to be sent, `Delivered` was taken by the receiver,
/// `Dead` was given up.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = hook_deliveries)]
pub struct DeliveryRow {
    /// 21 characters.
    pub id: String,
    /// For which webhook.
    pub hook_id: String,
    /// What happened.
    pub event: String,
    /// The bytes that every try sends, sealed: they say much about people. Empty once delivered.
    pub body: String,
    /// See above.
    pub status: String,
    /// How often it was tried.
    pub attempts: i32,
    /// What the receiver answered last.
    pub response_status: Option<i32>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it is tried next.
    pub next_attempt_at: Millis,
    /// When it was written.
    pub created_at: Millis,
    /// When it is of no use to anybody any more.
    pub expires_at: Millis,
}

outbox!(hook_deliveries, DeliveryRow, hook_id);

/// Inserts deliveries. Where a webhook has been deleted meanwhile the transaction has lost, and
/// runs again without it.
pub async fn insert(connection: &mut Connection, rows: &[DeliveryRow]) -> Result<(), StoreError> {
    for row in rows {
        let inserted = on!(&mut *connection, |inner| {
            diesel::insert_into(hook_deliveries::table).values(row).execute(inner).await
        });
        match inserted.map_err(StoreError::from) {
            Err(StoreError::MissingReference) => {
                return Err(StoreError::Serialization("a webhook was deleted".into()));
            }
            other => other?,
        };
    }
    Ok(())
}

/// How a try ended.
#[derive(Clone, Debug, Default)]
pub struct Settled<'a> {
    /// The new status.
    pub status: &'static str,
    /// What the receiver answered.
    pub response_status: Option<i32>,
    /// Why it failed.
    pub error: Option<&'a str>,
    /// When it is tried next.
    pub next_attempt_at: Millis,
}

/// Records how a try ended; false when the claim has run out and another server has taken it.
pub async fn settle(
    connection: &mut Connection,
    claimed: &DeliveryRow,
    settled: &Settled<'_>,
) -> Result<bool, StoreError> {
    let body = if settled.status == "Delivered" { "" } else { claimed.body.as_str() };
    on!(connection, |inner| {
        let held = hook_deliveries::table
            .find(&claimed.id)
            .filter(hook_deliveries::attempts.eq(claimed.attempts));
        let changed = diesel::update(held)
            .set((
                hook_deliveries::status.eq(settled.status),
                hook_deliveries::response_status.eq(settled.response_status),
                hook_deliveries::last_error.eq(settled.error),
                hook_deliveries::next_attempt_at.eq(settled.next_attempt_at),
                hook_deliveries::body.eq(body),
            ))
            .execute(inner)
            .await?;
        Ok(changed == 1)
    })
}

/// Inserts the audit entry of a delivery.
pub async fn log(
    connection: &mut Connection,
    hook_id: &str,
    entry: &LogRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(logs::table)
            .values((entry, logs::hook_id.eq(hook_id)))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// For each of these webhooks: how many deliveries that were written since then have ended so
/// (`Delivered` or `Dead`).
pub async fn count_ended(
    connection: &mut Connection,
    hook_ids: &[String],
    since: Millis,
) -> Result<Vec<(String, String, i64)>, StoreError> {
    on!(connection, |inner| {
        Ok(hook_deliveries::table
            .filter(hook_deliveries::hook_id.eq_any(hook_ids))
            .filter(hook_deliveries::created_at.ge(since))
            .filter(hook_deliveries::status.ne("Pending"))
            .group_by((hook_deliveries::hook_id, hook_deliveries::status))
            .select((hook_deliveries::hook_id, hook_deliveries::status, diesel::dsl::count_star()))
            .load(inner)
            .await?)
    })
}

/// Deliveries of a webhook, newest first.
pub async fn newest(
    connection: &mut Connection,
    hook_id: &str,
    limit: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    on!(connection, |inner| {
        Ok(hook_deliveries::table
            .filter(hook_deliveries::hook_id.eq(hook_id))
            .select(DeliveryRow::as_select())
            .order((hook_deliveries::created_at.desc(), hook_deliveries::id))
            .limit(limit)
            .load(inner)
            .await?)
    })
}
