//! Names by which accounts are found, parsed once.

use crate::flows::error::invalid_input;
use crate::flows::error::{Rejection, reject};
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{Identifier, IdentifierType};
use vestibule_shared::sign_in_experience::UsernamePolicy;
use vestibule_store::users::UserKey;

const MAX_EMAIL: usize = 128;
const MAX_USERNAME: usize = 128;
const MAX_PHONE: usize = 20;

/// A user name: a letter or `_`, then letters, digits and `_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Parses a name; the policy of the sign-in experience is another matter ([`Self::violation`]).
    pub fn parse(text: &str) -> Result<Self, Rejection> {
        let starts_well =
            text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let fits = text.chars().all(|each| each.is_ascii_alphanumeric() || each == '_');
        if !starts_well || !fits || text.len() > MAX_USERNAME {
            return Err(invalid_input("username", "is no user name"));
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is compared.
    pub fn key(&self, policy: &UsernamePolicy) -> String {
        if policy.case_sensitive { self.0.clone() } else { self.0.to_ascii_lowercase() }
    }
}

/// The rule of the user-name policy that a text breaks, if any. Takes raw text, so that a person
/// hears what is wrong with it rather than that it does not parse.
pub fn username_violation(text: &str, policy: &UsernamePolicy) -> Option<Rejection> {
    let broken = |code| Some(reject(422, code));
    let any = |test: fn(&char) -> bool| text.chars().any(|each| test(&each));
    let length = text.chars().count();
    let (min, max) = (policy.min_length as usize, policy.max_length as usize);
    let allowed = policy.allowed_chars;
    if text.is_empty() {
        broken(ErrorCode::UserUsernameRequired)
    } else if text.starts_with(|first: char| first.is_ascii_digit()) {
        broken(ErrorCode::UserUsernameStartsWithNumber)
    } else if any(|each| !each.is_ascii_alphanumeric() && *each != '_') {
        broken(ErrorCode::UserUsernameInvalidCharset)
    } else if length < min {
        Some(reject(422, ErrorCode::UserUsernameTooShort).with("min", min))
    } else if length > max.min(MAX_USERNAME) {
        Some(reject(422, ErrorCode::UserUsernameTooLong).with("max", max))
    } else if !allowed.uppercase && any(char::is_ascii_uppercase) {
        broken(ErrorCode::UserUsernameUppercase)
    } else if !allowed.lowercase && any(char::is_ascii_lowercase) {
        broken(ErrorCode::UserUsernameLowercase)
    } else if !allowed.numbers && any(char::is_ascii_digit) {
        broken(ErrorCode::UserUsernameNumbers)
    } else if !allowed.underscore && any(|each| *each == '_') {
        broken(ErrorCode::UserUsernameUnderscore)
    } else {
        None
    }
}

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses an address: something, `@`, something with a dot in it, no spaces.
    pub fn parse(text: &str) -> Result<Self, Rejection> {
        let wrong = || invalid_input("email", "is no e-mail address");
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        let (host, top) = domain.rsplit_once('.').ok_or_else(wrong)?;
        let is_plain = |each: char| !each.is_whitespace() && !each.is_control();
        let parts_fit = [local, host, top].iter().all(|part| !part.is_empty());
        let has_no_markup = !text.contains(['<', '>', ',', ';', '"']);
        if !parts_fit || !text.chars().all(is_plain) || !has_no_markup || text.len() > MAX_EMAIL {
            return Err(wrong());
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is compared.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A phone number: digits with country code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Parses digits.
    pub fn parse(text: &str) -> Result<Self, Rejection> {
        let fits = text.chars().all(|each| each.is_ascii_digit());
        if !fits || text.is_empty() || text.len() > MAX_PHONE {
            return Err(invalid_input("phone", "is no phone number of digits with country code"));
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is compared: the international form, without a zero that only belongs in front of
    /// the national number.
    pub fn key(&self) -> String {
        let international = format!("+{}", self.0);
        match phonenumber::parse(None, &international) {
            Ok(number) if phonenumber::is_valid(&number) => {
                let formatted = number.format().mode(phonenumber::Mode::E164).to_string();
                formatted.trim_start_matches('+').to_owned()
            }
            _ => self.0.clone(),
        }
    }
}

/// Any of the three.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are their types")]
pub enum AccountName {
    Username(Username),
    Email(Email),
    Phone(Phone),
}

impl AccountName {
    /// Parses what came over the wire.
    pub fn parse(identifier: &Identifier) -> Result<Self, Rejection> {
        Ok(match identifier.kind {
            IdentifierType::Username => Self::Username(Username::parse(&identifier.value)?),
            IdentifierType::Email => Self::Email(Email::parse(&identifier.value)?),
            IdentifierType::Phone => Self::Phone(Phone::parse(&identifier.value)?),
        })
    }

    /// The column by which the account is found.
    pub fn user_key(&self, policy: &UsernamePolicy) -> UserKey {
        match self {
            Self::Username(name) => UserKey::Username(name.key(policy)),
            Self::Email(email) => UserKey::Email(email.key()),
            Self::Phone(phone) => UserKey::Phone(phone.key()),
        }
    }

    /// The kind of name, and as it is compared whatever the policy: what attempts are counted by.
    pub fn comparable(&self) -> (IdentifierType, String) {
        match self {
            Self::Username(name) => (IdentifierType::Username, name.0.to_ascii_lowercase()),
            Self::Email(email) => (IdentifierType::Email, email.key()),
            Self::Phone(phone) => (IdentifierType::Phone, phone.key()),
        }
    }

    /// As it goes over the wire.
    pub fn to_wire(&self) -> Identifier {
        let (kind, value) = match self {
            Self::Username(name) => (IdentifierType::Username, name.as_str()),
            Self::Email(email) => (IdentifierType::Email, email.as_str()),
            Self::Phone(phone) => (IdentifierType::Phone, phone.as_str()),
        };
        Identifier { kind, value: value.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vestibule_shared::sign_in_experience::UsernameCharacters;

    #[test]
    fn names_are_parsed_strictly() {
        for good in ["ann", "_x", "A1_b"] {
            assert!(Username::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "1a", "a b", "a-b", "ä", "a\0", "a\n", &"a".repeat(129)] {
            assert!(Username::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["a@b.c", "a+b@c.example", "ü@münchen.example"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a@b", "@b.c", "a@.c", "a@b.", "a b@c.d", "a@b.c\r\nBcc: x@y.z", "<a@b.c>"]
        {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "+49", "49 1", "abc", &"1".repeat(21)] {
            assert!(Phone::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_national_zero_makes_no_other_phone_number() {
        let key = |digits: &str| Phone::parse(digits).unwrap().key();
        assert_eq!(key("4901701234567"), key("491701234567"));
        assert_ne!(key("491701234567"), key("491701234568"));
    }

    #[test]
    fn case_counts_only_where_the_policy_says_so() {
        let name = Username::parse("Ann").unwrap();
        assert_eq!(name.key(&UsernamePolicy::default()), "Ann");
        let relaxed = UsernamePolicy { case_sensitive: false, ..UsernamePolicy::default() };
        assert_eq!(name.key(&relaxed), "ann");
        assert_eq!(Email::parse("Ann@Example.COM").unwrap().key(), "ann@example.com");
    }

    #[test]
    fn each_rule_of_the_policy_has_its_code() {
        let policy = UsernamePolicy {
            case_sensitive: true,
            min_length: 3,
            max_length: 5,
            allowed_chars: UsernameCharacters {
                lowercase: true,
                uppercase: false,
                numbers: false,
                underscore: false,
            },
        };
        let code = |text: &str| username_violation(text, &policy).map(|it| it.code);
        assert_eq!(code("anna"), None);
        assert_eq!(code(""), Some(ErrorCode::UserUsernameRequired));
        assert_eq!(code("1ann"), Some(ErrorCode::UserUsernameStartsWithNumber));
        assert_eq!(code("an n"), Some(ErrorCode::UserUsernameInvalidCharset));
        assert_eq!(code("an"), Some(ErrorCode::UserUsernameTooShort));
        assert_eq!(code("annaan"), Some(ErrorCode::UserUsernameTooLong));
        assert_eq!(code("Anna"), Some(ErrorCode::UserUsernameUppercase));
        assert_eq!(code("ann1"), Some(ErrorCode::UserUsernameNumbers));
        assert_eq!(code("ann_"), Some(ErrorCode::UserUsernameUnderscore));
    }
}
