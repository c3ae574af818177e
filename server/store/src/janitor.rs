//! Rows that have had their time.

use crate::connection::{Connection, on};
use crate::schema::{
    access_tokens, authorization_codes, daily_active_users, grants, hook_deliveries, interactions,
    logs, messages, one_time_tokens, rate_limits, refresh_tokens, sentinel_activities,
    sentinel_targets, sessions, subject_tokens, verification_codes,
};
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Deletes what ended before `now`, at most `limit` rows of a table at once so that nobody waits
/// long for the lock; answers with how many went. `keep` is how long, in milliseconds, codes are
/// kept after their end (a late second use is then still recognised) and attempts after they
/// were made.
pub async fn sweep(
    connection: &mut Connection,
    now: Millis,
    keep: Millis,
    limit: i64,
) -> Result<usize, StoreError> {
    let mut swept = 0;
    macro_rules! sweep_table {
        ($table:ident, $key:ident, $column:ident, $before:expr) => {
            swept += on!(&mut *connection, |inner| {
                let ended: Vec<String> = $table::table
                    .filter($table::$column.le($before))
                    .select($table::$key)
                    .limit(limit)
                    .load(inner)
                    .await?;
                if ended.is_empty() {
                    0
                } else {
                    // Asked again: a row may have been renewed meanwhile.
                    let ended = $table::table
                        .filter($table::$key.eq_any(&ended))
                        .filter($table::$column.le($before));
                    diesel::delete(ended).execute(inner).await?
                }
            });
        };
    }
    sweep_table!(interactions, id, expires_at, now);
    sweep_table!(sessions, id, expires_at, now);
    sweep_table!(authorization_codes, id, expires_at, now - keep);
    sweep_table!(access_tokens, id, expires_at, now);
    sweep_table!(refresh_tokens, id, expires_at, now - keep);
    sweep_table!(grants, id, expires_at, now);
    sweep_table!(verification_codes, id, expires_at, now - keep);
    sweep_table!(rate_limits, key, expires_at, now);
    sweep_table!(sentinel_activities, id, created_at, now - keep);
    sweep_table!(messages, id, expires_at, now - keep);
    sweep_table!(hook_deliveries, id, expires_at, now);
    sweep_table!(subject_tokens, id, expires_at, now);
    swept += on!(connection, |inner| {
        let idle: Vec<String> = sentinel_targets::table
            .filter(sentinel_targets::updated_at.le(now - keep))
            .filter(sentinel_targets::blocked_until.le(now))
            .select(sentinel_targets::target)
            .limit(limit)
            .load(inner)
            .await?;
        let idle = sentinel_targets::table
            .filter(sentinel_targets::target.eq_any(idle))
            .filter(sentinel_targets::updated_at.le(now - keep))
            .filter(sentinel_targets::blocked_until.le(now));
        diesel::delete(idle).execute(inner).await?
    });
    Ok(swept)
}

/// Deletes what is only kept to be looked at: one-time tokens that ended before a moment, and the
/// days before it on which users were active; at most `limit` of each. How many went.
pub async fn sweep_history(
    connection: &mut Connection,
    before: Millis,
    limit: i64,
) -> Result<usize, StoreError> {
    on!(connection, |inner| {
        let ended: Vec<String> = one_time_tokens::table
            .filter(one_time_tokens::expires_at.lt(before))
            .select(one_time_tokens::id)
            .limit(limit)
            .load(inner)
            .await?;
        let ended = one_time_tokens::table.filter(one_time_tokens::id.eq_any(&ended));
        let tokens = diesel::delete(ended).execute(inner).await?;
        let oldest: Vec<(Millis, String)> = daily_active_users::table
            .filter(daily_active_users::day.lt(before))
            .order((daily_active_users::day, daily_active_users::user_id))
            .select((daily_active_users::day, daily_active_users::user_id))
            .limit(limit)
            .load(inner)
            .await?;
        // The first day only: its rows have one key each.
        let day = if let [(day, _), ..] = oldest.as_slice() { *day } else { before };
        let users = oldest.iter().filter(|(other, _)| *other == day).map(|(_, user)| user);
        let users: Vec<&String> = users.collect();
        let days = daily_active_users::table
            .filter(daily_active_users::day.eq(day))
            .filter(daily_active_users::user_id.eq_any(users));
        Ok(tokens + diesel::delete(days).execute(inner).await?)
    })
}

/// Deletes audit entries from before a moment, at most `limit`; how many went.
pub async fn sweep_logs(
    connection: &mut Connection,
    before: Millis,
    limit: i64,
) -> Result<usize, StoreError> {
    on!(connection, |inner| {
        let old: Vec<String> = logs::table
            .filter(logs::created_at.lt(before))
            .order(logs::created_at)
            .select(logs::id)
            .limit(limit)
            .load(inner)
            .await?;
        Ok(diesel::delete(logs::table.filter(logs::id.eq_any(&old))).execute(inner).await?)
    })
}
