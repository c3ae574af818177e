use super::text_field::TextField;
use crate::calling_codes::{self, calling_code};
use crate::identifier::{detect, international};
use crate::phrases::{language, t};
use js_sys::{Array, JsString};
use leptos::prelude::*;
use vestibule_shared::experience::IdentifierType;
use wasm_bindgen::JsCast;

/// One field for every kind of identifier that is enabled. A phone number brings a choice of
/// calling codes with it.
#[component]
pub fn IdentifierField(
    /// The enabled kinds.
    enabled: Vec<IdentifierType>,
    /// What is typed, without calling code.
    value: RwSignal<String>,
    /// Which kind it is.
    kind: RwSignal<Option<IdentifierType>>,
    /// Country of the calling code, as in ISO 3166.
    country: RwSignal<String>,
    /// What is wrong with it.
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    use IdentifierType::{Email, Phone};
    let label = t(label_key(&enabled));
    let (input_type, autocomplete) = match enabled.as_slice() {
        [Email] => ("email", "email"),
        [Phone] => ("tel", "tel-national"),
        _ => ("text", "username"),
    };
    Effect::new(move || {
        let typed = value.get();
        if enabled.contains(&Phone)
            && let Some((found, rest)) = international(&typed)
        {
            country.set(found.to_owned());
            value.set(rest);
        }
        let found = detect(&typed, &enabled, kind.get_untracked());
        if found != kind.get_untracked() {
            kind.set(found);
        }
    });
    let select = move || {
        let is_phone = kind.get() == Some(Phone);
        is_phone.then(|| view! { <CallingCode country/> })
    };
    let leading = Some(select.into_any());
    view! { <TextField name="identifier" label value error kind=input_type autocomplete leading/> }
        .into_any()
}

/// The label that names all enabled kinds.
fn label_key(enabled: &[IdentifierType]) -> &'static str {
    use IdentifierType::{Email, Phone, Username};
    let has = |kind| enabled.contains(&kind);
    match (has(Email), has(Phone), has(Username)) {
        (true, true, true) => "input.email_phone_or_username",
        (true, true, false) => "input.email_or_phone",
        (true, false, true) => "input.email_or_username",
        (true, false, false) => "input.email",
        (false, true, true) => "input.phone_or_username",
        (false, true, false) => "input.phone",
        (false, false, _) => "input.username",
    }
}

#[component]
fn CallingCode(country: RwSignal<String>) -> impl IntoView {
    let shown =
        move || country.with(|country| ["+", calling_code(country).unwrap_or_default()].concat());
    let options = named_countries()
        .into_iter()
        .map(|(name, country, code)| {
            view! { <option value=country>{[&name, " +", code].concat()}</option> }
        })
        .collect_view();
    view! {
        <span class="calling-code">
            <span aria-hidden="true" dir="ltr">{shown}</span>
            <select name="country" aria-label=t("input.country_code") autocomplete="off"
                prop:value=move || country.get()
                on:change=move |event| country.set(event_target_value(&event))>
                {options}
            </select>
        </span>
    }
    .into_any()
}

/// Name in the person's language, ISO 3166 spelling and calling code, in order of the names.
fn named_countries() -> Vec<(String, &'static str, &'static str)> {
    let locale = language();
    let names = display_names(&locale);
    let mut countries: Vec<_> = calling_codes::all()
        .map(|(country, code)| {
            let name = names.as_ref().and_then(|names| names.of(country));
            (name.map_or_else(|| country.to_owned(), String::from), country, code)
        })
        .collect();
    let locales = Array::of1(&locale.into());
    countries.sort_by(|(one, ..), (two, ..)| {
        let order =
            JsString::from(one.as_str()).locale_compare(two, &locales, &js_sys::Object::new());
        order.cmp(&0)
    });
    countries
}

fn display_names(locale: &str) -> Option<js_sys::Intl::DisplayNames> {
    let locales = Array::of1(&locale.into());
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"type".into(), &"region".into()).ok()?;
    Some(js_sys::Intl::DisplayNames::new(&locales, options.unchecked_ref()))
}
