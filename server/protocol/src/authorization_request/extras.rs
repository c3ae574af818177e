//! Parameters of our own, which choose the sign-in page.

use super::Parameters;
use crate::error::OAuthError;
use crate::secret_text::SecretText;
use serde::{Deserialize, Serialize};

/// The page that a person sees first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum FirstScreen {
    /// Sign in.
    #[serde(rename = "sign_in")]
    SignIn,
    /// Make an account.
    #[serde(rename = "register")]
    Register,
    /// Reset a forgotten password.
    #[serde(rename = "reset_password")]
    ResetPassword,
    /// Sign in with one of the kinds of identifier that `identifier` lists.
    #[serde(rename = "identifier:sign_in")]
    IdentifierSignIn,
    /// Make an account with one of them.
    #[serde(rename = "identifier:register")]
    IdentifierRegister,
    /// Enterprise single sign-on.
    #[serde(rename = "single_sign_on")]
    SingleSignOn,
}

/// The older way to choose the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum InteractionMode {
    /// Sign in.
    #[serde(rename = "signIn")]
    SignIn,
    /// Make an account.
    #[serde(rename = "signUp")]
    SignUp,
}

/// What a direct sign-in goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectMethod {
    /// A social connector.
    Social,
    /// An enterprise connector.
    Sso,
}

/// A sign-in that skips the first page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct DirectSignIn {
    /// What it goes through.
    pub method: DirectMethod,
    /// Target of the social connector, or id of the enterprise connector: safe in a path.
    pub target: String,
}

/// Parameters that choose the sign-in page. If one is invalid, all are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Extras {
    /// The page that comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_screen: Option<FirstScreen>,
    /// The same, as older clients say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction_mode: Option<InteractionMode>,
    /// Skips the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_sign_in: Option<DirectSignIn>,
    /// Whose branding is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Who probably signs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// Language tags, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
    /// Kinds of identifier, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Signs in the person that `login_hint` names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_time_token: Option<SecretText>,
    /// Signs in with Google.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub google_one_tap_credential: Option<SecretText>,
}

impl FirstScreen {
    const ALL: [(Self, &str); 6] = [
        (Self::SignIn, "sign_in"),
        (Self::Register, "register"),
        (Self::ResetPassword, "reset_password"),
        (Self::IdentifierSignIn, "identifier:sign_in"),
        (Self::IdentifierRegister, "identifier:register"),
        (Self::SingleSignOn, "single_sign_on"),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(screen, _)| screen)
    }
}

impl InteractionMode {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "signIn" => Some(Self::SignIn),
            "signUp" => Some(Self::SignUp),
            _ => None,
        }
    }
}

impl DirectSignIn {
    fn parse(text: &str) -> Option<Self> {
        let (method, target) = text.split_once(':')?;
        let method = match method {
            "social" => DirectMethod::Social,
            "sso" => DirectMethod::Sso,
            _ => return None,
        };
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_safe =
            target.starts_with(|c: char| c.is_ascii_alphanumeric()) && target.chars().all(allowed);
        is_safe.then(|| Self { method, target: target.to_owned() })
    }
}

impl Extras {
    pub(super) fn read(parameters: &Parameters) -> Result<Self, OAuthError> {
        let text = |name| parameters.one(name).map(|value| value.map(str::to_owned));
        let first_screen = parameters.one("first_screen")?.map(FirstScreen::parse);
        let interaction_mode = parameters.one("interaction_mode")?.map(InteractionMode::parse);
        let direct_sign_in = parameters.one("direct_sign_in")?.map(DirectSignIn::parse);
        let some_is_invalid = first_screen == Some(None)
            || interaction_mode == Some(None)
            || direct_sign_in == Some(None);
        if some_is_invalid {
            return Ok(Self::default());
        }
        Ok(Self {
            first_screen: first_screen.flatten(),
            interaction_mode: interaction_mode.flatten(),
            direct_sign_in: direct_sign_in.flatten(),
            organization_id: text("organization_id")?,
            login_hint: text("login_hint")?,
            ui_locales: text("ui_locales")?,
            identifier: text("identifier")?,
            one_time_token: text("one_time_token")?.map(SecretText::from),
            google_one_tap_credential: text("google_one_tap_credential")?.map(SecretText::from),
        })
    }

    /// The page that comes first: `first_screen`, or else what `interaction_mode` says.
    pub fn first_screen(&self) -> FirstScreen {
        match (self.first_screen, self.interaction_mode) {
            (Some(screen), _) => screen,
            (None, Some(InteractionMode::SignUp)) => FirstScreen::Register,
            (None, Some(InteractionMode::SignIn) | None) => FirstScreen::SignIn,
        }
    }
}
