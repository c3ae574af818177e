//! `/api/organizations/{id}/applications`, and the organizations of applications

use super::keyword;
use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Done, Empty, Listed, Operations};
use crate::flows::management::organizations::members::of_applications;
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::application::Application;
use vestibule_shared::organization::{
    ApplicationsOrganizationRoles, Organization, OrganizationRole, OrganizationRoleIds,
    WithOrganizationRoles,
};
use vestibule_shared::role::ApplicationIds;
use vestibule_store::organizations::members::of_applications::SEARCH;

const APPLICATIONS: &str = "/organizations/{id}/applications";
const ROLES: &str = "/organizations/{id}/applications/{applicationId}/roles";

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get(APPLICATIONS, "Applications of an organization", list).query(&["q"]);
    api.post(APPLICATIONS, "Makes applications members", add);
    api.put(APPLICATIONS, "Makes these applications members and no others", replace);
    // Before the path of one application, which could not have this id.
    api.post(
        "/organizations/{id}/applications/roles",
        "Gives several applications the same roles",
        give_many,
    );
    api.delete("/organizations/{id}/applications/{applicationId}", "Ends a membership", remove);
    api.get(ROLES, "Roles of an application within an organization", list_roles).refuses(&[422]);
    api.post(ROLES, "Gives an application roles", give);
    api.put(ROLES, "Gives an application these roles and no others", set);
    api.delete(
        "/organizations/{id}/applications/{applicationId}/roles/{organizationRoleId}",
        "Takes a role away from an application",
        take,
    )
    .refuses(&[422]);
    api.get(
        "/applications/{id}/organizations",
        "Organizations of an application: all, or the page asked for",
        list_of_application,
    );
}

async fn list(
    access: ManagementAccess,
    id: Id,
    page: Page,
    query: Query,
) -> Answer<Listed<WithOrganizationRoles<Application>>> {
    let search = keyword(&query, SEARCH)?;
    let found = of_applications::list(&access.app, &id.0, &search, page.bounds()).await?;
    Ok(Listed::page(page, found))
}

async fn add(access: ManagementAccess, id: Id, body: Json<ApplicationIds>) -> Answer<Empty> {
    of_applications::add(&access.app, &id.0, &body.0.application_ids).await?;
    Ok(Empty)
}

async fn replace(access: ManagementAccess, id: Id, body: Json<ApplicationIds>) -> Answer<Done> {
    of_applications::replace(&access.app, &id.0, &body.0.application_ids).await?;
    Ok(Done)
}

async fn remove(access: ManagementAccess, Ids([id, application_id]): Ids<2>) -> Answer<Done> {
    of_applications::remove(&access.app, &id, &application_id).await?;
    Ok(Done)
}

async fn give_many(
    access: ManagementAccess,
    id: Id,
    body: Json<ApplicationsOrganizationRoles>,
) -> Answer<Empty> {
    of_applications::give_many(&access.app, &id.0, &body.0).await?;
    Ok(Empty)
}

async fn list_roles(
    access: ManagementAccess,
    Ids([id, application_id]): Ids<2>,
    page: Page,
) -> Answer<Listed<OrganizationRole>> {
    let found = of_applications::roles(&access.app, &id, &application_id, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn give(
    access: ManagementAccess,
    Ids([id, application_id]): Ids<2>,
    body: Json<OrganizationRoleIds>,
) -> Answer<Empty> {
    let role_ids = &body.0.organization_role_ids;
    of_applications::give(&access.app, &id, &application_id, role_ids).await?;
    Ok(Empty)
}

async fn set(
    access: ManagementAccess,
    Ids([id, application_id]): Ids<2>,
    body: Json<OrganizationRoleIds>,
) -> Answer<Done> {
    let role_ids = &body.0.organization_role_ids;
    of_applications::set(&access.app, &id, &application_id, role_ids).await?;
    Ok(Done)
}

async fn take(
    access: ManagementAccess,
    Ids([id, application_id, role_id]): Ids<3>,
) -> Answer<Done> {
    of_applications::take(&access.app, &id, &application_id, &role_id).await?;
    Ok(Done)
}

async fn list_of_application(
    access: ManagementAccess,
    id: Id,
    page: Page,
) -> Answer<Listed<WithOrganizationRoles<Organization>>> {
    let found = of_applications::organizations(&access.app, &id.0, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}
