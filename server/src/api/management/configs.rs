//! `/api/configs`

use super::auth::ManagementAccess;
use super::path::{Id, Ids};
use crate::api::operations::{Answer, Done, Found, Many, Operations};
use crate::flows::error::Rejection;
use crate::flows::management::configs::{self, KeyType};
use crate::flows::management::unknown;
use crate::http::body::Json;
use vestibule_shared::JsonObject;
use vestibule_shared::configs::{OidcKey, RotateOidcKey};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Configs");
    api.get("/configs/admin-console", "What the administrators' pages remember", read);
    api.patch("/configs/admin-console", "Changes what the pages remember", update);
    api.get("/configs/oidc/{keyType}", "Keys of the provider", keys);
    api.post("/configs/oidc/{keyType}/rotate", "Makes a new key the current one", rotate);
    api.delete("/configs/oidc/{keyType}/{keyId}", "Deletes a previous key", remove_key);
}

async fn read(access: ManagementAccess) -> Answer<Found<JsonObject>> {
    Ok(Found(configs::admin_console(&access.app).await?))
}

async fn update(access: ManagementAccess, body: Json<JsonObject>) -> Answer<Found<JsonObject>> {
    Ok(Found(configs::update_admin_console(&access.app, body.0).await?))
}

async fn keys(access: ManagementAccess, kind: Id) -> Answer<Many<OidcKey>> {
    Ok(Many(configs::keys(&access.app, key_type(&kind.0)?).await?))
}

async fn rotate(
    access: ManagementAccess,
    kind: Id,
    body: Json<RotateOidcKey>,
) -> Answer<Many<OidcKey>> {
    Ok(Many(configs::rotate(&access.app, key_type(&kind.0)?, body.0).await?))
}

async fn remove_key(access: ManagementAccess, Ids([kind, id]): Ids<2>) -> Answer<Done> {
    configs::delete_key(&access.app, key_type(&kind)?, &id).await?;
    Ok(Done)
}

fn key_type(name: &str) -> Result<KeyType, Rejection> {
    KeyType::parse(name).ok_or_else(|| unknown("key type", name))
}
