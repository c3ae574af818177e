//! What a tab remembers of the sign-in under way, so that a reload loses nothing.
//!
//! The server holds the truth; this is only what the pages need to show and to name it.

use crate::route::CodeFlow;
use serde::{Deserialize, Serialize};
use vestibule_kit::browser;
use vestibule_shared::experience::{Identifier, InteractionEvent};

const KEY: &str = "vestibule:flow";

/// What is remembered.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Flow {
    /// Who is signing in or registering.
    #[serde(default)]
    pub identifier: Option<Identifier>,
    /// The code that was sent last.
    #[serde(default)]
    pub code: Option<SentCode>,
    /// What the person came to do; later pages go on with it.
    #[serde(default)]
    pub event: Option<InteractionEvent>,
}

/// A code on its way to the person.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SentCode {
    /// What it is for.
    pub flow: CodeFlow,
    /// To whom it was sent.
    pub identifier: Identifier,
    /// The server's name for it.
    pub verification_id: String,
    /// Milliseconds since the epoch.
    pub sent_at: f64,
}

impl Flow {
    /// What the tab remembers.
    pub fn recall() -> Self {
        browser::recall(KEY)
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Changes what the tab remembers.
    pub fn update(change: impl FnOnce(&mut Self)) {
        let mut flow = Self::recall();
        change(&mut flow);
        if let Ok(text) = serde_json::to_string(&flow) {
            browser::remember(KEY, &text);
        }
    }

    /// Nothing is under way any more.
    pub fn forget() {
        browser::forget(KEY);
    }
}
