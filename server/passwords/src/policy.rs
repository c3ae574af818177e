//! The policy for new passwords.

mod restricted;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::breached::BreachedPasswords;

/// What a new password must be like. Every part may be left out and then has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordPolicy {
    /// How long it must and may be.
    pub length: Length,
    /// How many kinds of characters it must mix.
    pub character_types: CharacterTypes,
    /// What it must not be.
    pub rejects: Rejects,
}

/// Bounds of the length, in code points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Length {
    /// Shortest password accepted.
    pub min: u32,
    /// Longest password accepted.
    pub max: u32,
}

impl Default for Length {
    fn default() -> Self {
        Self { min: 8, max: 256 }
    }
}

/// How many of lower case, upper case, digits and symbols must occur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CharacterTypes {
    /// 1 to 4.
    pub min: u32,
}

impl Default for CharacterTypes {
    fn default() -> Self {
        Self { min: 1 }
    }
}

/// What makes a password easy to guess, and whether it is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rejects {
    /// Passwords known from breaches.
    pub pwned: bool,
    /// Passwords made of repeated characters or of sequences such as `1234` or `qwerty`.
    pub repetition_and_sequence: bool,
    /// Passwords made of what is known about the user.
    pub user_info: bool,
    /// Passwords made of these words.
    pub words: Vec<String>,
}

impl Default for Rejects {
    fn default() -> Self {
        Self { pwned: true, repetition_and_sequence: true, user_info: true, words: Vec::new() }
    }
}

/// What is known about the person whose password it will be.
#[derive(Clone, Debug, Default)]
pub struct UserFacts {
    /// Full name.
    pub name: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// One reason to refuse a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Key of the phrase that tells the person.
    pub code: &'static str,
    /// Figures for that phrase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interpolation: Option<Interpolation>,
}

/// Figures for the phrase of an [`Issue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Interpolation {
    /// At least so many.
    Min(u32),
    /// At most so many.
    Max(u32),
}

impl Issue {
    fn plain(code: &'static str) -> Self {
        Self { code, interpolation: None }
    }

    fn with(code: &'static str, interpolation: Interpolation) -> Self {
        Self { code, interpolation: Some(interpolation) }
    }
}

/// A longer text is only told that it is too long.
const MAX_JUDGED: usize = 4096;

/// Judges a new password; an empty list means that it is accepted.
///
/// Characters are counted as code points after canonical composition (NFC), so that a
/// person's keyboard does not decide how long their password is.
pub fn check(
    password: &str,
    policy: &PasswordPolicy,
    facts: &UserFacts,
    breached: &BreachedPasswords,
) -> Vec<Issue> {
    let characters: Vec<char> = password.nfc().collect();
    let mut issues = Vec::new();
    issues.extend(length_issue(&characters, &policy.length));
    if characters.len() > MAX_JUDGED {
        // Far beyond every limit: looking for patterns in it would only take time.
        return issues;
    }
    issues.extend(character_issue(&characters, &policy.character_types));
    if policy.rejects.pwned && breached.contains(password) {
        issues.push(Issue::plain("password_rejected.pwned"));
    }
    let restricted = restricted::restrictions(&characters, &policy.rejects, facts);
    issues.extend(restricted.into_iter().map(Issue::plain));
    issues
}

fn length_issue(characters: &[char], length: &Length) -> Option<Issue> {
    let count = u32::try_from(characters.len()).unwrap_or(u32::MAX);
    if count < length.min {
        Some(Issue::with("password_rejected.too_short", Interpolation::Min(length.min)))
    } else if count > length.max {
        Some(Issue::with("password_rejected.too_long", Interpolation::Max(length.max)))
    } else {
        None
    }
}

