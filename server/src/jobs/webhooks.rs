//! Tells receivers of webhooks what has happened, and tries again when that fails.

use crate::flows::error::FlowError;
use crate::flows::webhooks::delivery;
use crate::state::App;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::Mutex;
use vestibule_connectors::outbound::{OutboundError, OutboundResponse};
use vestibule_protocol::random;
use vestibule_shared::JsonObject;
use vestibule_store::audit::LogRow;
use vestibule_store::hooks::HookRow;
use vestibule_store::hooks::deliveries::{self as rows, DeliveryRow, Settled};
use vestibule_store::{Durability, Json, Millis, StoreError, hooks};

/// How long nobody else takes a delivery that is under way; longer than a try may take.
const LEASE: Millis = 30_000;
const LOOK: Duration = Duration::from_secs(1);
/// Deliveries that are under way at a time, of all webhooks and of one: a receiver that does not
/// answer must not keep others waiting.
const AT_ONCE: usize = 16;
const AT_ONCE_OF_ONE: usize = 4;
const DEFAULT_RETRIES: u32 = 3;
/// After a failure: 1, 4, 16 seconds.
const FIRST_PAUSE: Millis = 1_000;

/// Delivers for ever.
pub async fn run(app: &App) {
    let desk = Desk::default();
    // All of them go on while one waits, which matters: with SQLite one may have to wait until
    // another's transaction is over.
    join_all((0..AT_ONCE).map(|_| work(app, &desk))).await;
}

/// What those who deliver share.
#[derive(Default)]
struct Desk {
    /// One looks for deliveries at a time.
    looking: Mutex<()>,
    /// The webhook of each delivery that is under way.
    receivers: RefCell<Vec<String>>,
}

impl Desk {
    /// Receivers that have enough to do.
    fn crowded(&self) -> Vec<String> {
        let receivers = self.receivers.borrow();
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for id in receivers.iter() {
            *counts.entry(id).or_default() += 1;
        }
        let crowded = counts.into_iter().filter(|(_, count)| *count >= AT_ONCE_OF_ONE);
        crowded.map(|(id, _)| id.clone()).collect()
    }

    fn leave(&self, hook_id: &str) {
        let mut receivers = self.receivers.borrow_mut();
        if let Some(index) = receivers.iter().position(|id| id == hook_id) {
            receivers.swap_remove(index);
        }
    }
}

/// Makes one delivery after another.
async fn work(app: &App, desk: &Desk) {
    loop {
        let row = next(app, desk).await;
        if let Err(error) = attempt(app, &row).await {
            // It stays claimed, and is due again when the lease has run out.
            tracing::warn!(delivery_id = row.id, ?error, "a webhook could not be tried");
        }
        desk.leave(&row.hook_id);
        // There may be one that waited for this receiver.
        app.new_delivery.notify_one();
    }
}

/// Waits for a delivery that is due, and takes it.
async fn next(app: &App, desk: &Desk) -> DeliveryRow {
    let _looking = desk.looking.lock().await;
    loop {
        let rung = app.new_delivery.notified();
        match claim(app, &desk.crowded()).await {
            Ok(Some(row)) => {
                desk.receivers.borrow_mut().push(row.hook_id.clone());
                return row;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "webhooks cannot be delivered"),
        }
        let _ = tokio::time::timeout(LOOK, rung).await;
    }
}

async fn claim(app: &App, crowded: &[String]) -> Result<Option<DeliveryRow>, StoreError> {
    if app.catalog.snapshot().hooks.is_empty() {
        return Ok(None);
    }
    let now = app.clock.now();
    if !rows::is_due(&mut app.store.read().await?, now, crowded).await? {
        return Ok(None);
    }
    app.store
        .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
            rows::claim(connection, now, LEASE, crowded).await
        })
        .await
}

