//! `/api/sentinel-activities`

use crate::api::management::auth::ManagementAccess;
use crate::api::operations::{Answer, Done, Operations};
use crate::flows::management::sentinel;
use crate::http::body::Json;
use vestibule_shared::sentinel::DeleteSentinelActivities;

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Sentinel activities");
    api.post("/sentinel-activities/delete", "Unlocks identifiers", delete);
}

async fn delete(access: ManagementAccess, body: Json<DeleteSentinelActivities>) -> Answer<Done> {
    sentinel::delete(&access.app, &body.0).await?;
    Ok(Done)
}
