//! Roles: sets of permissions that users or applications hold.

use crate::StoreError;
use crate::applications::ApplicationRow;
use crate::connection::{Connection, on};
use crate::plan::{self, Explain, Line};
use crate::resources::{ResourceRow, ScopeRow};
use crate::rows::{by_name, one_page, page_of, page_of_members, rows, some_of_each};
use crate::schema::{
    applications, applications_roles, resources, roles, roles_scopes, scopes, users, users_roles,
};
use crate::search::Search;
use crate::users::UserRow;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::RunQueryDsl;

/// A set of permissions that users or applications hold.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = roles, treat_none_as_null = true)]
pub struct RoleRow {
    /// 21 characters.
    pub id: String,
    /// Unique.
    pub name: String,
    /// Shown to administrators.
    pub description: String,
    /// `User` or `MachineToMachine`
    pub kind: String,
    /// Given to every new user.
    pub is_default: bool,
}

rows!(roles, RoleRow);

/// Names of roles that the server keeps for itself begin so; lists leave them out.
const INTERNAL: &str = "#internal:%";

/// Columns that may be searched, by their names on the wire.
pub const SEARCH: &[(&str, &str)] =
    &[("id", "roles.id"), ("name", "roles.name"), ("description", "roles.description")];

/// Which roles a list holds.
#[derive(Clone, Debug, Default)]
pub struct RoleFilter {
    /// What they are searched for.
    pub search: Search,
    /// `User` or `MachineToMachine`
    pub kind: Option<String>,
    /// Only roles that this user does not hold.
    pub exclude_user: Option<String>,
    /// Only roles that this application does not hold.
    pub exclude_application: Option<String>,
    /// Only roles that this user holds.
    pub user: Option<String>,
    /// Only roles that this application holds.
    pub application: Option<String>,
}

/// One page of roles by name, and how many there are.
pub async fn page(
    connection: &mut Connection,
    filter: &RoleFilter,
    page: (i64, i64),
) -> Result<(Vec<RoleRow>, i64), StoreError> {
    let condition = filter.search.condition(connection).await?;
    on!(connection, |inner| {
        macro_rules! filtered {
            () => {{
                let of_user =
                    |id: &str| users_roles::table.filter(users_roles::user_id.eq(id.to_owned()));
                let of_application = |id: &str| {
                    let is_its = applications_roles::application_id.eq(id.to_owned());
                    applications_roles::table.filter(is_its)
                };
                let mut query = roles::table
                    .filter(roles::name.not_like(INTERNAL))
                    .filter(condition.clone())
                    .into_boxed();
                if let Some(kind) = &filter.kind {
                    query = query.filter(roles::kind.eq(kind));
                }
                if let Some(id) = &filter.exclude_user {
                    let held = of_user(id).select(users_roles::role_id);
                    query = query.filter(roles::id.ne_all(held));
                }
                if let Some(id) = &filter.exclude_application {
                    let held = of_application(id).select(applications_roles::role_id);
                    query = query.filter(roles::id.ne_all(held));
                }
                if let Some(id) = &filter.user {
                    let held = of_user(id).select(users_roles::role_id);
                    query = query.filter(roles::id.eq_any(held));
                }
                if let Some(id) = &filter.application {
                    let held = of_application(id).select(applications_roles::role_id);
                    query = query.filter(roles::id.eq_any(held));
                }
                query
            }};
        }
        Ok(page_of!(inner, filtered!(), RoleRow::as_select(), (roles::name, roles::id), page))
    })
}

