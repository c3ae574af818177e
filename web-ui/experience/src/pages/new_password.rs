//! The new-password field with its state and checks.

use crate::app::shell;
use leptos::prelude::*;
use vestibule_kit::controls::{Checkbox, NewPasswordField, PasswordField};
use vestibule_kit::password::{self, Issue};
use vestibule_kit::phrases::t_with;
use vestibule_kit::t;
use vestibule_shared::experience::Identifier;
use vestibule_shared::sign_in_experience::PasswordPolicy;

/// What is typed as the new password.
#[derive(Clone, Copy)]
pub struct NewPasswordEntry {
    /// What is wrong with it.
    pub error: RwSignal<Option<String>>,
    value: RwSignal<String>,
    repeated: Option<Repeated>,
    whose: StoredValue<Option<Identifier>>,
    policy: &'static PasswordPolicy,
}

/// The second field: there where a typing mistake could not be mended by a reset.
#[derive(Clone, Copy)]
struct Repeated {
    value: RwSignal<String>,
    error: RwSignal<Option<String>>,
    visible: RwSignal<bool>,
}

impl NewPasswordEntry {
    /// An empty field; the password must not be made of the identifier.
    pub fn new(whose: Option<Identifier>) -> Self {
        let settings = shell().settings;
        let single = !settings.recovery_identifiers().is_empty();
        Self { repeated: (!single).then(Repeated::new), ..Self::single(whose) }
    }

    /// The same, but never with a second field.
    pub fn single(whose: Option<Identifier>) -> Self {
        Self {
            error: RwSignal::new(None),
            value: RwSignal::new(String::new()),
            repeated: None,
            whose: StoredValue::new(whose),
            policy: &shell().settings.password_policy,
        }
    }

    /// The field, or both.
    pub fn fields(self) -> AnyView {
        let Self { value, error, .. } = self;
        let policy = self.policy.clone();
        let shared_visible = self.repeated.map(|repeated| repeated.visible);
        view! {
            <NewPasswordField value error policy shared_visible/>
            {self.repeated.map(Repeated::field)}
        }
        .into_any()
    }

    /// What is sent; tells the person what is wrong with it otherwise.
    pub fn read(self, whose: Option<&Identifier>) -> Option<String> {
        let password = self.value.get_untracked();
        if password.is_empty() {
            self.error.set(Some(t("error.password_required")));
            return None;
        }
        let remembered = self.whose.get_value();
        let whose = whose.or(remembered.as_ref());
        if let Some(issue) = password::check(&password, self.policy, whose).first() {
            self.error.set(Some(issue_message(*issue)));
            return None;
        }
        if let Some(repeated) = self.repeated
            && repeated.value.get_untracked() != password
        {
            repeated.error.set(Some(t("error.passwords_differ")));
            return None;
        }
        Some(password)
    }
}

impl Repeated {
    fn new() -> Self {
        Self {
            value: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            visible: RwSignal::new(false),
        }
    }

    fn field(self) -> AnyView {
        let Self { value, error, visible } = self;
        let shared_visible = Some(visible);
        view! {
            <PasswordField name="confirmPassword" label=t("input.confirm_password") value error
                autocomplete="new-password" shared_visible/>
            <Checkbox name="toggle-password" checked=visible>{t("action.show_password")}</Checkbox>
        }
        .into_any()
    }
}

fn issue_message(issue: Issue) -> String {
    let figure = |key, name, figure: u32| t_with(key, &[(name, &figure.to_string())]);
    match issue {
        Issue::TooShort(min) => figure("error.password_rejected.too_short", "min", min),
        Issue::TooLong(max) => figure("error.password_rejected.too_long", "max", max),
        Issue::CharacterTypes(min) => figure("error.password_rejected.character_types", "min", min),
        Issue::UnsupportedCharacters => t("error.password_rejected.unsupported_characters"),
        Issue::Repetition => t("error.password_rejected.restricted.repetition"),
        Issue::Sequence => t("error.password_rejected.restricted.sequence"),
        Issue::UserInfo => t("error.password_rejected.restricted.user_info"),
        Issue::Words => t("error.password_rejected.restricted.words"),
    }
}
