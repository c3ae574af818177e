//! The sign-in experience as far as the pages use it.

use crate::json::Json;
use crate::wire;
use vestibule_shared::experience::IdentifierType;
use vestibule_shared::sign_in_experience::{
    AgreeToTermsPolicy, Branding, Color, ForgotPassword, PasswordPolicy, SignIn, SignInMethod,
    SignInMode, SignUp, SignUpIdentifier, UsernamePolicy,
};

/// The fields of the answer of `GET /api/.well-known/sign-in-exp` that pages read. The whole
/// answer would cost every visitor the code that reads the rest.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of PublicSignInExperience")]
pub struct Settings {
    pub color: Color,
    pub branding: Branding,
    pub hide_logto_branding: bool,
    pub terms_of_use_url: Option<String>,
    pub privacy_policy_url: Option<String>,
    pub agree_to_terms_policy: AgreeToTermsPolicy,
    pub sign_in: SignIn,
    pub sign_up: SignUp,
    pub sign_in_mode: SignInMode,
    pub custom_css: Option<String>,
    pub custom_content: Json,
    pub password_policy: PasswordPolicy,
    pub support_email: Option<String>,
    pub support_website_url: Option<String>,
    pub unknown_session_redirect_url: Option<String>,
    pub forgot_password: ForgotPassword,
    pub username_policy: UsernamePolicy,
    /// Whether `captchaConfig` is there.
    pub asks_captcha: bool,
}

impl Settings {
    /// Reads the server's answer; `None` if it is none.
    pub fn read(json: &Json) -> Option<Self> {
        Some(Self {
            color: wire::color(&json.get("color")),
            branding: wire::branding(&json.get("branding")),
            hide_logto_branding: json.flag_at("hideLogtoBranding"),
            terms_of_use_url: json.text_at("termsOfUseUrl"),
            privacy_policy_url: json.text_at("privacyPolicyUrl"),
            agree_to_terms_policy: wire::agree_to_terms_policy(&json.get("agreeToTermsPolicy"))?,
            sign_in: wire::sign_in(&json.get("signIn")),
            sign_up: wire::sign_up(&json.get("signUp")),
            sign_in_mode: wire::sign_in_mode(&json.get("signInMode"))?,
            custom_css: json.text_at("customCss"),
            custom_content: json.get("customContent"),
            password_policy: wire::password_policy(&json.get("passwordPolicy")),
            support_email: json.text_at("supportEmail"),
            support_website_url: json.text_at("supportWebsiteUrl"),
            unknown_session_redirect_url: json.text_at("unknownSessionRedirectUrl"),
            forgot_password: wire::forgot_password(&json.get("forgotPassword")),
            username_policy: wire::username_policy(&json.get("usernamePolicy")),
            asks_captcha: json.get("captchaConfig").text_at("siteKey").is_some(),
        })
    }

    /// The sign-in method of one kind of identifier.
    pub fn method(&self, kind: IdentifierType) -> Option<&SignInMethod> {
        self.sign_in.methods.iter().find(|method| method.identifier == kind)
    }

    /// Identifiers by which one can sign in, in the order of the settings.
    pub fn sign_in_identifiers(&self) -> Vec<IdentifierType> {
        self.sign_in.methods.iter().map(|method| method.identifier).collect()
    }

    /// Whether the sign-in page asks for identifier and password in one form.
    pub fn has_password_form(&self) -> bool {
        let only_password = |method: &SignInMethod| method.password && !method.verification_code;
        self.sign_in.methods.iter().all(only_password)
    }

    /// Whether accounts can be created by the person.
    pub fn allows_registration(&self) -> bool {
        self.sign_in_mode != SignInMode::SignIn && !self.sign_up.identifiers.is_empty()
    }

    /// Whether an account may be created from this kind of identifier, first or further.
    pub fn registers_with(&self, kind: IdentifierType) -> bool {
        let further = self.sign_up.secondary_identifiers.iter().flatten();
        let mut further = further.map(|secondary| match secondary.identifier {
            SignUpIdentifier::Username => kind == IdentifierType::Username,
            SignUpIdentifier::Email => kind == IdentifierType::Email,
            SignUpIdentifier::Phone => kind == IdentifierType::Phone,
            SignUpIdentifier::EmailOrPhone => kind != IdentifierType::Username,
        });
        self.sign_in_mode != SignInMode::SignIn
            && (self.sign_up.identifiers.contains(&kind) || further.any(|same| same))
    }

