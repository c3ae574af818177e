//! `/api/cimd/user-consent-scopes`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Ids;
use crate::api::operations::{Answer, Done, Empty, Found, Operations};
use crate::flows::error::invalid_input;
use crate::flows::management::applications::consent_scopes::ScopeType;
use crate::flows::management::cimd_scopes;
use crate::http::body::Json;
use vestibule_shared::application::consent::{AddConsentScopes, ConsentScopes};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("CIMD");
    let scopes = "/cimd/user-consent-scopes";
    api.get(scopes, "What clients that describe themselves may ask people for", read);
    api.post(scopes, "Lets clients that describe themselves ask people for more", add);
    api.delete(
        "/cimd/user-consent-scopes/{scopeType}/{scopeId}",
        "Lets clients that describe themselves ask people for a scope no more",
        remove,
    );
}

async fn read(access: ManagementAccess) -> Answer<Found<ConsentScopes>> {
    Ok(Found(cimd_scopes::get(&access.app).await?))
}

async fn add(access: ManagementAccess, body: Json<AddConsentScopes>) -> Answer<Empty> {
    cimd_scopes::add(&access.app, body.0).await?;
    Ok(Empty)
}

async fn remove(access: ManagementAccess, Ids([scope_type, scope_id]): Ids<2>) -> Answer<Done> {
    let scope_type = ScopeType::parse(&scope_type)
        .ok_or_else(|| invalid_input("scopeType", "is no type of scopes"))?;
    cimd_scopes::remove(&access.app, scope_type, &scope_id).await?;
    Ok(Done)
}
