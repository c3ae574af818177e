//! `/api/one-time-tokens`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Created, Done, Found, Listed, Operations};
use crate::flows::error::invalid_input;
use crate::flows::management::one_time_tokens;
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::one_time_token::{
    CreateOneTimeToken, OneTimeToken, OneTimeTokenStatus, SetOneTimeTokenStatus, VerifyOneTimeToken,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("One-time tokens");
    api.get("/one-time-tokens", "Tokens: all, or the page asked for", list)
        .query(&["email"])
        .choice("status", &["active", "consumed", "revoked", "expired"]);
    api.post("/one-time-tokens", "Makes a token", create);
    api.post("/one-time-tokens/verify", "Uses a token up", verify).refuses(&[404]);
    api.get("/one-time-tokens/{id}", "One token", read);
    api.delete("/one-time-tokens/{id}", "Deletes a token", remove);
    api.put("/one-time-tokens/{id}/status", "Ends a token", set_status);
}

async fn list(access: ManagementAccess, page: Page, query: Query) -> Answer<Listed<OneTimeToken>> {
    let parse = |name: &str| {
        OneTimeTokenStatus::parse(name).ok_or_else(|| invalid_input("status", "is no status"))
    };
    let status = query.one("status")?.map(parse).transpose()?;
    let email = query.one("email")?;
    let found = one_time_tokens::list(&access.app, email, status, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateOneTimeToken>,
) -> Answer<Created<OneTimeToken>> {
    Ok(Created(one_time_tokens::create(&access.app, body.0).await?))
}

async fn verify(
    access: ManagementAccess,
    body: Json<VerifyOneTimeToken>,
) -> Answer<Found<OneTimeToken>> {
    Ok(Found(one_time_tokens::verify(&access.app, &body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<OneTimeToken>> {
    Ok(Found(one_time_tokens::get(&access.app, &id.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    one_time_tokens::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn set_status(
    access: ManagementAccess,
    id: Id,
    body: Json<SetOneTimeTokenStatus>,
) -> Answer<Found<OneTimeToken>> {
    Ok(Found(one_time_tokens::set_status(&access.app, &id.0, body.0.status).await?))
}
