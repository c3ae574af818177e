//! Hashes, keyed hashes and keys derived from a secret.

use aws_lc_rs::{constant_time, digest, hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// SHA-256 in lower-case hexadecimal, 64 characters: how codes and tokens are stored.
pub fn sha256_hex(text: &str) -> String {
    sha256_hex_of(text.as_bytes())
}

/// The same of any bytes.
pub fn sha256_hex_of(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

/// SHA-256 in base64url without padding, 43 characters.
pub fn sha256_base64url(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

/// Whether two texts are equal, in a time that depends on their lengths only.
pub fn equal(left: impl AsRef<[u8]>, right: impl AsRef<[u8]>) -> bool {
    constant_time::verify_slices_are_equal(left.as_ref(), right.as_ref()).is_ok()
}

/// A key for one purpose, derived from a secret with HKDF-SHA-256 (RFC 5869).
pub fn derive(secret: &[u8], purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"vestibule").extract(secret);
    let info = [purpose.as_bytes()];
    let filled = extracted.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut key));
    if filled.is_err() {
        // Happens for other lengths only; a key of zeros must never be used.
        std::process::abort();
    }
    key
}

/// A key for HMAC-SHA-256.
#[derive(Clone)]
pub struct Mac(hmac::Key);

impl std::fmt::Debug for Mac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mac(***)")
    }
}

impl Mac {
    /// Uses `key` as it is.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// A key of its own for a purpose.
    pub fn derive(secret: &[u8], purpose: &str) -> Self {
        Self::new(&derive(secret, purpose))
    }

    /// The tag of a message.
    pub fn tag(&self, message: &[u8]) -> [u8; 32] {
        let mut tag = [0; 32];
        for (place, byte) in tag.iter_mut().zip(hmac::sign(&self.0, message).as_ref()) {
            *place = *byte;
        }
        tag
    }

    /// The tag of a message in base64url, 43 characters.
    pub fn sign(&self, message: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.tag(message))
    }

    /// The tag of a message in lower-case hexadecimal, 64 characters.
    pub fn sign_hex(&self, message: &[u8]) -> String {
        hex::encode(self.tag(message))
    }

    /// Whether `signature` comes from [`Mac::sign`], in constant time.
    pub fn verify(&self, message: &[u8], signature: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|tag| hmac::verify(&self.0, message, &tag).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_of_a_known_text() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex("abc"), hex);
        assert_eq!(sha256_base64url("abc"), URL_SAFE_NO_PAD.encode(hex::decode(hex).unwrap()));
    }

    #[test]
    fn equality() {
        assert!(equal("same", "same"));
        assert!(equal("", ""));
        assert!(!equal("same", "samf"));
        assert!(!equal("same", "same "));
        assert!(!equal("", "x"));
    }

    /// RFC 4231, test case 2.
    #[test]
    fn hmac_of_a_known_text() {
        let tag = Mac::new(b"Jefe").tag(b"what do ya want for nothing?");
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex::encode(tag), known);
    }

    #[test]
    fn signatures_hold_for_their_key_and_message_only() {
        let mac = Mac::derive(b"secret", "cookies");
        let signature = mac.sign(b"message");
        assert_eq!(signature.len(), 43);
        assert!(mac.verify(b"message", &signature));
        assert!(!mac.verify(b"messagf", &signature));
        assert!(!Mac::derive(b"secret", "tokens").verify(b"message", &signature));
        assert!(!Mac::derive(b"secreT", "cookies").verify(b"message", &signature));
        for bad in ["", "=", "AAAA", &signature[..42], &format!("{signature}="), "\u{0}"] {
            assert!(!mac.verify(b"message", bad), "{bad:?}");
        }
    }

    #[test]
    fn keys_differ_by_purpose_and_stay_the_same() {
        assert_ne!(derive(b"secret", "a"), derive(b"secret", "b"));
        assert_eq!(derive(b"secret", "a"), derive(b"secret", "a"));
        assert_eq!(format!("{:?}", Mac::new(b"secret")), "Mac(***)", "a key is never printed");
    }
}
