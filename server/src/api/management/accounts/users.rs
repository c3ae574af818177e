//! `/api/users`

mod access;
mod credentials;
mod identities;
mod personal_access_tokens;

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Done, Found, Listed, Operations};
use crate::flows::error::{Rejection, reject};
use crate::flows::management::users::{self, Include, update as changes};
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::user::{
    CreateUser, Preferences, PreferencesPatch, UpdateCustomData, UpdateProfile, UpdateUser, User,
    UserProfile,
};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::users::{SEARCH, UserFilter};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Users");
    api.get("/users", "Users, newest first", list).search().query(&[
        "excludeRoleId",
        "excludeOrganizationId",
        "includePasswordHash",
    ]);
    api.post("/users", "Makes a user", create);
    api.get("/users/{userId}", "One user", read)
        .query(&["includeSsoIdentities", "includePasswordHash"]);
    api.patch("/users/{userId}", "Changes a user", update);
    api.delete(
        "/users/{userId}",
        "Deletes a user and everything that hangs on the account",
        remove,
    );
    api.get("/users/{userId}/custom-data", "Free fields of a user", custom_data);
    api.patch("/users/{userId}/custom-data", "Adds to the free fields", merge_custom_data);
    api.patch("/users/{userId}/profile", "Adds to the profile fields", merge_profile);
    api.get("/users/{userId}/logto-configs", "What a user chose about second factors", preferences);
    api.patch("/users/{userId}/logto-configs", "Changes these choices", merge_preferences);
    credentials::operations(api);
    personal_access_tokens::operations(api);
    access::operations(api);
    identities::operations(api);
}

async fn list(access: ManagementAccess, page: Page, query: Query) -> Answer<Listed<User>> {
    let exclude_role = query.one("excludeRoleId")?.map(str::to_owned);
    let exclude_organization = query.one("excludeOrganizationId")?.map(str::to_owned);
    if exclude_role.is_some() && exclude_organization.is_some() {
        let both = "excludeRoleId and excludeOrganizationId cannot be used together";
        return Err(reject(400, ErrorCode::RequestInvalidInput).with_details(both).into());
    }
    let filter = UserFilter { search: query.search(SEARCH)?, exclude_role, exclude_organization };
    let include = Include { sso_identities: false, ..include(&query)? };
    let found = users::list(&access.app, &filter, page.bounds(), include).await?;
    Ok(Listed::page(page, found))
}

async fn create(access: ManagementAccess, body: Json<CreateUser>) -> Answer<Found<User>> {
    Ok(Found(users::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id, query: Query) -> Answer<Found<User>> {
    Ok(Found(users::get(&access.app, &id.0, include(&query)?).await?))
}

async fn update(access: ManagementAccess, id: Id, body: Json<UpdateUser>) -> Answer<Found<User>> {
    Ok(Found(changes::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    users::delete(&access.app, &id.0, access.user_id()).await?;
    Ok(Done)
}

async fn custom_data(access: ManagementAccess, id: Id) -> Answer<Found<JsonObject>> {
    Ok(Found(changes::custom_data(&access.app, &id.0).await?))
}

async fn merge_custom_data(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateCustomData>,
) -> Answer<Found<JsonObject>> {
    Ok(Found(changes::merge_custom_data(&access.app, &id.0, body.0.custom_data).await?))
}

async fn merge_profile(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateProfile>,
) -> Answer<Found<UserProfile>> {
    Ok(Found(changes::merge_profile(&access.app, &id.0, body.0.profile).await?))
}

async fn preferences(access: ManagementAccess, id: Id) -> Answer<Found<Preferences>> {
    Ok(Found(changes::preferences(&access.app, &id.0).await?))
}

async fn merge_preferences(
    access: ManagementAccess,
    id: Id,
    body: Json<PreferencesPatch>,
) -> Answer<Found<Preferences>> {
    Ok(Found(changes::merge_preferences(&access.app, &id.0, body.0).await?))
}

fn include(query: &Query) -> Result<Include, Rejection> {
    Ok(Include {
        password_hash: query.flag("includePasswordHash")?.unwrap_or(false),
        sso_identities: query.flag("includeSsoIdentities")?.unwrap_or(false),
    })
}
