//! Webhooks: who is told of what, and whether that works.

use super::{change, fields, unknown};
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::webhooks::delivery::{self, SIGNATURE};
use crate::seed::TENANT;
use crate::state::App;
use futures_util::future::join_all;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::hook::{
    CreateHook, ExecutionStats, Hook, HookConfig, HookEvent, TestHook, UpdateHook,
};
use vestibule_store::hooks::{self as rows, HookRow, deliveries};
use vestibule_store::{Connection, Json, Millis};

const MAX_HEADERS: usize = 50;
const MAX_HEADER_NAME: usize = 128;
const MAX_HEADER_VALUE: usize = 2048;
/// What recent is, in milliseconds.
pub const RECENT: Millis = 24 * 60 * 60 * 1000;

/// Headers that the server writes, or that steer the connection (RFC 9110 section 7.6.1).
const RESERVED_HEADERS: [&str; 14] = [
    SIGNATURE,
    "host",
    "content-length",
    "content-type",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "te",
    "trailer",
    "upgrade",
    "expect",
];

/// Webhooks, newest first: all of them, or a page.
pub async fn list(
    app: &App,
    page: Option<(i64, i64)>,
    with_stats: bool,
) -> Result<(Vec<Hook>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    let found = rows::list(&mut connection, page).await?;
    let total = match page {
        Some(_) => Some(rows::count(&mut connection).await?),
        None => None,
    };
    let shown = found.into_iter().map(|row| to_wire(app, row)).collect::<Result<Vec<_>, _>>()?;
    let shown = if with_stats { add_stats(app, &mut connection, shown).await? } else { shown };
    Ok((shown, total))
}

/// One webhook.
pub async fn get(app: &App, id: &str, with_stats: bool) -> Result<Hook, FlowError> {
    let mut connection = app.store.read().await?;
    let shown = vec![to_wire(app, find(&mut connection, id).await?)?];
    let shown = if with_stats { add_stats(app, &mut connection, shown).await? } else { shown };
    Ok(shown.into_iter().next().ok_or_else(|| unknown("webhook", id))?)
}

/// Makes a webhook, with a key of its own.
pub async fn create(app: &App, request: CreateHook) -> Result<Hook, FlowError> {
    let events = request.events.unwrap_or_default();
    check_events(request.event, &events)?;
    check_config(&request.config)?;
    let row = HookRow {
        id: random::standard_id(),
        name: request.name.unwrap_or_default(),
        event: request.event.map(|event| event.as_str().to_owned()),
        events: names(&events),
        sealed_config: delivery::seal_config(app, &request.config)?,
        sealed_signing_key: delivery::seal_key(app, &random::secret()),
        enabled: request.enabled.unwrap_or(true),
        created_at: app.clock.now(),
    };
    change(app, async |connection| Ok(rows::insert(connection, &row).await?)).await?;
    to_wire(app, row)
}

/// Changes a webhook; its settings are replaced as a whole.
pub async fn update(app: &App, id: &str, request: UpdateHook) -> Result<Hook, FlowError> {
    if let Some(config) = &request.config {
        check_config(config)?;
    }
    let row = change(app, async |connection| {
        let mut row = find(connection, id).await?;
        row.name = request.name.clone().unwrap_or(row.name);
        if let Some(event) = request.event {
            row.event = event.map(|event| event.as_str().to_owned());
        }
        if let Some(events) = &request.events {
            row.events = names(events);
        }
        if row.listened().next().is_none() {
            return Err(reject(400, ErrorCode::HookMissingEvents).into());
        }
        if let Some(config) = &request.config {
            row.sealed_config = delivery::seal_config(app, config)?;
        }
        row.enabled = request.enabled.unwrap_or(row.enabled);
        rows::update(connection, &row).await?;
        Ok(row)
    })
    .await?;
    to_wire(app, row)
}

/// Deletes a webhook with what was to be delivered to it.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let deleted = rows::delete(connection, id).await?;
        if deleted { Ok(()) } else { Err(unknown("webhook", id).into()) }
    })
    .await
}

/// Gives a webhook another key. Whatever is sent from then on is signed with it.
pub async fn renew_signing_key(app: &App, id: &str) -> Result<Hook, FlowError> {
    let row = change(app, async |connection| {
        let mut row = find(connection, id).await?;
        row.sealed_signing_key = delivery::seal_key(app, &random::secret());
        rows::update(connection, &row).await?;
        Ok(row)
    })
    .await?;
    to_wire(app, row)
}

