//! `/api/custom-phrases`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::operations::{Answer, Created, Done, Found, Many, Operations};
use crate::flows::management::custom_phrases;
use crate::http::body::Json;
use vestibule_shared::JsonObject;
use vestibule_shared::custom_phrase::CustomPhrase;

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Custom phrases");
    api.get("/custom-phrases", "Phrases in your own words, by language", list);
    api.get("/custom-phrases/{languageTag}", "Phrases in one language", read);
    api.put("/custom-phrases/{languageTag}", "Stores the phrases in one language", put);
    api.delete("/custom-phrases/{languageTag}", "Deletes the phrases in one language", remove)
        .refuses(&[409]);
}

async fn list(access: ManagementAccess) -> Answer<Many<CustomPhrase>> {
    Ok(Many(custom_phrases::list(&access.app).await?))
}

async fn read(access: ManagementAccess, tag: Id) -> Answer<Found<CustomPhrase>> {
    Ok(Found(custom_phrases::get(&access.app, &tag.0).await?))
}

async fn put(
    access: ManagementAccess,
    tag: Id,
    body: Json<JsonObject>,
) -> Answer<Created<CustomPhrase>> {
    Ok(Created(custom_phrases::put(&access.app, &tag.0, body.0).await?))
}

async fn remove(access: ManagementAccess, tag: Id) -> Answer<Done> {
    custom_phrases::delete(&access.app, &tag.0).await?;
    Ok(Done)
}
