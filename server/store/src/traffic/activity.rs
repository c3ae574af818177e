//! How many users there are, and on which days they were active.

use crate::connection::{Connection, on};
use crate::schema::daily_active_users;
use crate::{Millis, StoreError, row_counts};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

/// Milliseconds of a day.
pub const DAY: Millis = 86_400_000;

/// Notes that a user was active on the day of `now`, in UTC.
pub async fn record(
    connection: &mut Connection,
    user_id: &str,
    now: Millis,
) -> Result<(), StoreError> {
    let day = now - now.rem_euclid(DAY);
    on!(connection, |inner| {
        diesel::insert_into(daily_active_users::table)
            .values((daily_active_users::day.eq(day), daily_active_users::user_id.eq(user_id)))
            .on_conflict_do_nothing()
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// How many accounts there are.
pub async fn count_users(connection: &mut Connection) -> Result<i64, StoreError> {
    row_counts::users(connection).await
}

/// A count of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct OfDay {
    /// The day's first millisecond in UTC.
    #[diesel(sql_type = BigInt)]
    pub day: Millis,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// Accounts that were made from `since` on and before `until`, by day; days without any are left
/// out.
pub async fn new_users(
    connection: &mut Connection,
    since: Millis,
    until: Millis,
) -> Result<Vec<OfDay>, StoreError> {
    on!(connection, |inner| {
        let text = "select created_at / 86400000 * 86400000 as day, count(*) as count from users \
                    where created_at >= $1 and created_at < $2 group by 1 order by 1";
        let query = diesel::sql_query(text).bind::<BigInt, _>(since).bind::<BigInt, _>(until);
        Ok(query.load(inner).await?)
    })
}

/// Active users from `since` on and before `until`, by day; days without any are left out.
pub async fn active_by_day(
    connection: &mut Connection,
    since: Millis,
    until: Millis,
) -> Result<Vec<OfDay>, StoreError> {
    on!(connection, |inner| {
        let rows: Vec<(Millis, i64)> = daily_active_users::table
            .filter(daily_active_users::day.ge(since))
            .filter(daily_active_users::day.lt(until))
            .group_by(daily_active_users::day)
            .select((daily_active_users::day, diesel::dsl::count_star()))
            .load(inner)
            .await?;
        Ok(rows.into_iter().map(|(day, count)| OfDay { day, count }).collect())
    })
}

/// How many different users were active from `since` on and before `until`.
pub async fn active_users(
    connection: &mut Connection,
    since: Millis,
    until: Millis,
) -> Result<i64, StoreError> {
    on!(connection, |inner| {
        Ok(daily_active_users::table
            .filter(daily_active_users::day.ge(since))
            .filter(daily_active_users::day.lt(until))
            .select(diesel::dsl::count(daily_active_users::user_id).aggregate_distinct())
            .first(inner)
            .await?)
    })
}
