//! API resources and their scopes.

use crate::connection::{Connection, on};
use crate::rows::{page_of, rows};
use crate::schema::{resources, scopes};
use crate::search::Search;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An API that access tokens are for.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = resources, treat_none_as_null = true)]
pub struct ResourceRow {
    /// 21 characters.
    pub id: String,
    /// Shown to administrators.
    pub name: String,
    /// The `aud` of its tokens (RFC 8707).
    pub indicator: String,
    /// Used when a request names none.
    pub is_default: bool,
    /// Seconds.
    pub access_token_ttl: i64,
}

/// A permission on a resource.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = scopes, treat_none_as_null = true)]
pub struct ScopeRow {
    /// 21 characters.
    pub id: String,
    /// Of which resource.
    pub resource_id: String,
    /// Unique within the resource.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Millis,
}

rows!(resources, ResourceRow);

/// Columns of scopes that may be searched, by their names on the wire.
pub const SCOPE_SEARCH: &[(&str, &str)] =
    &[("id", "scopes.id"), ("name", "scopes.name"), ("description", "scopes.description")];

/// Resources in the order of their ids: all of them, or `page` of offset and limit.
pub async fn list(
    connection: &mut Connection,
    page: Option<(i64, i64)>,
) -> Result<Vec<ResourceRow>, StoreError> {
    let (offset, limit) = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        Ok(resources::table
            .select(ResourceRow::as_select())
            .order(resources::id)
            .offset(offset)
            .limit(limit)
            .load(inner)
            .await?)
    })
}

/// How many resources there are.
pub async fn count(connection: &mut Connection) -> Result<i64, StoreError> {
    on!(connection, |inner| Ok(resources::table.count().get_result(inner).await?))
}

/// Takes the default away from whichever resource has it.
pub async fn clear_default(connection: &mut Connection) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(resources::table.filter(resources::is_default))
            .set(resources::is_default.eq(false))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Scopes, as rows.
pub mod scope {
    use super::*;
    rows!(scopes, ScopeRow);

    /// Scopes of these resources, oldest first.
    pub async fn of_resources(
        connection: &mut Connection,
        resource_ids: &[String],
    ) -> Result<Vec<ScopeRow>, StoreError> {
        on!(connection, |inner| {
            Ok(scopes::table
                .filter(scopes::resource_id.eq_any(resource_ids))
                .select(ScopeRow::as_select())
                .order((scopes::created_at, scopes::id))
                .load(inner)
                .await?)
        })
    }

    /// One page of the scopes of a resource that fit a search, newest first, and their number.
    pub async fn page(
        connection: &mut Connection,
        resource_id: &str,
        search: &Search,
        page: (i64, i64),
    ) -> Result<(Vec<ScopeRow>, i64), StoreError> {
        let condition = search.condition(connection).await?;
        on!(connection, |inner| {
            let fitting = || {
                scopes::table.filter(scopes::resource_id.eq(resource_id)).filter(condition.clone())
            };
            let newest = (scopes::created_at.desc(), scopes::id.desc());
            Ok(page_of!(inner, fitting(), ScopeRow::as_select(), newest, page))
        })
    }
}

/// The scopes with the ids that a query selects, with their resources, ordered by both.
macro_rules! scopes_in {
    ($connection:ident, $ids:expr) => {{
        use $crate::resources::{ResourceRow, ScopeRow};
        use $crate::schema::{resources, scopes};
        $crate::connection::on!($connection, |inner| {
            Ok(scopes::table
                .inner_join(resources::table)
                .filter(scopes::id.eq_any($ids))
                .select((ScopeRow::as_select(), ResourceRow::as_select()))
                .order((resources::name, resources::id, scopes::name, scopes::id))
                .load(inner)
                .await?)
        })
    }};
}

pub(crate) use scopes_in;
