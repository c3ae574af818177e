//! `/api/users`

use super::auth::ManagementAccess;
use super::path::Id;
use super::query::Query;
use crate::api::operations::{Answer, Done, Found, Listed, Operations};
use crate::flows::error::Rejection;
use crate::flows::management::users::{self, Include};
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::user::{CreateUser, User};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Users");
    api.get("/users", "Users, newest first", list).query(&["includePasswordHash"]);
    api.post("/users", "Makes a user", create);
    api.get("/users/{id}", "One user", read)
        .query(&["includeSsoIdentities", "includePasswordHash"]);
    api.delete("/users/{id}", "Deletes a user and everything that hangs on the account", remove);
}

async fn list(access: ManagementAccess, page: Page, query: Query) -> Answer<Listed<User>> {
    query.refuse(&["search", "excludeRoleId", "excludeOrganizationId"])?;
    let found = users::list(&access.app, page.offset(), page.limit(), include(&query)?).await?;
    Ok(Listed::page(page, found))
}

async fn create(access: ManagementAccess, body: Json<CreateUser>) -> Answer<Found<User>> {
    Ok(Found(users::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id, query: Query) -> Answer<Found<User>> {
    Ok(Found(users::get(&access.app, &id.0, include(&query)?).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    users::delete(&access.app, &id.0, access.user_id()).await?;
    Ok(Done)
}

fn include(query: &Query) -> Result<Include, Rejection> {
    Ok(Include {
        password_hash: query.flag("includePasswordHash")?.unwrap_or(false),
        sso_identities: query.flag("includeSsoIdentities")?.unwrap_or(false),
    })
}
