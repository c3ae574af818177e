//! Rules for second factors: what is asked for can be answered.

use crate::flows::error::{Rejection, reject};
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::IdentifierType;
use vestibule_shared::sign_in_experience::{
    Mfa, MfaFactor, MfaPolicy, SignInExperience, SignInExperiencePatch, SignInMethod, Switch,
};

/// Policies for second factors that are asked for by risk.
const ADAPTIVE_POLICIES: [MfaPolicy; 2] =
    [MfaPolicy::PromptAtSignInAndSignUpMandatory, MfaPolicy::PromptOnlyAtSignInMandatory];

/// Rules for the factors alone.
pub fn check_factors(mfa: &Mfa) -> Result<(), Rejection> {
    let factors = &mfa.factors;
    let is_twice =
        |(place, factor): (usize, &MfaFactor)| factors.iter().take(place).any(|it| it == factor);
    if factors.iter().enumerate().any(is_twice) {
        return Err(reject(400, ErrorCode::SieDuplicatedMfaFactors));
    }
    if *factors == [MfaFactor::BackupCode] {
        return Err(reject(400, ErrorCode::SieBackupCodeCannotBeEnabledAlone));
    }
    Ok(())
}

/// What is sent, as it will stand beside what is not.
pub fn check(patch: &SignInExperiencePatch, next: &SignInExperience) -> Result<(), Rejection> {
    if patch.mfa.is_some() || patch.sign_in.is_some() {
        check_codes(next, patch.sign_in.is_some())?;
    }
    if patch.mfa.is_some() || patch.adaptive_mfa.is_some() {
        check_adaptive(next)?;
    }
    Ok(())
}

/// A code that proves who somebody is cannot be the second proof, too.
fn check_codes(next: &SignInExperience, changes_sign_in: bool) -> Result<(), Rejection> {
    use ErrorCode::*;
    for (factor, identifier, for_sign_in, for_mfa) in [
        (
            MfaFactor::EmailVerificationCode,
            IdentifierType::Email,
            SieEmailVerificationCodeCannotBeUsedForSignIn,
            SieEmailVerificationCodeCannotBeUsedForMfa,
        ),
        (
            MfaFactor::PhoneVerificationCode,
            IdentifierType::Phone,
            SiePhoneVerificationCodeCannotBeUsedForSignIn,
            SiePhoneVerificationCodeCannotBeUsedForMfa,
        ),
    ] {
        let is_first =
            |method: &SignInMethod| method.identifier == identifier && method.verification_code;
        if next.mfa.factors.contains(&factor) && next.sign_in.methods.iter().any(is_first) {
            return Err(reject(400, if changes_sign_in { for_sign_in } else { for_mfa }));
        }
    }
    Ok(())
}

fn check_adaptive(next: &SignInExperience) -> Result<(), Rejection> {
    let is_adaptive = next.adaptive_mfa.enabled == Some(true);
    let is_for_adaptive = ADAPTIVE_POLICIES.contains(&next.mfa.policy);
    let code = match (is_adaptive, is_for_adaptive) {
        (true, _) if next.mfa.factors.is_empty() => ErrorCode::SieAdaptiveMfaRequiresMfa,
        (true, false) => ErrorCode::SieAdaptiveMfaRequiresNonSkippablePolicy,
        (false, true) => ErrorCode::SieNonAdaptiveMfaRequiresSkippablePolicy,
        (true, true) | (false, false) => return Ok(()),
    };
    Err(reject(422, code))
}

