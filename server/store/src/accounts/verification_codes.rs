//! Codes that were sent by e-mail or SMS.

use crate::connection::{Connection, on};
use crate::schema::verification_codes;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A code on its way.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = verification_codes, treat_none_as_null = true)]
pub struct VerificationCodeRow {
    /// Id of the verification record it belongs to.
    pub id: String,
    /// `email:…` or `phone:…`, in the form in which recipients are compared.
    pub recipient: String,
    /// Keyed hash of the code.
    pub code_hash: String,
    /// Wrong tries so far.
    pub attempts: i32,
    /// Set by the one use it has.
    pub consumed_at: Option<Millis>,
    /// When it was sent.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

/// Inserts a code.
pub async fn insert(
    connection: &mut Connection,
    code: &VerificationCodeRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(verification_codes::table).values(code).execute(inner).await?;
        Ok(())
    })
}

/// Inserts a code, in place of the one with this id if there is one.
pub async fn put(
    connection: &mut Connection,
    code: &VerificationCodeRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(verification_codes::table)
            .values(code)
            .on_conflict(verification_codes::id)
            .do_update()
            .set(code)
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Counts a try and answers with the code as it was tried, if it has not been used. The count is
/// raised before anybody compares, so that parallel tries cannot exceed the limit.
pub async fn attempt(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<VerificationCodeRow>, StoreError> {
    on!(connection, |inner| {
        let unused =
            verification_codes::table.find(id).filter(verification_codes::consumed_at.is_null());
        Ok(diesel::update(unused)
            .set(verification_codes::attempts.eq(verification_codes::attempts + 1))
            .returning(VerificationCodeRow::as_returning())
            .get_result(inner)
            .await
            .optional()?)
    })
}

/// Uses a code up: of many callers exactly one gets `true`.
pub async fn consume(
    connection: &mut Connection,
    id: &str,
    now: Millis,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let unused =
            verification_codes::table.find(id).filter(verification_codes::consumed_at.is_null());
        let changed = diesel::update(unused)
            .set(verification_codes::consumed_at.eq(now))
            .execute(inner)
            .await?;
        Ok(changed == 1)
    })
}
