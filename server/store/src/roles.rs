//! API resources, their scopes, and the roles that grant them.

use crate::connection::{Connection, on};
use crate::schema::{applications_roles, resources, roles, roles_scopes, scopes, users_roles};
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An API that access tokens are for.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = resources)]
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
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = scopes)]
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

/// A set of permissions that users or applications hold.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = roles)]
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

/// Who asks for permissions.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A user, by id.
    User(&'a str),
    /// An application that acts for itself, by id.
    Application(&'a str),
}

/// Every resource.
pub async fn resources(connection: &mut Connection) -> Result<Vec<ResourceRow>, StoreError> {
    on!(connection, |inner| {
        Ok(resources::table
            .select(ResourceRow::as_select())
            .order(resources::id)
            .load(inner)
            .await?)
    })
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
