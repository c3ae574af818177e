//! Members of organizations, users or applications, and the roles that they hold there.

use super::OrganizationRow;
use super::roles::OrganizationRoleRow;
use super::scopes::{OrganizationScopeRow, organization_scopes_in};
use crate::StoreError;
use crate::connection::{Connection, on};
use crate::plan::{self, Explain, Line};
use crate::rows::{one_page, page_of, page_of_members};
use crate::schema::{
    organization_role_scope_relations, organization_role_user_relations, organization_roles,
};
use crate::search::Search;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A role that is held within an organization.
#[derive(Clone, Debug, Queryable)]
pub struct HeldRole {
    /// The organization.
    pub organization_id: String,
    /// Who holds it.
    pub holder_id: String,
    /// The role.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The queries of one kind of members: `$table` says who is one, `$held` which roles each has.
macro_rules! members {
    ($table:ident, $held:ident, $id:ident, $members:ident, $row:ty) => {
        use super::*;
        use crate::schema::{organizations, $held, $members, $table};

        /// Who is a member.
        pub mod relation {
            crate::rows::relation!($table, organization_id, $id);
        }

        /// Those of the ids that are members.
        pub async fn existing(
            connection: &mut Connection,
            organization_id: &str,
            ids: &[String],
        ) -> Result<Vec<String>, StoreError> {
            on!(connection, |inner| {
                Ok($table::table
                    .filter($table::organization_id.eq(organization_id))
                    .filter($table::$id.eq_any(ids))
                    .select($table::$id)
                    .load(inner)
                    .await?)
            })
        }

        /// One page of members, ordered by id, and how many they are; only those who hold a role
        /// if one is given.
        pub async fn page(
            connection: &mut Connection,
            organization_id: &str,
            search: &Search,
            role_id: Option<&str>,
            page: (i64, i64),
        ) -> Result<(Vec<$row>, i64), StoreError> {
            let condition = search.condition(connection).await?;
            let search = (search, &condition);
            on!(connection, |inner| {
                Ok(if let Some(role_id) = role_id {
                    // Who holds a role is a member, and holds it once.
                    let holding = $held::table
                        .filter($held::organization_id.eq(organization_id))
                        .filter($held::organization_role_id.eq(role_id));
                    page_of_members!(inner, holding, $held::$id, $members, $row, search, page)
                } else {
                    let belonging =
                        $table::table.filter($table::organization_id.eq(organization_id));
                    page_of_members!(inner, belonging, $table::$id, $members, $row, search, page)
                })
            })
        }

        /// How the database finds the ids of a page of those who hold a role, in its own words.
        pub async fn plan(
            connection: &mut Connection,
            organization_id: &str,
            role_id: &str,
            page: (i64, i64),
        ) -> Result<String, StoreError> {
            let lines: Vec<Line> = on!(connection, |inner| {
                let holding = $held::table
                    .filter($held::organization_id.eq(organization_id))
                    .filter($held::organization_role_id.eq(role_id));
                Explain(one_page!(holding, $held::$id, $held::$id, page)).load(inner).await?
            });
            Ok(plan::text(&lines))
        }

        /// Roles of these members in these organizations, by name.
        pub async fn roles_of(
            connection: &mut Connection,
            organization_ids: &[String],
            ids: &[String],
        ) -> Result<Vec<HeldRole>, StoreError> {
            on!(connection, |inner| {
                Ok($held::table
                    .inner_join(organization_roles::table)
                    .filter($held::organization_id.eq_any(organization_ids))
                    .filter($held::$id.eq_any(ids))
                    .select((
                        $held::organization_id,
                        $held::$id,
                        organization_roles::id,
                        organization_roles::name,
                    ))
                    .order((organization_roles::name, organization_roles::id))
                    .load(inner)
                    .await?)
            })
        }

        /// Roles of one member by name, all of them or a page, and how many they are.
        pub async fn roles(
            connection: &mut Connection,
            organization_id: &str,
            id: &str,
            page: Option<(i64, i64)>,
        ) -> Result<(Vec<OrganizationRoleRow>, i64), StoreError> {
            let page = page.unwrap_or((0, i64::MAX));
            on!(connection, |inner| {
                let held = $held::table
                    .inner_join(organization_roles::table)
                    .filter($held::organization_id.eq(organization_id))
                    .filter($held::$id.eq(id));
                Ok(page_of!(
                    inner,
                    held,
                    OrganizationRoleRow::as_select(),
                    (organization_roles::name, organization_roles::id),
                    page
                ))
            })
        }

        /// Gives a member more roles.
        pub async fn give_roles(
            connection: &mut Connection,
            organization_id: &str,
            id: &str,
            role_ids: &[String],
        ) -> Result<(), StoreError> {
            for role_id in role_ids {
                on!(connection, |inner| {
                    diesel::insert_into($held::table)
                        .values((
                            $held::organization_id.eq(organization_id),
                            $held::$id.eq(id),
                            $held::organization_role_id.eq(role_id),
                        ))
                        .on_conflict_do_nothing()
                        .execute(inner)
                        .await?;
                });
            }
            Ok(())
        }

        /// Gives a member these roles and no others.
        pub async fn set_roles(
            connection: &mut Connection,
            organization_id: &str,
            id: &str,
            role_ids: &[String],
        ) -> Result<(), StoreError> {
            on!(connection, |inner| {
                let others = $held::table
                    .filter($held::organization_id.eq(organization_id))
                    .filter($held::$id.eq(id))
                    .filter($held::organization_role_id.ne_all(role_ids));
                diesel::delete(others).execute(inner).await?;
            });
            give_roles(connection, organization_id, id, role_ids).await
        }

        /// Takes a role away from a member; false when it is not held.
        pub async fn take_role(
            connection: &mut Connection,
            organization_id: &str,
            id: &str,
            role_id: &str,
        ) -> Result<bool, StoreError> {
            on!(connection, |inner| {
                let target = $held::table.find((organization_id, id, role_id));
                Ok(diesel::delete(target).execute(inner).await? == 1)
            })
        }

        /// Organizations of a member, newest first, all of them or a page, and how many they are.
        pub async fn organizations(
            connection: &mut Connection,
            id: &str,
            page: Option<(i64, i64)>,
        ) -> Result<(Vec<OrganizationRow>, i64), StoreError> {
            let page = page.unwrap_or((0, i64::MAX));
            on!(connection, |inner| {
                let joined =
                    $table::table.inner_join(organizations::table).filter($table::$id.eq(id));
                Ok(page_of!(
                    inner,
                    joined,
                    OrganizationRow::as_select(),
                    (organizations::created_at.desc(), organizations::id.desc()),
                    page
                ))
            })
        }
    };
}

/// Users who are members.
pub mod of_users {
    members!(
        organization_user_relations,
        organization_role_user_relations,
        user_id,
        users,
        crate::users::UserRow
    );

