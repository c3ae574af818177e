//! Roles within organizations and what they grant.

use super::{missing_reference, scopes, unrelated};
use crate::flows::error::{FlowError, reject};
use crate::flows::management::{change, resources, unknown};
use crate::flows::webhooks::{managed, managed_silently};
use crate::seed::TENANT;
use crate::state::App;
use std::collections::HashMap;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::organization::{
    CreateOrganizationRole, Named, NamedResourceScope, OrganizationRole, OrganizationRoleSummary,
    OrganizationScope, UpdateOrganizationRole,
};
use vestibule_shared::role::{RoleType, Scope};
use vestibule_store::Connection;
use vestibule_store::organizations::roles::{
    self as rows, OrganizationRoleRow, resource_scope_relation, scope_relation,
};
use vestibule_store::search::Search;

/// One page of organization roles, each with what it grants.
pub async fn list(
    app: &App,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<OrganizationRoleSummary>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    let (found, total) = rows::page(&mut connection, search, page).await?;
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let mut scopes: HashMap<String, Vec<Named>> = HashMap::new();
    for (role_id, id, name) in rows::scopes_of(&mut connection, &ids).await? {
        scopes.entry(role_id).or_default().push(Named { id, name });
    }
    let mut resource_scopes: HashMap<String, Vec<NamedResourceScope>> = HashMap::new();
    for granted in rows::resource_scopes_of(&mut connection, &ids).await? {
        let resource = Named { id: granted.resource_id, name: granted.resource_name };
        let shown = NamedResourceScope { id: granted.scope_id, name: granted.scope_name, resource };
        resource_scopes.entry(granted.organization_role_id).or_default().push(shown);
    }
    let shown = found.into_iter().map(|row| OrganizationRoleSummary {
        scopes: scopes.remove(&row.id).unwrap_or_default(),
        resource_scopes: resource_scopes.remove(&row.id).unwrap_or_default(),
        role: to_wire(row),
    });
    Ok((shown.collect(), total))
}

/// One organization role.
pub async fn get(app: &App, id: &str) -> Result<OrganizationRole, FlowError> {
    Ok(to_wire(find(&mut app.store.read().await?, id).await?))
}

/// Makes an organization role.
pub async fn create(
    app: &App,
    request: CreateOrganizationRole,
) -> Result<OrganizationRole, FlowError> {
    let row = OrganizationRoleRow {
        id: random::standard_id(),
        name: request.name,
        description: request.description,
        kind: request.kind.as_str().to_owned(),
    };
    let (own, of_resources) = (request.organization_scope_ids, request.resource_scope_ids);
    change(app, async |connection| {
        rows::insert(connection, &row).await?;
        scope_relation::attach(connection, &row.id, &own).await.map_err(unrelated)?;
        resource_scope_relation::attach(connection, &row.id, &of_resources)
            .await
            .map_err(unrelated)?;
        let made = to_wire(row.clone());
        managed(app, connection, HookEvent::OrganizationRoleCreated, &made).await?;
        if !own.is_empty() || !of_resources.is_empty() {
            managed_silently(app, connection, HookEvent::OrganizationRoleScopesUpdated).await?;
        }
        Ok(made)
    })
    .await
}

/// Changes an organization role. Whoever holds it relies on its type.
pub async fn update(
    app: &App,
    id: &str,
    request: UpdateOrganizationRole,
) -> Result<OrganizationRole, FlowError> {
    change(app, async |connection| {
        let mut row = find(connection, id).await?;
        if let Some(kind) = request.kind
            && kind.as_str() != row.kind
        {
            if rows::is_given(connection, id).await? {
                return Err(wrong_type().into());
            }
            row.kind = kind.as_str().to_owned();
        }
        row.name = request.name.clone().unwrap_or(row.name);
        row.description = request.description.clone().unwrap_or(row.description);
        rows::update(connection, &row).await?;
        let changed = to_wire(row);
        managed(app, connection, HookEvent::OrganizationRoleDataUpdated, &changed).await?;
        Ok(changed)
    })
    .await
}

/// Deletes an organization role; nobody holds it any more.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        if !rows::delete(connection, id).await? {
            return Err(unknown("organization role", id).into());
        }
        managed_silently(app, connection, HookEvent::OrganizationRoleDeleted).await
    })
    .await
}

/// Organization scopes of a role: all of them, or a page.
pub async fn scopes(
    app: &App,
    id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OrganizationScope>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::scopes(&mut connection, id, page).await?;
    Ok((found.into_iter().map(scopes::to_wire).collect(), page.map(|_| total)))
}

/// Lets a role grant more organization scopes.
pub async fn add_scopes(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        scope_relation::attach(connection, id, ids).await.map_err(unrelated)?;
        managed_silently(app, connection, HookEvent::OrganizationRoleScopesUpdated).await
    })
    .await
}

/// Lets a role grant these organization scopes and no others.
pub async fn set_scopes(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        scope_relation::replace(connection, id, ids).await.map_err(unrelated)?;
        managed_silently(app, connection, HookEvent::OrganizationRoleScopesUpdated).await
    })
    .await
}

/// Takes an organization scope away from a role.
pub async fn remove_scope(app: &App, id: &str, scope_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        if !scope_relation::detach(connection, id, scope_id).await? {
            return Err(unknown("organization scope", scope_id).into());
        }
        managed_silently(app, connection, HookEvent::OrganizationRoleScopesUpdated).await
    })
    .await
}

/// Resource scopes of a role: all of them, or a page.
pub async fn resource_scopes(
    app: &App,
    id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<Scope>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::resource_scopes(&mut connection, id, page).await?;
    let shown = found.into_iter().map(resources::scope_to_wire).collect();
    Ok((shown, page.map(|_| total)))
}

/// Lets a role grant more resource scopes.
pub async fn add_resource_scopes(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        resource_scope_relation::attach(connection, id, ids).await.map_err(unrelated)?;
        Ok(())
    })
    .await
}

/// Lets a role grant these resource scopes and no others.
pub async fn set_resource_scopes(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        resource_scope_relation::replace(connection, id, ids).await.map_err(unrelated)
    })
    .await
}

/// Takes a resource scope away from a role.
pub async fn remove_resource_scope(app: &App, id: &str, scope_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let removed = resource_scope_relation::detach(connection, id, scope_id).await?;
        if removed { Ok(()) } else { Err(unknown("scope", scope_id).into()) }
    })
    .await
}

/// Refuses ids of no role, and of roles that are not for those of this type.
pub async fn check(
    connection: &mut Connection,
    ids: &[String],
    kind: RoleType,
) -> Result<(), FlowError> {
    let found = rows::by_ids(connection, ids).await?;
    if ids.iter().any(|id| !found.iter().any(|row| row.id == *id)) {
        return Err(missing_reference().into());
    }
    if found.iter().any(|row| row.kind != kind.as_str()) {
        return Err(wrong_type().into());
    }
    Ok(())
}

fn wrong_type() -> crate::flows::error::Rejection {
    reject(422, ErrorCode::EntityDbConstraintViolated)
        .with_details("users hold roles of the type User, applications others")
}

async fn find(connection: &mut Connection, id: &str) -> Result<OrganizationRoleRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("organization role", id))?)
}

/// An organization role as the Management API shows it.
pub fn to_wire(row: OrganizationRoleRow) -> OrganizationRole {
    OrganizationRole {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        name: row.name,
        description: row.description,
        // A check constraint allows no third.
        kind: RoleType::parse(&row.kind).unwrap_or_default(),
    }
}
