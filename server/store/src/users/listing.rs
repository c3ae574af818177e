//! Lists of accounts.

use super::UserRow;
use crate::StoreError;
use crate::connection::{Connection, on};
use crate::schema::{organization_user_relations, users, users_roles};
use crate::search::Search;
use diesel::prelude::*;
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

/// One page of accounts, newest first, and how many there are.
pub async fn page(
    connection: &mut Connection,
    filter: &UserFilter,
    (offset, limit): (i64, i64),
) -> Result<(Vec<UserRow>, i64), StoreError> {
    let condition = filter.search.condition(connection);
    on!(connection, |inner| {
        macro_rules! filtered {
            () => {{
                let mut query = users::table.filter(condition.clone()).into_boxed();
                if let Some(id) = &filter.exclude_role {
                    let holders = users_roles::table
                        .filter(users_roles::role_id.eq(id))
                        .select(users_roles::user_id);
                    query = query.filter(users::id.ne_all(holders));
                }
                if let Some(id) = &filter.exclude_organization {
                    let members = organization_user_relations::table
                        .filter(organization_user_relations::organization_id.eq(id))
                        .select(organization_user_relations::user_id);
                    query = query.filter(users::id.ne_all(members));
                }
                query
            }};
        }
        let found = filtered!()
            .select(UserRow::as_select())
            .order((users::created_at.desc(), users::id.desc()))
            .offset(offset)
            .limit(limit)
            .load(inner)
            .await?;
        Ok((found, filtered!().count().get_result(inner).await?))
    })
}
