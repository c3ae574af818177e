//! `/api/organization-roles`

use super::keyword;
use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Created, Done, Empty, Found, Listed, Operations};
use crate::flows::management::organizations::roles;
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::organization::{
    CreateOrganizationRole, OrganizationRole, OrganizationRoleSummary, OrganizationScope,
    OrganizationScopeIds, UpdateOrganizationRole,
};
use vestibule_shared::role::{Scope, ScopeIds};
use vestibule_store::organizations::roles::SEARCH;

const SCOPES: &str = "/organization-roles/{id}/scopes";
const RESOURCE_SCOPES: &str = "/organization-roles/{id}/resource-scopes";

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get("/organization-roles", "Organization roles with what they grant", list).query(&["q"]);
    api.post("/organization-roles", "Makes an organization role", create);
    api.get("/organization-roles/{id}", "One organization role", read);
    api.patch("/organization-roles/{id}", "Changes an organization role", update);
    api.delete("/organization-roles/{id}", "Deletes an organization role", remove);
    api.get(SCOPES, "Organization scopes of a role", list_scopes);
    api.post(SCOPES, "Lets a role grant organization scopes", add_scopes);
    api.put(SCOPES, "Lets a role grant these organization scopes and no others", set_scopes);
    api.delete(
        "/organization-roles/{id}/scopes/{organizationScopeId}",
        "Takes an organization scope away from a role",
        remove_scope,
    );
    api.get(RESOURCE_SCOPES, "Resource scopes of a role", list_resource_scopes);
    api.post(RESOURCE_SCOPES, "Lets a role grant resource scopes", add_resource_scopes);
    api.put(
        RESOURCE_SCOPES,
        "Lets a role grant these resource scopes and no others",
        set_resource_scopes,
    );
    api.delete(
        "/organization-roles/{id}/resource-scopes/{scopeId}",
        "Takes a resource scope away from a role",
        remove_resource_scope,
    );
}

async fn list(
    access: ManagementAccess,
    page: Page,
    query: Query,
) -> Answer<Listed<OrganizationRoleSummary>> {
    let search = keyword(&query, SEARCH)?;
    let found = roles::list(&access.app, &search, page.bounds()).await?;
    Ok(Listed::page(page, found))
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateOrganizationRole>,
) -> Answer<Created<OrganizationRole>> {
    Ok(Created(roles::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<OrganizationRole>> {
    Ok(Found(roles::get(&access.app, &id.0).await?))
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateOrganizationRole>,
) -> Answer<Found<OrganizationRole>> {
    Ok(Found(roles::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    roles::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn list_scopes(
    access: ManagementAccess,
    id: Id,
    page: Page,
) -> Answer<Listed<OrganizationScope>> {
    let found = roles::scopes(&access.app, &id.0, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn add_scopes(
    access: ManagementAccess,
    id: Id,
    body: Json<OrganizationScopeIds>,
) -> Answer<Empty> {
    roles::add_scopes(&access.app, &id.0, &body.0.organization_scope_ids).await?;
    Ok(Empty)
}

async fn set_scopes(
    access: ManagementAccess,
    id: Id,
    body: Json<OrganizationScopeIds>,
) -> Answer<Done> {
    roles::set_scopes(&access.app, &id.0, &body.0.organization_scope_ids).await?;
    Ok(Done)
}

async fn remove_scope(access: ManagementAccess, Ids([id, scope_id]): Ids<2>) -> Answer<Done> {
    roles::remove_scope(&access.app, &id, &scope_id).await?;
    Ok(Done)
}

async fn list_resource_scopes(
    access: ManagementAccess,
    id: Id,
    page: Page,
) -> Answer<Listed<Scope>> {
    let found = roles::resource_scopes(&access.app, &id.0, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn add_resource_scopes(
    access: ManagementAccess,
    id: Id,
    body: Json<ScopeIds>,
) -> Answer<Empty> {
    roles::add_resource_scopes(&access.app, &id.0, &body.0.scope_ids).await?;
    Ok(Empty)
}

async fn set_resource_scopes(
    access: ManagementAccess,
    id: Id,
    body: Json<ScopeIds>,
) -> Answer<Done> {
    roles::set_resource_scopes(&access.app, &id.0, &body.0.scope_ids).await?;
    Ok(Done)
}

async fn remove_resource_scope(
    access: ManagementAccess,
    Ids([id, scope_id]): Ids<2>,
) -> Answer<Done> {
    roles::remove_resource_scope(&access.app, &id, &scope_id).await?;
    Ok(Done)
}
