//! `/api/resources`

use super::auth::ManagementAccess;
use super::path::{Id, Ids};
use super::query::Query;
use crate::api::operations::{Answer, Created, Done, Found, Listed, Operations};
use crate::flows::management::resources;
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::role::{
    CreateResource, CreateScope, Resource, Scope, SetDefault, UpdateResource, UpdateScope,
};
use vestibule_store::resources::SCOPE_SEARCH;

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Resources");
    api.get("/resources", "API resources: all, or the page asked for", list)
        .query(&["includeScopes"]);
    api.post("/resources", "Adds an API resource", create);
    api.get("/resources/{id}", "One API resource", read);
    api.patch("/resources/{id}", "Changes an API resource", update);
    api.delete("/resources/{id}", "Deletes an API resource with its scopes", remove);
    api.patch("/resources/{id}/is-default", "Makes it the default, or not", set_default);
    api.get("/resources/{resourceId}/scopes", "Scopes of an API resource", list_scopes).search();
    api.post("/resources/{resourceId}/scopes", "Adds a scope", create_scope);
    api.patch("/resources/{resourceId}/scopes/{scopeId}", "Changes a scope", update_scope);
    api.delete("/resources/{resourceId}/scopes/{scopeId}", "Deletes a scope", remove_scope);
}

async fn list(access: ManagementAccess, page: Page, query: Query) -> Answer<Listed<Resource>> {
    let with_scopes = query.flag("includeScopes")?.unwrap_or(false);
    let found = resources::list(&access.app, page.if_asked(), with_scopes).await?;
    Ok(Listed::maybe(page, found))
}

async fn create(access: ManagementAccess, body: Json<CreateResource>) -> Answer<Created<Resource>> {
    Ok(Created(resources::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<Resource>> {
    Ok(Found(resources::get(&access.app, &id.0).await?))
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateResource>,
) -> Answer<Found<Resource>> {
    Ok(Found(resources::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    resources::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn set_default(
    access: ManagementAccess,
    id: Id,
    body: Json<SetDefault>,
) -> Answer<Found<Resource>> {
    Ok(Found(resources::set_default(&access.app, &id.0, body.0.is_default).await?))
}

async fn list_scopes(
    access: ManagementAccess,
    id: Id,
    page: Page,
    query: Query,
) -> Answer<Listed<Scope>> {
    let search = query.search(SCOPE_SEARCH)?;
    let found = resources::scopes(&access.app, &id.0, &search, page.bounds()).await?;
    Ok(Listed::page(page, found))
}

async fn create_scope(
    access: ManagementAccess,
    id: Id,
    body: Json<CreateScope>,
) -> Answer<Created<Scope>> {
    Ok(Created(resources::create_scope(&access.app, &id.0, body.0).await?))
}

async fn update_scope(
    access: ManagementAccess,
    Ids([id, scope_id]): Ids<2>,
    body: Json<UpdateScope>,
) -> Answer<Found<Scope>> {
    Ok(Found(resources::update_scope(&access.app, &id, &scope_id, body.0).await?))
}

async fn remove_scope(access: ManagementAccess, Ids([id, scope_id]): Ids<2>) -> Answer<Done> {
    resources::delete_scope(&access.app, &id, &scope_id).await?;
    Ok(Done)
}
