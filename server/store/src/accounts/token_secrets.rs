//! Tokens of other providers that are kept for users.

use crate::StoreError;
use crate::connection::{Connection, on};
use crate::schema::token_secrets;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Forgets a set of tokens; false when there is none with this id.
pub async fn delete(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::delete(token_secrets::table.find(id)).execute(inner).await? == 1)
    })
}