    /// Whether one of a user's organizations demands a second factor.
    pub async fn is_mfa_required(
        connection: &mut Connection,
        user_id: &str,
    ) -> Result<bool, StoreError> {
        on!(connection, |inner| {
            let demanding = organization_user_relations::table
                .inner_join(organizations::table)
                .filter(organization_user_relations::user_id.eq(user_id))
                .filter(organizations::is_mfa_required.eq(true));
            Ok(diesel::select(diesel::dsl::exists(demanding)).get_result(inner).await?)
        })
    }

    /// Columns that a keyword is searched in.
    pub const SEARCH: &[&str] =
        &["users.id", "users.name", "users.username", "users.primary_email", "users.primary_phone"];
}

/// Applications that are members.
pub mod of_applications {
    members!(
        organization_application_relations,
        organization_role_application_relations,
        application_id,
        applications,
        crate::applications::ApplicationRow
    );

    /// Columns that a keyword is searched in.
    pub const SEARCH: &[&str] =
        &["applications.id", "applications.name", "applications.description"];
}

/// What a user may do within an organization, by name.
pub async fn scopes_of_user(
    connection: &mut Connection,
    organization_id: &str,
    user_id: &str,
) -> Result<Vec<OrganizationScopeRow>, StoreError> {
    let held = organization_role_user_relations::table
        .filter(organization_role_user_relations::organization_id.eq(organization_id))
        .filter(organization_role_user_relations::user_id.eq(user_id))
        .select(organization_role_user_relations::organization_role_id);
    let granted = organization_role_scope_relations::table
        .filter(organization_role_scope_relations::organization_role_id.eq_any(held))
        .select(organization_role_scope_relations::organization_scope_id);
    organization_scopes_in!(connection, granted)
}
