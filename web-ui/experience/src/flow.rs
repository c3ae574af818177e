//! What a tab remembers of the sign-in under way, so that a reload loses nothing.
//!
//! The server holds the truth; this is only what the pages need to show and to name it.

use crate::route::CodeFlow;
use serde::Serialize;
use vestibule_kit::json::Json;
use vestibule_kit::{browser, wire};
use vestibule_shared::experience::{Identifier, InteractionEvent, MfaMissing, MfaRequired};

const KEY: &str = "vestibule:flow";

/// What is remembered.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Flow {
    /// Who is signing in or registering.
    pub identifier: Option<Identifier>,
    /// The code that was sent last.
    pub code: Option<SentCode>,
    /// What the person came to do; later pages go on with it.
    pub event: Option<InteractionEvent>,
    /// The second factors by which the person can go on.
    pub required: Option<MfaRequired>,
    /// The second factors that the person can add.
    pub missing: Option<MfaMissing>,
}

/// A code on its way to the person.
#[derive(Clone, Debug, Serialize)]
pub struct SentCode {
    /// What it is for.
    pub flow: CodeFlow,
    /// To whom it was sent; masked where it is the account's own address.
    pub identifier: Identifier,
    /// The server's name for it.
    pub verification_id: String,
    /// Milliseconds since the epoch.
    pub sent_at: u64,
}

impl Flow {
    /// What the tab remembers.
    pub fn recall() -> Self {
        let Some(json) = browser::recall(KEY).and_then(|text| Json::parse(&text)) else {
            return Self::default();
        };
        Self {
            identifier: wire::identifier(&json.get("identifier")),
            code: SentCode::read(&json.get("code")),
            event: wire::interaction_event(&json.get("event")),
            required: wire::mfa_required(&json.get("required")),
            missing: wire::mfa_missing(&json.get("missing")),
        }
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

impl SentCode {
    fn read(json: &Json) -> Option<Self> {
        Some(Self {
            flow: CodeFlow::named(&json.text_at("flow")?)?,
            identifier: wire::identifier(&json.get("identifier"))?,
            verification_id: json.text_at("verification_id")?,
            sent_at: json.get("sent_at").number()?,
        })
    }
}
