//! Sealing of secrets that must be shown again: AES-256-GCM under a key derived from the server's
//! secret key.
//!
//! A sealed text is `v1.<key id>.<base64url of nonce and ciphertext>`. It is bound to a purpose, so
//! that a text moved to another column or row cannot be opened there.

use crate::{hash, random};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const VERSION: &str = "v1";
const NONCE_LENGTH: usize = 12;

/// Why a sealed text was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is not of the form this module writes.
    #[error("not a sealed text")]
    Malformed,
    /// It was sealed under a key that is not among those given.
    #[error("sealed with key {sealed_with}, but the keys at hand are {available}")]
    UnknownKey {
        /// Id of the key it was sealed with.
        sealed_with: String,
        /// Ids of the keys that were tried, current one first.
        available: String,
    },
    /// It was changed, or sealed for another purpose.
    #[error("the sealed text was changed or belongs to another purpose")]
    Forged,
}

/// Seals with one key and opens with that and older ones.
#[derive(Debug)]
pub struct Sealer {
    current: SealingKey,
    older: Vec<SealingKey>,
}

impl Sealer {
    /// Seals with a key made from `secret`; opens what was sealed with it or an older secret.
    pub fn new<'a>(secret: &[u8], older: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let older = older.into_iter().map(SealingKey::from_secret).collect();
        Self { current: SealingKey::from_secret(secret), older }
    }

    /// Seals for a purpose, such as `signing key <kid>`.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> String {
        self.current.seal(purpose, plain)
    }

    /// Opens what was sealed for this purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let id = key_id(sealed)?;
        match self.keys().find(|key| key.id == id) {
            Some(key) => key.open(purpose, sealed),
            None => Err(SealError::UnknownKey {
                sealed_with: id.to_owned(),
                available: self.keys().map(|key| key.id.as_str()).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// Whether a text was sealed with another key than the current one.
    pub fn is_outdated(&self, sealed: &str) -> bool {
        key_id(sealed).is_ok_and(|id| id != self.current.id)
    }

    fn keys(&self) -> impl Iterator<Item = &SealingKey> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

/// One key.
pub struct SealingKey {
    id: String,
    key: LessSafeKey,
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingKey({})", self.id)
    }
}

impl SealingKey {
    /// Derives key and key id from a secret; the id tells nothing about the key.
    pub fn from_secret(secret: &[u8]) -> Self {
        let derived = hash::derive(secret, "sealing");
        let Ok(key) = UnboundKey::new(&AES_256_GCM, &derived) else {
            // Happens for other lengths only; nothing may be written unsealed.
            std::process::abort();
        };
        let id: String =
            hex::encode(hash::derive(secret, "sealing key id")).chars().take(8).collect();
        Self { id, key: LessSafeKey::new(key) }
    }

    /// Eight hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seals for a purpose.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> String {
        let nonce = random::bytes::<NONCE_LENGTH>();
        let mut text = plain.to_vec();
        let sealed = self.key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            self.context(purpose),
            &mut text,
        );
        if sealed.is_err() {
            // Happens beyond 64 GiB only; nothing may be written unsealed.
            std::process::abort();
        }
        let body = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &text].concat());
        format!("{VERSION}.{}.{body}", self.id)
    }

    /// Opens what this key sealed for this purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let id = key_id(sealed)?;
        if id != self.id {
            let (sealed_with, available) = (id.to_owned(), self.id.clone());
            return Err(SealError::UnknownKey { sealed_with, available });
        }
        let body = sealed.rsplit('.').next().unwrap_or_default();
        let mut body = URL_SAFE_NO_PAD.decode(body).map_err(|_| SealError::Malformed)?;
        let (nonce, text) = body.split_at_mut_checked(NONCE_LENGTH).ok_or(SealError::Malformed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Malformed)?;
        let opened = self.key.open_in_place(nonce, self.context(purpose), text);
        opened.map(|plain| plain.to_vec()).map_err(|_| SealError::Forged)
    }

    fn context(&self, purpose: &str) -> Aad<Vec<u8>> {
        Aad::from(format!("{VERSION}.{}.{purpose}", self.id).into_bytes())
    }
}

fn key_id(sealed: &str) -> Result<&str, SealError> {
    let mut parts = sealed.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(VERSION), Some(id), Some(_), None) => Ok(id),
        _ => Err(SealError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> SealingKey {
        SealingKey::from_secret(b"a secret key of a test, 32 bytes or more")
    }

    #[test]
    fn a_sealed_text_opens_for_its_purpose_only() {
        let key = key();
        let sealed = key.seal("application secret a/b", b"plain");
        assert!(sealed.starts_with(&format!("v1.{}.", key.id())));
        assert!(!sealed.contains("plain"));
        assert_eq!(key.open("application secret a/b", &sealed).unwrap(), b"plain");
        assert_eq!(key.open("application secret a/c", &sealed), Err(SealError::Forged));
    }

    #[test]
    fn the_same_text_never_seals_alike() {
        assert_ne!(key().seal("p", b"plain"), key().seal("p", b"plain"));
    }

    #[test]
    fn a_wrong_key_is_named() {
        let (mine, theirs) = (key(), SealingKey::from_secret(b"another"));
        let error = mine.open("p", &theirs.seal("p", b"plain")).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(mine.id()) && text.contains(theirs.id()), "{text}");
    }

    #[test]
    fn an_older_key_opens_and_is_outdated() {
        let old = Sealer::new(b"old", []);
        let sealed = old.seal("p", b"plain");
        let rotated = Sealer::new(b"new", [b"older".as_slice(), b"old".as_slice()]);
        assert_eq!(rotated.open("p", &sealed).unwrap(), b"plain");
        assert!(rotated.is_outdated(&sealed));
        assert!(!rotated.is_outdated(&rotated.seal("p", b"plain")));
        let error = Sealer::new(b"new", []).open("p", &sealed).unwrap_err();
        assert!(matches!(error, SealError::UnknownKey { .. }));
    }

    #[test]
    fn malformed_texts() {
        let key = key();
        let short = format!("v1.{}.AAAA", key.id());
        let padded = format!("v1.{}.AA==", key.id());
        let four = format!("v1.{}.AAAA.AAAA", key.id());
        for bad in ["", "v1", "v1.x", "plain", "v2.00000000.AAAA", &short, &padded, &four] {
            assert!(
                matches!(key.open("p", bad), Err(SealError::Malformed)),
                "{bad}: {:?}",
                key.open("p", bad)
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_comes_back(plain: Vec<u8>, purpose: String) {
            let key = key();
            prop_assert_eq!(key.open(&purpose, &key.seal(&purpose, &plain)).unwrap(), plain);
        }

        #[test]
        fn a_changed_byte_is_noticed(place in 0_usize..60, change in 1_u8..=255) {
            let key = key();
            let sealed = key.seal("p", &[7; 32]);
            let (head, body) = sealed.rsplit_once('.').unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(body).unwrap();
            prop_assert_eq!(bytes.len(), 60);
            bytes[place] ^= change;
            let forged = format!("{head}.{}", URL_SAFE_NO_PAD.encode(bytes));
            prop_assert_eq!(key.open("p", &forged), Err(SealError::Forged));
        }

        #[test]
        fn any_text_is_refused_without_a_panic(text: String) {
            prop_assert!(key().open("p", &text).is_err());
        }
    }
}
