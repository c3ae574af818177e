//! Moves between pages over the browser's history.

use crate::route::Route;
use vestibule_kit::browser;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// The page that the address bar names.
pub fn current() -> Route {
    let path = browser::window().location().pathname().unwrap_or_default();
    Route::parse(&path, &browser::base_path())
}

/// Address of a page relative to the base path. The application's id stays in the query, so
/// that a reload, a copied address and a second tab know whose sign-in it is.
pub fn address(route: Route) -> String {
    let Some(client) = browser::recall("app_id") else {
        return route.path().to_owned();
    };
    let client = String::from(js_sys::encode_uri_component(&client));
    [route.path(), "?app_id=", &client].concat()
}

/// Adds a page to the history.
pub fn push(route: Route) {
    if let Ok(history) = browser::window().history() {
        let address = address(route);
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Puts a page in the place of the current one.
pub fn replace(route: Route) {
    replace_address(&address(route));
}

/// Changes the address of the current page.
pub fn replace_address(address: &str) {
    if let Ok(history) = browser::window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Shows the pages that "back" and "forward" lead to.
pub fn follow_history(show: impl Fn(Route) + 'static) {
    let on_change = Closure::<dyn FnMut()>::new(move || show(current()));
    browser::window().set_onpopstate(Some(on_change.as_ref().unchecked_ref()));
    on_change.forget();
}

/// A page that the browser kept in memory shows a request that will never end: load it anew.
pub fn reload_when_restored() {
    let on_show = Closure::<dyn FnMut(_)>::new(|event: web_sys::PageTransitionEvent| {
        if event.persisted() {
            let _ = browser::window().location().reload();
        }
    });
    browser::window().set_onpageshow(Some(on_show.as_ref().unchecked_ref()));
    on_show.forget();
}
