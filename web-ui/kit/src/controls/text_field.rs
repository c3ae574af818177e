use super::dynamic;
use crate::password::limits;
use crate::phrases::{t, t_with};
use leptos::prelude::*;
use vestibule_shared::sign_in_experience::PasswordPolicy;

/// A line of text with its label above and its mistake below.
#[component]
pub fn TextField(
    /// `name` and `id` attribute.
    name: &'static str,
    /// The label.
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    error: RwSignal<Option<String>>,
    /// `type` attribute.
    #[prop(default = "text".into(), into)]
    kind: Signal<&'static str>,
    /// `autocomplete` attribute.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Drawn before the text.
    #[prop(optional_no_strip)]
    leading: Option<AnyView>,
    /// Drawn after the text.
    #[prop(optional_no_strip)]
    trailing: Option<AnyView>,
    /// Drawn below the field; what it says belongs to the field.
    #[prop(optional_no_strip)]
    hint: Option<AnyView>,
) -> impl IntoView {
    let id_of = |part| [name, part].concat();
    let (error_id, hint_id) = (id_of("-error"), id_of("-hint"));
    let described_by = {
        let hint = hint.as_ref().map(|_| hint_id.clone());
        let (error_id, hint) = (error_id.clone(), hint.unwrap_or_default());
        move || {
            let mistake = if error.with(Option::is_some) { error_id.as_str() } else { "" };
            let ids = [mistake, &hint].join(" ");
            Some(ids.trim().to_owned()).filter(|ids| !ids.is_empty())
        }
    };
    // Addresses and names are written from left to right inside of right-to-left pages too.
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <div class="field-box">
                {leading}
                <input id=name name=name type=kind autocomplete=autocomplete
                    autocapitalize="none" spellcheck="false" dir="auto"
                    aria-invalid=is_invalid(error)
                    aria-describedby=Signal::derive(described_by)
                    prop:value=value
                    on:input=move |event| {
                        value.set(event_target_value(&event));
                        error.set(None);
                    }
                />
                {trailing}
            </div>
            <p class="field-error" id=error_id aria-live="polite">{error}</p>
            {hint.map(|hint| view! { <div class="field-hint" id=hint_id>{hint}</div> })}
        </div>
    }
    .into_any()
}

/// For `aria-invalid`.
pub(super) fn is_invalid(error: RwSignal<Option<String>>) -> Signal<Option<&'static str>> {
    Signal::derive(move || error.with(Option::is_some).then_some("true"))
}

const EYE: &str = r#"<svg viewBox="0 0 24 24"><path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="3"/></svg>"#;
const EYE_CLOSED: &str = r#"<svg viewBox="0 0 24 24"><path d="M9.5 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.8 3.5M6.2 7.4A16 16 0 0 0 2.5 12s3.5 6.5 9.5 6.5a9 9 0 0 0 4.4-1.1M9.9 9.9a3 3 0 0 0 4.2 4.2M4 4l16 16"/></svg>"#;

/// A password with a button that shows it.
#[component]
pub fn PasswordField(
    /// `name` and `id` attribute.
    #[prop(default = "password")]
    name: &'static str,
    /// The label.
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    error: RwSignal<Option<String>>,
    /// `autocomplete` attribute.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    /// Whether the password is shown; given where two fields share one switch.
    #[prop(optional_no_strip)]
    shared_visible: Option<RwSignal<bool>>,
    /// Drawn below the field.
    #[prop(optional_no_strip)]
    hint: Option<AnyView>,
) -> impl IntoView {
    let visible = shared_visible.unwrap_or_else(|| RwSignal::new(false));
    let kind = Signal::derive(move || if visible.get() { "text" } else { "password" });
    let switch = shared_visible.is_none().then(|| {
        let icon = move || {
            let icon = if visible.get() { EYE_CLOSED } else { EYE };
            view! { <span class="icon" aria-hidden="true" inner_html=icon></span> }.into_any()
        };
        let label = Signal::derive(move || {
            let key = if visible.get() { "action.hide_password" } else { "action.show_password" };
            Some(t(key))
        });
        view! {
            <button type="button" name="toggle-password" class="field-button" aria-controls=name
                aria-label=label
                on:click=move |_| visible.update(|visible| *visible = !*visible)>
                {dynamic(icon)}
            </button>
        }
        .into_any()
    });
    view! { <TextField name label value error kind autocomplete trailing=switch hint/> }.into_any()
}

/// A new password with the rules it must follow.
#[component]
pub fn NewPasswordField(
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    error: RwSignal<Option<String>>,
    /// The rules.
    policy: PasswordPolicy,
    /// Whether the password is shown; given where two fields share one switch.
    #[prop(optional_no_strip)]
    shared_visible: Option<RwSignal<bool>>,
) -> impl IntoView {
    let label = t("input.new_password");
    let hint = password_hints(&policy);
    view! {
        <PasswordField name="newPassword" label value error autocomplete="new-password"
            shared_visible hint/>
    }
    .into_any()
}

/// The rules a person can follow while typing.
fn password_hints(policy: &PasswordPolicy) -> Option<AnyView> {
    let limits = limits(policy);
    let item = |key: &str, min: u32| {
        view! { <li>{t_with(key, &[("min", &min.to_string())])}</li> }
    };
    let length = (limits.min > limits.types).then(|| item("list.password_min_length", limits.min));
    let types = (limits.types > 1).then(|| item("list.password_character_types", limits.types));
    let any = length.is_some() || types.is_some();
    any.then(|| view! { <ul>{length}{types}</ul> }.into_any())
}
