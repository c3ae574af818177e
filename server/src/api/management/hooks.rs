//! `/api/hooks`

use super::auth::ManagementAccess;
use super::logs::{FILTERS, Logs, filter};
use super::path::Id;
use super::query::Query;
use crate::api::operations::{Answer, Created, Done, Found, Listed, Operations};
use crate::flows::management::hooks::{self, RECENT};
use crate::flows::management::logs::{self, CAP};
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::hook::{CreateHook, Hook, TestHook, UpdateHook};
use vestibule_store::audit::LogFilter;

const STATS: &str = "includeExecutionStats";

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Hooks");
    api.get("/hooks", "Webhooks, newest first: all, or the page asked for", list).query(&[STATS]);
    api.post("/hooks", "Makes a webhook", create);
    api.get("/hooks/{id}", "One webhook", read).query(&[STATS]);
    api.patch("/hooks/{id}", "Changes a webhook", update);
    api.delete("/hooks/{id}", "Deletes a webhook", remove);
    api.patch("/hooks/{id}/signing-key", "Gives a webhook another signing key", renew_signing_key);
    api.post("/hooks/{id}/test", "Sends test payloads to an endpoint", test);
    api.get("/hooks/{id}/recent-logs", "Deliveries of a webhook, newest first", recent_logs)
        .query(FILTERS);
}

async fn list(access: ManagementAccess, page: Page, query: Query) -> Answer<Listed<Hook>> {
    let with_stats = query.flag(STATS)?.unwrap_or(false);
    let found = hooks::list(&access.app, page.if_asked(), with_stats).await?;
    Ok(Listed::maybe(page, found))
}

async fn create(access: ManagementAccess, body: Json<CreateHook>) -> Answer<Created<Hook>> {
    Ok(Created(hooks::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id, query: Query) -> Answer<Found<Hook>> {
    let with_stats = query.flag(STATS)?.unwrap_or(false);
    Ok(Found(hooks::get(&access.app, &id.0, with_stats).await?))
}

async fn update(access: ManagementAccess, id: Id, body: Json<UpdateHook>) -> Answer<Found<Hook>> {
    Ok(Found(hooks::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    hooks::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn renew_signing_key(access: ManagementAccess, id: Id) -> Answer<Found<Hook>> {
    Ok(Found(hooks::renew_signing_key(&access.app, &id.0).await?))
}

async fn test(access: ManagementAccess, id: Id, body: Json<TestHook>) -> Answer<Done> {
    hooks::test(&access.app, &id.0, body.0).await?;
    Ok(Done)
}

/// Also those of a webhook that is gone.
async fn recent_logs(access: ManagementAccess, id: Id, page: Page, query: Query) -> Answer<Logs> {
    let given = filter(&query)?;
    let since = given.since.unwrap_or(access.app.clock.now() - RECENT);
    let filter = LogFilter { hook_id: Some(id.0), since: Some(since), ..given };
    let capped = query.flag("enableCap")?.unwrap_or(false);
    let (rows, total) = logs::list(&access.app, &filter, page.bounds(), capped).await?;
    Ok(Logs { rows, total, capped: capped && total == CAP, page })
}