/// How many users hold each of these roles.
pub async fn count_users(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<(String, i64)>, StoreError> {
    on!(connection, |inner| {
        Ok(users_roles::table
            .filter(users_roles::role_id.eq_any(ids))
            .group_by(users_roles::role_id)
            .select((users_roles::role_id, diesel::dsl::count_star()))
            .load(inner)
            .await?)
    })
}

/// How many applications hold each of these roles.
pub async fn count_applications(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<(String, i64)>, StoreError> {
    on!(connection, |inner| {
        Ok(applications_roles::table
            .filter(applications_roles::role_id.eq_any(ids))
            .group_by(applications_roles::role_id)
            .select((applications_roles::role_id, diesel::dsl::count_star()))
            .load(inner)
            .await?)
    })
}

/// A user who holds a role, or belongs to an organization.
#[derive(Clone, Debug, QueryableByName)]
pub struct HoldingUser {
    /// The role or organization.
    #[diesel(sql_type = Text)]
    pub held_in: String,
    /// The user.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// Shown name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// Address of a picture.
    #[diesel(sql_type = Nullable<Text>)]
    pub avatar: Option<String>,
}

/// An application that holds a role.
#[derive(Clone, Debug, QueryableByName)]
pub struct HoldingApplication {
    /// The role.
    #[diesel(sql_type = Text)]
    pub held_in: String,
    /// The application.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// Shown name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Its type.
    #[diesel(sql_type = Text)]
    pub kind: String,
}

/// At most three users of each of these roles.
pub async fn some_users(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<HoldingUser>, StoreError> {
    let some = some_of_each(ids.len(), "users_roles", "role_id", "user_id");
    let text = format!(
        "select chosen.held_in, users.id, users.name, users.avatar from ({some}) chosen \
         join users on users.id = chosen.id order by chosen.held_in, users.id"
    );
    by_name(connection, &text, ids).await
}

/// At most three applications of each of these roles.
pub async fn some_applications(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<HoldingApplication>, StoreError> {
    let some = some_of_each(ids.len(), "applications_roles", "role_id", "application_id");
    let text = format!(
        "select chosen.held_in, applications.id, applications.name, applications.type as kind \
         from ({some}) chosen join applications on applications.id = chosen.id \
         order by chosen.held_in, applications.id"
    );
    by_name(connection, &text, ids).await
}

/// Scopes of a role that fit a search with their resources, oldest first: all of them or a page,
/// and how many there are.
pub async fn scopes(
    connection: &mut Connection,
    role_id: &str,
    search: &Search,
    page: Option<(i64, i64)>,
) -> Result<(Vec<(ScopeRow, ResourceRow)>, i64), StoreError> {
    let condition = search.condition(connection).await?;
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        let granted = roles_scopes::table
            .inner_join(scopes::table.inner_join(resources::table))
            .filter(roles_scopes::role_id.eq(role_id))
            .filter(condition);
        Ok(page_of!(
            inner,
            granted.clone(),
            (ScopeRow::as_select(), ResourceRow::as_select()),
            (scopes::created_at, scopes::id),
            page
        ))
    })
}

/// One page of the users who hold a role, ordered by id, and how many they are.
pub async fn users(
    connection: &mut Connection,
    role_id: &str,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<UserRow>, i64), StoreError> {
    let condition = search.condition(connection).await?;
    let search = (search, &condition);
    on!(connection, |inner| {
        let held = users_roles::table.filter(users_roles::role_id.eq(role_id));
        Ok(page_of_members!(inner, held, users_roles::user_id, users, UserRow, search, page))
    })
}

/// How the database finds the ids of a page of users, in its own words.
pub async fn users_plan(
    connection: &mut Connection,
    role_id: &str,
    page: (i64, i64),
) -> Result<String, StoreError> {
    let lines: Vec<Line> = on!(connection, |inner| {
        let held = users_roles::table.filter(users_roles::role_id.eq(role_id));
        let ids = one_page!(held, users_roles::user_id, users_roles::user_id, page);
        Explain(ids).load(inner).await?
    });
    Ok(plan::text(&lines))
}

/// One page of the applications that hold a role, ordered by id, and how many they are.
pub async fn applications(
    connection: &mut Connection,
    role_id: &str,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<ApplicationRow>, i64), StoreError> {
    let condition = search.condition(connection).await?;
    let search = (search, &condition);
    on!(connection, |inner| {
        let held = applications_roles::table.filter(applications_roles::role_id.eq(role_id));
        Ok(page_of_members!(
            inner,
            held,
            applications_roles::application_id,
            applications,
            ApplicationRow,
            search,
            page
        ))
    })
}

/// Scopes of a role.
pub mod scope_relation {
    crate::rows::relation!(roles_scopes, role_id, scope_id);
}

/// Users who hold a role.
pub mod user_relation {
    crate::rows::relation!(users_roles, role_id, user_id);
}

/// Roles that a user holds.
pub mod of_user {
    crate::rows::relation!(users_roles, user_id, role_id);
}

/// Applications that hold a role.
pub mod application_relation {
    crate::rows::relation!(applications_roles, role_id, application_id);
}

/// Roles that an application holds.
pub mod of_application {
    crate::rows::relation!(applications_roles, application_id, role_id);
}

/// Who asks for permissions.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A user, by id.
    User(&'a str),
    /// An application that acts for itself, by id.
    Application(&'a str),
}

/// Names of the scopes of a resource that somebody holds through roles.
pub async fn scope_names(
    connection: &mut Connection,
    holder: Holder<'_>,
    resource_id: &str,
) -> Result<Vec<String>, StoreError> {
    on!(connection, |inner| {
        Ok(match holder {
            Holder::User(user_id) => {
                roles_scopes::table
                    .inner_join(scopes::table)
                    .inner_join(
                        users_roles::table.on(users_roles::role_id.eq(roles_scopes::role_id)),
                    )
                    .filter(users_roles::user_id.eq(user_id))
                    .filter(scopes::resource_id.eq(resource_id))
                    .select(scopes::name)
                    .distinct()
                    .order(scopes::name)
                    .load(inner)
                    .await?
            }
            Holder::Application(application_id) => {
                roles_scopes::table
                    .inner_join(scopes::table)
                    .inner_join(
                        applications_roles::table
                            .on(applications_roles::role_id.eq(roles_scopes::role_id)),
                    )
                    .filter(applications_roles::application_id.eq(application_id))
                    .filter(scopes::resource_id.eq(resource_id))
                    .select(scopes::name)
                    .distinct()
                    .order(scopes::name)
                    .load(inner)
                    .await?
            }
        })
    })
}

/// Names of the roles of a user, for the `roles` claim.
pub async fn names_of_user(
    connection: &mut Connection,
    user_id: &str,
) -> Result<Vec<String>, StoreError> {
    on!(connection, |inner| {
        Ok(users_roles::table
            .inner_join(roles::table)
            .filter(users_roles::user_id.eq(user_id))
            .select(roles::name)
            .order(roles::name)
            .load(inner)
            .await?)
    })
}

/// Whether anybody holds a role.
pub async fn is_held_by_a_user(
    connection: &mut Connection,
    role_id: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let holders = users_roles::table.filter(users_roles::role_id.eq(role_id)).count();
        Ok(holders.get_result::<i64>(inner).await? > 0)
    })
}

/// Inserts what a fresh installation starts with; what is there already stays as it is.
pub async fn seed(
    connection: &mut Connection,
    resource: &ResourceRow,
    scope: &ScopeRow,
    seeded_roles: &[RoleRow],
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(resources::table)
            .values(resource)
            .on_conflict_do_nothing()
            .execute(inner)
            .await?;
        diesel::insert_into(scopes::table)
            .values(scope)
            .on_conflict_do_nothing()
            .execute(inner)
            .await?;
        for role in seeded_roles {
            diesel::insert_into(roles::table)
                .values(role)
                .on_conflict_do_nothing()
                .execute(inner)
                .await?;
            diesel::insert_into(roles_scopes::table)
                .values((roles_scopes::role_id.eq(&role.id), roles_scopes::scope_id.eq(&scope.id)))
                .on_conflict_do_nothing()
                .execute(inner)
                .await?;
        }
        Ok(())
    })
}
