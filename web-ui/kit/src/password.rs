//! Judges a new password before it is sent, as the server will; breaches only the server knows.

use vestibule_shared::experience::{Identifier, IdentifierType};
use vestibule_shared::sign_in_experience::PasswordPolicy;

/// A reason to refuse a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issue {
    /// Fewer characters than this.
    TooShort(u32),
    /// More characters than this.
    TooLong(u32),
    /// Characters that cannot be typed everywhere.
    UnsupportedCharacters,
    /// Fewer kinds of characters than this.
    CharacterTypes(u32),
    /// Mostly one character again and again.
    Repetition,
    /// Mostly sequences of the alphabet or the keyboard.
    Sequence,
    /// Mostly what is known about the person.
    UserInfo,
    /// Mostly words that are not wanted.
    Words,
}

/// The policy with the contract's defaults filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Least number of characters.
    pub min: u32,
    /// Greatest number of characters.
    pub max: u32,
    /// Least number of kinds of characters.
    pub types: u32,
}

/// Figures of a policy.
pub fn limits(policy: &PasswordPolicy) -> Limits {
    let length = policy.length.unwrap_or_default();
    let types = policy.character_types.unwrap_or_default();
    Limits {
        min: length.min.unwrap_or(8),
        max: length.max.unwrap_or(256),
        types: types.min.unwrap_or(1),
    }
}

/// Every reason to refuse the password; empty when it is worth sending.
pub fn check(password: &str, policy: &PasswordPolicy, whose: Option<&Identifier>) -> Vec<Issue> {
    let Limits { min, max, types } = limits(policy);
    let characters: Vec<char> = password.chars().collect();
    let count = u32::try_from(characters.len()).unwrap_or(u32::MAX);
    let mut issues = Vec::new();
    if count < min {
        issues.push(Issue::TooShort(min));
    } else if count > max {
        issues.push(Issue::TooLong(max));
    }
    match character_types(&characters) {
        None => issues.push(Issue::UnsupportedCharacters),
        Some(found) if found < types => issues.push(Issue::CharacterTypes(types)),
        Some(_) => {}
    }
    issues.extend(restricted(&characters, policy, whose));
    issues
}

/// How many of the four kinds occur; `None` if something outside of them does.
fn character_types(characters: &[char]) -> Option<u32> {
    let mut kinds = 0_u32;
    for character in characters {
        kinds |= match character {
            'a'..='z' => 1,
            'A'..='Z' => 2,
            '0'..='9' => 4,
            ' '..='~' => 8,
            _ => return None,
        };
    }
    Some(kinds.count_ones())
}

/// Digits, the alphabet, the rows and the columns of a keyboard.
const SEQUENCES: [&str; 15] = [
    "0123456789",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik",
    "9ol",
];

/// Shorter runs count neither as repetition nor as sequence.
const MIN_RUN: usize = 3;

/// Guessable phrases are only a reason when hardly anything else is left of the password.
fn restricted(
    characters: &[char],
    policy: &PasswordPolicy,
    whose: Option<&Identifier>,
) -> Vec<Issue> {
    let lower: Vec<char> = characters.iter().map(char::to_ascii_lowercase).collect();
    let mut cover = Cover { hits: vec![false; characters.len()], issues: Vec::new() };
    let rejects = policy.rejects.as_ref();
    if rejects.and_then(|rejects| rejects.repetition_and_sequence) != Some(false) {
        cover.windows(characters, MIN_RUN, Issue::Repetition, is_repetition);
        cover.windows(characters, MIN_RUN, Issue::Sequence, is_sequence);
    }
    if let Some(whose) = whose
        && rejects.and_then(|rejects| rejects.user_info) != Some(false)
    {
        cover.phrase(&lower, own_name(whose), Issue::UserInfo);
    }
    for word in rejects.and_then(|rejects| rejects.words.as_ref()).into_iter().flatten() {
        cover.phrase(&lower, word, Issue::Words);
    }
    let tolerated = characters.len().saturating_sub(3).max(1);
    let covered = cover.hits.iter().filter(|hit| **hit).count();
    if covered > tolerated { cover.issues } else { Vec::new() }
}

/// The part of an identifier that people put into passwords.
fn own_name(identifier: &Identifier) -> &str {
    match identifier.kind {
        IdentifierType::Email => identifier.value.split('@').next().unwrap_or_default(),
        IdentifierType::Username | IdentifierType::Phone => &identifier.value,
    }
}

