//! `/api/applications`

mod access_control;
mod consent;
mod protected;
mod sign_in_experience;

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Created, Done, Found, Listed, Many, Operations};
use crate::flows::error::{Rejection, invalid_input};
use crate::flows::management::applications::{self, secrets};
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::JsonObject;
use vestibule_shared::application::{
    Application, ApplicationSecret, ApplicationType, CreateApplication, CreateApplicationSecret,
    RenameApplicationSecret, UpdateApplication,
};
use vestibule_store::applications::{ApplicationFilter, SEARCH};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Applications");
    api.get("/applications", "Applications, newest first: all, or the page asked for", list)
        .search()
        .query(&["types", "isThirdParty", "excludeRoleId", "excludeOrganizationId"]);
    api.post("/applications", "Makes an application", create);
    api.get("/applications/{id}", "One application; built-in clients, too", read);
    api.patch("/applications/{id}", "Changes an application", update);
    api.patch("/applications/{id}/custom-data", "Adds to the free fields", add_custom_data);
    api.delete("/applications/{id}", "Deletes an application", remove);
    api.get("/applications/{id}/secrets", "Secrets, with their values", list_secrets);
    api.post("/applications/{id}/secrets", "Adds a secret", create_secret);
    api.patch("/applications/{id}/secrets/{name}", "Renames a secret", rename_secret);
    api.delete("/applications/{id}/secrets/{name}", "Deletes a secret", remove_secret);
    api.delete(
        "/applications/{id}/legacy-secret",
        "Takes away a secret without a name; there is none",
        remove_legacy_secret,
    );
    access_control::operations(api);
    sign_in_experience::operations(api);
    consent::operations(api);
    protected::operations(api);
}

async fn list(access: ManagementAccess, page: Page, query: Query) -> Answer<Listed<Application>> {
    let found = applications::list(&access.app, &filter(&query)?, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateApplication>,
) -> Answer<Found<Application>> {
    Ok(Found(applications::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<Application>> {
    Ok(Found(applications::get(&access.app, &id.0).await?))
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateApplication>,
) -> Answer<Found<Application>> {
    Ok(Found(applications::update(&access.app, &id.0, body.0).await?))
}

async fn add_custom_data(
    access: ManagementAccess,
    id: Id,
    body: Json<JsonObject>,
) -> Answer<Found<JsonObject>> {
    Ok(Found(applications::add_custom_data(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    applications::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn list_secrets(access: ManagementAccess, id: Id) -> Answer<Many<ApplicationSecret>> {
    Ok(Many(secrets::list(&access.app, &id.0).await?))
}

async fn create_secret(
    access: ManagementAccess,
    id: Id,
    body: Json<CreateApplicationSecret>,
) -> Answer<Created<ApplicationSecret>> {
    Ok(Created(secrets::create(&access.app, &id.0, body.0).await?))
}

async fn rename_secret(
    access: ManagementAccess,
    Ids([id, name]): Ids<2>,
    body: Json<RenameApplicationSecret>,
) -> Answer<Found<ApplicationSecret>> {
    Ok(Found(secrets::rename(&access.app, &id, &name, &body.0.name).await?))
}

async fn remove_secret(access: ManagementAccess, Ids([id, name]): Ids<2>) -> Answer<Done> {
    secrets::delete(&access.app, &id, &name).await?;
    Ok(Done)
}

async fn remove_legacy_secret(access: ManagementAccess, id: Id) -> Answer<Found<Application>> {
    Ok(Found(secrets::delete_legacy(&access.app, &id.0).await?))
}

fn filter(query: &Query) -> Result<ApplicationFilter, Rejection> {
    let kind = |name: &str| {
        let kind = ApplicationType::parse(name);
        let kind = kind.ok_or_else(|| invalid_input("types", "is no type of application"))?;
        Ok(kind.as_str().to_owned())
    };
    let (exclude_role, exclude_organization) =
        query.either("excludeRoleId", "excludeOrganizationId")?;
    Ok(ApplicationFilter {
        kinds: query.all("types").map(kind).collect::<Result<_, Rejection>>()?,
        is_third_party: query.flag("isThirdParty")?,
        search: query.search(SEARCH)?,
        exclude_role,
        exclude_organization,
    })
}
