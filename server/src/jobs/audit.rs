//! Writes audit entries, many at once.

use crate::state::App;
use tokio::sync::mpsc;
use vestibule_store::audit::{self, LogRow};
use vestibule_store::{Durability, StoreError};

const BATCH: usize = 200;

/// Writes for ever.
pub async fn run(app: &App, entries: &mut mpsc::Receiver<LogRow>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        write(app, &mut batch).await;
    }
}

/// Writes what is left when the server stops.
pub async fn drain(app: &App, entries: &mut mpsc::Receiver<LogRow>) {
    let mut batch = Vec::new();
    while let Ok(entry) = entries.try_recv() {
        batch.push(entry);
    }
    if !batch.is_empty() {
        write(app, &mut batch).await;
    }
}

async fn write(app: &App, batch: &mut Vec<LogRow>) {
    let written = app
        .store
        .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
            audit::insert(connection, batch).await
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(%error, lost = batch.len(), "audit entries could not be written");
    }
    batch.clear();
}
