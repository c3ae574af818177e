//! Keys that sign cookies, prepared.

use crate::secrets::Secrets;
use crate::seed::COOKIE_SEAL;
use vestibule_protocol::hash::Mac;
use vestibule_store::Millis;
use vestibule_store::cookie_keys::CookieKeyRow;

/// How long a new key only verifies, so that every server knows it before a browser brings
/// something that it has signed.
const AHEAD: Millis = 5_000;

/// All keys, newest first. What one of them has signed is good.
pub struct CookieKeys(Vec<(Millis, Mac)>);

impl CookieKeys {
    /// Opens the rows; the reason when there is none, or one cannot be used.
    pub fn read(rows: &[CookieKeyRow], secrets: &Secrets) -> Result<Self, String> {
        let open = |row: &CookieKeyRow| {
            let value = secrets.sealer.open(COOKIE_SEAL, &row.sealed_value);
            let value = value.map_err(|error| format!("{}: {error}", row.id))?;
            Ok((row.created_at, Mac::new(&value)))
        };
        let mut keys = rows.iter().map(open).collect::<Result<Vec<_>, String>>()?;
        if keys.is_empty() {
            return Err("there is none".into());
        }
        keys.sort_by_key(|(created_at, _)| std::cmp::Reverse(*created_at));
        Ok(Self(keys))
    }

    /// The signature of a text.
    pub fn sign(&self, text: &str, now: Millis) -> String {
        let is_known = |(created_at, _): &&(Millis, Mac)| created_at + AHEAD <= now;
        let key = self.0.iter().find(is_known).or_else(|| self.0.last());
        key.map_or_else(String::new, |(_, mac)| mac.sign(text.as_bytes()))
    }

    /// Whether one of the keys has signed the text.
    pub fn verify(&self, text: &str, signature: &str) -> bool {
        self.0.iter().any(|(_, mac)| mac.verify(text.as_bytes(), signature))
    }

    /// A key of a test.
    #[cfg(test)]
    pub fn of(key: &[u8]) -> Self {
        Self(vec![(0, Mac::new(key))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_signs_when_everybody_knows_it() {
        let (old, new) = (Mac::new(b"old"), Mac::new(b"new"));
        let keys = CookieKeys(vec![(10_000, new.clone()), (0, old.clone())]);
        assert_eq!(keys.sign("text", 10_000), old.sign(b"text"));
        assert_eq!(keys.sign("text", 15_000), new.sign(b"text"));
        for mac in [old, new] {
            assert!(keys.verify("text", &mac.sign(b"text")));
        }
        assert!(!keys.verify("text", &Mac::new(b"other").sign(b"text")));
        // The first key of an installation has nobody to wait for.
        assert_eq!(CookieKeys::of(b"only").sign("text", 0), Mac::new(b"only").sign(b"text"));
    }
}
