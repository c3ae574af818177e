//! Failed attempts to prove an identity, by which an identifier is locked out.

use crate::connection::{Connection, on};
use crate::schema::{sentinel_activities, sentinel_targets};
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// What is known of a target when an attempt begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Locked until then; in the past when it is not.
    pub blocked_until: Millis,
    /// Failures since the beginning of the window, this attempt not counted.
    pub failures: i64,
}

/// Locks the target for this transaction and tells how it stands.
pub async fn standing(
    connection: &mut Connection,
    target: &str,
    window_start: Millis,
    now: Millis,
) -> Result<Standing, StoreError> {
    on!(connection, |inner| {
        let blocked_until = diesel::insert_into(sentinel_targets::table)
            .values((sentinel_targets::target.eq(target), sentinel_targets::updated_at.eq(now)))
            .on_conflict(sentinel_targets::target)
            .do_update()
            .set(sentinel_targets::updated_at.eq(now))
            .returning(sentinel_targets::blocked_until)
            .get_result(inner)
            .await?;
        let failures = sentinel_activities::table
            .filter(sentinel_activities::target.eq(target))
            .filter(sentinel_activities::result.eq("Failed"))
            .filter(sentinel_activities::created_at.gt(window_start))
            .count()
            .get_result(inner)
            .await?;
        Ok(Standing { blocked_until, failures })
    })
}

/// When the `n`th newest failure happened, counted from 1; `None` when there are fewer since the
/// beginning of the window.
pub async fn nth_newest_failure(
    connection: &mut Connection,
    target: &str,
    window_start: Millis,
    n: i64,
) -> Result<Option<Millis>, StoreError> {
    on!(connection, |inner| {
        Ok(sentinel_activities::table
            .filter(sentinel_activities::target.eq(target))
            .filter(sentinel_activities::result.eq("Failed"))
            .filter(sentinel_activities::created_at.gt(window_start))
            .order(sentinel_activities::created_at.desc())
            .offset((n - 1).max(0))
            .select(sentinel_activities::created_at)
            .first(inner)
            .await
            .optional()?)
    })
}

/// Records an attempt as failed before it is evaluated, in the transaction of [`standing`].
pub async fn record(
    connection: &mut Connection,
    id: &str,
    target: &str,
    action: &str,
    now: Millis,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(sentinel_activities::table)
            .values((
                sentinel_activities::id.eq(id),
                sentinel_activities::target.eq(target),
                sentinel_activities::action.eq(action),
                sentinel_activities::result.eq("Failed"),
                sentinel_activities::created_at.eq(now),
            ))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// The attempt succeeded after all.
pub async fn succeed(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(sentinel_activities::table.find(id))
            .set(sentinel_activities::result.eq("Success"))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// The attempt was never evaluated, so it does not count.
pub async fn withdraw(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(sentinel_activities::table.find(id)).execute(inner).await?;
        Ok(())
    })
}

/// Locks the target out.
pub async fn block(
    connection: &mut Connection,
    target: &str,
    until: Millis,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(sentinel_targets::table.find(target))
            .set(sentinel_targets::blocked_until.eq(until))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Forgets everything about these targets.
pub async fn forget(connection: &mut Connection, targets: &[String]) -> Result<(), StoreError> {
    on!(connection, |inner| {
        // Their activities go with them.
        let known = sentinel_targets::table.filter(sentinel_targets::target.eq_any(targets));
        diesel::delete(known).execute(inner).await?;
        Ok(())
    })
}
