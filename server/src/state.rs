//! What a running server holds.

use crate::assets::Assets;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::config::Settings;
use crate::secrets::Secrets;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc};
use vestibule_connectors::outbound::Outbound;
use vestibule_passwords::breached::BreachedPasswords;
use vestibule_passwords::pool::HashPool;
use vestibule_store::Store;
use vestibule_store::audit::LogRow;

/// Everything a request may need. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// See the fields.
pub struct Parts {
    /// Settings of this process.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// Keys that never leave this process.
    pub secrets: Secrets,
    /// The database.
    pub store: Store,
    /// Rows that are read often and change seldom.
    pub catalog: Catalog,
    /// Checks and makes password digests.
    pub passwords: HashPool,
    /// Passwords that are known from breaches.
    pub breached: BreachedPasswords,
    /// Files that were uploaded.
    pub assets: Assets,
    /// Calls to others.
    pub outbound: Outbound,
    /// Rings when a message was written.
    pub new_message: Notify,
    /// Rings when an event was written for receivers of webhooks.
    pub new_delivery: Notify,
    /// Takes audit entries to the writer.
    pub audit: mpsc::Sender<LogRow>,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
