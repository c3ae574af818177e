//! Permissions within organizations.

use crate::flows::error::FlowError;
use crate::flows::management::{change, unknown};
use crate::flows::webhooks::{managed, managed_silently};
use crate::seed::TENANT;
use crate::state::App;
use vestibule_protocol::random;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::organization::{
    CreateOrganizationScope, OrganizationScope, UpdateOrganizationScope,
};
use vestibule_store::Connection;
use vestibule_store::organizations::scopes::{self as rows, OrganizationScopeRow};
use vestibule_store::search::Search;

/// Organization scopes: all of them, or a page.
pub async fn list(
    app: &App,
    search: &Search,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OrganizationScope>, Option<i64>), FlowError> {
    let (found, total) = rows::list(&mut app.store.scan().await?, search, page).await?;
    Ok((found.into_iter().map(to_wire).collect(), page.map(|_| total)))
}

/// One organization scope.
pub async fn get(app: &App, id: &str) -> Result<OrganizationScope, FlowError> {
    Ok(to_wire(find(&mut app.store.read().await?, id).await?))
}

/// Makes an organization scope.
pub async fn create(
    app: &App,
    request: CreateOrganizationScope,
) -> Result<OrganizationScope, FlowError> {
    let row = OrganizationScopeRow {
        id: random::standard_id(),
        name: request.name,
        description: request.description,
    };
    change(app, async |connection| {
        rows::insert(connection, &row).await?;
        let made = to_wire(row.clone());
        managed(app, connection, HookEvent::OrganizationScopeCreated, &made).await?;
        Ok(made)
    })
    .await
}

/// Changes an organization scope.
pub async fn update(
    app: &App,
    id: &str,
    request: UpdateOrganizationScope,
) -> Result<OrganizationScope, FlowError> {
    change(app, async |connection| {
        let mut row = find(connection, id).await?;
        row.name = request.name.clone().unwrap_or(row.name);
        row.description = request.description.clone().unwrap_or(row.description);
        rows::update(connection, &row).await?;
        let changed = to_wire(row);
        managed(app, connection, HookEvent::OrganizationScopeDataUpdated, &changed).await?;
        Ok(changed)
    })
    .await
}

/// Deletes an organization scope; nobody is granted it any more.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        if !rows::delete(connection, id).await? {
            return Err(unknown("organization scope", id).into());
        }
        managed_silently(app, connection, HookEvent::OrganizationScopeDeleted).await
    })
    .await
}

async fn find(connection: &mut Connection, id: &str) -> Result<OrganizationScopeRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("organization scope", id))?)
}

/// An organization scope as the Management API shows it.
pub fn to_wire(row: OrganizationScopeRow) -> OrganizationScope {
    OrganizationScope {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        name: row.name,
        description: row.description,
    }
}
