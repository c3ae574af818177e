//! `/api/configs/jwt-customizer`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::operations::{Answer, Done, Found, Many, Operations, Stored};
use crate::flows::error::{Rejection, invalid_input};
use crate::flows::management::configs::jwt_customizers;
use crate::http::body::Json;
use vestibule_shared::JsonObject;
use vestibule_shared::jwt_customizer::{
    JwtCustomizer, JwtCustomizerEntry, JwtCustomizerType, TestJwtCustomizer, UpdateJwtCustomizer,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get("/configs/jwt-customizer", "Scripts for claims of access tokens", list);
    api.post("/configs/jwt-customizer/test", "Tries a script out: not supported", test);
    api.get("/configs/jwt-customizer/{tokenTypePath}", "One script", read);
    api.put("/configs/jwt-customizer/{tokenTypePath}", "Stores a script; it is not run", put);
    api.patch("/configs/jwt-customizer/{tokenTypePath}", "Changes a script", update);
    api.delete("/configs/jwt-customizer/{tokenTypePath}", "Deletes a script", remove);
}

async fn list(access: ManagementAccess) -> Answer<Many<JwtCustomizerEntry>> {
    Ok(Many(jwt_customizers::list(&access.app).await?))
}

async fn test(_: ManagementAccess, body: Json<TestJwtCustomizer>) -> Answer<Found<JsonObject>> {
    Err(jwt_customizers::refuse_test(&body.0).into())
}

async fn read(access: ManagementAccess, kind: Id) -> Answer<Found<JwtCustomizer>> {
    Ok(Found(jwt_customizers::get(&access.app, token_type(&kind.0)?).await?))
}

async fn put(
    access: ManagementAccess,
    kind: Id,
    body: Json<JwtCustomizer>,
) -> Answer<Stored<JwtCustomizer>> {
    let stored = jwt_customizers::put(&access.app, token_type(&kind.0)?, body.0).await?;
    Ok(Stored::of(stored))
}

async fn update(
    access: ManagementAccess,
    kind: Id,
    body: Json<UpdateJwtCustomizer>,
) -> Answer<Found<JwtCustomizer>> {
    Ok(Found(jwt_customizers::update(&access.app, token_type(&kind.0)?, body.0).await?))
}

async fn remove(access: ManagementAccess, kind: Id) -> Answer<Done> {
    jwt_customizers::delete(&access.app, token_type(&kind.0)?).await?;
    Ok(Done)
}

fn token_type(name: &str) -> Result<JwtCustomizerType, Rejection> {
    let reason = "is neither access-token nor client-credentials";
    JwtCustomizerType::parse(name).ok_or_else(|| invalid_input("tokenTypePath", reason))
}
