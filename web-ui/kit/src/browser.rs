//! The few things of the browser that pages ask for, without the `Option`s that cannot be empty
//! inside of a page.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, Storage, Window};

/// The window of the page.
///
/// # Panics
/// Outside of a page, where none of this code runs.
pub fn window() -> Window {
    #[expect(clippy::expect_used, reason = "a page without a window does not exist")]
    web_sys::window().expect("runs in a page")
}

/// The document of the page.
///
/// # Panics
/// Outside of a page.
pub fn document() -> Document {
    #[expect(clippy::expect_used, reason = "a window without a document does not exist")]
    window().document().expect("runs in a page")
}

/// Storage that lives as long as the tab; none where the browser forbids it.
fn tab_storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Reads a value that [`remember`] kept for this tab.
pub fn recall(key: &str) -> Option<String> {
    tab_storage()?.get_item(key).ok()?.filter(|value| !value.is_empty())
}

/// Keeps a value for this tab; a reload does not lose it, another tab does not see it.
pub fn remember(key: &str, value: &str) {
    if let Some(storage) = tab_storage() {
        // Full or forbidden storage only costs the memory of a reload.
        let _ = storage.set_item(key, value);
    }
}

/// Drops a value that [`remember`] kept.
pub fn forget(key: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.remove_item(key);
    }
}

/// Keeps a value for later visits, so that the next page load looks right from its first frame.
pub fn remember_across_visits(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// The path of `<base href>`: where the application is mounted, with a slash at both ends.
pub fn base_path() -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new(&base).map_or_else(|_| "/".to_owned(), |url| url.pathname())
}

/// A parameter of the page's query.
pub fn query_parameter(name: &str) -> Option<String> {
    let query = window().location().search().ok()?;
    let value = web_sys::UrlSearchParams::new_with_str(&query).ok()?.get(name)?;
    Some(value).filter(|value| !value.is_empty())
}

/// Leaves the page for another address, so that "back" does not return to it.
pub fn leave_for(address: &str) {
    // Fails only for an address that cannot be parsed; the server does not send such.
    let _ = window().location().replace(address);
}

/// Whether this tab has shown another page before.
pub fn has_page_before() -> bool {
    window().history().is_ok_and(|history| history.length().is_ok_and(|length| length > 1))
}

/// Shows the page before.
pub fn go_back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

/// Runs once the browser has drawn what has changed.
pub fn after_render(run: impl FnOnce() + 'static) {
    let callback = wasm_bindgen::closure::Closure::once_into_js(run);
    // Without frames (a hidden tab) nothing needs the focus either.
    let _ = window().request_animation_frame(callback.unchecked_ref());
}

/// Moves the focus to the first element that matches, if there is one.
pub fn focus_now(selectors: &str) -> bool {
    let found: Option<Element> = document().query_selector(selectors).ok().flatten();
    found
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// Moves the focus to the first field with a mistake.
pub fn focus_first_invalid() {
    after_render(|| {
        focus_now("[aria-invalid=true]");
    });
}

/// Whether the browser lets this page put texts into the clipboard: not without TLS.
pub fn can_copy() -> bool {
    window().is_secure_context()
}

/// Puts a text into the clipboard; false if the browser or the person does not want that.
pub async fn copy(text: &str) -> bool {
    let written = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
}

/// The text of a thrown value's `name`, such as `TimeoutError`.
pub fn exception_name(thrown: &JsValue) -> String {
    js_sys::Reflect::get(thrown, &"name".into())
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}

/// Whether a media query matches now.
pub fn media_matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}
