//! Refresh tokens: their text, when they are replaced, and what a used one means (RFC 9700 section
//! 4.14).
//!
//! All tokens of a family share a random handle; each has a generation. The text of every
//! generation can be computed from these two, so the database holds no token, only the hash of
//! the handle and the current generation, and a repeated request gets the same answer.

use crate::client::{Client, Platform};
use crate::hash::{self, Mac};
use crate::random;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};

/// How long the token before the current one is still taken: requests that cross each other.
const LEEWAY: TimeDelta = TimeDelta::seconds(3);
/// A family of this age is not continued: 365.25 days.
const MAX_FAMILY_AGE: TimeDelta = TimeDelta::seconds(31_557_600);

const HANDLE_LENGTH: usize = 32;
const GENERATION_LENGTH: usize = 4;
const TAG_LENGTH: usize = 16;

/// A refresh token.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    handle: [u8; HANDLE_LENGTH],
    generation: u32,
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RefreshToken(***, generation {})", self.generation)
    }
}

impl RefreshToken {
    /// The first token of a new family, of generation 0.
    pub fn first() -> Self {
        Self { handle: random::bytes(), generation: 0 }
    }

    /// Another token of the same family.
    pub fn with_generation(&self, generation: u32) -> Self {
        Self { handle: self.handle, generation }
    }

    /// Which token of its family it is.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// SHA-256 of the handle in hexadecimal: how the family is stored.
    pub fn family(&self) -> String {
        hash::sha256_hex(&hex::encode(self.handle))
    }

    /// What the client gets: 70 characters of base64url.
    pub fn encode(&self, key: &Mac) -> String {
        let mut bytes = self.signed_part();
        bytes.extend(self.tag(key));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what a client presents; `None` unless it was made with this key.
    pub fn decode(text: &str, key: &Mac) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (handle, rest) = bytes.split_first_chunk::<HANDLE_LENGTH>()?;
        let (generation, tag) = rest.split_first_chunk::<GENERATION_LENGTH>()?;
        let token = Self { handle: *handle, generation: u32::from_be_bytes(*generation) };
        hash::equal(token.tag(key), tag).then_some(token)
    }

    fn signed_part(&self) -> Vec<u8> {
        [self.handle.as_slice(), &self.generation.to_be_bytes()].concat()
    }

    fn tag(&self, key: &Mac) -> Vec<u8> {
        key.tag(&self.signed_part()).into_iter().take(TAG_LENGTH).collect()
    }
}

/// What a presented token is within its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The one to be used.
    Current,
    /// The one before, given up a moment ago: the answer is that of the current one.
    WithinLeeway,
    /// Given up: somebody uses a stolen token, the grant must be revoked.
    Reused,
    /// Never issued.
    Unknown,
}

/// Compares the generation that is presented with the current one. `rotated_at` is when the current
/// one took over.
pub fn standing(
    presented: u32,
    current: u32,
    rotated_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Standing {
    if presented == current {
        return Standing::Current;
    }
    if presented > current {
        return Standing::Unknown;
    }
    let is_the_one_before = presented.checked_add(1) == Some(current);
    if is_the_one_before && rotated_at.is_some_and(|moment| now - moment <= LEEWAY) {
        return Standing::WithinLeeway;
    }
    Standing::Reused
}

/// Times of the current token of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// When the family began.
    pub family_created_at: DateTime<Utc>,
    /// When the token was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// What happens to a token that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It stays.
    Keep,
    /// The next generation takes over.
    Rotate {
        /// When that one ends.
        expires_at: DateTime<Utc>,
    },
}

