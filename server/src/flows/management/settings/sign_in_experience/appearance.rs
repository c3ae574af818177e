//! Rules for how the pages look and what they lead to.

use crate::flows::error::{Rejection, invalid_input};
use crate::flows::identifier::Email;
use crate::flows::management::fields::{length, optional_web_address};
use vestibule_shared::JsonObject;
use vestibule_shared::organization::PartialColor;
use vestibule_shared::sign_in_experience::{Branding, Color, SignInExperiencePatch};

/// Longest text beside the form, in characters.
const MAX_TEXT: usize = 64 * 1024;

/// Checks what is sent.
pub fn check(patch: &SignInExperiencePatch) -> Result<(), Rejection> {
    if let Some(color) = &patch.color {
        check_color(color)?;
    }
    if let Some(branding) = &patch.branding {
        check_branding(branding)?;
    }
    check_addresses(patch)?;
    patch.custom_content.as_ref().map_or(Ok(()), check_content)
}

fn check_color(color: &Color) -> Result<(), Rejection> {
    check_colors(Some(&color.primary_color), Some(&color.dark_primary_color))
}

/// Colours of which some may be left out.
pub fn check_partial_color(color: &PartialColor) -> Result<(), Rejection> {
    check_colors(color.primary_color.as_ref(), color.dark_primary_color.as_ref())
}

fn check_colors(primary: Option<&String>, dark_primary: Option<&String>) -> Result<(), Rejection> {
    for (path, value) in [("color.primaryColor", primary), ("color.darkPrimaryColor", dark_primary)]
    {
        let Some(value) = value else { continue };
        let digits = value.strip_prefix('#').unwrap_or_default();
        let are_hex = digits.bytes().all(|each| each.is_ascii_hexdigit());
        if !are_hex || !matches!(digits.len(), 3 | 6) {
            return Err(invalid_input(path, "must be #rgb or #rrggbb"));
        }
    }
    Ok(())
}

/// Pictures of a page.
pub fn check_branding(branding: &Branding) -> Result<(), Rejection> {
    optional_web_address("branding.logoUrl", branding.logo_url.as_deref())?;
    optional_web_address("branding.darkLogoUrl", branding.dark_logo_url.as_deref())?;
    optional_web_address("branding.favicon", branding.favicon.as_deref())?;
    optional_web_address("branding.darkFavicon", branding.dark_favicon.as_deref())
}

fn check_addresses(patch: &SignInExperiencePatch) -> Result<(), Rejection> {
    for (path, sent) in [
        ("termsOfUseUrl", &patch.terms_of_use_url),
        ("privacyPolicyUrl", &patch.privacy_policy_url),
        ("supportWebsiteUrl", &patch.support_website_url),
        ("unknownSessionRedirectUrl", &patch.unknown_session_redirect_url),
    ] {
        optional_web_address(path, sent.as_ref().and_then(|it| it.as_deref()))?;
    }
    let email = patch.support_email.iter().flatten().find(|it| !it.is_empty());
    match email.map(|address| Email::parse(address)) {
        Some(Err(_)) => Err(invalid_input("supportEmail", "is no e-mail address")),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// HTML by path; the pages decide what of it they show.
fn check_content(content: &JsonObject) -> Result<(), Rejection> {
    for (page, html) in content.iter() {
        let path = format!("customContent.{page}");
        length("customContent", page, 1..=128)?;
        let html = html.as_str().ok_or_else(|| invalid_input(&path, "must be a text"))?;
        length(&path, html, 0..=MAX_TEXT)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use vestibule_shared::ErrorCode;

    fn code(patch: Value) -> Option<ErrorCode> {
        check(&serde_json::from_value(patch).unwrap()).err().map(|it| it.code)
    }

    fn color(primary: &str) -> Value {
        let dark = "#000";
        let color = json!({
            "primaryColor": primary, "darkPrimaryColor": dark, "isDarkModeEnabled": true,
        });
        json!({ "color": color })
    }

    #[test]
    fn colours_have_three_or_six_digits() {
        for good in ["#abc", "#A1b2C3"] {
            assert_eq!(code(color(good)), None, "{good}");
        }
        for bad in ["", "#", "abc", "red", "#abcd", "#abcdefa", "#ggg", "#fff;}", "#ééé"] {
            assert_eq!(code(color(bad)), Some(ErrorCode::GuardInvalidInput), "{bad}");
        }
    }

    #[test]
    fn every_address_is_checked() {
        for field in
            ["termsOfUseUrl", "privacyPolicyUrl", "supportWebsiteUrl", "unknownSessionRedirectUrl"]
        {
            assert_eq!(code(json!({ field: "https://example.com/a" })), None, "{field}");
            assert_eq!(code(json!({ field: "" })), None, "{field}");
            assert_eq!(code(json!({ field: null })), None, "{field}");
            let refused = Some(ErrorCode::GuardInvalidInput);
            assert_eq!(code(json!({ field: "javascript:alert(1)" })), refused, "{field}");
        }
        for field in ["logoUrl", "darkLogoUrl", "favicon", "darkFavicon"] {
            let branding = |address: &str| json!({ "branding": { field: address } });
            assert_eq!(code(branding("https://example.com/logo.svg")), None, "{field}");
            assert_eq!(code(branding("")), None, "{field}");
            assert_eq!(code(branding("logo.svg")), Some(ErrorCode::GuardInvalidInput), "{field}");
        }
        assert_eq!(code(json!({ "supportEmail": "help@example.com" })), None);
        assert_eq!(code(json!({ "supportEmail": "" })), None);
        assert_eq!(code(json!({ "supportEmail": "help" })), Some(ErrorCode::GuardInvalidInput));
    }

    #[test]
    fn texts_are_bounded() {
        let page = |html: String| json!({ "customContent": { "/sign-in": html } });
        let refused = Some(ErrorCode::GuardInvalidInput);
        assert_eq!(code(page("a".repeat(MAX_TEXT))), None);
        assert_eq!(code(page("a".repeat(MAX_TEXT + 1))), refused);
        assert_eq!(code(json!({ "customContent": { "/sign-in": 1 } })), refused);
    }
}
