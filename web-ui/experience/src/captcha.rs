//! Where the settings ask for it, a captcha service says that a person is at work.

use crate::app::Shell;
use crate::{call_head_script, interaction};
use js_sys::Promise;
use vestibule_kit::api::{Answer, Failure};
use vestibule_kit::t;
use vestibule_shared::experience::InteractionEvent;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

impl Shell {
    /// Begins a new interaction, with a captcha if one is asked for.
    pub async fn start(self, event: InteractionEvent) -> Answer<()> {
        let token = if self.settings.asks_captcha { Some(token().await?) } else { None };
        interaction::start(event, token).await
    }
}

/// The widgets are scripts of others; what loads them is a script too, which nobody else pays for.
async fn token() -> Answer<String> {
    let hint = t("description.captcha").into();
    let asked = call_head_script("captcha", &hint).ok_or(Failure::NoCaptcha)?;
    let answered = JsFuture::from(asked.unchecked_into::<Promise>()).await;
    answered.ok().and_then(|token| token.as_string()).ok_or(Failure::NoCaptcha)
}
