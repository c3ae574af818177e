//! Passwords made of repetitions, sequences, facts about the user or forbidden words.
//!
//! Such phrases are no reason to refuse a password in which they are a part. Only when
//! they cover nearly all of it is it refused, and then for each kind of phrase in it.

use super::{Rejects, UserFacts};

/// Fewer characters than this are neither a repetition nor a sequence.
const MIN_RUN: usize = 3;

/// So many characters outside the phrases make a password acceptable.
const FREE_CHARACTERS: usize = 3;

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

/// Codes of the kinds of phrases that cover nearly all of the password.
pub(super) fn restrictions(
    password: &[char],
    rejects: &Rejects,
    facts: &UserFacts,
) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut covered = vec![false; password.len()];
    let lower = lower_case(password);
    let mut note = |code, hits: Vec<bool>| {
        if hits.contains(&true) {
            found.push(code);
            covered.iter_mut().zip(hits).for_each(|(covered, hit)| *covered |= hit);
        }
    };
    if rejects.repetition_and_sequence {
        note("password_rejected.restricted.repetition", repetitions(password));
        note("password_rejected.restricted.sequence", sequences(password));
    }
    if rejects.user_info {
        note("password_rejected.restricted.user_info", occurrences(&lower, &facts.phrases()));
    }
    note("password_rejected.restricted.words", occurrences(&lower, &rejects.words));

    let count = covered.into_iter().filter(|covered| *covered).count();
    let tolerated = password.len().saturating_sub(FREE_CHARACTERS).max(1);
    if count > tolerated { found } else { Vec::new() }
}

impl UserFacts {
    /// Whatever of the facts a person might put into a password.
    fn phrases(&self) -> Vec<String> {
        let mut phrases: Vec<String> = Vec::new();
        if let Some(name) = &self.name {
            phrases.push(name.trim().to_owned());
            phrases.push(name.split_whitespace().collect());
            phrases.extend(name.split_whitespace().map(str::to_owned));
        }
        phrases.extend(self.username.clone());
        if let Some(email) = &self.email {
            let local = email.rsplit_once('@').map_or(email.as_str(), |(local, _)| local);
            phrases.push(local.to_owned());
        }
        if let Some(phone) = &self.phone {
            phrases.push(phone.clone());
            phrases.push(phone.chars().filter(char::is_ascii_digit).collect());
        }
        phrases
    }
}

/// Marks the characters that belong to runs of one character.
fn repetitions(password: &[char]) -> Vec<bool> {
    let mut hits = Vec::with_capacity(password.len());
    for run in password.chunk_by(|left, right| left == right) {
        hits.extend(std::iter::repeat_n(run.len() >= MIN_RUN, run.len()));
    }
    hits
}

/// Marks the characters that belong to sequences, forwards or backwards, in all lower or
/// all upper case.
fn sequences(password: &[char]) -> Vec<bool> {
    let mut hits = vec![false; password.len()];
    for (start, window) in password.windows(MIN_RUN).enumerate() {
        if is_sequence(window) {
            hits.iter_mut().skip(start).take(MIN_RUN).for_each(|hit| *hit = true);
        }
    }
    hits
}

/// A run is a sequence exactly when each of its windows of the least length is one.
fn is_sequence(window: &[char]) -> bool {
    let upper = window.iter().any(char::is_ascii_uppercase);
    if upper && window.iter().any(char::is_ascii_lowercase) {
        return false;
    }
    let forward: String = window.iter().map(char::to_ascii_lowercase).collect();
    let backward: String = forward.chars().rev().collect();
    SEQUENCES.iter().any(|sequence| sequence.contains(&forward) || sequence.contains(&backward))
}

/// Marks every occurrence of every phrase, whatever its case. `lower` is in lower case.
fn occurrences(lower: &[char], phrases: &[String]) -> Vec<bool> {
    let mut hits = vec![false; lower.len()];
    for phrase in phrases {
        let phrase = lower_case(&phrase.chars().collect::<Vec<_>>());
        if phrase.is_empty() {
            continue;
        }
        for (start, window) in lower.windows(phrase.len()).enumerate() {
            if window == phrase.as_slice() {
                hits.iter_mut().skip(start).take(phrase.len()).for_each(|hit| *hit = true);
            }
        }
    }
    hits
}

