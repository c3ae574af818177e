//! `/api/subject-tokens`, `/api/secrets` and `/api/systems`

use crate::api::management::auth::{ManagementAccess, Subject};
use crate::api::management::path::Id;
use crate::api::operations::{Answer, Created, Done, Found, Operations};
use crate::flows::error::reject;
use crate::flows::management::{subject_tokens, token_secrets};
use crate::http::body::Json;
use vestibule_shared::ErrorCode;
use vestibule_shared::subject_token::{CreateSubjectToken, SubjectToken};
use vestibule_shared::system::ApplicationSystem;

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Subject tokens");
    api.post("/subject-tokens", "Makes a token by which others act as a user, once", create)
        .refuses(&[404]);
    api.tag("Secrets");
    api.delete("/secrets/{id}", "Forgets tokens that are kept of another provider", forget);
    api.tag("Systems");
    api.get("/systems/application", "What this server offers protected applications", offered)
        .refuses(&[501]);
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateSubjectToken>,
) -> Answer<Created<SubjectToken>> {
    let (Subject::Application(creator) | Subject::User(creator)) = &access.subject;
    Ok(Created(subject_tokens::create(&access.app, body.0, creator).await?))
}

async fn forget(access: ManagementAccess, id: Id) -> Answer<Done> {
    token_secrets::delete(&access.app, &id.0).await?;
    Ok(Done)
}

/// Nothing: protected applications need a proxy that only the hosted edition has.
async fn offered(_: ManagementAccess) -> Answer<Found<ApplicationSystem>> {
    Err(reject(501, ErrorCode::ApplicationProtectedAppNotConfigured).into())
}
