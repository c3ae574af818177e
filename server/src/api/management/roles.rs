//! `/api/roles`, and the roles of users and applications

use super::auth::ManagementAccess;
use super::path::{Id, Ids};
use super::query::Query;
use crate::api::operations::{
    Answer, Created, CreatedMany, Done, Empty, Found, Listed, Operations,
};
use crate::flows::error::invalid_input;
use crate::flows::management::{applications, roles, users};
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::application::Application;
use vestibule_shared::role::{
    AddedRoleIds, ApplicationIds, CreateRole, Role, RoleIds, RoleSummary, RoleType, Scope,
    ScopeIds, ScopeWithResource, UpdateRole, UserIds,
};
use vestibule_shared::user::User;
use vestibule_store::resources::SCOPE_SEARCH;
use vestibule_store::roles::{RoleFilter, SEARCH};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Roles");
    api.get("/roles", "Roles, with some of those who hold them", list)
        .search()
        .query(&["excludeUserId", "excludeApplicationId"])
        .choice("type", &["User", "MachineToMachine"]);
    api.post("/roles", "Makes a role", create);
    api.get("/roles/{id}", "One role", read);
    api.patch("/roles/{id}", "Changes a role", update);
    api.delete("/roles/{id}", "Deletes a role", remove);
    api.get("/roles/{id}/users", "Users who hold a role", list_users).search();
    api.post("/roles/{id}/users", "Gives a role to users", add_users);
    api.delete("/roles/{id}/users/{userId}", "Takes a role away from a user", remove_user);
    api.get("/roles/{id}/applications", "Applications that hold a role", list_applications)
        .search();
    api.post("/roles/{id}/applications", "Gives a role to applications", add_applications);
    api.delete(
        "/roles/{id}/applications/{applicationId}",
        "Takes a role away from an application",
        remove_application,
    );
    api.get("/roles/{id}/scopes", "Scopes that a role grants", list_scopes).search();
    api.post("/roles/{id}/scopes", "Lets a role grant scopes", add_scopes);
    api.delete("/roles/{id}/scopes/{scopeId}", "Takes a scope away from a role", remove_scope);
    api.tag("Users");
    api.get("/users/{userId}/roles", "Roles of a user", list_of_user).search();
    api.post("/users/{userId}/roles", "Gives a user roles", give_user);
    api.put("/users/{userId}/roles", "Gives a user these roles and no others", set_of_user);
    api.delete("/users/{userId}/roles/{roleId}", "Takes a role away from a user", take_from_user);
    api.tag("Applications");
    api.get("/applications/{applicationId}/roles", "Roles of an application", list_of_application)
        .search()
        .refuses(&[422]);
    api.post("/applications/{applicationId}/roles", "Gives an application roles", give_application);
    api.put(
        "/applications/{applicationId}/roles",
        "Gives an application these roles and no others",
        set_of_application,
    );
    api.delete(
        "/applications/{applicationId}/roles/{roleId}",
        "Takes a role away from an application",
        take_from_application,
    );
}

async fn list(access: ManagementAccess, page: Page, query: Query) -> Answer<Listed<RoleSummary>> {
    let kind = match query.one("type")? {
        None => None,
        Some(name) => Some(
            RoleType::parse(name)
                .ok_or_else(|| invalid_input("type", "is User or MachineToMachine"))?,
        ),
    };
    let (exclude_user, exclude_application) =
        query.either("excludeUserId", "excludeApplicationId")?;
    let filter = RoleFilter {
        search: query.search(SEARCH)?,
        kind: kind.map(|kind| kind.as_str().to_owned()),
        exclude_user,
        exclude_application,
        ..RoleFilter::default()
    };
    let found = roles::list(&access.app, &filter, page.bounds()).await?;
    Ok(Listed::page(page, found))
}