/// Whether a token is replaced when it is used.
///
/// Tokens of public clients always are, those of confidential ones after 70 % of their life. In a
/// browser application the next one inherits the end, elsewhere it lives anew. A family older than
/// a year is not continued, nor where the client does not want it.
pub fn rotation(client: &Client, lifetime: &Lifetime, now: DateTime<Utc>) -> Rotation {
    let too_old = now - lifetime.family_created_at >= MAX_FAMILY_AGE;
    if !client.rotates_refresh_tokens() || too_old {
        return Rotation::Keep;
    }
    let total = (lifetime.expires_at - lifetime.issued_at).num_milliseconds();
    let passed = (now - lifetime.issued_at).num_milliseconds();
    let is_nearly_over = passed.saturating_mul(10) >= total.saturating_mul(7);
    if !client.is_public() && !is_nearly_over {
        return Rotation::Keep;
    }
    let inherits_the_end = client.is_public() && client.rules.platform == Platform::Web;
    let expires_at =
        if inherits_the_end { lifetime.expires_at } else { now + client.refresh_token_ttl() };
    Rotation::Rotate { expires_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use vestibule_shared::application::{ApplicationType, CustomClientMetadata};

    fn key() -> Mac {
        Mac::derive(b"secret", "refresh tokens")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    const DAY: i64 = 86_400;

    #[test]
    fn a_family_shares_its_hash_and_any_generation_can_be_computed() {
        let first = RefreshToken::first();
        let text = first.encode(&key());
        assert_eq!(text.len(), 70);
        let read = RefreshToken::decode(&text, &key()).unwrap();
        assert_eq!(read, first);
        let second = read.with_generation(1);
        assert_eq!(second.family(), first.family());
        assert_eq!(second.encode(&key()), first.with_generation(1).encode(&key()));
        assert_ne!(second.encode(&key()), text);
        assert_ne!(RefreshToken::first().family(), first.family());
        assert_eq!(first.family().len(), 64);
    }

    #[test]
    fn nothing_but_our_own_tokens_is_read() {
        let text = RefreshToken::first().encode(&key());
        assert_eq!(RefreshToken::decode(&text, &Mac::derive(b"secret", "cookies")), None);
        for bad in ["", "AAAA", &text[..69], &format!("{text}A"), &format!("{text}=")] {
            assert_eq!(RefreshToken::decode(bad, &key()), None, "{bad}");
        }
    }

    /// Whoever holds one generation cannot make the next.
    #[test]
    fn the_next_generation_cannot_be_guessed() {
        let mut bytes = URL_SAFE_NO_PAD.decode(RefreshToken::first().encode(&key())).unwrap();
        bytes[HANDLE_LENGTH + GENERATION_LENGTH - 1] += 1;
        assert_eq!(RefreshToken::decode(&URL_SAFE_NO_PAD.encode(bytes), &key()), None);
    }

    #[test]
    fn the_one_before_is_taken_for_three_seconds() {
        let rotated = Some(at(0));
        assert_eq!(standing(4, 4, rotated, at(100)), Standing::Current);
        assert_eq!(standing(0, 0, None, at(0)), Standing::Current);
        assert_eq!(standing(3, 4, rotated, at(0)), Standing::WithinLeeway);
        assert_eq!(standing(3, 4, rotated, at(3)), Standing::WithinLeeway);
        assert_eq!(standing(3, 4, rotated, at(3) + TimeDelta::milliseconds(1)), Standing::Reused);
        assert_eq!(standing(2, 4, rotated, at(0)), Standing::Reused);
        assert_eq!(standing(3, 4, None, at(0)), Standing::Reused);
        assert_eq!(standing(5, 4, rotated, at(0)), Standing::Unknown);
        assert_eq!(standing(u32::MAX, 0, rotated, at(0)), Standing::Unknown);
    }

    fn client(kind: ApplicationType, rotate: Option<bool>) -> Client {
        let custom = CustomClientMetadata { rotate_refresh_token: rotate, ..Default::default() };
        Client::new("app", kind, false, Default::default(), custom)
    }

    /// A token of ten days, in a family that began at 0.
    fn after(client: &Client, seconds: i64) -> Rotation {
        let lifetime =
            Lifetime { family_created_at: at(0), issued_at: at(0), expires_at: at(10 * DAY) };
        rotation(client, &lifetime, at(seconds))
    }

    #[test]
    fn browser_applications_rotate_within_the_first_lifetime() {
        let spa = client(ApplicationType::SPA, None);
        for seconds in [0, 1, 9 * DAY] {
            let expires_at = at(10 * DAY);
            assert_eq!(after(&spa, seconds), Rotation::Rotate { expires_at });
        }
    }

    #[test]
    fn native_applications_rotate_and_live_anew() {
        let native = client(ApplicationType::Native, None);
        let expires_at = at(1) + TimeDelta::days(14);
        assert_eq!(after(&native, 1), Rotation::Rotate { expires_at });
    }

    #[test]
    fn confidential_clients_rotate_near_the_end() {
        let web = client(ApplicationType::Traditional, Some(true));
        assert_eq!(after(&web, 7 * DAY - 1), Rotation::Keep);
        let expires_at = at(7 * DAY) + TimeDelta::days(14);
        assert_eq!(after(&web, 7 * DAY), Rotation::Rotate { expires_at });
    }

    #[test]
    fn some_are_never_replaced() {
        for kind in [ApplicationType::SPA, ApplicationType::Native, ApplicationType::Traditional] {
            assert_eq!(after(&client(kind, Some(false)), 9 * DAY), Rotation::Keep);
            let year = 31_557_600;
            let old = |seconds| {
                let lifetime = Lifetime {
                    family_created_at: at(0),
                    issued_at: at(year - 10 * DAY),
                    expires_at: at(year),
                };
                rotation(&client(kind, None), &lifetime, at(seconds))
            };
            assert_eq!(old(year), Rotation::Keep);
            assert_ne!(old(year - 1), Rotation::Keep);
        }
    }

    proptest! {
        #[test]
        fn every_token_is_read_back(generation: u32) {
            let token = RefreshToken::first().with_generation(generation);
            prop_assert_eq!(RefreshToken::decode(&token.encode(&key()), &key()), Some(token));
        }

        #[test]
        fn any_text_is_refused_without_a_panic(text in prop_oneof![any::<String>(), "[A-Za-z0-9_-]{70}"]) {
            prop_assert_eq!(RefreshToken::decode(&text, &key()), None);
        }

        #[test]
        fn standing_is_a_total_order(presented: u32, current: u32, age in -5_i64..10) {
            let answer = standing(presented, current, Some(at(0)), at(age));
            prop_assert_eq!(answer == Standing::Current, presented == current);
            prop_assert_eq!(answer == Standing::Unknown, presented > current);
        }
    }
}
