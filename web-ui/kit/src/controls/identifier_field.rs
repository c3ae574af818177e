use super::text_field::TextField;
use super::{dynamic, nothing};
use crate::calling_codes::{self, calling_code};
use crate::identifier::{detect, international};
use crate::phrases::{language, t};
use js_sys::{Array, JsString};
use leptos::prelude::*;
use vestibule_shared::experience::IdentifierType;
use wasm_bindgen::{JsCast, JsValue};

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
    let leading = Some(dynamic(move || match kind.get() {
        Some(Phone) => view! { <CallingCode country/> }.into_any(),
        _ => nothing(),
    }));
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
                prop:value=country
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
    let named: js_sys::Array = calling_codes::all()
        .map(|(country, _)| {
            let name = names.as_ref().and_then(|names| names.of(country)).map(String::from);
            JsValue::from([name.as_deref().unwrap_or(country), country].join("\n"))
        })
        .collect();
    let locales = Array::of1(&locale.into());
    let options = js_sys::Object::new();
    // The browser knows the order of every alphabet.
    let sorted = named.sort_by(&mut |one, two| {
        let other = two.as_string().unwrap_or_default();
        JsString::from(one).locale_compare(&other, &locales, &options)
    });
    sorted
        .iter()
        .filter_map(|entry| {
            let entry = entry.as_string()?;
            let (name, country) = entry.split_once('\n')?;
            let (country, code) = calling_codes::all().find(|(known, _)| *known == country)?;
            Some((name.to_owned(), country, code))
        })
        .collect()
}

fn display_names(locale: &str) -> Option<js_sys::Intl::DisplayNames> {
    let locales = Array::of1(&locale.into());
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"type".into(), &"region".into()).ok()?;
    Some(js_sys::Intl::DisplayNames::new(&locales, options.unchecked_ref()))
}
