//! `/api/custom-profile-fields`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::operations::{Answer, Created, CreatedMany, Done, Found, Many, Operations};
use crate::flows::error::FlowError;
use crate::flows::management::profile_fields;
use crate::http::body::{Json, JsonList};
use vestibule_shared::profile_field::{
    CreateProfileField, FieldOrder, ProfileField, PutProfileField,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Custom profile fields");
    api.get("/custom-profile-fields", "Fields in their order", list);
    api.post("/custom-profile-fields", "Adds a field", create);
    api.post("/custom-profile-fields/batch", "Adds at most twenty fields", create_many);
    api.post("/custom-profile-fields/properties/sie-order", "Puts fields into an order", reorder);
    api.get("/custom-profile-fields/{name}", "One field", read);
    api.put("/custom-profile-fields/{name}", "Replaces a field", replace);
    api.delete("/custom-profile-fields/{name}", "Deletes a field", remove);
}

async fn list(access: ManagementAccess) -> Answer<Many<ProfileField>> {
    Ok(Many(profile_fields::list(&access.app).await?))
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateProfileField>,
) -> Answer<Created<ProfileField>> {
    let mut made = profile_fields::create(&access.app, vec![body.0]).await?;
    let none = || FlowError::Internal("no field was made".into());
    Ok(Created(made.pop().ok_or_else(none)?))
}

async fn create_many(
    access: ManagementAccess,
    body: JsonList<CreateProfileField>,
) -> Answer<CreatedMany<ProfileField>> {
    Ok(CreatedMany(profile_fields::create(&access.app, body.0).await?))
}

async fn reorder(access: ManagementAccess, body: Json<FieldOrder>) -> Answer<Many<ProfileField>> {
    Ok(Many(profile_fields::reorder(&access.app, &body.0.order).await?))
}

async fn read(access: ManagementAccess, name: Id) -> Answer<Found<ProfileField>> {
    Ok(Found(profile_fields::get(&access.app, &name.0).await?))
}

async fn replace(
    access: ManagementAccess,
    name: Id,
    body: Json<PutProfileField>,
) -> Answer<Found<ProfileField>> {
    Ok(Found(profile_fields::replace(&access.app, &name.0, body.0).await?))
}

async fn remove(access: ManagementAccess, name: Id) -> Answer<Done> {
    profile_fields::delete(&access.app, &name.0).await?;
    Ok(Done)
}
