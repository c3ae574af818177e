//! The prebuilt sign-in experience.
//!
//! The script in the page's head has asked for settings and phrases before this program was
//! loaded; `main` waits for both and shows the page that the address names.

mod app;
mod captcha;
mod flow;
mod interaction;
mod layout;
mod navigation;
mod pages;
mod refusal;
mod route;
mod second_factor;
mod terms;

use app::App;
use leptos::prelude::*;
use vestibule_kit::json::Json;
use vestibule_kit::settings::Settings;
use vestibule_kit::{browser, phrases, theme};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

fn main() {
    wasm_bindgen_futures::spawn_local(async {
        if start().await.is_none() {
            // The script in the head knows how to say so without phrases.
            let _ = call_head_script("fail", &JsValue::UNDEFINED);
        }
    });
}

/// Takes over what the head has fetched and puts the application into the page.
async fn start() -> Option<()> {
    let fetched = call_head_script("load", &JsValue::UNDEFINED)?;
    let fetched = JsFuture::from(fetched.unchecked_into::<js_sys::Promise>());
    let fetched: js_sys::Array = fetched.await.ok()?.dyn_into().ok()?;
    let settings: Settings = Settings::read(&Json::from_script(fetched.get(0)))?;
    let language = fetched.get(2).as_string().unwrap_or_else(|| "en".to_owned());
    phrases::install(fetched.get(1), language.clone());
    let dark = theme::install(&settings, &language);
    navigation::reload_when_restored();
    // One experience for the life of the page.
    let settings: &'static Settings = Box::leak(Box::new(settings));
    let boot = browser::document().get_element_by_id("boot");
    leptos::mount::mount_to_body(move || view! { <App settings dark/> });
    boot?.remove();
    Some(())
}

/// Calls one of the functions that the script in the head left for this program.
fn call_head_script(name: &str, argument: &JsValue) -> Option<JsValue> {
    let head = js_sys::Reflect::get(&browser::window(), &"vestibule".into()).ok()?;
    let function = js_sys::Reflect::get(&head, &name.into()).ok()?;
    function.dyn_ref::<js_sys::Function>()?.call1(&head, argument).ok()
}