/// Sends one request for each event to an endpoint, signed with the webhook's key, to see whether
/// they are taken. Nothing is tried again.
pub async fn test(app: &App, id: &str, request: TestHook) -> Result<(), FlowError> {
    check_events(None, &request.events)?;
    check_config(&request.config)?;
    let row = find(&mut app.store.read().await?, id).await?;
    let (_, signing_key) = delivery::open(app, &row)?;
    let events: BTreeSet<HookEvent> = request.events.into_iter().collect();
    let now = app.clock.now();
    let sent = events.into_iter().map(async |event| {
        let body = delivery::body(id, event, now, &delivery::test_fields(event))?;
        let answered = delivery::post(app, &request.config, &signing_key, body).await;
        let failed = ErrorCode::HookSendTestPayloadFailed;
        let response = answered.map_err(|error| {
            reject(422, failed).with_data(json!({ "message": error.to_string() }))
        })?;
        if response.status.is_success() {
            return Ok(());
        }
        let data = json!({
            "responseStatus": response.status.as_u16(),
            "responseBody": delivery::answer_text(&response),
        });
        Err(reject(422, ErrorCode::HookEndpointRespondedWithError).with_data(data).into())
    });
    join_all(sent).await.into_iter().collect()
}

pub(crate) fn check_events(
    event: Option<HookEvent>,
    events: &[HookEvent],
) -> Result<(), Rejection> {
    if events.is_empty() && event.is_none() {
        return Err(reject(400, ErrorCode::HookMissingEvents));
    }
    Ok(())
}

pub(crate) fn check_config(config: &HookConfig) -> Result<(), Rejection> {
    fields::web_address("config.url", &config.url)?;
    let Some(headers) = &config.headers else { return Ok(()) };
    if headers.len() > MAX_HEADERS {
        return Err(invalid_input("config.headers", &format!("must be at most {MAX_HEADERS}")));
    }
    for (name, value) in headers {
        check_header(name, value)?;
    }
    Ok(())
}

/// RFC 9110 sections 5.1 and 5.5: the name is a token, the value visible ASCII.
fn check_header(name: &str, value: &str) -> Result<(), Rejection> {
    let path = format!("config.headers.{}", name.escape_debug());
    let is_token = |each: char| each.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(each);
    if name.is_empty() || name.len() > MAX_HEADER_NAME || !name.chars().all(is_token) {
        return Err(invalid_input(&path, "is no name of a header"));
    }
    if RESERVED_HEADERS.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return Err(invalid_input(&path, "is set by the server"));
    }
    let is_visible = |each: char| each == '\t' || matches!(each, ' '..='~');
    if value.len() > MAX_HEADER_VALUE || !value.chars().all(is_visible) {
        return Err(invalid_input(&path, "must be at most 2048 visible ASCII characters"));
    }
    Ok(())
}

fn names(events: &[HookEvent]) -> Json<Vec<String>> {
    Json(events.iter().map(|event| event.as_str().to_owned()).collect())
}

async fn find(connection: &mut Connection, id: &str) -> Result<HookRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("webhook", id))?)
}

/// With the key, since a receiver is set up with it.
fn to_wire(app: &App, row: HookRow) -> Result<Hook, FlowError> {
    let (config, signing_key) = delivery::open(app, &row)?;
    Ok(Hook {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        name: row.name,
        event: row.event.as_deref().and_then(HookEvent::parse),
        events: row.events.0.iter().filter_map(|name| HookEvent::parse(name)).collect(),
        config,
        signing_key,
        enabled: row.enabled,
        created_at: row.created_at,
        execution_stats: None,
    })
}

async fn add_stats(
    app: &App,
    connection: &mut Connection,
    shown: Vec<Hook>,
) -> Result<Vec<Hook>, FlowError> {
    let ids: Vec<String> = shown.iter().map(|hook| hook.id.clone()).collect();
    let since = app.clock.now() - RECENT;
    let mut stats: BTreeMap<String, ExecutionStats> = BTreeMap::new();
    for (id, status, count) in deliveries::count_ended(connection, &ids, since).await? {
        let of_hook = stats.entry(id).or_default();
        of_hook.request_count += count;
        if status == "Delivered" {
            of_hook.success_count += count;
        }
    }
    let with_stats = |hook: Hook| {
        let execution_stats = Some(stats.get(&hook.id).copied().unwrap_or_default());
        Hook { execution_stats, ..hook }
    };
    Ok(shown.into_iter().map(with_stats).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_cannot_change_the_request() {
        for (name, value) in [("Authorization", "Bearer abc"), ("X-Key", ""), ("user-agent", "us")]
        {
            assert!(check_header(name, value).is_ok(), "{name}");
        }
        for (name, value) in [
            ("", "v"),
            ("X Key", "v"),
            ("X-Key:", "v"),
            ("X\r\nHost", "v"),
            ("Höhe", "v"),
            ("X-Key", "a\r\nHost: b"),
            ("X-Key", "a\0b"),
            ("X-Key", "ä"),
            ("Host", "v"),
            ("CONTENT-LENGTH", "1"),
            ("Transfer-Encoding", "chunked"),
            ("Logto-Signature-Sha-256", "v"),
        ] {
            assert!(check_header(name, value).is_err(), "{name:?}: {value:?}");
        }
        assert!(check_header("X-Key", &"v".repeat(MAX_HEADER_VALUE + 1)).is_err());
        assert!(check_header(&"x".repeat(MAX_HEADER_NAME + 1), "v").is_err());
    }
}
