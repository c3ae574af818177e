//! Deletes what has had its time.

use crate::state::App;
use std::time::Duration;
use vestibule_store::{Durability, Millis, StoreError, janitor};

const PAUSE: Duration = Duration::from_secs(60);
/// Rows of a table that one transaction deletes.
const BATCH: i64 = 500;
const DAY: Millis = 24 * 60 * 60 * 1000;
/// How long ended codes and tokens are kept, so that a late second use is recognised.
const KEEP: Millis = 2 * 60 * 60 * 1000;

/// How long ended one-time tokens and the days of active users can be looked at.
const HISTORY: Millis = 90 * DAY;

/// Sweeps for ever.
pub async fn run(app: &App) {
    loop {
        tokio::time::sleep(PAUSE).await;
        loop {
            match sweep(app).await {
                Ok(0) => break,
                Ok(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(error) => {
                    tracing::warn!(%error, "ended rows could not be deleted");
                    break;
                }
            }
        }
    }
}

/// Sweeps once; how many rows went.
pub async fn sweep(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    app.store
        .write(Durability::Relaxed, async |connection| {
            let logs_before = now - Millis::from(app.settings.audit_log_days) * DAY;
            let logs = janitor::sweep_logs(connection, logs_before, BATCH).await?;
            let history = janitor::sweep_history(connection, now - HISTORY, BATCH).await?;
            Ok(logs + history + janitor::sweep(connection, now, KEEP, BATCH).await?)
        })
        .await
}
