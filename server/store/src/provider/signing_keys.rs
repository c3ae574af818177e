//! Keys that sign tokens.

use crate::connection::{Connection, on};
use crate::schema::signing_keys;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

/// A signing key. At most one is `Current`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys)]
pub struct SigningKeyRow {
    /// The `kid`: the thumbprint of the public key (RFC 7638).
    pub id: String,
    /// JWA name.
    pub algorithm: String,
    /// PKCS#8 PEM, sealed.
    pub sealed_private_key: String,
    /// As it is published.
    pub public_jwk: Json<Value>,
    /// `Next`, `Current` or `Previous`
    pub status: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it becomes the current one, if it is published ahead of that.
    pub effective_at: Option<Millis>,
}

/// All keys, newest first.
pub async fn list(connection: &mut Connection) -> Result<Vec<SigningKeyRow>, StoreError> {
    on!(connection, |inner| {
        Ok(signing_keys::table
            .select(SigningKeyRow::as_select())
            .order(signing_keys::created_at.desc())
            .load(inner)
            .await?)
    })
}

/// Makes `key` the current one: the one before becomes `Previous`; older ones go, and one that was
/// published to come next.
pub async fn rotate(connection: &mut Connection, key: &SigningKeyRow) -> Result<(), StoreError> {
    on!(&mut *connection, |inner| {
        diesel::delete(signing_keys::table.filter(signing_keys::status.eq("Next")))
            .execute(inner)
            .await?;
    });
    retire_current(connection).await?;
    stage(connection, key).await
}

/// Inserts `key` beside the others. As `Next` it is published and signs nothing yet.
pub async fn stage(connection: &mut Connection, key: &SigningKeyRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(signing_keys::table).values(key).execute(inner).await?;
        Ok(())
    })
}

/// Makes a key that was published ahead the current one if its time has come, as [`rotate`] does;
/// false when there is none.
pub async fn promote(connection: &mut Connection, now: Millis) -> Result<bool, StoreError> {
    let due: Option<String> = on!(&mut *connection, |inner| {
        signing_keys::table
            .filter(signing_keys::status.eq("Next"))
            .filter(signing_keys::effective_at.le(now))
            .select(signing_keys::id)
            .first(inner)
            .await
            .optional()?
    });
    let Some(due) = due else { return Ok(false) };
    retire_current(connection).await?;
    on!(connection, |inner| {
        diesel::update(signing_keys::table.find(due))
            .set(signing_keys::status.eq("Current"))
            .execute(inner)
            .await?;
        Ok(true)
    })
}

async fn retire_current(connection: &mut Connection) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(signing_keys::table.filter(signing_keys::status.eq("Previous")))
            .execute(inner)
            .await?;
        diesel::update(signing_keys::table.filter(signing_keys::status.eq("Current")))
            .set(signing_keys::status.eq("Previous"))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Inserts the first key unless another server was faster.
pub async fn seed(connection: &mut Connection, key: &SigningKeyRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(signing_keys::table)
            .values(key)
            .on_conflict_do_nothing()
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Deletes a key.
pub async fn delete(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(signing_keys::table.find(id)).execute(inner).await?;
        Ok(())
    })
}
