//! Rules for the policies: bounds, and lists whose entries can be used.

use crate::flows::error::invalid_input;
use crate::flows::error::{Rejection, reject};
use crate::flows::management::fields::length;
use crate::flows::policy::{is_valid_blocklist_entry, password_rules};
use serde_json::json;
use std::collections::BTreeSet;
use vestibule_shared::ErrorCode;
use vestibule_shared::sign_in_experience::{
    EmailBlocklistPolicy, PasswordExpiration, PasswordPolicy, SignInExperiencePatch, UsernamePolicy,
};

/// Checks what is sent.
pub fn check(patch: &SignInExperiencePatch) -> Result<(), Rejection> {
    checked(&patch.password_policy, check_passwords)?;
    checked(&patch.username_policy, check_usernames)?;
    checked(&patch.email_blocklist_policy, check_blocklist)?;
    checked(&patch.password_expiration, check_expiration)?;
    checked(&patch.mfa, super::mfa::check_factors)?;
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
    let rules = password_rules(policy);
    if rules.length.min > rules.length.max {
        return Err(invalid_input("passwordPolicy.length", "min must not be above max"));
    }
    let mut words = rules.rejects.words.iter();
    words.try_for_each(|word| length("passwordPolicy.rejects.words", word, 1..=256))
}

fn check_usernames(policy: &UsernamePolicy) -> Result<(), Rejection> {
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
        assert_eq!(of(json!({ "length": { "max": 7 } })), INVALID, "below the default minimum");
        assert_eq!(of(json!({ "rejects": { "words": ["acme"] } })), None);
        assert_eq!(of(json!({ "rejects": { "words": [""] } })), INVALID);
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
        for (min, max, letters) in [(4, 3, true), (3, 4, false)] {
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
    fn an_expiry_says_after_how_many_days() {
        let of = |expiration: Value| refusal(json!({ "passwordExpiration": expiration }));
        assert_eq!(of(json!({ "enabled": false })), None);
        assert_eq!(of(json!({ "enabled": true, "validPeriodDays": 1 })), None);
        let refused = Some((422, ErrorCode::SieExpirationInvalidPeriod));
        assert_eq!(of(json!({ "enabled": true })), refused);
        assert_eq!(of(json!({ "enabled": true, "validPeriodDays": 0 })), refused);
    }
}
