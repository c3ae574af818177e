//! Personal access tokens of users

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::operations::{Answer, Created, Done, Found, Many, Operations};
use crate::flows::error::invalid_input;
use crate::flows::management::users::personal_access_tokens as tokens;
use crate::http::body::Json;
use vestibule_shared::user::{
    CreatePersonalAccessToken, PersonalAccessToken, PersonalAccessTokenName,
    RenamePersonalAccessToken,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    let all = "/users/{userId}/personal-access-tokens";
    let one = "/users/{userId}/personal-access-tokens/{name}";
    api.get(all, "Personal access tokens of a user", list);
    api.post(all, "Makes a personal access token", create);
    api.patch(all, "Renames the token that the body names", rename_named);
    api.post(
        "/users/{userId}/personal-access-tokens/delete",
        "Deletes the token that the body names",
        remove_named,
    );
    api.patch(one, "Renames a personal access token", rename);
    api.delete(one, "Deletes a personal access token", remove);
}

async fn list(access: ManagementAccess, id: Id) -> Answer<Many<PersonalAccessToken>> {
    Ok(Many(tokens::list(&access.app, &id.0).await?))
}

async fn create(
    access: ManagementAccess,
    id: Id,
    body: Json<CreatePersonalAccessToken>,
) -> Answer<Created<PersonalAccessToken>> {
    Ok(Created(tokens::create(&access.app, &id.0, body.0).await?))
}

async fn rename_named(
    access: ManagementAccess,
    id: Id,
    body: Json<RenamePersonalAccessToken>,
) -> Answer<Found<PersonalAccessToken>> {
    let current = body.0.current_name.as_deref();
    let current = current.ok_or_else(|| invalid_input("currentName", "is required"))?;
    Ok(Found(tokens::rename(&access.app, &id.0, current, &body.0.name).await?))
}

async fn rename(
    access: ManagementAccess,
    Ids([id, name]): Ids<2>,
    body: Json<PersonalAccessTokenName>,
) -> Answer<Found<PersonalAccessToken>> {
    Ok(Found(tokens::rename(&access.app, &id, &name, &body.0.name).await?))
}

async fn remove_named(
    access: ManagementAccess,
    id: Id,
    body: Json<PersonalAccessTokenName>,
) -> Answer<Done> {
    tokens::delete(&access.app, &id.0, &body.0.name).await?;
    Ok(Done)
}

async fn remove(access: ManagementAccess, Ids([id, name]): Ids<2>) -> Answer<Done> {
    tokens::delete(&access.app, &id, &name).await?;
    Ok(Done)
}
