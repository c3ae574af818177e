//! What a person typed into the identifier field: an e-mail address, a phone number, a username.

use crate::calling_codes;
use vestibule_shared::experience::{Identifier, IdentifierType};
use vestibule_shared::sign_in_experience::UsernamePolicy;

/// Why an identifier is not worth sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was typed.
    Missing,
    /// It has not the form of an e-mail address.
    Email,
    /// It has not the form of a phone number.
    Phone,
    /// A new username begins with a digit.
    StartsWithNumber,
    /// A new username has other characters than letters, digits and underscores.
    Characters,
    /// A new username is too short.
    TooShort(u32),
    /// A new username is too long.
    TooLong(u32),
}

/// Which kind of identifier is being typed.
///
/// `current` is the answer for the previous keystroke: digits stay a phone number while they
/// are digits.
pub fn detect(
    typed: &str,
    enabled: &[IdentifierType],
    current: Option<IdentifierType>,
) -> Option<IdentifierType> {
    use IdentifierType::{Email, Phone, Username};
    if let [only] = enabled {
        return Some(*only);
    }
    let typed = typed.trim();
    let has = |kind| enabled.contains(&kind);
    if typed.is_empty() {
        return None;
    }
    let digits = typed.bytes().filter(u8::is_ascii_digit).count();
    let phone_like = typed.bytes().all(is_phone_byte) && digits > 0;
    if has(Phone) && phone_like && (digits >= 3 || current == Some(Phone)) {
        return Some(Phone);
    }
    if has(Email) && typed.contains('@') {
        return Some(Email);
    }
    [Username, Email, Phone].into_iter().find(|kind| has(*kind))
}

/// Digits and what people put between them.
fn is_phone_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'(' | b')' | b'.' | b'/' | b'+')
}

/// The digits of a phone number.
fn digits(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).collect()
}

/// A number typed with `+`: its country and what remains to show in the field.
pub fn international(typed: &str) -> Option<(&'static str, String)> {
    let number = digits(typed.trim().strip_prefix('+')?);
    let (country, rest) = calling_codes::split_international(&number)?;
    // Too early to tell a calling code while its digits are still being typed.
    (rest.len() >= 3).then(|| (country, rest.to_owned()))
}

/// What is sent: trimmed, a phone number as digits with its calling code and without `+`.
pub fn wire_value(kind: IdentifierType, typed: &str, country: &str) -> Identifier {
    let value = match kind {
        IdentifierType::Phone => {
            let code = calling_codes::calling_code(country).unwrap_or_default();
            format!("{code}{}", digits(typed))
        }
        IdentifierType::Email | IdentifierType::Username => typed.trim().to_owned(),
    };
    Identifier { kind, value }
}

/// What is shown of an identifier: a phone number with `+`.
pub fn display(identifier: &Identifier) -> String {
    match identifier.kind {
        IdentifierType::Phone => format!("+{}", identifier.value),
        IdentifierType::Email | IdentifierType::Username => identifier.value.clone(),
    }
}

/// Checks the form; a username is only judged when a new one is chosen.
pub fn check(
    kind: IdentifierType,
    typed: &str,
    new_username: Option<&UsernamePolicy>,
) -> Result<(), Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Problem::Missing);
    }
    match (kind, new_username) {
        (IdentifierType::Email, _) if is_email(typed) => Ok(()),
        (IdentifierType::Email, _) => Err(Problem::Email),
        (IdentifierType::Phone, _) => {
            let plausible = (4..=15).contains(&digits(typed).len());
            if plausible && typed.bytes().all(is_phone_byte) { Ok(()) } else { Err(Problem::Phone) }
        }
        (IdentifierType::Username, Some(policy)) => check_username(typed, policy),
        (IdentifierType::Username, None) => Ok(()),
    }
}

fn is_email(typed: &str) -> bool {
    let Some((local, domain)) = typed.rsplit_once('@') else {
        return false;
    };
    let dotted =
        domain.split_once('.').is_some_and(|(name, rest)| !name.is_empty() && !rest.is_empty());
    !local.is_empty() && dotted && !typed.contains(char::is_whitespace) && typed.len() <= 256
}

