//! The identifier field with its state and checks.

use crate::app::shell;
use crate::flow::Flow;
use leptos::prelude::*;
use vestibule_kit::calling_codes::calling_code;
use vestibule_kit::controls::IdentifierField;
use vestibule_kit::identifier::{Problem, check, detect, display, wire_value};
use vestibule_kit::phrases::{language, t_with};
use vestibule_kit::{browser, language, t};
use vestibule_shared::experience::{Identifier, IdentifierType};
use vestibule_shared::sign_in_experience::UsernamePolicy;

/// What is typed into the identifier field.
#[derive(Clone, Copy)]
pub struct IdentifierEntry {
    /// What is wrong with it.
    pub error: RwSignal<Option<String>>,
    value: RwSignal<String>,
    kind: RwSignal<Option<IdentifierType>>,
    country: RwSignal<String>,
    enabled: StoredValue<Vec<IdentifierType>>,
    new_username: Option<&'static UsernamePolicy>,
}

impl IdentifierEntry {
    /// A field for these kinds, filled with what the application or an earlier page knows.
    pub fn new(enabled: Vec<IdentifierType>) -> Self {
        let remembered = || Flow::recall().identifier;
        let fitting = |identifier: Identifier| {
            enabled.contains(&identifier.kind).then(|| display(&identifier))
        };
        let typed = browser::query_parameter("login_hint")
            .or_else(|| remembered().and_then(fitting))
            .unwrap_or_default();
        let known = |country: &str| calling_code(country).is_some();
        Self {
            error: RwSignal::new(None),
            kind: RwSignal::new(detect(&typed, &enabled, None)),
            value: RwSignal::new(typed),
            country: RwSignal::new(language::country_of(&preferred_language(), known)),
            enabled: StoredValue::new(enabled),
            new_username: None,
        }
    }

    /// A field for a name that nobody has yet.
    pub fn for_new_account(enabled: Vec<IdentifierType>) -> Self {
        let policy = &shell().settings.username_policy;
        Self { new_username: Some(policy), ..Self::new(enabled) }
    }

    /// Which kind of identifier is being typed.
    pub fn kind(self) -> Option<IdentifierType> {
        self.kind.get_untracked()
    }

    /// The field.
    pub fn field(self) -> AnyView {
        let Self { value, kind, country, error, .. } = self;
        let enabled = self.enabled.get_value();
        view! { <IdentifierField enabled value kind country error/> }.into_any()
    }

    /// What is sent; tells the person what is wrong with it otherwise.
    pub fn read(self) -> Option<Identifier> {
        let typed = self.value.get_untracked();
        let Some(kind) = self.kind() else {
            self.error.set(Some(t(self.missing_key())));
            return None;
        };
        if let Err(problem) = check(kind, &typed, self.new_username) {
            self.error.set(Some(self.problem_message(problem)));
            return None;
        }
        Some(wire_value(kind, &typed, &self.country.get_untracked()))
    }

    fn missing_key(self) -> &'static str {
        match self.enabled.get_value().as_slice() {
            [IdentifierType::Username] => "error.username_required",
            [IdentifierType::Email] => "error.email_required",
            [IdentifierType::Phone] => "error.phone_required",
            _ => "error.identifier_required",
        }
    }

    fn problem_message(self, problem: Problem) -> String {
        let length = |key, name, length: u32| t_with(key, &[(name, &length.to_string())]);
        match problem {
            Problem::Missing => t(self.missing_key()),
            Problem::Email => t("error.email_invalid"),
            Problem::Phone => t("error.phone_invalid"),
            Problem::StartsWithNumber => t("error.username_starts_with_number"),
            Problem::Characters => t("error.username_characters"),
            Problem::TooShort(min) => length("error.username_too_short", "min", min),
            Problem::TooLong(max) => length("error.username_too_long", "max", max),
        }
    }
}

/// The browser's language if it is one of the page's with a region, else the page's.
fn preferred_language() -> String {
    let page = language();
    let browser = browser::window().navigator().language().unwrap_or_default();
    let same = browser.split('-').next() == page.split('-').next();
    if same { browser } else { page }
}
