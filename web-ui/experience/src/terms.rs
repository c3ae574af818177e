//! Terms of use and privacy policy: when they are shown, and when a person must agree.

use crate::app::{Shell, shell};
use leptos::prelude::*;
use vestibule_kit::controls::{Checkbox, Question};
use vestibule_kit::phrases::around;
use vestibule_kit::settings::Settings;
use vestibule_kit::t;
use vestibule_shared::sign_in_experience::AgreeToTermsPolicy;

/// Where the question comes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A form to sign in.
    SignIn,
    /// A form to create an account.
    Register,
    /// An account is created after all, by somebody who wanted to sign in.
    RegisterAfterAll,
}

/// Whether the person must say that they agree.
fn must_agree(settings: &Settings, place: Place) -> bool {
    let asked = match (settings.agree_to_terms_policy, place) {
        (AgreeToTermsPolicy::Automatic, _) => false,
        (AgreeToTermsPolicy::ManualRegistrationOnly, place) => place != Place::SignIn,
        // Who wanted to sign in has agreed on the form before.
        (AgreeToTermsPolicy::Manual, place) => place != Place::RegisterAfterAll,
    };
    asked && settings.has_terms()
}

impl Shell {
    /// Asks for agreement where it is needed and was not given; false ends the step.
    pub async fn agrees(self, place: Place) -> bool {
        if !must_agree(self.settings, place) || self.agreed.get_untracked() {
            return true;
        }
        let body = view! { <p>{sentence(self.settings, "description.agree_question")}</p> };
        let question = Question {
            body: body.into_any(),
            confirm: t("action.agree"),
            cancel: Some(t("action.cancel")),
        };
        let agreed = self.dialogs.ask(question).await;
        self.agreed.set(agreed);
        agreed
    }
}

/// The box to tick, where it is needed.
#[component]
pub fn TermsBox(
    /// Where it stands.
    place: Place,
) -> impl IntoView {
    let Shell { settings, agreed, .. } = shell();
    must_agree(settings, place)
        .then(|| {
            view! {
                <Checkbox name="termsAgreement" checked=agreed>
                    {sentence(settings, "description.agree_box")}
                </Checkbox>
            }
        })
        .into_any()
}

/// The links below a form that needs no box.
#[component]
pub fn TermsNotice(
    /// Where it stands.
    place: Place,
) -> impl IntoView {
    let settings = shell().settings;
    (settings.has_terms() && !must_agree(settings, place))
        .then(|| {
            view! { <p class="terms">{sentence(settings, "description.agree_footer")}</p> }
        })
        .into_any()
}

/// A phrase with links to what there is.
fn sentence(settings: &'static Settings, key: &str) -> AnyView {
    let link = |address: &'static Option<String>, key: &str| {
        let address = address.as_deref()?;
        let label = t(key);
        let link =
            view! { <a class="link" href=address target="_blank" rel="noopener">{label}</a> };
        Some(link.into_any())
    };
    let terms = link(&settings.terms_of_use_url, "description.terms_of_use");
    let privacy = link(&settings.privacy_policy_url, "description.privacy_policy");
    let links = match (terms, privacy) {
        (Some(terms), Some(privacy)) => {
            let both = t("description.and");
            let (before, rest) = around(&both, "first");
            let (between, after) = around(&rest, "second");
            view! { {before}{terms}{between}{privacy}{after} }.into_any()
        }
        (terms, privacy) => view! { {terms}{privacy} }.into_any(),
    };
    let (before, after) = around(&t(key), "links");
    view! { {before}{links}{after} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: &str = r##"{
        "color": {"primaryColor": "#000", "isDarkModeEnabled": false, "darkPrimaryColor": "#fff"},
        "branding": {}, "hideLogtoBranding": false,
        "termsOfUseUrl": "https://example.com/terms", "agreeToTermsPolicy": "POLICY",
        "signIn": {"methods": []}, "signInMode": "SignIn",
        "signUp": {"identifiers": [], "password": false, "verify": false},
        "passwordPolicy": {}, "forgotPassword": {"email": false, "phone": false},
        "usernamePolicy": {"caseSensitive": true, "minLength": 1, "maxLength": 128,
            "allowedChars": {"lowercase": true, "uppercase": true, "numbers": true, "underscore": true}}
    }"##;

    fn settings(text: &str) -> Settings {
        Settings::read(&vestibule_kit::json::Json::parse(text).unwrap()).unwrap()
    }

    /// Sign in, register, register after all.
    fn asked(policy: &str) -> [bool; 3] {
        let settings = settings(&TERMS.replace("POLICY", policy));
        [Place::SignIn, Place::Register, Place::RegisterAfterAll]
            .map(|place| must_agree(&settings, place))
    }

    #[test]
    fn policies_ask_at_their_places() {
        assert_eq!(asked("Automatic"), [false, false, false]);
        assert_eq!(asked("ManualRegistrationOnly"), [false, true, true]);
        assert_eq!(asked("Manual"), [true, true, false]);
    }

    #[test]
    fn without_terms_nobody_is_asked() {
        let text = TERMS.replace("POLICY", "Manual").replace("https://example.com/terms", "");
        let settings = settings(&text);
        assert!(!must_agree(&settings, Place::SignIn));
    }
}
