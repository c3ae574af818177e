//! What time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use vestibule_store::Millis;

/// The time, handed to everything that asks for it. Tests move it; the server never does.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// Epoch milliseconds.
    pub fn now(&self) -> Millis {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        now.saturating_add(self.offset.load(Ordering::Relaxed))
    }

    /// Epoch seconds.
    pub fn now_seconds(&self) -> i64 {
        self.now() / 1000
    }

    /// Moves the time forward for everybody who holds this clock.
    pub fn advance(&self, by: std::time::Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.offset.fetch_add(by, Ordering::Relaxed);
    }
}
