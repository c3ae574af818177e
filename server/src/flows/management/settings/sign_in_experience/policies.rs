//! Rules for the policies: bounds, and lists whose entries can be used.

use crate::flows::error::invalid_input;
use crate::flows::error::{Rejection, reject};
use crate::flows::management::fields::{length, number};
use crate::flows::policy::{is_valid_blocklist_entry, password_rules};
use serde_json::json;
use std::collections::BTreeSet;
use vestibule_shared::ErrorCode;
use vestibule_shared::sign_in_experience::{
    EmailBlocklistPolicy, PasswordExpiration, PasswordPolicy, SentinelPolicy,
    SignInExperiencePatch, UsernamePolicy, VerificationCodePolicy,
};

const MAX_LENGTH: u32 = 256;
const MAX_TRUSTED_DAYS: u32 = 365;
const MAX_WORDS: usize = 1000;

/// Checks what is sent.
pub fn check(patch: &SignInExperiencePatch) -> Result<(), Rejection> {
    checked(&patch.password_policy, check_passwords)?;
    checked(&patch.username_policy, check_usernames)?;
    checked(&patch.email_blocklist_policy, check_blocklist)?;
    checked(&patch.verification_code_policy, check_codes)?;
    checked(&patch.sentinel_policy, check_sentinel)?;
    checked(&patch.password_expiration, check_expiration)?;
    checked(&patch.mfa, super::mfa::check_factors)?;
    let days = patch.trusted_device.and_then(|it| it.duration_days);
    number("trustedDevice.durationDays", days, 1..=MAX_TRUSTED_DAYS)?;
    let asked = patch.sign_up_profile_fields.iter().flatten().flatten();
    let asked: Vec<&str> = asked.map(|field| field.name.as_str()).collect();
    if asked.iter().collect::<BTreeSet<_>>().len() != asked.len() {
        return Err(reject(400, ErrorCode::CustomProfileFieldsDuplicateNames));
    }
    Ok(())
}

fn checked<T>(sent: &Option<T>, check: fn(&T) -> Result<(), Rejection>) -> Result<(), Rejection> {
    sent.as_ref().map_or(Ok(()), check)
}

fn check_passwords(policy: &PasswordPolicy) -> Result<(), Rejection> {
    let given = policy.length.unwrap_or_default();
    number("passwordPolicy.length.min", given.min, 1..=MAX_LENGTH)?;
    number("passwordPolicy.length.max", given.max, 1..=MAX_LENGTH)?;
    let types = policy.character_types.unwrap_or_default();
    number("passwordPolicy.characterTypes.min", types.min, 1..=4)?;
    let rules = password_rules(policy);
    if rules.length.min > rules.length.max {
        return Err(invalid_input("passwordPolicy.length", "min must not be above max"));
    }
    if rules.rejects.words.len() > MAX_WORDS {
        return Err(invalid_input("passwordPolicy.rejects.words", "must have at most 1000 words"));
    }
    let mut words = rules.rejects.words.iter();
    words.try_for_each(|word| length("passwordPolicy.rejects.words", word, 1..=256))
}

fn check_usernames(policy: &UsernamePolicy) -> Result<(), Rejection> {
    number("usernamePolicy.minLength", Some(policy.min_length), 1..=128)?;
    number("usernamePolicy.maxLength", Some(policy.max_length), 1..=128)?;
    if policy.min_length > policy.max_length {
        return Err(invalid_input("usernamePolicy.minLength", "must not be above maxLength"));
    }
    let allowed = policy.allowed_chars;
    // Numbers alone would make no name: it does not begin with one.
    if !(allowed.lowercase || allowed.uppercase || allowed.underscore) {
        let reason = "at least one of lowercase, uppercase and underscore must be allowed";
        return Err(invalid_input("usernamePolicy.allowedChars", reason));
    }
    Ok(())
}

fn check_blocklist(policy: &EmailBlocklistPolicy) -> Result<(), Rejection> {
    let lists = [&policy.custom_allowlist, &policy.custom_blocklist];
    let entries = lists.into_iter().flatten().flatten();
    let wrong: Vec<&String> = entries.filter(|entry| !is_valid_blocklist_entry(entry)).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(reject(400, ErrorCode::SieInvalidEmailBlocklist).with_data(json!({ "items": wrong })))
}

