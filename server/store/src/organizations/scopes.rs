//! Permissions within organizations.

use crate::StoreError;
use crate::connection::{Connection, on};
use crate::rows::{page_of, rows};
use crate::schema::organization_scopes;
use crate::search::Search;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A permission within organizations.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organization_scopes, treat_none_as_null = true)]
pub struct OrganizationScopeRow {
    /// 21 characters.
    pub id: String,
    /// Unique.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
}

rows!(organization_scopes, OrganizationScopeRow);

/// Columns that a keyword is searched in.
pub const SEARCH: &[&str] =
    &["organization_scopes.id", "organization_scopes.name", "organization_scopes.description"];

/// Organization scopes by name, all of them or a page, and how many there are.
pub async fn list(
    connection: &mut Connection,
    search: &Search,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OrganizationScopeRow>, i64), StoreError> {
    let condition = search.condition(connection).await?;
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        Ok(page_of!(
            inner,
            organization_scopes::table.filter(condition.clone()),
            OrganizationScopeRow::as_select(),
            (organization_scopes::name, organization_scopes::id),
            page
        ))
    })
}

/// The organization scopes with the ids that a query selects, by name.
macro_rules! organization_scopes_in {
    ($connection:ident, $ids:expr) => {{
        use $crate::organizations::scopes::OrganizationScopeRow;
        use $crate::schema::organization_scopes;
        $crate::connection::on!($connection, |inner| {
            Ok(organization_scopes::table
                .filter(organization_scopes::id.eq_any($ids))
                .select(OrganizationScopeRow::as_select())
                .order((organization_scopes::name, organization_scopes::id))
                .load(inner)
                .await?)
        })
    }};
}

pub(crate) use organization_scopes_in;