async fn create(access: ManagementAccess, body: Json<CreateRole>) -> Answer<Found<Role>> {
    Ok(Found(roles::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<Role>> {
    Ok(Found(roles::get(&access.app, &id.0).await?))
}

async fn update(access: ManagementAccess, id: Id, body: Json<UpdateRole>) -> Answer<Found<Role>> {
    Ok(Found(roles::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    roles::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn list_users(
    access: ManagementAccess,
    id: Id,
    page: Page,
    query: Query,
) -> Answer<Listed<User>> {
    let search = query.search(vestibule_store::users::SEARCH)?;
    Ok(Listed::page(page.clone(), roles::users(&access.app, &id.0, &search, page.bounds()).await?))
}

async fn add_users(access: ManagementAccess, id: Id, body: Json<UserIds>) -> Answer<Empty> {
    roles::add_users(&access.app, &id.0, &body.0.user_ids).await?;
    Ok(Empty)
}

async fn remove_user(access: ManagementAccess, Ids([id, user_id]): Ids<2>) -> Answer<Done> {
    roles::remove_user(&access.app, &id, &user_id).await?;
    Ok(Done)
}

async fn list_applications(
    access: ManagementAccess,
    id: Id,
    page: Page,
    query: Query,
) -> Answer<Listed<Application>> {
    let search = query.search(vestibule_store::applications::SEARCH)?;
    let found = roles::applications(&access.app, &id.0, &search, page.bounds()).await?;
    Ok(Listed::page(page, found))
}

async fn add_applications(
    access: ManagementAccess,
    id: Id,
    body: Json<ApplicationIds>,
) -> Answer<Empty> {
    roles::add_applications(&access.app, &id.0, &body.0.application_ids).await?;
    Ok(Empty)
}

async fn remove_application(
    access: ManagementAccess,
    Ids([id, application_id]): Ids<2>,
) -> Answer<Done> {
    roles::remove_application(&access.app, &id, &application_id).await?;
    Ok(Done)
}

async fn list_scopes(
    access: ManagementAccess,
    id: Id,
    page: Page,
    query: Query,
) -> Answer<Listed<ScopeWithResource>> {
    let search = query.search(SCOPE_SEARCH)?;
    let found = roles::scopes(&access.app, &id.0, &search, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn add_scopes(
    access: ManagementAccess,
    id: Id,
    body: Json<ScopeIds>,
) -> Answer<CreatedMany<Scope>> {
    Ok(CreatedMany(roles::add_scopes(&access.app, &id.0, &body.0.scope_ids).await?))
}

async fn remove_scope(access: ManagementAccess, Ids([id, scope_id]): Ids<2>) -> Answer<Done> {
    roles::remove_scope(&access.app, &id, &scope_id).await?;
    Ok(Done)
}

async fn list_of_user(
    access: ManagementAccess,
    id: Id,
    page: Page,
    query: Query,
) -> Answer<Listed<Role>> {
    users::get(&access.app, &id.0, users::Include::default()).await?;
    held(access, RoleFilter { user: Some(id.0), ..RoleFilter::default() }, page, &query).await
}

async fn give_user(
    access: ManagementAccess,
    id: Id,
    body: Json<RoleIds>,
) -> Answer<Created<AddedRoleIds>> {
    let role_ids = body.0.role_ids;
    let added_role_ids = roles::give_user(&access.app, &id.0, &role_ids).await?;
    Ok(Created(AddedRoleIds { role_ids, added_role_ids }))
}

async fn set_of_user(
    access: ManagementAccess,
    id: Id,
    body: Json<RoleIds>,
) -> Answer<Found<RoleIds>> {
    roles::set_of_user(&access.app, &id.0, &body.0.role_ids).await?;
    Ok(Found(body.0))
}

async fn take_from_user(access: ManagementAccess, Ids([id, role_id]): Ids<2>) -> Answer<Done> {
    users::get(&access.app, &id, users::Include::default()).await?;
    roles::remove_user(&access.app, &role_id, &id).await?;
    Ok(Done)
}

async fn list_of_application(
    access: ManagementAccess,
    id: Id,
    page: Page,
    query: Query,
) -> Answer<Listed<Role>> {
    applications::get(&access.app, &id.0).await?;
    held(access, RoleFilter { application: Some(id.0), ..RoleFilter::default() }, page, &query)
        .await
}

async fn give_application(
    access: ManagementAccess,
    id: Id,
    body: Json<RoleIds>,
) -> Answer<Created<AddedRoleIds>> {
    let role_ids = body.0.role_ids;
    let added_role_ids = roles::give_application(&access.app, &id.0, &role_ids).await?;
    Ok(Created(AddedRoleIds { role_ids, added_role_ids }))
}

async fn set_of_application(
    access: ManagementAccess,
    id: Id,
    body: Json<RoleIds>,
) -> Answer<Found<RoleIds>> {
    roles::set_of_application(&access.app, &id.0, &body.0.role_ids).await?;
    Ok(Found(body.0))
}

async fn take_from_application(
    access: ManagementAccess,
    Ids([id, role_id]): Ids<2>,
) -> Answer<Done> {
    applications::get(&access.app, &id).await?;
    roles::remove_application(&access.app, &role_id, &id).await?;
    Ok(Done)
}

async fn held(
    access: ManagementAccess,
    filter: RoleFilter,
    page: Page,
    query: &Query,
) -> Answer<Listed<Role>> {
    let filter = RoleFilter { search: query.search(SEARCH)?, ..filter };
    let found = roles::held(&access.app, &filter, page.bounds()).await?;
    Ok(Listed::page(page, found))
}
