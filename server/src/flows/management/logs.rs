//! The audit log.

use super::unknown;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::seed::TENANT;
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_shared::audit::Log;
use vestibule_store::Millis;
use vestibule_store::audit::{self as rows, LogFilter, LogRow};

/// What the list shows; deliveries of hooks are shown with their hook.
pub const LISTED: &[&str] = &[
    "ExchangeTokenBy",
    "RevokeToken",
    "RevokeGrants",
    "Interaction",
    "Management",
    "JwtCustomizer",
    "SamlApplication",
    "Action",
    "Unknown",
];

/// Where counting ends for callers who can do with less than the exact number.
pub const CAP: i64 = 10_000;

/// One page of entries, newest first, and how many there are: at most [`CAP`] if `capped`.
pub async fn list(
    app: &App,
    filter: &LogFilter,
    page: (i64, i64),
    capped: bool,
) -> Result<(Vec<Log>, i64), FlowError> {
    check_window(filter.since, filter.until)?;
    let mut connection = app.store.scan().await?;
    let cap = capped.then_some(CAP);
    let (found, total) = rows::page(&mut connection, filter, page, cap).await?;
    Ok((found.into_iter().map(to_wire).collect(), total))
}

/// One entry.
pub async fn get(app: &App, id: &str) -> Result<Log, FlowError> {
    let row = rows::by_id(&mut app.store.read().await?, id).await?;
    Ok(to_wire(row.ok_or_else(|| unknown("log", id))?))
}

fn check_window(since: Option<Millis>, until: Option<Millis>) -> Result<(), Rejection> {
    match (since, until) {
        (Some(since), Some(until)) if since > until => {
            Err(reject(400, ErrorCode::LogInvalidTimeWindow))
        }
        _ => Ok(()),
    }
}

fn to_wire(row: LogRow) -> Log {
    Log {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        key: row.key,
        payload: row.payload.0,
        created_at: row.created_at,
    }
}
