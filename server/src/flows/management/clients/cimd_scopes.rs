//! What clients that describe themselves by a document at their client id may ask people for. The
//! rules are those of applications of third parties.

use crate::flows::error::FlowError;
use crate::flows::management::applications::consent_scopes::{
    ScopeType, by_resource, check_organization_scopes, check_resource_scopes, user_scope,
};
use crate::flows::management::{change, unknown};
use crate::state::App;
use vestibule_shared::application::consent::{AddConsentScopes, ConsentScope, ConsentScopes};
use vestibule_store::cimd as rows;
use vestibule_store::organizations::scopes::OrganizationScopeRow;

/// What they may ask for.
pub async fn get(app: &App) -> Result<ConsentScopes, FlowError> {
    let mut connection = app.store.scan().await?;
    let of_organizations = rows::organization_scope_rows(&mut connection).await?;
    let of_resources = rows::resource_scope_rows(&mut connection).await?;
    let within_organizations = rows::organization_resource_scope_rows(&mut connection).await?;
    let of_users = rows::user_scopes::all(&mut connection).await?;
    Ok(ConsentScopes {
        organization_scopes: of_organizations.into_iter().map(organization_scope).collect(),
        resource_scopes: by_resource(of_resources),
        organization_resource_scopes: by_resource(within_organizations),
        user_scopes: of_users.iter().map(|name| user_scope(name)).collect::<Result<_, _>>()?,
    })
}

/// Lets them ask for more.
pub async fn add(app: &App, request: AddConsentScopes) -> Result<(), FlowError> {
    let of_users: Vec<String> =
        request.user_scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let within_organizations = &request.organization_resource_scopes;
    change(app, async |connection| {
        check_organization_scopes(connection, &request.organization_scopes).await?;
        check_resource_scopes(connection, &request.resource_scopes).await?;
        check_resource_scopes(connection, within_organizations).await?;
        rows::organization_scopes::add(connection, &request.organization_scopes).await?;
        rows::resource_scopes::add(connection, &request.resource_scopes).await?;
        rows::organization_resource_scopes::add(connection, within_organizations).await?;
        rows::user_scopes::add(connection, &of_users).await?;
        Ok(())
    })
    .await
}

/// Lets them ask for a scope no more.
pub async fn remove(app: &App, scope_type: ScopeType, scope_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let removed = match scope_type {
            ScopeType::Organization => {
                rows::organization_scopes::remove(connection, scope_id).await?
            }
            ScopeType::Resource => rows::resource_scopes::remove(connection, scope_id).await?,
            ScopeType::OrganizationResource => {
                rows::organization_resource_scopes::remove(connection, scope_id).await?
            }
            ScopeType::User => rows::user_scopes::remove(connection, scope_id).await?,
        };
        if removed { Ok(()) } else { Err(unknown("user consent scope", scope_id).into()) }
    })
    .await
}

fn organization_scope(row: OrganizationScopeRow) -> ConsentScope {
    ConsentScope { id: row.id, name: row.name, description: row.description }
}
