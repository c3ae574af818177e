//! `/api/applications/{id}/protected-app-metadata/custom-domains`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::operations::{Answer, Done, Empty, Many, Operations};
use crate::flows::management::applications::protected;
use crate::http::body::Json;
use vestibule_shared::application::protected_app::{AddCustomDomain, CustomDomain};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    let domains = "/applications/{id}/protected-app-metadata/custom-domains";
    api.get(domains, "Host names of a protected application; there is no proxy for it", list)
        .refuses(&[501]);
    api.post(domains, "Adds a host name; there is no proxy for it", add).refuses(&[501]);
    api.delete(
        "/applications/{id}/protected-app-metadata/custom-domains/{domain}",
        "Takes a host name away; there is no proxy for it",
        remove,
    )
    .refuses(&[501]);
}

async fn list(access: ManagementAccess, id: Id) -> Answer<Many<CustomDomain>> {
    Ok(Many(protected::custom_domains(&access.app, &id.0).await?))
}

async fn add(access: ManagementAccess, id: Id, _: Json<AddCustomDomain>) -> Answer<Empty> {
    protected::add_custom_domain(&access.app, &id.0).await?;
    Ok(Empty)
}

async fn remove(access: ManagementAccess, Ids([id, _]): Ids<2>) -> Answer<Done> {
    protected::remove_custom_domain(&access.app, &id).await?;
    Ok(Done)
}
