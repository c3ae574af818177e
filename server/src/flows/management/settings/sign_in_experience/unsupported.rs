//! What would be switched on without anything happening: features that this server does not have
//! yet, and those of the hosted edition.

use crate::flows::error::{Rejection, reject};
use serde_json::Value;
use vestibule_shared::sign_in_experience::{SignInExperiencePatch, Switch};
use vestibule_shared::{ErrorCode, JsonObject};

/// Refuses to switch on what is not there yet. Switching it off, or leaving it off, is fine.
pub fn check(patch: &SignInExperiencePatch) -> Result<(), Rejection> {
    let is_on = |switch: &Option<Switch>| switch.is_some_and(|it| it.enabled == Some(true));
    let has_enabled = |object: &Option<JsonObject>| {
        object.as_ref().is_some_and(|it| it.get("enabled") == Some(&Value::Bool(true)))
    };
    let missing = [
        ("mfa.factors", patch.mfa.as_ref().is_some_and(|it| !it.factors.is_empty())),
        ("adaptiveMfa.enabled", is_on(&patch.adaptive_mfa)),
        ("trustedDevice.enabled", has_enabled(&patch.trusted_device)),
        ("passkeySignIn.enabled", has_enabled(&patch.passkey_sign_in)),
        ("singleSignOnEnabled", patch.single_sign_on_enabled == Some(true)),
    ];
    if let Some((field, _)) = missing.into_iter().find(|(_, is_wanted)| *is_wanted) {
        let refusal = reject(422, ErrorCode::RequestFeatureNotSupported);
        return Err(refusal.with_details(format!("{field}: this server does not have it yet")));
    }
    Ok(())
}

/// Refuses what only the hosted edition has.
///
/// `hideLogtoBranding` is not among it: the signature at the foot of a page is everybody's to
/// hide here.
pub fn check_hosted(patch: &SignInExperiencePatch) -> Result<(), Rejection> {
    let hosted = [
        ("customUiCsp", patch.custom_ui_csp.as_ref().is_some_and(has_entries)),
        (
            "emailBlocklistPolicy.blockDisposableAddresses",
            patch
                .email_blocklist_policy
                .as_ref()
                .is_some_and(|it| it.block_disposable_addresses == Some(true)),
        ),
    ];
    if let Some((field, _)) = hosted.into_iter().find(|(_, is_wanted)| *is_wanted) {
        let refusal = reject(400, ErrorCode::RequestInvalidInput);
        return Err(refusal.with_details(format!("{field}: not available on this server")));
    }
    Ok(())
}

/// Whether a directive names a source.
fn has_entries(policy: &JsonObject) -> bool {
    policy.values().any(|sources| sources.as_array().is_none_or(|sources| !sources.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(patch: Value) -> Option<(u16, ErrorCode, String)> {
        let patch = serde_json::from_value(patch).unwrap();
        let checked = check_hosted(&patch).and_then(|()| check(&patch));
        checked.err().map(|it| (it.status, it.code, it.details.unwrap_or_default()))
    }

    #[test]
    fn what_the_server_cannot_do_is_not_switched_on() {
        for (field, patch) in [
            ("mfa.factors", json!({ "mfa": { "factors": ["Totp"], "policy": "NoPrompt" } })),
            ("adaptiveMfa.enabled", json!({ "adaptiveMfa": { "enabled": true } })),
            ("trustedDevice.enabled", json!({ "trustedDevice": { "enabled": true } })),
            ("passkeySignIn.enabled", json!({ "passkeySignIn": { "enabled": true } })),
            ("singleSignOnEnabled", json!({ "singleSignOnEnabled": true })),
        ] {
            let (status, code, details) = refusal(patch).expect(field);
            assert_eq!((status, code), (422, ErrorCode::RequestFeatureNotSupported), "{field}");
            assert!(details.starts_with(field), "{details}");
        }
    }

    #[test]
    fn what_only_the_hosted_edition_has_is_refused() {
        for patch in [
            json!({ "customUiCsp": { "scriptSrc": ["https://example.com"] } }),
            json!({ "emailBlocklistPolicy": { "blockDisposableAddresses": true } }),
        ] {
            let (status, code, _) = refusal(patch.clone()).unwrap();
            assert_eq!((status, code), (400, ErrorCode::RequestInvalidInput), "{patch}");
        }
    }

    #[test]
    fn what_is_off_or_there_is_fine() {
        assert_eq!(
            refusal(json!({
                "mfa": { "factors": [], "policy": "NoPrompt" },
                "adaptiveMfa": { "enabled": false },
                "captchaPolicy": { "enabled": true },
                "trustedDevice": { "enabled": false, "durationDays": 30 },
                "passkeySignIn": {},
                "singleSignOnEnabled": false,
                "customUiAssets": null,
                "customUiCsp": { "scriptSrc": [] },
                "signUpProfileFields": null,
                "hideLogtoBranding": true,
                "emailBlocklistPolicy": { "blockDisposableAddresses": false },
            })),
            None
        );
    }
}