fn check_codes(policy: &VerificationCodePolicy) -> Result<(), Rejection> {
    let seconds = policy.expiration_duration;
    number("verificationCodePolicy.expirationDuration", seconds, 60..=3600)?;
    number("verificationCodePolicy.maxRetryAttempts", policy.max_retry_attempts, 1..=100)
}

fn check_sentinel(policy: &SentinelPolicy) -> Result<(), Rejection> {
    number("sentinelPolicy.maxAttempts", policy.max_attempts, 1..=u32::MAX)?;
    number("sentinelPolicy.lockoutDuration", policy.lockout_duration, 1..=u32::MAX)
}

fn check_expiration(policy: &PasswordExpiration) -> Result<(), Rejection> {
    if policy.enabled && policy.valid_period_days.is_none_or(|days| days == 0) {
        return Err(reject(422, ErrorCode::SieExpirationInvalidPeriod));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn refusal(patch: Value) -> Option<(u16, ErrorCode)> {
        let patch = serde_json::from_value(patch).unwrap();
        check(&patch).err().map(|it| (it.status, it.code))
    }

    const INVALID: Option<(u16, ErrorCode)> = Some((400, ErrorCode::GuardInvalidInput));

    #[test]
    fn password_rules_can_be_kept() {
        let of = |policy: Value| refusal(json!({ "passwordPolicy": policy }));
        assert_eq!(of(json!({})), None);
        assert_eq!(of(json!({ "length": { "min": 1, "max": 256 } })), None);
        assert_eq!(of(json!({ "length": { "min": 0 } })), INVALID);
        assert_eq!(of(json!({ "length": { "max": 257 } })), INVALID);
        assert_eq!(of(json!({ "length": { "max": 7 } })), INVALID, "below the default minimum");
        assert_eq!(of(json!({ "characterTypes": { "min": 5 } })), INVALID);
        assert_eq!(of(json!({ "rejects": { "words": ["acme"] } })), None);
        assert_eq!(of(json!({ "rejects": { "words": [""] } })), INVALID);
        assert_eq!(of(json!({ "rejects": { "words": vec!["a"; 1001] } })), INVALID);
    }

    #[test]
    fn user_names_stay_possible() {
        let of = |min: u32, max: u32, letters: bool| {
            refusal(json!({ "usernamePolicy": {
                "caseSensitive": true, "minLength": min, "maxLength": max,
                "allowedChars": {
                    "lowercase": letters, "uppercase": false, "numbers": true, "underscore": false,
                },
            } }))
        };
        assert_eq!(of(3, 3, true), None);
        for (min, max, letters) in [(0, 3, true), (3, 129, true), (4, 3, true), (3, 4, false)] {
            assert_eq!(of(min, max, letters), INVALID, "{min} {max} {letters}");
        }
    }

    #[test]
    fn the_lists_hold_addresses() {
        let of = |list: &str, entry: &str| {
            refusal(json!({ "emailBlocklistPolicy": { list: ["@example.com", entry] } }))
        };
        for list in ["customAllowlist", "customBlocklist"] {
            assert_eq!(of(list, "ann@example.com"), None);
            let refused = Some((400, ErrorCode::SieInvalidEmailBlocklist));
            assert_eq!(of(list, "example.com"), refused, "{list}");
        }
    }

    #[test]
    fn numbers_have_bounds() {
        for (policy, field, good, bad) in [
            ("verificationCodePolicy", "expirationDuration", 60, 59),
            ("verificationCodePolicy", "expirationDuration", 3600, 3601),
            ("verificationCodePolicy", "maxRetryAttempts", 100, 101),
            ("sentinelPolicy", "maxAttempts", 1, 0),
            ("sentinelPolicy", "lockoutDuration", 1, 0),
        ] {
            assert_eq!(refusal(json!({ policy: { field: good } })), None, "{field} {good}");
            assert_eq!(refusal(json!({ policy: { field: bad } })), INVALID, "{field} {bad}");
        }
    }

    #[test]
    fn an_expiry_says_after_how_many_days() {
        let of = |expiration: Value| refusal(json!({ "passwordExpiration": expiration }));
        assert_eq!(of(json!({ "enabled": false })), None);
        assert_eq!(of(json!({ "enabled": true, "validPeriodDays": 1 })), None);
        let refused = Some((422, ErrorCode::SieExpirationInvalidPeriod));
        assert_eq!(of(json!({ "enabled": true })), refused);
        assert_eq!(of(json!({ "enabled": true, "validPeriodDays": 0 })), refused);
    }
}