    /// Identifiers by which a forgotten password can be replaced.
    pub fn recovery_identifiers(&self) -> Vec<IdentifierType> {
        let ForgotPassword { email, phone } = self.forgot_password;
        [(email, IdentifierType::Email), (phone, IdentifierType::Phone)]
            .into_iter()
            .filter_map(|(enabled, kind)| enabled.then_some(kind))
            .collect()
    }

    /// Whether there is anything to agree to.
    pub fn has_terms(&self) -> bool {
        self.terms_of_use_url.is_some() || self.privacy_policy_url.is_some()
    }

    /// The logo of a theme: where dark mode is on, one logo serves both themes.
    pub fn logo(&self, dark: bool) -> Option<&str> {
        self.of_theme(dark, &self.branding.logo_url, &self.branding.dark_logo_url)
    }

    /// The icon of a theme, by the same rule as the logo.
    pub fn favicon(&self, dark: bool) -> Option<&str> {
        self.of_theme(dark, &self.branding.favicon, &self.branding.dark_favicon)
    }

    fn of_theme<'a>(
        &self,
        dark: bool,
        light_url: &'a Option<String>,
        dark_url: &'a Option<String>,
    ) -> Option<&'a str> {
        let (light_url, dark_url) = (light_url.as_deref(), dark_url.as_deref());
        if !self.color.is_dark_mode_enabled {
            light_url
        } else if dark {
            dark_url.or(light_url)
        } else {
            light_url.or(dark_url)
        }
    }
}

