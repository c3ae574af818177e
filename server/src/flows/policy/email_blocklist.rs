//! Addresses that may not register.

use crate::flows::error::{Rejection, reject};
use crate::flows::identifier::Email;
use vestibule_shared::ErrorCode;
use vestibule_shared::sign_in_experience::EmailBlocklistPolicy;

/// Refuses an address that the policy does not let in.
pub fn check(policy: &EmailBlocklistPolicy, email: &Email) -> Result<(), Rejection> {
    let address = Canonical::of(email.as_str())
        .ok_or_else(|| reject(400, ErrorCode::SessionEmailBlocklistInvalidEmail))?;
    if policy.block_subaddressing == Some(true) && address.local.contains('+') {
        return Err(reject(422, ErrorCode::SessionEmailBlocklistSubaddressing));
    }
    let listed = |list: &Option<Vec<String>>| list.iter().flatten().any(|it| address.matches(it));
    let allowlist_is_empty = policy.custom_allowlist.as_ref().is_none_or(Vec::is_empty);
    let is_let_in = allowlist_is_empty || listed(&policy.custom_allowlist);
    if !is_let_in || listed(&policy.custom_blocklist) {
        return Err(reject(422, ErrorCode::SessionEmailBlocklistNotAllowed));
    }
    Ok(())
}

/// Whether a text can stand in a list: an address or `@domain`, with `*` for any characters.
pub fn is_valid_entry(entry: &str) -> bool {
    let Some((_, domain)) = entry.rsplit_once('@') else { return false };
    let is_plain = |each: char| !each.is_whitespace() && !each.is_control();
    entry.len() <= 256
        && entry.chars().filter(|each| *each == '@').count() == 1
        && entry.chars().all(is_plain)
        && !domain.is_empty()
}

/// An address in the form in which it is compared.
struct Canonical {
    local: String,
    domain: String,
}

impl Canonical {
    /// Lower case; the two names of one provider, which ignores dots, are one.
    fn of(address: &str) -> Option<Self> {
        let address = address.to_lowercase();
        let (local, domain) = address.rsplit_once('@')?;
        if matches!(domain, "gmail.com" | "googlemail.com") {
            let (name, tag) = local.split_once('+').map_or((local, ""), |(name, tag)| (name, tag));
            let plus = if local.contains('+') { "+" } else { "" };
            let local = format!("{}{plus}{tag}", name.replace('.', ""));
            return Some(Self { local, domain: "gmail.com".into() });
        }
        Some(Self { local: local.into(), domain: domain.into() })
    }

    fn matches(&self, entry: &str) -> bool {
        let Some(entry) = Self::of(entry) else { return false };
        let domain_fits = wildcard(&entry.domain, &self.domain);
        domain_fits && (entry.local.is_empty() || wildcard(&entry.local, &self.local))
    }
}

/// Whether a text fits a pattern in which `*` stands for any characters. Linear: the parts
/// between the stars are looked for from left to right.
fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = text.get(at + part.len()..).unwrap_or_default();
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(policy: &EmailBlocklistPolicy, address: &str) -> Option<ErrorCode> {
        check(policy, &Email::parse(address).unwrap()).err().map(|it| it.code)
    }

    #[test]
    fn entries_are_addresses_domains_and_patterns() {
        let policy = EmailBlocklistPolicy {
            custom_blocklist: Some(vec![
                "eve@example.com".into(),
                "@evil.example".into(),
                "*bot*@example.org".into(),
                "j.doe@gmail.com".into(),
            ]),
            ..EmailBlocklistPolicy::default()
        };
        let blocked = Some(ErrorCode::SessionEmailBlocklistNotAllowed);
        for address in
            ["EVE@example.com", "x@evil.example", "a-bot-1@example.org", "jd.oe@googlemail.com"]
        {
            assert_eq!(code(&policy, address), blocked, "{address}");
        }
        for address in ["ann@example.com", "x@not-evil.example", "x@sub.evil.example"] {
            assert_eq!(code(&policy, address), None, "{address}");
        }
    }

    #[test]
    fn an_allowlist_lets_nobody_else_in() {
        let policy = EmailBlocklistPolicy {
            custom_allowlist: Some(vec!["@example.com".into()]),
            block_subaddressing: Some(true),
            ..EmailBlocklistPolicy::default()
        };
        assert_eq!(code(&policy, "ann@example.com"), None);
        let refused = Some(ErrorCode::SessionEmailBlocklistNotAllowed);
        assert_eq!(code(&policy, "ann@example.org"), refused);
        let tagged = Some(ErrorCode::SessionEmailBlocklistSubaddressing);
        assert_eq!(code(&policy, "ann+tag@example.com"), tagged);
    }

    #[test]
    fn patterns_are_matched_in_linear_time() {
        let long = "a".repeat(100_000);
        assert!(!wildcard(&format!("{}b", "*a".repeat(1000)), &long));
        assert!(wildcard("a*c", "abc") && wildcard("*", "") && !wildcard("a*a", "a"));
    }

    #[test]
    fn entries_are_checked() {
        for good in ["@example.com", "a@b", "*@b.c"] {
            assert!(is_valid_entry(good), "{good}");
        }
        for bad in ["", "example.com", "a@", "a@b@c", "a b@c"] {
            assert!(!is_valid_entry(bad), "{bad}");
        }
    }
}
