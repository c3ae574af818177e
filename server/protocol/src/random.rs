//! The only place that draws randomness.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const LOWERCASE_AND_DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const LETTERS_AND_DIGITS: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS: &[u8; 10] = b"0123456789";

/// Random bytes.
///
/// A process whose operating system gives no randomness is ended: whatever it would issue could
/// be guessed.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

/// An opaque token: 43 characters of base64url, 256 bits.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// An identifier of `length` characters out of `[0-9a-z]`.
pub fn id(length: usize) -> String {
    text(LOWERCASE_AND_DIGITS, length)
}

/// An identifier of 21 characters, used for everything but users.
pub fn standard_id() -> String {
    id(21)
}

/// An identifier of 12 characters, used for users.
pub fn short_id() -> String {
    id(12)
}

/// A client secret: 32 characters out of `[0-9A-Za-z]`, 190 bits.
pub fn secret() -> String {
    text(LETTERS_AND_DIGITS, 32)
}

/// A code of six digits that is sent in a message.
pub fn numeric_code() -> String {
    text(DIGITS, 6)
}

/// Bytes that do not fall into a whole multiple of the alphabet are drawn again, so that each
/// character is equally likely.
fn text<const N: usize>(alphabet: &[u8; N], length: usize) -> String {
    let limit = 256 - 256 % N;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let fair = bytes::<64>().into_iter().map(usize::from).filter(|byte| *byte < limit);
        let characters = fair.filter_map(|byte| alphabet.get(byte % N).copied().map(char::from));
        text.extend(characters.take(length - text.len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashSet};

    fn only(text: &str, alphabet: &[u8]) -> bool {
        text.bytes().all(|byte| alphabet.contains(&byte))
    }

    #[test]
    fn lengths_and_alphabets() {
        assert_eq!(token().len(), 43);
        assert_eq!(URL_SAFE_NO_PAD.decode(token()).unwrap().len(), 32);
        assert_eq!(standard_id().len(), 21);
        assert_eq!(short_id().len(), 12);
        assert!(only(&id(500), LOWERCASE_AND_DIGITS));
        assert_eq!(id(500).len(), 500);
        assert_eq!(id(0), "");
        assert_eq!(secret().len(), 32);
        assert!(only(&secret(), LETTERS_AND_DIGITS));
        assert_eq!(numeric_code().len(), 6);
        assert!(only(&numeric_code(), DIGITS));
    }

    #[test]
    fn nothing_comes_twice() {
        let drawn: HashSet<_> = (0..2000).map(|_| standard_id()).collect();
        assert_eq!(drawn.len(), 2000);
    }

    /// Without drawing again, `0` to `3` would be 14 % more frequent in `[0-9a-z]`.
    #[test]
    fn each_character_is_equally_likely() {
        const DRAWN: usize = 360_000;
        let mut counts = BTreeMap::new();
        id(DRAWN).bytes().for_each(|byte| *counts.entry(byte).or_insert(0_usize) += 1);
        assert_eq!(counts.len(), 36);
        let expected = DRAWN / 36;
        for (byte, count) in counts {
            let deviation = count.abs_diff(expected);
            // Six standard deviations.
            assert!(deviation < 600, "{}: {count} instead of {expected}", char::from(byte));
        }
    }
}
