//! Lists of accounts.

use super::UserRow;
use crate::connection::{Connection, on};
use crate::plan::{self, Explain, Line};
use crate::schema::{organization_user_relations, users, users_roles};
use crate::search::{Condition, Search};
use crate::{StoreError, row_counts};
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

/// Which accounts a list holds.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// What they are searched for.
    pub search: Search,
    /// Only users who do not hold this role.
    pub exclude_role: Option<String>,
    /// Only users who are not in this organization.
    pub exclude_organization: Option<String>,
}

/// The accounts that a filter leaves.
macro_rules! filtered {
    ($filter:ident, $condition:expr) => {{
        let mut query = users::table.filter($condition).into_boxed();
        if let Some(id) = &$filter.exclude_role {
            let holds = users_roles::table
                .filter(users_roles::user_id.eq(users::id))
                .filter(users_roles::role_id.eq(id));
            query = query.filter(not(exists(holds)));
        }
        if let Some(id) = &$filter.exclude_organization {
            let is_member = organization_user_relations::table
                .filter(organization_user_relations::user_id.eq(users::id))
                .filter(organization_user_relations::organization_id.eq(id));
            query = query.filter(not(exists(is_member)));
        }
        query
    }};
}

/// The ids of one page, newest first: an index tells them, however far back the page is. With
/// `$count`, how many there are on all pages comes with each.
macro_rules! ids {
    ($filter:ident, $condition:expr, $page:ident, $count:expr) => {
        filtered!($filter, $condition)
            .select((users::id, sql::<BigInt>($count)))
            .order((users::created_at.desc(), users::id.desc()))
            .offset($page.0)
            .limit($page.1)
    };
}

/// The rows that are found are counted as they are found.
const COUNTED: &str = "count(*) over ()";
const NOT_COUNTED: &str = "cast(0 as bigint)";

/// Where many are found the first page is met soon, and counting them would be in its way.
fn count(filter: &UserFilter, condition: &Condition) -> &'static str {
    let is_known_later = filter.search.terms.is_empty() || condition.finds_many;
    if is_known_later { NOT_COUNTED } else { COUNTED }
}

/// One page of accounts, newest first, and how many there are.
pub async fn page(
    connection: &mut Connection,
    filter: &UserFilter,
    page: (i64, i64),
) -> Result<(Vec<UserRow>, i64), StoreError> {
    let condition = filter.search.condition(connection).await?;
    let (rows, counted) = on!(&mut *connection, |inner| {
        let ids: Vec<(String, i64)> =
            ids!(filter, condition.clone(), page, count(filter, &condition)).load(inner).await?;
        let counted = match ids.as_slice() {
            [(_, count), ..] if !condition.finds_many => Some(*count),
            _ => None,
        };
        let ids = ids.into_iter().map(|(id, _)| id);
        let rows: Vec<UserRow> = users::table
            .filter(users::id.eq_any(ids.collect::<Vec<_>>()))
            .select(UserRow::as_select())
            .order((users::created_at.desc(), users::id.desc()))
            .load(inner)
            .await?;
        (rows, counted)
    });
    let total = match counted {
        _ if filter.search.terms.is_empty() => count_all(connection, filter).await?,
        Some(total) => total,
        // Many, or a page behind the last one.
        None => on!(connection, |inner| {
            filtered!(filter, condition).count().get_result(inner).await?
        }),
    };
    Ok((rows, total))
}

/// How many accounts there are but for those who are left out.
async fn count_all(connection: &mut Connection, filter: &UserFilter) -> Result<i64, StoreError> {
    if filter.exclude_role.is_some() && filter.exclude_organization.is_some() {
        return on!(connection, |inner| {
            Ok(filtered!(filter, sql::<diesel::sql_types::Bool>("1 = 1"))
                .count()
                .get_result(inner)
                .await?)
        });
    }
    let all = row_counts::users(connection).await?;
    let mut left_out = 0;
    if let Some(id) = &filter.exclude_role {
        left_out += on!(&mut *connection, |inner| {
            let holders = users_roles::table.filter(users_roles::role_id.eq(id));
            holders.count().get_result::<i64>(inner).await?
        });
    }
    if let Some(id) = &filter.exclude_organization {
        left_out += on!(connection, |inner| {
            let members = organization_user_relations::table
                .filter(organization_user_relations::organization_id.eq(id));
            members.count().get_result::<i64>(inner).await?
        });
    }
    Ok(all - left_out)
}

/// How the database finds the ids of a page, in its own words.
pub async fn plan(
    connection: &mut Connection,
    filter: &UserFilter,
    page: (i64, i64),
) -> Result<String, StoreError> {
    let condition = filter.search.condition(connection).await?;
    let lines: Vec<Line> = on!(connection, |inner| {
        Explain(ids!(filter, condition.clone(), page, count(filter, &condition)))
            .load(inner)
            .await?
    });
    Ok(plan::text(&lines))
}