/// Characters outside the four types are not supported; where there are some, the number
/// of types is not judged.
fn character_issue(characters: &[char], types: &CharacterTypes) -> Option<Issue> {
    let mut seen = [false; 4];
    for character in characters {
        match character {
            'a'..='z' => seen[0] = true,
            'A'..='Z' => seen[1] = true,
            '0'..='9' => seen[2] = true,
            ' '..='~' => seen[3] = true,
            _ => return Some(Issue::plain("password_rejected.unsupported_characters")),
        }
    }
    let found: u32 = seen.into_iter().map(u32::from).sum();
    (found < types.min)
        .then(|| Issue::with("password_rejected.character_types", Interpolation::Min(types.min)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(password: &str, policy: &PasswordPolicy, facts: &UserFacts) -> Vec<&'static str> {
        check(password, policy, facts, &BreachedPasswords::embedded())
            .into_iter()
            .map(|issue| issue.code)
            .collect()
    }

    fn default_codes(password: &str) -> Vec<&'static str> {
        codes(password, &PasswordPolicy::default(), &UserFacts::default())
    }

    #[test]
    fn strong_passwords_pass() {
        for password in ["correct horse battery staple", "vK8#pQz!41rT", "nmgheyuwkap"] {
            assert_eq!(default_codes(password), [""; 0], "{password}");
        }
    }

    #[test]
    fn issues_have_the_wire_form() {
        let policy = PasswordPolicy {
            character_types: CharacterTypes { min: 3 },
            ..PasswordPolicy::default()
        };
        let issues =
            check("kzmwpq", &policy, &UserFacts::default(), &BreachedPasswords::embedded());
        assert_eq!(
            serde_json::to_value(issues).unwrap(),
            serde_json::json!([
                {"code": "password_rejected.too_short", "interpolation": {"min": 8}},
                {"code": "password_rejected.character_types", "interpolation": {"min": 3}},
            ])
        );
        let issues = check(
            &"kz4mwpqT".repeat(40),
            &policy,
            &UserFacts::default(),
            &BreachedPasswords::embedded(),
        );
        assert_eq!(
            serde_json::to_value(issues).unwrap(),
            serde_json::json!([
                {"code": "password_rejected.too_long", "interpolation": {"max": 256}},
            ])
        );
    }

    #[test]
    fn length_is_counted_in_code_points() {
        let policy =
            PasswordPolicy { length: Length { min: 4, max: 4 }, ..PasswordPolicy::default() };
        // Eight code points before composition, four after it; 16 UTF-16 units for emoji.
        for password in ["e\u{301}o\u{301}e\u{301}o\u{301}", "🦊🦉🦋🦔"] {
            assert_eq!(
                codes(password, &policy, &UserFacts::default()),
                ["password_rejected.unsupported_characters"],
                "{password}"
            );
        }
    }

    #[test]
    fn every_printable_ascii_character_is_supported() {
        let all: Vec<char> = (' '..='~').collect();
        assert_eq!(character_issue(&all, &CharacterTypes { min: 4 }), None);
        for unsupported in ['\t', '\0', '\u{7f}', 'é', '漢', '\u{200b}'] {
            assert_eq!(
                character_issue(&['a', unsupported], &CharacterTypes { min: 4 }).unwrap().code,
                "password_rejected.unsupported_characters"
            );
        }
    }

    #[test]
    fn breached_passwords_are_refused_unless_allowed() {
        assert!(default_codes("letmein1").contains(&"password_rejected.pwned"));
        let mut policy = PasswordPolicy::default();
        policy.rejects.pwned = false;
        assert!(codes("letmein1", &policy, &UserFacts::default()).is_empty());
    }

    #[test]
    fn policies_may_be_partial() {
        let policy: PasswordPolicy =
            serde_json::from_str(r#"{"length":{"min":12},"rejects":{"words":["acme"]}}"#).unwrap();
        assert_eq!(policy.length, Length { min: 12, max: 256 });
        assert_eq!(policy.character_types.min, 1);
        assert!(policy.rejects.pwned && policy.rejects.user_info);
        assert_eq!(policy.rejects.words, ["acme"]);
        let default: PasswordPolicy = serde_json::from_str("{}").unwrap();
        assert_eq!(default, PasswordPolicy::default());
    }

    proptest::proptest! {
        #[test]
        fn any_input_is_judged(password in "\\PC{0,300}", name in "\\PC{0,40}", word in ".{0,5}") {
            let mut policy = PasswordPolicy::default();
            policy.rejects.words = vec![word];
            let facts = UserFacts { name: Some(name), ..UserFacts::default() };
            codes(&password, &policy, &facts);
        }
    }
}