fn check_username(typed: &str, policy: &UsernamePolicy) -> Result<(), Problem> {
    let length = u32::try_from(typed.chars().count()).unwrap_or(u32::MAX);
    if typed.starts_with(|first: char| first.is_ascii_digit()) {
        Err(Problem::StartsWithNumber)
    } else if !typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        Err(Problem::Characters)
    } else if length < policy.min_length {
        Err(Problem::TooShort(policy.min_length))
    } else if length > policy.max_length {
        Err(Problem::TooLong(policy.max_length))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdentifierType::{Email, Phone, Username};

    const ALL: &[IdentifierType] = &[Username, Email, Phone];

    #[test]
    fn a_single_type_is_always_that_type() {
        assert_eq!(detect("", &[Phone], None), Some(Phone));
        assert_eq!(detect("12345", &[Username], None), Some(Username));
        assert_eq!(detect("a@b.c", &[Username], None), Some(Username));
    }

    #[test]
    fn three_digits_make_a_phone_number() {
        assert_eq!(detect("", ALL, None), None);
        assert_eq!(detect("12", ALL, None), Some(Username));
        assert_eq!(detect("123", ALL, None), Some(Phone));
        assert_eq!(detect("12", ALL, Some(Phone)), Some(Phone));
        assert_eq!(detect("12a", ALL, Some(Phone)), Some(Username));
        assert_eq!(detect("+49 (151) 12", ALL, None), Some(Phone));
        assert_eq!(detect("123", &[Username, Email], None), Some(Username));
    }

    #[test]
    fn an_at_sign_makes_an_email_address() {
        assert_eq!(detect("ann@", ALL, None), Some(Email));
        assert_eq!(detect("ann@", &[Username, Phone], None), Some(Username));
        assert_eq!(detect("ann", &[Email, Phone], None), Some(Email));
        assert_eq!(detect("123@x.y", ALL, Some(Phone)), Some(Email));
    }

    #[test]
    fn a_plus_sign_brings_its_own_country() {
        assert_eq!(international("+49 151-123"), Some(("DE", "151123".into())));
        assert_eq!(international("+49"), None);
        assert_eq!(international("49151123"), None);
        assert_eq!(international("+000123"), None);
    }

    #[test]
    fn phone_numbers_are_sent_as_digits() {
        let phone = wire_value(Phone, " 151 / 123-45", "DE");
        assert_eq!(phone.value, "4915112345");
        assert_eq!(display(&phone), "+4915112345");
        assert_eq!(wire_value(Email, " a@b.c ", "DE").value, "a@b.c");
    }

    #[test]
    fn forms_are_checked() {
        let policy = UsernamePolicy { min_length: 3, max_length: 5, ..UsernamePolicy::default() };
        let username = |typed| check(Username, typed, Some(&policy));
        assert_eq!(check(Username, " ", None), Err(Problem::Missing));
        assert_eq!(check(Username, "1 any thing", None), Ok(()));
        assert_eq!(username("ann_1"), Ok(()));
        assert_eq!(username("1ann"), Err(Problem::StartsWithNumber));
        assert_eq!(username("änn"), Err(Problem::Characters));
        assert_eq!(username("an"), Err(Problem::TooShort(3)));
        assert_eq!(username("anna_1"), Err(Problem::TooLong(5)));
        for good in ["a@b.c", "ann+x@mail.example.org", "\"a@b\"@c.d"] {
            assert_eq!(check(Email, good, None), Ok(()), "{good}");
        }
        for bad in ["a", "a@", "a@b", "@b.c", "a b@c.d", "a@.c", "a@b."] {
            assert_eq!(check(Email, bad, None), Err(Problem::Email), "{bad}");
        }
        assert_eq!(check(Phone, "0151 123", None), Ok(()));
        assert_eq!(check(Phone, "12", None), Err(Problem::Phone));
        assert_eq!(check(Phone, "12345x", None), Err(Problem::Phone));
        assert_eq!(check(Phone, "1234567890123456", None), Err(Problem::Phone));
    }
}