/// Lower case, character by character: the result has the same length.
fn lower_case(text: &[char]) -> Vec<char> {
    text.iter().map(|character| character.to_lowercase().next().unwrap_or(*character)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPETITION: &str = "password_rejected.restricted.repetition";
    const SEQUENCE: &str = "password_rejected.restricted.sequence";
    const USER_INFO: &str = "password_rejected.restricted.user_info";
    const WORDS: &str = "password_rejected.restricted.words";

    fn judge(password: &str, words: &[&str], facts: &UserFacts) -> Vec<&'static str> {
        let rejects = Rejects {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..Rejects::default()
        };
        restrictions(&password.chars().collect::<Vec<_>>(), &rejects, facts)
    }

    fn ada() -> UserFacts {
        UserFacts {
            name: Some("Ada  King Lovelace".into()),
            username: Some("countess".into()),
            email: Some("ada.king@example.com".into()),
            phone: Some("+441712345698".into()),
        }
    }

    #[test]
    fn repetitions_count_from_three() {
        let nobody = UserFacts::default();
        assert_eq!(judge("aaaaaaaa", &[], &nobody), [REPETITION]);
        assert_eq!(judge("aaabbbccc", &[], &nobody), [REPETITION]);
        assert!(judge("aabbccdd", &[], &nobody).is_empty());
    }

    #[test]
    fn sequences_in_every_form() {
        let nobody = UserFacts::default();
        for password in [
            "12345678",
            "87654321",
            "abcdefgh",
            "HGFEDCBA",
            "qwertyui",
            "asdfghjk",
            "zxcvbnm",
            "1qaz2wsx",
            "xsw2zaq1",
            "9ol8ik7ujm",
            "7890",
            "0987",
            "QWERTY123",
        ] {
            assert_eq!(judge(password, &[], &nobody), [SEQUENCE], "{password}");
        }
        for password in ["aBcDeFgH", "acegikmo", "13579024", "qpwoeiru"] {
            assert!(judge(password, &[], &nobody).is_empty(), "{password}");
        }
    }

    #[test]
    fn facts_about_the_user() {
        for password in [
            "lovelace",
            "LOVELACE12",
            "AdaKingLovelace",
            "ada  king lovelace",
            "ada.king",
            "countess1",
            "441712345698",
            "+441712345698",
        ] {
            let found = judge(password, &[], &ada());
            assert!(found.contains(&USER_INFO), "{password}: {found:?}");
        }
        let mut rejects = Rejects { user_info: false, ..Rejects::default() };
        rejects.repetition_and_sequence = false;
        let password: Vec<char> = "lovelace".chars().collect();
        assert!(restrictions(&password, &rejects, &ada()).is_empty());
    }

    #[test]
    fn refused_only_when_nearly_all_is_covered() {
        let nobody = UserFacts::default();
        // Eight characters: five covered are tolerated, six are not.
        assert!(judge("12345xyq", &[], &nobody).is_empty());
        assert_eq!(judge("123456xq", &[], &nobody), [SEQUENCE]);
        // Kinds add up, and each that occurs is named.
        assert_eq!(judge("aaa123xq", &[], &nobody), [REPETITION, SEQUENCE]);
        assert_eq!(judge("acme-ada-123", &["ACME"], &ada()), [SEQUENCE, USER_INFO, WORDS]);
        // Of very short passwords one covered character is tolerated.
        assert!(judge("ab", &["a"], &nobody).is_empty());
        assert_eq!(judge("ab", &["ab"], &nobody), [WORDS]);
        // Overlaps count once.
        assert!(judge("abcdxyqw", &["abc", "bcd"], &nobody).is_empty());
    }

    #[test]
    fn empty_words_and_facts_match_nothing() {
        let facts = UserFacts {
            name: Some("  ".into()),
            email: Some("@example.com".into()),
            phone: Some(String::new()),
            username: Some(String::new()),
        };
        assert!(judge("kzmwpqtr", &[""], &facts).is_empty());
        assert!(judge("", &[""], &facts).is_empty());
    }
}
