//! `/api/organization-scopes`

use super::keyword;
use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Created, Done, Found, Listed, Operations};
use crate::flows::management::organizations::scopes;
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::organization::{
    CreateOrganizationScope, OrganizationScope, UpdateOrganizationScope,
};
use vestibule_store::organizations::scopes::SEARCH;

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get("/organization-scopes", "Organization scopes: all, or the page asked for", list)
        .query(&["q"]);
    api.post("/organization-scopes", "Makes an organization scope", create);
    api.get("/organization-scopes/{id}", "One organization scope", read);
    api.patch("/organization-scopes/{id}", "Changes an organization scope", update);
    api.delete("/organization-scopes/{id}", "Deletes an organization scope", remove);
}

async fn list(
    access: ManagementAccess,
    page: Page,
    query: Query,
) -> Answer<Listed<OrganizationScope>> {
    let search = keyword(&query, SEARCH)?;
    let found = scopes::list(&access.app, &search, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateOrganizationScope>,
) -> Answer<Created<OrganizationScope>> {
    Ok(Created(scopes::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<OrganizationScope>> {
    Ok(Found(scopes::get(&access.app, &id.0).await?))
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateOrganizationScope>,
) -> Answer<Found<OrganizationScope>> {
    Ok(Found(scopes::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    scopes::delete(&access.app, &id.0).await?;
    Ok(Done)
}