/// Which characters belong to guessable phrases, and to which kinds.
struct Cover {
    hits: Vec<bool>,
    issues: Vec<Issue>,
}

impl Cover {
    fn windows(
        &mut self,
        characters: &[char],
        size: usize,
        issue: Issue,
        matches: impl Fn(&[char]) -> bool,
    ) {
        for (start, window) in characters.windows(size).enumerate() {
            if matches(window) {
                self.hits.iter_mut().skip(start).take(size).for_each(|hit| *hit = true);
                if !self.issues.contains(&issue) {
                    self.issues.push(issue);
                }
            }
        }
    }

    fn phrase(&mut self, lower: &[char], phrase: &str, issue: Issue) {
        let phrase: Vec<char> = phrase.to_ascii_lowercase().chars().collect();
        if !phrase.is_empty() {
            self.windows(lower, phrase.len(), issue, |window| window == phrase.as_slice());
        }
    }
}

fn is_repetition(window: &[char]) -> bool {
    window.windows(2).all(|pair| pair.first() == pair.last())
}

fn is_sequence(window: &[char]) -> bool {
    let mixed =
        window.iter().any(char::is_ascii_uppercase) && window.iter().any(char::is_ascii_lowercase);
    let forward: String = window.iter().map(char::to_ascii_lowercase).collect();
    let backward: String = forward.chars().rev().collect();
    !mixed && SEQUENCES.iter().any(|row| row.contains(&forward) || row.contains(&backward))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vestibule_shared::sign_in_experience::{
        PasswordCharacterTypes, PasswordLength, PasswordRejects,
    };

    fn judge(password: &str) -> Vec<Issue> {
        check(password, &PasswordPolicy::default(), None)
    }

    #[test]
    fn good_passwords_pass() {
        for password in ["correct horse battery staple", "vK8#pQz!41rT", "aaa-Tr0ub4dor"] {
            assert_eq!(judge(password), [], "{password}");
        }
    }

    #[test]
    fn length_and_kinds_follow_the_policy() {
        let policy = PasswordPolicy {
            length: Some(PasswordLength { min: Some(6), max: Some(9) }),
            character_types: Some(PasswordCharacterTypes { min: Some(3) }),
            rejects: None,
        };
        assert_eq!(judge("kzmwpq"), [Issue::TooShort(8)]);
        assert_eq!(check("kZmwpq7", &policy, None), []);
        assert_eq!(check("kzmwpq7", &policy, None), [Issue::CharacterTypes(3)]);
        assert_eq!(check("kZmwpq7xwv", &policy, None), [Issue::TooLong(9)]);
        assert_eq!(judge("pässwört-zu"), [Issue::UnsupportedCharacters]);
    }

    #[test]
    fn mostly_guessable_passwords_are_refused() {
        assert_eq!(judge("aaaaaaaa"), [Issue::Repetition]);
        assert_eq!(judge("12345678"), [Issue::Sequence]);
        assert_eq!(judge("POIUYTREWQ"), [Issue::Sequence]);
        assert_eq!(judge("aaaa1234"), [Issue::Repetition, Issue::Sequence]);
        assert_eq!(judge("aBcDeFgH"), []);
    }

    #[test]
    fn own_names_and_forbidden_words_are_refused() {
        let ann = Identifier { kind: IdentifierType::Email, value: "Ann.Lee@x.org".into() };
        let policy = PasswordPolicy::default();
        assert_eq!(check("ann.lee!!", &policy, Some(&ann)), [Issue::UserInfo]);
        assert_eq!(check("ann.lee+kzmw", &policy, Some(&ann)), []);
        let words = PasswordRejects { words: Some(vec!["Acme".into()]), ..Default::default() };
        let policy = PasswordPolicy { rejects: Some(words), ..policy };
        assert_eq!(check("acmeACME", &policy, None), [Issue::Words]);
    }

    #[test]
    fn what_the_policy_allows_passes() {
        let lax = PasswordRejects {
            repetition_and_sequence: Some(false),
            user_info: Some(false),
            ..Default::default()
        };
        let policy = PasswordPolicy { rejects: Some(lax), ..Default::default() };
        let ann = Identifier { kind: IdentifierType::Username, value: "annannan".into() };
        assert_eq!(check("12345678", &policy, None), []);
        assert_eq!(check("annannan", &policy, Some(&ann)), []);
    }
}
