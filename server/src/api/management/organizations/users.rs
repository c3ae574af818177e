//! `/api/organizations/{id}/users`, and the organizations of users

use super::keyword;
use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Created, Done, Empty, Listed, Many, Operations};
use crate::flows::management::organizations::members::of_users;
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::organization::{
    Organization, OrganizationRole, OrganizationRoleIds, OrganizationRoleReferences,
    OrganizationScope, UsersOrganizationRoles, WithOrganizationRoles,
};
use vestibule_shared::role::UserIds;
use vestibule_shared::user::User;
use vestibule_store::organizations::members::of_users::SEARCH;

const USERS: &str = "/organizations/{id}/users";
const ROLES: &str = "/organizations/{id}/users/{userId}/roles";

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get(USERS, "Users of an organization", list).query(&["q", "organizationRoleId"]);
    api.post(USERS, "Makes users members", add);
    api.put(USERS, "Makes these users members and no others", replace);
    // Before the path of one user, who could not have this id.
    api.post("/organizations/{id}/users/roles", "Gives several members the same roles", give_many);
    api.delete("/organizations/{id}/users/{userId}", "Ends a membership", remove);
    api.get(ROLES, "Roles of a member", list_roles).refuses(&[422]);
    api.post(ROLES, "Gives a member roles", give);
    api.put(ROLES, "Gives a member these roles and no others", set);
    api.delete(
        "/organizations/{id}/users/{userId}/roles/{organizationRoleId}",
        "Takes a role away from a member",
        take,
    )
    .refuses(&[422]);
    api.get(
        "/organizations/{id}/users/{userId}/scopes",
        "What a member may do within the organization",
        list_scopes,
    )
    .refuses(&[422]);
    api.get("/users/{userId}/organizations", "Organizations of a user", list_of_user);
}

async fn list(
    access: ManagementAccess,
    id: Id,
    page: Page,
    query: Query,
) -> Answer<Listed<WithOrganizationRoles<User>>> {
    let search = keyword(&query, SEARCH)?;
    let role_id = query.one("organizationRoleId")?;
    let found = of_users::list(&access.app, &id.0, &search, role_id, page.bounds()).await?;
    Ok(Listed::page(page, found))
}

async fn add(access: ManagementAccess, id: Id, body: Json<UserIds>) -> Answer<Created<UserIds>> {
    of_users::add(&access.app, &id.0, &body.0.user_ids).await?;
    Ok(Created(body.0))
}

async fn replace(access: ManagementAccess, id: Id, body: Json<UserIds>) -> Answer<Done> {
    of_users::replace(&access.app, &id.0, &body.0.user_ids).await?;
    Ok(Done)
}

async fn remove(access: ManagementAccess, Ids([id, user_id]): Ids<2>) -> Answer<Done> {
    of_users::remove(&access.app, &id, &user_id).await?;
    Ok(Done)
}

async fn give_many(
    access: ManagementAccess,
    id: Id,
    body: Json<UsersOrganizationRoles>,
) -> Answer<Empty> {
    of_users::give_many(&access.app, &id.0, &body.0).await?;
    Ok(Empty)
}

async fn list_roles(
    access: ManagementAccess,
    Ids([id, user_id]): Ids<2>,
    page: Page,
) -> Answer<Listed<OrganizationRole>> {
    let found = of_users::roles(&access.app, &id, &user_id, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn give(
    access: ManagementAccess,
    Ids([id, user_id]): Ids<2>,
    body: Json<OrganizationRoleReferences>,
) -> Answer<Created<OrganizationRoleIds>> {
    let organization_role_ids = of_users::give(&access.app, &id, &user_id, &body.0).await?;
    Ok(Created(OrganizationRoleIds { organization_role_ids }))
}

async fn set(
    access: ManagementAccess,
    Ids([id, user_id]): Ids<2>,
    body: Json<OrganizationRoleReferences>,
) -> Answer<Done> {
    of_users::set(&access.app, &id, &user_id, &body.0).await?;
    Ok(Done)
}

async fn take(access: ManagementAccess, Ids([id, user_id, role_id]): Ids<3>) -> Answer<Done> {
    of_users::take(&access.app, &id, &user_id, &role_id).await?;
    Ok(Done)
}

async fn list_scopes(
    access: ManagementAccess,
    Ids([id, user_id]): Ids<2>,
) -> Answer<Many<OrganizationScope>> {
    Ok(Many(of_users::scopes(&access.app, &id, &user_id).await?))
}

async fn list_of_user(
    access: ManagementAccess,
    id: Id,
) -> Answer<Many<WithOrganizationRoles<Organization>>> {
    Ok(Many(of_users::organizations(&access.app, &id.0).await?))
}
