//! Counters that say how often something happened lately.

use crate::connection::{Connection, on};
use crate::schema::rate_limits;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;

/// Counts one more event under `key` and answers with the count of the current window. The window
/// begins with the first event and ends `window` milliseconds later. One statement: parallel
/// callers get different counts.
pub async fn count(
    connection: &mut Connection,
    key: &str,
    window: Millis,
    now: Millis,
) -> Result<i32, StoreError> {
    on!(connection, |inner| {
        // An expired row is as good as none.
        let expired = rate_limits::table.find(key).filter(rate_limits::expires_at.le(now));
        diesel::delete(expired).execute(inner).await?;
        Ok(diesel::insert_into(rate_limits::table)
            .values((
                rate_limits::key.eq(key),
                rate_limits::count.eq(1),
                rate_limits::window_started_at.eq(now),
                rate_limits::expires_at.eq(now + window),
            ))
            .on_conflict(rate_limits::key)
            .do_update()
            .set(rate_limits::count.eq(rate_limits::count + excluded(rate_limits::count)))
            .returning(rate_limits::count)
            .get_result(inner)
            .await?)
    })
}

/// The count of the current window, without counting.
pub async fn current(
    connection: &mut Connection,
    key: &str,
    now: Millis,
) -> Result<i32, StoreError> {
    on!(connection, |inner| {
        let count: Option<i32> = rate_limits::table
            .find(key)
            .filter(rate_limits::expires_at.gt(now))
            .select(rate_limits::count)
            .first(inner)
            .await
            .optional()?;
        Ok(count.unwrap_or(0))
    })
}