async fn attempt(app: &App, row: &DeliveryRow) -> Result<(), FlowError> {
    let hook = hooks::by_id(&mut app.store.read().await?, &row.hook_id).await?;
    // Deliveries of a webhook go with it.
    let Some(hook) = hook else { return Ok(()) };
    if !hook.enabled {
        let error = Some("the webhook was disabled");
        return settle(app, row, Settled { status: "Dead", error, ..Settled::default() }, None)
            .await;
    }
    let outcome = send(app, &hook, row).await?;
    let error = outcome.error();
    let status = match &error {
        None => "Delivered",
        Some(_) if outcome.is_final(row.attempts) => "Dead",
        Some(_) => "Pending",
    };
    metrics::counter!("vestibule_webhook_deliveries_total", "status" => status).increment(1);
    if let Some(error) = &error {
        let (event, attempt) = (&row.event, row.attempts);
        tracing::warn!(hook_id = hook.id, event, attempt, status, error, "webhook not delivered");
    }
    let exponent = u32::try_from(row.attempts - 1).unwrap_or_default().min(2);
    let settled = Settled {
        status,
        response_status: outcome.result.as_ref().ok().map(|it| i32::from(it.status.as_u16())),
        error: error.as_deref(),
        next_attempt_at: app.clock.now() + FIRST_PAUSE * Millis::from(4_u8).pow(exponent),
    };
    let entry = (status != "Pending").then(|| entry(app, row, &outcome, error.as_deref()));
    settle(app, row, settled, entry).await
}

/// Writes how a try ended, and the audit entry if it was the last one.
async fn settle(
    app: &App,
    row: &DeliveryRow,
    settled: Settled<'_>,
    entry: Option<LogRow>,
) -> Result<(), FlowError> {
    app.store
        .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
            let held = rows::settle(connection, row, &settled).await?;
            match &entry {
                Some(entry) if held => rows::log(connection, &row.hook_id, entry).await,
                Some(_) | None => Ok(()),
            }
        })
        .await?;
    Ok(())
}

/// How a try went.
struct Outcome {
    /// What was sent.
    body: Vec<u8>,
    retries: u32,
    result: Result<OutboundResponse, OutboundError>,
}

async fn send(app: &App, hook: &HookRow, row: &DeliveryRow) -> Result<Outcome, FlowError> {
    let (config, signing_key) = delivery::open(app, hook)?;
    let body = delivery::open_body(app, row)?;
    let result = delivery::post(app, &config, &signing_key, body.clone()).await;
    Ok(Outcome { body, retries: config.retries.unwrap_or(DEFAULT_RETRIES), result })
}

impl Outcome {
    /// Why it failed, if it did.
    fn error(&self) -> Option<String> {
        match &self.result {
            Ok(response) if response.status.is_success() => None,
            Ok(response) => Some(format!("the endpoint answered {}", response.status.as_u16())),
            Err(error) => Some(error.to_string()),
        }
    }

    /// Whether it is not tried again after this many tries: there were enough, or another would
    /// end in the same way.
    fn is_final(&self, tries: i32) -> bool {
        let may_help = match &self.result {
            Ok(response) => {
                let status = response.status.as_u16();
                status >= 500 || matches!(status, 408 | 425 | 429)
            }
            Err(error) => error.retryable(),
        };
        !may_help || i64::from(tries) > i64::from(self.retries)
    }
}

/// The audit entry of a delivery that has ended. The signing key and the receiver's headers are
/// not in it.
fn entry(app: &App, row: &DeliveryRow, outcome: &Outcome, error: Option<&str>) -> LogRow {
    let key = format!("TriggerHook.{}", row.event);
    let sent: Value = serde_json::from_slice(&outcome.body).unwrap_or_default();
    let mut payload = JsonObject::default();
    payload.insert("key".into(), json!(key));
    payload.insert("result".into(), json!(if error.is_some() { "Error" } else { "Success" }));
    payload.insert("hookId".into(), json!(row.hook_id));
    payload.insert("attempts".into(), json!(row.attempts));
    payload.insert("hookRequest".into(), json!({ "body": sent }));
    if let Ok(response) = &outcome.result {
        let body = delivery::answer_text(response);
        let shown = json!({ "statusCode": response.status.as_u16(), "body": body });
        payload.insert("response".into(), shown);
    }
    if let Some(error) = error {
        payload.insert("error".into(), json!(error));
    }
    LogRow {
        id: random::standard_id(),
        key,
        payload: Json(payload),
        user_id: None,
        application_id: None,
        created_at: app.clock.now(),
    }
}
