//! Applies the look of a sign-in experience to the page.

use crate::browser::{self, document};
use crate::color::{Rgb, WHITE, brand_properties};
use crate::language::is_right_to_left;
use crate::settings::Settings;
use leptos::prelude::{RwSignal, Set};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// What the form stands on in the dark; the style sheet's `--color-surface` says the same.
const DARK_SURFACE: Rgb = Rgb(0x16, 0x19, 0x20);

/// Brand colour of an installation whose settings hold nonsense.
const DEFAULT_BRAND: Rgb = Rgb(0x61, 0x39, 0xf6);

const PREFERS_DARK: &str = "(prefers-color-scheme: dark)";
const NARROW: &str = "(max-width: 640px)";

/// Sets language, direction, theme, colours, icon and own style sheet, and follows the system
/// when it turns dark or light. The signal tells whether the dark theme is shown.
pub fn install(settings: &Settings, language: &str) -> RwSignal<bool> {
    let root = document().document_element();
    let direction = if is_right_to_left(language) { "rtl" } else { "ltr" };
    if let Some(root) = &root {
        let _ = root.set_attribute("lang", language);
        let _ = root.set_attribute("dir", direction);
    }
    remember_look(settings, language, direction);
    let dark = RwSignal::new(wants_dark(settings));
    apply(settings, wants_dark(settings));
    if let Some(css) = settings.custom_css.as_deref() {
        add_style_sheet(css);
    }
    follow_system(settings.clone(), dark);
    dark
}

/// Kept for the script in the page's head, which runs long before this code is there.
fn remember_look(settings: &Settings, language: &str, direction: &str) {
    let dark = if settings.color.is_dark_mode_enabled { "auto" } else { "light" };
    browser::remember_across_visits("vestibule:look", &[dark, language, direction].join(" "));
}

fn wants_dark(settings: &Settings) -> bool {
    settings.color.is_dark_mode_enabled && browser::media_matches(PREFERS_DARK)
}

fn apply(settings: &Settings, dark: bool) {
    let (name, other) = if dark { ("dark", "light") } else { ("light", "dark") };
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", name);
    }
    if let Some(body) = document().body() {
        let width = if browser::media_matches(NARROW) { "mobile" } else { "desktop" };
        let _ = body.class_list().remove_3(other, "mobile", "desktop");
        let _ = body.class_list().add_2(name, width);
        set_colors(settings, dark, &body);
    }
    if let Some(address) = settings.favicon(dark) {
        set_icon("icon", address);
        set_icon("apple-touch-icon", address);
    }
}

fn set_colors(settings: &Settings, dark: bool, body: &HtmlElement) {
    let color = &settings.color;
    let light_base = || Rgb::parse(&color.primary_color).unwrap_or(DEFAULT_BRAND);
    let (base, surface) = if dark {
        let base = Rgb::parse(&color.dark_primary_color);
        (base.unwrap_or_else(|| light_base().lighter(10)), DARK_SURFACE)
    } else {
        (light_base(), WHITE)
    };
    for (name, value) in brand_properties(base, dark, surface) {
        let _ = body.style().set_property(name, &value);
    }
}

fn set_icon(relation: &str, address: &str) {
    let selector = ["link[rel=", relation, "]"].concat();
    let link = match document().query_selector(&selector) {
        Ok(Some(link)) => link,
        _ => {
            let (Ok(link), Some(head)) = (document().create_element("link"), document().head())
            else {
                return;
            };
            let _ = link.set_attribute("rel", relation);
            let _ = head.append_child(&link);
            link
        }
    };
    // The type of the default icon does not hold for another one.
    let _ = link.remove_attribute("type");
    let _ = link.set_attribute("href", address);
}

/// The content security policy lets a style sheet in that carries the nonce of the page.
fn add_style_sheet(css: &str) {
    let nonce = document()
        .query_selector("script[nonce]")
        .ok()
        .flatten()
        .and_then(|script| js_sys::Reflect::get(&script, &"nonce".into()).ok())
        .unwrap_or(JsValue::UNDEFINED);
    let (Ok(style), Some(head)) = (document().create_element("style"), document().head()) else {
        return;
    };
    let _ = js_sys::Reflect::set(&style, &"nonce".into(), &nonce);
    style.set_text_content(Some(css));
    let _ = head.append_child(&style);
}

fn follow_system(settings: Settings, dark: RwSignal<bool>) {
    let on_change = Closure::<dyn FnMut()>::new(move || {
        let wanted = wants_dark(&settings);
        apply(&settings, wanted);
        dark.set(wanted);
    });
    for query in [PREFERS_DARK, NARROW] {
        if let Ok(Some(list)) = browser::window().match_media(query) {
            list.set_onchange(Some(on_change.as_ref().unchecked_ref()));
        }
    }
    on_change.forget();
}
