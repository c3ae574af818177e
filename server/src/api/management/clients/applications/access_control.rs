//! `/api/applications/{id}/access-control`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::operations::{Answer, Found, Operations};
use crate::flows::management::applications::access_control;
use crate::http::body::Json;
use vestibule_shared::application::access_control::AccessControl;

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get("/applications/{id}/access-control", "Who may use an application", read);
    api.put("/applications/{id}/access-control", "Sets who may use an application", write);
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<AccessControl>> {
    Ok(Found(access_control::get(&access.app, &id.0).await?))
}

async fn write(
    access: ManagementAccess,
    id: Id,
    body: Json<AccessControl>,
) -> Answer<Found<AccessControl>> {
    Ok(Found(access_control::set(&access.app, &id.0, body.0).await?))
}
