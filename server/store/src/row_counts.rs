//! How many rows the big tables have: triggers keep it, so that nobody has to count them.

use crate::StoreError;
use crate::connection::{Connection, on};
use crate::schema::row_counts;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::RunQueryDsl;

const TOTAL: &str = "cast(coalesce(sum(count), 0) as bigint)";

/// How many accounts there are.
pub async fn users(connection: &mut Connection) -> Result<i64, StoreError> {
    on!(connection, |inner| {
        Ok(row_counts::table
            .filter(row_counts::name.eq("users"))
            .select(sql::<BigInt>(TOTAL))
            .first(inner)
            .await?)
    })
}

/// How many audit entries there are with this key, or with one that begins with one of these
/// prefixes; any key when there are none.
pub async fn logs(
    connection: &mut Connection,
    key: Option<&str>,
    prefixes: &[&str],
) -> Result<i64, StoreError> {
    on!(connection, |inner| {
        let mut query = row_counts::table
            .filter(row_counts::name.eq("logs"))
            .select(sql::<BigInt>(TOTAL))
            .into_boxed();
        if let Some(key) = key {
            query = query.filter(row_counts::part.eq(key.to_owned()));
        }
        if let [first, others @ ..] = prefixes {
            let begins = |prefix: &str| row_counts::part.like(format!("{prefix}%"));
            let mut any: Box<dyn BoxableExpression<row_counts::table, _, SqlType = Bool>> =
                Box::new(begins(first));
            for prefix in others {
                any = Box::new(any.or(begins(prefix)));
            }
            query = query.filter(any);
        }
        Ok(query.first(inner).await?)
    })
}
