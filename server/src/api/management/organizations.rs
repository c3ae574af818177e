//! `/api/organizations`, and the organizations of users and applications

mod applications;
mod invitations;
mod jit;
mod roles;
mod scopes;
mod users;

use super::auth::ManagementAccess;
use super::path::Id;
use super::query::Query;
use crate::api::operations::{Answer, Created, Done, Found, Listed, Operations};
use crate::flows::error::Rejection;
use crate::flows::management::{organizations, search};
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::organization::{
    CreateOrganization, Organization, OrganizationSummary, UpdateOrganization,
};
use vestibule_store::organizations::SEARCH;
use vestibule_store::search::Search;

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Organization scopes");
    scopes::operations(api);
    api.tag("Organization roles");
    roles::operations(api);
    api.tag("Organizations");
    api.get("/organizations", "Organizations, newest first", list).query(&["q", "showFeatured"]);
    api.post("/organizations", "Makes an organization", create);
    api.get("/organizations/{id}", "One organization", read);
    api.patch("/organizations/{id}", "Changes an organization", update);
    api.delete("/organizations/{id}", "Deletes an organization", remove);
    users::operations(api);
    applications::operations(api);
    jit::operations(api);
    api.tag("Organization invitations");
    invitations::operations(api);
}

/// The keyword `q`, in one of these columns.
fn keyword(query: &Query, columns: &[&'static str]) -> Result<Search, Rejection> {
    search::keyword(query.one("q")?, columns)
}

async fn list(
    access: ManagementAccess,
    page: Page,
    query: Query,
) -> Answer<Listed<OrganizationSummary>> {
    let search = keyword(&query, SEARCH)?;
    let featured = query.flag("showFeatured")?.unwrap_or(false);
    let found = organizations::list(&access.app, &search, page.bounds(), featured).await?;
    Ok(Listed::page(page, found))
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateOrganization>,
) -> Answer<Created<Organization>> {
    Ok(Created(organizations::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<Organization>> {
    Ok(Found(organizations::get(&access.app, &id.0).await?))
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateOrganization>,
) -> Answer<Found<Organization>> {
    Ok(Found(organizations::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    organizations::delete(&access.app, &id.0).await?;
    Ok(Done)
}
