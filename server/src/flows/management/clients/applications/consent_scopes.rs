//! What an application of a third party may ask people for.

use super::{check_third_party, find};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::{change, unknown};
use crate::seed::MANAGEMENT_API;
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_shared::application::consent::{
    AddConsentScopes, ConsentResource, ConsentResourceName, ConsentScope, ConsentScopes, UserScope,
};
use vestibule_store::applications::consent as rows;
use vestibule_store::resources::{self, ResourceRow, ScopeRow, scope};
use vestibule_store::{Connection, StoreError, organizations};

/// What an application may ask for.
pub async fn get(app: &App, id: &str) -> Result<ConsentScopes, FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let of_organizations = rows::organization_scopes(&mut connection, id).await?;
    let of_resources = rows::resource_scopes(&mut connection, id).await?;
    let within_organizations = rows::organization_resource_scopes(&mut connection, id).await?;
    let of_users = rows::user_scopes::of(&mut connection, id).await?;
    let organization_scope = |row: organizations::scopes::OrganizationScopeRow| ConsentScope {
        id: row.id,
        name: row.name,
        description: row.description,
    };
    Ok(ConsentScopes {
        organization_scopes: of_organizations.into_iter().map(organization_scope).collect(),
        resource_scopes: by_resource(of_resources),
        organization_resource_scopes: by_resource(within_organizations),
        user_scopes: of_users.iter().map(|name| user_scope(name)).collect::<Result<_, _>>()?,
    })
}

/// Lets an application ask for more.
pub async fn add(app: &App, id: &str, request: AddConsentScopes) -> Result<(), FlowError> {
    let of_users: Vec<String> =
        request.user_scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    change(app, async |connection| {
        check_third_party(&find(connection, id).await?)?;
        check_organization_scopes(connection, &request.organization_scopes).await?;
        check_resource_scopes(connection, &request.resource_scopes).await?;
        check_resource_scopes(connection, &request.organization_resource_scopes).await?;
        rows::organization_scopes_of::attach(connection, id, &request.organization_scopes).await?;
        rows::resource_scopes_of::attach(connection, id, &request.resource_scopes).await?;
        let within = &request.organization_resource_scopes;
        rows::organization_resource_scopes_of::attach(connection, id, within).await?;
        rows::user_scopes::attach(connection, id, &of_users).await?;
        Ok(())
    })
    .await
}

/// A kind of scopes that applications ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeType {
    /// Scopes of organizations.
    Organization,
    /// Scopes of resources.
    Resource,
    /// Scopes of resources that are held within organizations.
    OrganizationResource,
    /// Scopes of OpenID Connect.
    User,
}

impl ScopeType {
    /// The kind that a path names.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "organization-scopes" => Some(Self::Organization),
            "resource-scopes" => Some(Self::Resource),
            "organization-resource-scopes" => Some(Self::OrganizationResource),
            "user-scopes" => Some(Self::User),
            _ => None,
        }
    }
}

/// Lets an application ask for a scope no more.
pub async fn remove(
    app: &App,
    id: &str,
    scope_type: ScopeType,
    scope_id: &str,
) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let removed = match scope_type {
            ScopeType::Organization => {
                rows::organization_scopes_of::detach(connection, id, scope_id).await?
            }
            ScopeType::Resource => {
                rows::resource_scopes_of::detach(connection, id, scope_id).await?
            }
            ScopeType::OrganizationResource => {
                rows::organization_resource_scopes_of::detach(connection, id, scope_id).await?
            }
            ScopeType::User => rows::user_scopes::detach(connection, id, scope_id).await?,
        };
        if removed { Ok(()) } else { Err(unknown("user consent scope", scope_id).into()) }
    })
    .await
}

fn not_found() -> Rejection {
    reject(422, ErrorCode::ApplicationUserConsentScopesNotFound)
}

pub(in crate::flows::management) async fn check_organization_scopes(
    connection: &mut Connection,
    ids: &[String],
) -> Result<(), FlowError> {
    let found = organizations::scopes::by_ids(connection, ids).await?;
    let are_known = ids.iter().all(|id| found.iter().any(|row| row.id == *id));
    if are_known { Ok(()) } else { Err(not_found().into()) }
}

/// Nobody can agree to hand over this server itself.
pub(in crate::flows::management) async fn check_resource_scopes(
    connection: &mut Connection,
    ids: &[String],
) -> Result<(), FlowError> {
    let found = scope::by_ids(connection, ids).await?;
    if ids.iter().any(|id| !found.iter().any(|row| row.id == *id)) {
        return Err(not_found().into());
    }
    let of: Vec<String> = found.into_iter().map(|row| row.resource_id).collect();
    let of = resources::by_ids(connection, &of).await?;
    if of.iter().any(|resource| resource.indicator == MANAGEMENT_API) {
        return Err(reject(422, ErrorCode::ApplicationConsentManagementApiScopesNotAllowed).into());
    }
    Ok(())
}

pub(in crate::flows::management) fn user_scope(name: &str) -> Result<UserScope, StoreError> {
    UserScope::parse(name).ok_or_else(|| StoreError::Corrupt {
        table: "application_user_consent_user_scopes",
        reason: format!("unknown scope {name}"),
    })
}

/// Puts scopes that are ordered by resource under their resources.
pub(in crate::flows::management) fn by_resource(
    found: Vec<(ScopeRow, ResourceRow)>,
) -> Vec<ConsentResource> {
    let mut grouped: Vec<ConsentResource> = Vec::new();
    for (scope, resource) in found {
        let scope = ConsentScope { id: scope.id, name: scope.name, description: scope.description };
        match grouped.last_mut() {
            Some(last) if last.resource.id == resource.id => last.scopes.push(scope),
            Some(_) | None => {
                let ResourceRow { id, name, indicator, .. } = resource;
                let resource = ConsentResourceName { id, name, indicator };
                grouped.push(ConsentResource { resource, scopes: vec![scope] });
            }
        }
    }
    grouped
}
