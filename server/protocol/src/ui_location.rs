//! Which page of the sign-in app a person is sent to.

use crate::authorization_request::{DirectMethod, Extras, FirstScreen};
use crate::secret_text::SecretText;

/// Path and query of the page where a person signs in or makes an account.
pub fn sign_in(client_id: &str, extras: &Extras) -> String {
    let first_screen = first_screen_path(extras.first_screen());
    let token = extras.one_time_token.as_ref().map(SecretText::as_str);
    let mut query = vec![
        ("app_id", Some(client_id)),
        ("organization_id", extras.organization_id.as_deref()),
        ("ui_locales", extras.ui_locales.as_deref()),
        ("one_time_token", token),
        ("login_hint", extras.login_hint.as_deref()),
        ("identifier", extras.identifier.as_deref()),
    ];
    let direct = direct_path(extras);
    if direct.is_some() {
        query.push(("fallback", Some(first_screen)));
    }
    let path = direct.unwrap_or_else(|| first_screen.to_owned());
    format!("/{path}?{}", encode(&query))
}

/// Path and query of the page where a person agrees.
pub fn consent(client_id: &str) -> String {
    format!("/consent?{}", encode(&[("app_id", Some(client_id))]))
}

fn first_screen_path(screen: FirstScreen) -> &'static str {
    match screen {
        FirstScreen::SignIn => "sign-in",
        FirstScreen::Register => "register",
        FirstScreen::ResetPassword => "reset-password",
        FirstScreen::IdentifierSignIn => "identifier-sign-in",
        FirstScreen::IdentifierRegister => "identifier-register",
        FirstScreen::SingleSignOn => "single-sign-on",
    }
}

fn direct_path(extras: &Extras) -> Option<String> {
    match &extras.direct_sign_in {
        Some(direct) => {
            let method = match direct.method {
                DirectMethod::Social => "social",
                DirectMethod::Sso => "sso",
            };
            Some(format!("direct/{method}/{}", direct.target))
        }
        None => {
            extras.google_one_tap_credential.as_ref().map(|_| "direct/social/google".to_owned())
        }
    }
}

fn encode(query: &[(&str, Option<&str>)]) -> String {
    let given = query.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization_request::{DirectSignIn, InteractionMode};

    #[test]
    fn first_screens() {
        for (first_screen, path) in [
            (FirstScreen::SignIn, "/sign-in?app_id=app"),
            (FirstScreen::Register, "/register?app_id=app"),
            (FirstScreen::ResetPassword, "/reset-password?app_id=app"),
            (FirstScreen::IdentifierSignIn, "/identifier-sign-in?app_id=app"),
            (FirstScreen::IdentifierRegister, "/identifier-register?app_id=app"),
            (FirstScreen::SingleSignOn, "/single-sign-on?app_id=app"),
        ] {
            let extras = Extras { first_screen: Some(first_screen), ..Default::default() };
            assert_eq!(sign_in("app", &extras), path);
        }
        assert_eq!(sign_in("app", &Extras::default()), "/sign-in?app_id=app");
        let legacy =
            Extras { interaction_mode: Some(InteractionMode::SignUp), ..Default::default() };
        assert_eq!(sign_in("app", &legacy), "/register?app_id=app");
    }

    fn everything() -> Extras {
        Extras {
            organization_id: Some("org".into()),
            login_hint: Some("a+b@c.example".into()),
            ui_locales: Some("de en".into()),
            identifier: Some("email phone".into()),
            one_time_token: Some("t&t".into()),
            google_one_tap_credential: Some("cred".into()),
            ..Default::default()
        }
    }

    const QUERY: &str = "app_id=app&organization_id=org&ui_locales=de+en&one_time_token=t%26t&\
                         login_hint=a%2Bb%40c.example&identifier=email+phone";

    #[test]
    fn the_query_has_its_order() {
        let extras = Extras { google_one_tap_credential: None, ..everything() };
        assert_eq!(sign_in("app", &extras), format!("/sign-in?{QUERY}"));
    }

    #[test]
    fn direct_sign_in_falls_back_to_the_first_screen() {
        let google = format!("/direct/social/google?{QUERY}&fallback=sign-in");
        assert_eq!(sign_in("app", &everything()), google);
        let direct =
            |method, target: &str| Some(DirectSignIn { method, target: target.to_owned() });
        let extras = Extras {
            direct_sign_in: direct(DirectMethod::Sso, "abc"),
            first_screen: Some(FirstScreen::IdentifierSignIn),
            ..everything()
        };
        let expected = format!("/direct/sso/abc?{QUERY}&fallback=identifier-sign-in");
        assert_eq!(sign_in("app", &extras), expected);
        let extras =
            Extras { direct_sign_in: direct(DirectMethod::Social, "github"), ..Default::default() };
        let expected = "/direct/social/github?app_id=app&fallback=sign-in";
        assert_eq!(sign_in("app", &extras), expected);
    }

    #[test]
    fn client_ids_are_encoded() {
        assert_eq!(
            consent("https://a.example/?x=1&y"),
            "/consent?app_id=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y"
        );
    }
}
