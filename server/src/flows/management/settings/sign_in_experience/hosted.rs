//! What the contract has in its hosted edition only.

use crate::flows::error::{Rejection, reject};
use vestibule_shared::sign_in_experience::SignInExperiencePatch;
use vestibule_shared::{ErrorCode, JsonObject};

/// Refuses what only the hosted edition has.
///
/// `hideLogtoBranding` is not among it: the signature at the foot of a page is everybody's to
/// hide here.
pub fn check(patch: &SignInExperiencePatch) -> Result<(), Rejection> {
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
    use serde_json::{Value, json};

    fn refusal(patch: Value) -> Option<(u16, ErrorCode, String)> {
        let patch = serde_json::from_value(patch).unwrap();
        check(&patch).err().map(|it| (it.status, it.code, it.details.unwrap_or_default()))
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
    fn switching_off_is_fine() {
        assert_eq!(
            refusal(json!({
                "customUiAssets": null,
                "customUiCsp": { "scriptSrc": [] },
                "hideLogtoBranding": true,
                "emailBlocklistPolicy": { "blockDisposableAddresses": false },
            })),
            None
        );
    }
}