/// The identifiers of the query parameter `identifier`, limited to those that are enabled; all
/// enabled ones if none remains.
pub fn limited(enabled: Vec<IdentifierType>, wanted: Option<&str>) -> Vec<IdentifierType> {
    let wanted: Vec<_> = wanted
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|name| match name {
            "username" => Some(IdentifierType::Username),
            "email" => Some(IdentifierType::Email),
            "phone" => Some(IdentifierType::Phone),
            _ => None,
        })
        .filter(|kind| enabled.contains(kind))
        .collect();
    if wanted.is_empty() { enabled } else { wanted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdentifierType::{Email, Phone, Username};
    use serde_json::json;

    /// As much of an answer as pages read, with some members changed.
    fn answer(changes: serde_json::Value) -> serde_json::Value {
        let mut all = json!({
            "color": {"primaryColor": "#6139F6", "isDarkModeEnabled": true, "darkPrimaryColor": "#8768F8"},
            "branding": {"logoUrl": "light.svg"},
            "hideLogtoBranding": false,
            "termsOfUseUrl": null,
            "privacyPolicyUrl": null,
            "agreeToTermsPolicy": "Automatic",
            "signIn": {"methods": [
                {"identifier": "username", "password": true, "verificationCode": false, "isPasswordPrimary": true},
            ]},
            "signUp": {"identifiers": ["username"], "password": true, "verify": false},
            "signInMode": "SignInAndRegister",
            "customCss": null,
            "customContent": {},
            "passwordPolicy": {},
            "supportEmail": null,
            "supportWebsiteUrl": null,
            "unknownSessionRedirectUrl": null,
            "forgotPassword": {"email": true, "phone": false},
            "usernamePolicy": {"caseSensitive": true, "minLength": 1, "maxLength": 128,
                "allowedChars": {"lowercase": true, "uppercase": true, "numbers": true, "underscore": true}},
            "somethingElse": [1, 2, 3],
        });
        for (name, value) in changes.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    }

    fn settings(changes: serde_json::Value) -> Settings {
        Settings::read(&Json::from(answer(changes))).unwrap()
    }

    #[test]
    fn names_are_those_of_the_wire() {
        let all = answer(json!({
            "termsOfUseUrl": "terms", "privacyPolicyUrl": "privacy", "customCss": "a{}",
            "customContent": {"/sign-in": "<p>"}, "supportEmail": "s@e.x",
            "supportWebsiteUrl": "support", "unknownSessionRedirectUrl": "home",
            "hideLogtoBranding": true,
        }));
        // Parses as the wire's own types, under the same names.
        let full: vestibule_shared::sign_in_experience::SignInExperiencePatch =
            serde_json::from_value(all.clone()).unwrap();
        let read = Settings::read(&Json::from(all)).unwrap();
        assert_eq!(full.terms_of_use_url, Some(read.terms_of_use_url));
        assert_eq!(full.privacy_policy_url, Some(read.privacy_policy_url));
        assert_eq!(full.custom_css, Some(read.custom_css));
        assert_eq!(full.support_email, Some(read.support_email));
        assert_eq!(full.support_website_url, Some(read.support_website_url));
        assert_eq!(full.unknown_session_redirect_url, Some(read.unknown_session_redirect_url));
        assert_eq!(full.hide_logto_branding, Some(read.hide_logto_branding));
        assert_eq!(full.color, Some(read.color));
        assert_eq!(full.sign_in, Some(read.sign_in));
        assert_eq!(full.sign_in_mode, Some(read.sign_in_mode));
        assert_eq!(full.agree_to_terms_policy, Some(read.agree_to_terms_policy));
        assert_eq!(full.username_policy, Some(read.username_policy));
        assert_eq!(read.custom_content.text_at("/sign-in").as_deref(), Some("<p>"));
    }

    #[test]
    fn an_answer_that_is_none_is_refused() {
        assert!(Settings::read(&Json::NOTHING).is_none());
        assert!(Settings::read(&Json::from(json!({"signInMode": "Nonsense"}))).is_none());
    }

    #[test]
    fn one_form_serves_passwords_only() {
        assert!(settings(json!({})).has_password_form());
        let method = json!({"identifier": "email", "password": true, "verificationCode": true, "isPasswordPrimary": true});
        assert!(!settings(json!({"signIn": {"methods": [method]}})).has_password_form());
    }

    #[test]
    fn registration_follows_mode_and_identifiers() {
        assert!(settings(json!({})).registers_with(Username));
        assert!(!settings(json!({})).registers_with(Email));
        let further = json!({"identifiers": ["username"], "password": true, "verify": true,
            "secondaryIdentifiers": [{"identifier": "emailOrPhone"}]});
        let both = settings(json!({"signUp": further}));
        assert!(both.registers_with(Email) && both.registers_with(Phone));
        let closed = settings(json!({"signInMode": "SignIn"}));
        assert!(!closed.registers_with(Username) && !closed.allows_registration());
    }

    #[test]
    fn logos_follow_the_theme() {
        let logo = |branding, dark_mode: bool, dark| {
            let color = json!({"primaryColor": "#000", "isDarkModeEnabled": dark_mode, "darkPrimaryColor": "#fff"});
            let settings = settings(json!({"branding": branding, "color": color}));
            settings.logo(dark).map(str::to_owned)
        };
        let both = json!({"logoUrl": "l", "darkLogoUrl": "d"});
        assert_eq!(logo(both.clone(), true, true).as_deref(), Some("d"));
        assert_eq!(logo(both.clone(), true, false).as_deref(), Some("l"));
        assert_eq!(logo(both, false, true).as_deref(), Some("l"));
        assert_eq!(logo(json!({"logoUrl": "l"}), true, true).as_deref(), Some("l"));
        assert_eq!(logo(json!({"darkLogoUrl": "d"}), true, false).as_deref(), Some("d"));
        assert_eq!(logo(json!({"logoUrl": "", "darkLogoUrl": "d"}), false, false), None);
    }

    #[test]
    fn wishes_limit_identifiers() {
        let enabled = vec![Username, Email];
        assert_eq!(limited(enabled.clone(), Some("email phone")), [Email]);
        assert_eq!(limited(enabled.clone(), Some("phone nonsense")), enabled);
        assert_eq!(limited(enabled.clone(), None), enabled);
    }

    #[test]
    fn empty_addresses_are_no_terms() {
        assert!(!settings(json!({"termsOfUseUrl": ""})).has_terms());
        assert!(settings(json!({"privacyPolicyUrl": "https://example.com"})).has_terms());
    }

    #[test]
    fn a_captcha_is_asked_where_a_service_is_named() {
        use vestibule_shared::captcha_provider::{CaptchaType, PublicCaptchaConfig};
        let config = PublicCaptchaConfig {
            kind: CaptchaType::Turnstile,
            site_key: "site".into(),
            domain: None,
            mode: None,
        };
        assert!(settings(json!({"captchaConfig": config})).asks_captcha);
        assert!(!settings(json!({"captchaPolicy": {"enabled": true}})).asks_captcha);
    }

    #[test]
    fn recovery_needs_a_way_to_reach_the_person() {
        assert_eq!(settings(json!({})).recovery_identifiers(), [Email]);
    }
}
