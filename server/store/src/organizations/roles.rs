//! Roles within organizations and what they grant.

use super::scopes::OrganizationScopeRow;
use crate::StoreError;
use crate::connection::{Connection, on};
use crate::resources::ScopeRow;
use crate::rows::{page_of, rows};
use crate::schema::{
    organization_invitation_role_relations, organization_jit_roles,
    organization_role_application_relations, organization_role_resource_scope_relations,
    organization_role_scope_relations, organization_role_user_relations, organization_roles,
    organization_scopes, resources, scopes,
};
use crate::search::Search;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A role that members hold within an organization.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organization_roles, treat_none_as_null = true)]
pub struct OrganizationRoleRow {
    /// 21 characters.
    pub id: String,
    /// Unique.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
    /// `User` or `MachineToMachine`
    pub kind: String,
}

rows!(organization_roles, OrganizationRoleRow);

/// Columns that a keyword is searched in.
pub const SEARCH: &[&str] =
    &["organization_roles.id", "organization_roles.name", "organization_roles.description"];

/// One page of organization roles by name, and how many there are.
pub async fn page(
    connection: &mut Connection,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<OrganizationRoleRow>, i64), StoreError> {
    let condition = search.condition(connection).await?;
    on!(connection, |inner| {
        Ok(page_of!(
            inner,
            organization_roles::table.filter(condition.clone()),
            OrganizationRoleRow::as_select(),
            (organization_roles::name, organization_roles::id),
            page
        ))
    })
}

/// The roles with these names.
pub async fn by_names(
    connection: &mut Connection,
    names: &[String],
) -> Result<Vec<OrganizationRoleRow>, StoreError> {
    on!(connection, |inner| {
        Ok(organization_roles::table
            .filter(organization_roles::name.eq_any(names))
            .select(OrganizationRoleRow::as_select())
            .load(inner)
            .await?)
    })
}

/// Whether anybody holds a role, or is to be given it.
pub async fn is_given(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    macro_rules! is_in {
        ($inner:ident, $table:ident) => {
            diesel::select(exists($table::table.filter($table::organization_role_id.eq(id))))
                .get_result::<bool>($inner)
                .await?
        };
    }
    on!(connection, |inner| {
        Ok(is_in!(inner, organization_role_user_relations)
            || is_in!(inner, organization_role_application_relations)
            || is_in!(inner, organization_jit_roles)
            || is_in!(inner, organization_invitation_role_relations))
    })
}

/// What these roles grant within organizations: role, scope and its name.
pub async fn scopes_of(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<(String, String, String)>, StoreError> {
    on!(connection, |inner| {
        Ok(organization_role_scope_relations::table
            .inner_join(organization_scopes::table)
            .filter(organization_role_scope_relations::organization_role_id.eq_any(ids))
            .select((
                organization_role_scope_relations::organization_role_id,
                organization_scopes::id,
                organization_scopes::name,
            ))
            .order((organization_scopes::name, organization_scopes::id))
            .load(inner)
            .await?)
    })
}

/// A scope of an API resource that an organization role grants.
#[derive(Clone, Debug, Queryable)]
pub struct GrantedResourceScope {
    /// The role.
    pub organization_role_id: String,
    /// The scope.
    pub scope_id: String,
    /// Its name.
    pub scope_name: String,
    /// The resource.
    pub resource_id: String,
    /// Its name.
    pub resource_name: String,
}

/// What these roles grant on API resources.
pub async fn resource_scopes_of(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<GrantedResourceScope>, StoreError> {
    on!(connection, |inner| {
        Ok(organization_role_resource_scope_relations::table
            .inner_join(scopes::table.inner_join(resources::table))
            .filter(organization_role_resource_scope_relations::organization_role_id.eq_any(ids))
            .select((
                organization_role_resource_scope_relations::organization_role_id,
                scopes::id,
                scopes::name,
                resources::id,
                resources::name,
            ))
            .order((scopes::name, scopes::id))
            .load(inner)
            .await?)
    })
}

/// Organization scopes of a role by name, all of them or a page, and how many there are.
pub async fn scopes(
    connection: &mut Connection,
    id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OrganizationScopeRow>, i64), StoreError> {
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        let granted = organization_role_scope_relations::table
            .inner_join(organization_scopes::table)
            .filter(organization_role_scope_relations::organization_role_id.eq(id));
        Ok(page_of!(
            inner,
            granted,
            OrganizationScopeRow::as_select(),
            (organization_scopes::name, organization_scopes::id),
            page
        ))
    })
}

/// Resource scopes of a role, oldest first, all of them or a page, and how many there are.
pub async fn resource_scopes(
    connection: &mut Connection,
    id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<ScopeRow>, i64), StoreError> {
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        let granted = organization_role_resource_scope_relations::table
            .inner_join(scopes::table)
            .filter(organization_role_resource_scope_relations::organization_role_id.eq(id));
        Ok(page_of!(inner, granted, ScopeRow::as_select(), (scopes::created_at, scopes::id), page))
    })
}

/// Organization scopes of a role.
pub mod scope_relation {
    crate::rows::relation!(
        organization_role_scope_relations,
        organization_role_id,
        organization_scope_id
    );
}

/// Resource scopes of a role.
pub mod resource_scope_relation {
    crate::rows::relation!(
        organization_role_resource_scope_relations,
        organization_role_id,
        scope_id
    );
}
