//! `/api/applications/{id}/sign-in-experience`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::operations::{Answer, Found, Operations, Stored};
use crate::flows::management::applications::sign_in_experience;
use crate::http::body::Json;
use vestibule_shared::application::sign_in_experience::{
    ApplicationSignInExperience, PutApplicationSignInExperience,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get("/applications/{id}/sign-in-experience", "How an application looks", read);
    api.put("/applications/{id}/sign-in-experience", "Sets how an application looks", write);
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<ApplicationSignInExperience>> {
    Ok(Found(sign_in_experience::get(&access.app, &id.0).await?))
}

async fn write(
    access: ManagementAccess,
    id: Id,
    body: Json<PutApplicationSignInExperience>,
) -> Answer<Stored<ApplicationSignInExperience>> {
    Ok(Stored::of(sign_in_experience::put(&access.app, &id.0, body.0).await?))
}
