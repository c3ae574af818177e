//! Small settings that the server keeps for itself, and the version by which servers notice that
//! what they hold in memory has changed.

use crate::StoreError;
use crate::connection::{Connection, on};
use crate::schema::{configuration, configuration_version};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// The value under a key.
pub async fn get(connection: &mut Connection, key: &str) -> Result<Option<String>, StoreError> {
    on!(connection, |inner| {
        Ok(configuration::table
            .find(key)
            .select(configuration::value)
            .first(inner)
            .await
            .optional()?)
    })
}

/// The values under these keys that are there, with their keys.
pub async fn get_many(
    connection: &mut Connection,
    keys: &[&str],
) -> Result<Vec<(String, String)>, StoreError> {
    on!(connection, |inner| {
        Ok(configuration::table
            .filter(configuration::key.eq_any(keys))
            .select((configuration::key, configuration::value))
            .order(configuration::key)
            .load(inner)
            .await?)
    })
}

/// Stores a value under a key unless there is one, and answers with the one that is there then:
/// servers that start together agree on it.
pub async fn get_or_insert(
    connection: &mut Connection,
    key: &str,
    value: &str,
) -> Result<String, StoreError> {
    on!(&mut *connection, |inner| {
        diesel::insert_into(configuration::table)
            .values((configuration::key.eq(key), configuration::value.eq(value)))
            .on_conflict_do_nothing()
            .execute(inner)
            .await?;
    });
    let stored = get(connection, key).await?;
    stored.ok_or_else(|| StoreError::Corrupt {
        table: "configuration",
        reason: format!("{key} was written and is not there"),
    })
}

/// Stores a value under a key, whatever is there.
pub async fn set(connection: &mut Connection, key: &str, value: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(configuration::table)
            .values((configuration::key.eq(key), configuration::value.eq(value)))
            .on_conflict(configuration::key)
            .do_update()
            .set(configuration::value.eq(value))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Removes a value only if it is this one: of many callers exactly one gets `true`.
pub async fn consume(
    connection: &mut Connection,
    key: &str,
    value: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = configuration::table.find(key).filter(configuration::value.eq(value));
        Ok(diesel::delete(target).execute(inner).await? == 1)
    })
}

/// Removes the value under a key.
pub async fn remove(connection: &mut Connection, key: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(configuration::table.find(key)).execute(inner).await?;
        Ok(())
    })
}

/// The current version of everything that servers keep in memory.
pub async fn version(connection: &mut Connection) -> Result<i64, StoreError> {
    on!(connection, |inner| {
        Ok(configuration_version::table
            .find(1)
            .select(configuration_version::version)
            .first(inner)
            .await?)
    })
}

/// Raises the version; call it in the transaction of every change to applications, connectors,
/// resources, keys or the sign-in experience.
pub async fn raise_version(connection: &mut Connection) -> Result<i64, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::update(configuration_version::table.find(1))
            .set(configuration_version::version.eq(configuration_version::version + 1))
            .returning(configuration_version::version)
            .get_result(inner)
            .await?)
    })
}