/// Without second factors nothing asks for them by risk.
pub fn adaptive(patch: &SignInExperiencePatch, mfa: &Mfa, adaptive: Switch) -> Switch {
    let is_switched_off = patch.adaptive_mfa.is_none() && mfa.factors.is_empty();
    match adaptive.enabled {
        Some(true) if is_switched_off => Switch { enabled: Some(false) },
        _ => adaptive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;
    use serde_json::{Value, json};

    fn refusal(current: &SignInExperience, patch: Value) -> Option<(u16, ErrorCode)> {
        let patch: SignInExperiencePatch = serde_json::from_value(patch).unwrap();
        let next = super::super::apply(current, patch.clone(), 1);
        let checked = patch.mfa.as_ref().map_or(Ok(()), check_factors);
        checked.and_then(|()| check(&patch, &next)).err().map(|it| (it.status, it.code))
    }

    fn with_factors(factors: Value) -> SignInExperience {
        let patch = json!({ "mfa": { "factors": factors, "policy": "NoPrompt" } });
        let patch = serde_json::from_value(patch).unwrap();
        super::super::apply(&seed::sign_in_experience(), patch, 1)
    }

    #[test]
    fn factors_are_different_and_more_than_backup_codes() {
        let of = |factors: Value| {
            let patch = json!({ "mfa": { "factors": factors, "policy": "NoPrompt" } });
            refusal(&seed::sign_in_experience(), patch)
        };
        assert_eq!(of(json!(["Totp", "WebAuthn", "BackupCode"])), None);
        assert_eq!(of(json!(["Totp", "Totp"])), Some((400, ErrorCode::SieDuplicatedMfaFactors)));
        let alone = Some((400, ErrorCode::SieBackupCodeCannotBeEnabledAlone));
        assert_eq!(of(json!(["BackupCode"])), alone);
    }

    #[test]
    fn a_code_is_one_proof() {
        use ErrorCode::*;
        for (factor, identifier, for_sign_in, for_mfa) in [
            (
                MfaFactor::EmailVerificationCode,
                "email",
                SieEmailVerificationCodeCannotBeUsedForSignIn,
                SieEmailVerificationCodeCannotBeUsedForMfa,
            ),
            (
                MfaFactor::PhoneVerificationCode,
                "phone",
                SiePhoneVerificationCodeCannotBeUsedForSignIn,
                SiePhoneVerificationCodeCannotBeUsedForMfa,
            ),
        ] {
            let sign_in = |code: bool| {
                json!({ "signIn": { "methods": [{
                    "identifier": identifier, "password": true, "verificationCode": code,
                    "isPasswordPrimary": true,
                }] } })
            };
            let mfa = json!({ "mfa": { "factors": [factor], "policy": "NoPrompt" } });
            let second = with_factors(json!([factor]));
            assert_eq!(refusal(&second, sign_in(true)), Some((400, for_sign_in)));
            assert_eq!(refusal(&second, sign_in(false)), None);
            let patch = serde_json::from_value(sign_in(true)).unwrap();
            let first = super::super::apply(&seed::sign_in_experience(), patch, 1);
            assert_eq!(refusal(&first, mfa), Some((400, for_mfa)));
        }
    }

    #[test]
    fn factors_by_risk_have_policies_of_their_own() {
        let of = |factors: Value, policy: MfaPolicy, adaptive: bool| {
            let patch = json!({
                "mfa": { "factors": factors, "policy": policy },
                "adaptiveMfa": { "enabled": adaptive },
            });
            refusal(&seed::sign_in_experience(), patch)
        };
        let totp = || json!(["Totp"]);
        for policy in ADAPTIVE_POLICIES {
            assert_eq!(of(totp(), policy, true), None);
            let refused = Some((422, ErrorCode::SieNonAdaptiveMfaRequiresSkippablePolicy));
            assert_eq!(of(totp(), policy, false), refused);
        }
        let needs_policy = Some((422, ErrorCode::SieAdaptiveMfaRequiresNonSkippablePolicy));
        assert_eq!(of(totp(), MfaPolicy::Mandatory, true), needs_policy);
        assert_eq!(of(totp(), MfaPolicy::Mandatory, false), None);
        let needs_mfa = Some((422, ErrorCode::SieAdaptiveMfaRequiresMfa));
        assert_eq!(of(json!([]), MfaPolicy::PromptOnlyAtSignInMandatory, true), needs_mfa);
    }

    #[test]
    fn without_factors_nothing_asks_by_risk() {
        let mut current = with_factors(json!(["Totp"]));
        current.adaptive_mfa.enabled = Some(true);
        let patch = json!({ "mfa": { "factors": [], "policy": "NoPrompt" } });
        let patch: SignInExperiencePatch = serde_json::from_value(patch).unwrap();
        let next = super::super::apply(&current, patch, 1);
        assert_eq!(next.adaptive_mfa.enabled, Some(false));
    }
}
