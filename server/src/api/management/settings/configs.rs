//! `/api/configs`

mod actions;
mod jwt_customizers;

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::operations::{Answer, Done, Found, Many, Operations};
use crate::flows::error::{Rejection, invalid_input};
use crate::flows::management::configs;
use crate::flows::management::configs::keys::{self, KeyType};
use crate::http::body::Json;
use vestibule_shared::configs::{
    AdminConsole, CimdSettings, IdTokenSettings, OidcKey, RotateOidcKey, SessionSettings,
    UpdateAdminConsole, UpdateCimdSettings, UpdateSessionSettings,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Configs");
    api.get("/configs/admin-console", "What the administrators' pages remember", read);
    api.patch("/configs/admin-console", "Changes what the pages remember", update);
    api.get("/configs/oidc/session", "How long sessions live", read_session);
    api.patch("/configs/oidc/session", "Changes how long sessions live", update_session);
    api.get("/configs/oidc/{keyType}", "Keys of the provider", list_keys);
    api.post("/configs/oidc/{keyType}/rotate", "Makes a new key, for now or for later", rotate);
    api.delete("/configs/oidc/{keyType}/{keyId}", "Deletes a previous key", remove_key);
    api.get("/configs/id-token", "What ID tokens say beyond the protocol", read_id_token);
    api.put("/configs/id-token", "Sets what ID tokens say", set_id_token);
    api.get("/configs/cimd", "Whether clients may describe themselves", read_cimd);
    api.patch("/configs/cimd", "Changes whether they may", update_cimd);
    jwt_customizers::operations(api);
    actions::operations(api);
}

async fn read(access: ManagementAccess) -> Answer<Found<AdminConsole>> {
    Ok(Found(configs::admin_console(&access.app).await?))
}

async fn update(
    access: ManagementAccess,
    body: Json<UpdateAdminConsole>,
) -> Answer<Found<AdminConsole>> {
    Ok(Found(configs::update_admin_console(&access.app, body.0).await?))
}

async fn read_session(access: ManagementAccess) -> Answer<Found<SessionSettings>> {
    Ok(Found(configs::session(&access.app).await?))
}

async fn update_session(
    access: ManagementAccess,
    body: Json<UpdateSessionSettings>,
) -> Answer<Found<SessionSettings>> {
    Ok(Found(configs::update_session(&access.app, body.0).await?))
}

async fn list_keys(access: ManagementAccess, kind: Id) -> Answer<Many<OidcKey>> {
    Ok(Many(keys::list(&access.app, key_type(&kind.0)?).await?))
}

async fn rotate(
    access: ManagementAccess,
    kind: Id,
    body: Json<RotateOidcKey>,
) -> Answer<Many<OidcKey>> {
    Ok(Many(keys::rotate(&access.app, key_type(&kind.0)?, body.0).await?))
}

async fn remove_key(access: ManagementAccess, Ids([kind, id]): Ids<2>) -> Answer<Done> {
    keys::delete(&access.app, key_type(&kind)?, &id).await?;
    Ok(Done)
}

async fn read_id_token(access: ManagementAccess) -> Answer<Found<IdTokenSettings>> {
    Ok(Found(configs::id_token(&access.app).await?))
}

async fn set_id_token(
    access: ManagementAccess,
    body: Json<IdTokenSettings>,
) -> Answer<Found<IdTokenSettings>> {
    Ok(Found(configs::set_id_token(&access.app, body.0).await?))
}

async fn read_cimd(access: ManagementAccess) -> Answer<Found<CimdSettings>> {
    Ok(Found(configs::cimd(&access.app).await?))
}

async fn update_cimd(
    access: ManagementAccess,
    body: Json<UpdateCimdSettings>,
) -> Answer<Found<CimdSettings>> {
    Ok(Found(configs::update_cimd(&access.app, body.0).await?))
}

fn key_type(name: &str) -> Result<KeyType, Rejection> {
    let reason = "is neither private-keys nor cookie-keys";
    KeyType::parse(name).ok_or_else(|| invalid_input("keyType", reason))
}
