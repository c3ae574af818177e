//! Tokens that an e-mail address may use once.

use crate::connection::{Connection, on};
use crate::rows::{page_of, rows};
use crate::schema::one_time_tokens;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::one_time_token::OneTimeTokenContext;

/// A token.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = one_time_tokens)]
pub struct OneTimeTokenRow {
    /// 21 characters.
    pub id: String,
    /// Whose it is.
    pub email: String,
    /// By which it is found.
    pub token_hash: String,
    /// By which administrators see it.
    pub sealed_token: String,
    /// What it is bound to.
    pub context: Json<OneTimeTokenContext>,
    /// `active`, `consumed`, `revoked` or `expired`
    pub status: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

rows!(one_time_tokens, OneTimeTokenRow);

/// Which tokens a list holds.
#[derive(Clone, Debug, Default)]
pub struct OneTimeTokenFilter {
    /// Only of this address.
    pub email: Option<String>,
    /// Only with this status as it is now: an active one that had its time counts as expired.
    pub status: Option<String>,
}

/// Tokens, newest first: all of them or a page, and how many there are.
pub async fn list(
    connection: &mut Connection,
    filter: &OneTimeTokenFilter,
    now: Millis,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OneTimeTokenRow>, i64), StoreError> {
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        macro_rules! filtered {
            () => {{
                let mut query = one_time_tokens::table.into_boxed();
                if let Some(email) = &filter.email {
                    query = query.filter(one_time_tokens::email.eq(email));
                }
                let (status, ends) = (one_time_tokens::status, one_time_tokens::expires_at);
                match filter.status.as_deref() {
                    None => {}
                    Some("active") => query = query.filter(status.eq("active").and(ends.gt(now))),
                    Some("expired") => {
                        let late = status.eq("active").and(ends.le(now));
                        query = query.filter(status.eq("expired").or(late));
                    }
                    Some(other) => query = query.filter(status.eq(other)),
                }
                query
            }};
        }
        Ok(page_of!(
            inner,
            filtered!(),
            OneTimeTokenRow::as_select(),
            (one_time_tokens::created_at.desc(), one_time_tokens::id.desc()),
            page
        ))
    })
}

/// The token with this hash.
pub async fn by_hash(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<Option<OneTimeTokenRow>, StoreError> {
    on!(connection, |inner| {
        Ok(one_time_tokens::table
            .filter(one_time_tokens::token_hash.eq(token_hash))
            .select(OneTimeTokenRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Gives an active token another status: of many callers exactly one gets `true`.
pub async fn end(connection: &mut Connection, id: &str, status: &str) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let active = one_time_tokens::table.find(id).filter(one_time_tokens::status.eq("active"));
        let changed = diesel::update(active).set(one_time_tokens::status.eq(status));
        Ok(changed.execute(inner).await? == 1)
    })
}
