//! Digests of other systems, described by the computation that made them.

use std::num::NonZeroU32;

use aws_lc_rs::digest::{self, Algorithm as Hash};
use aws_lc_rs::pbkdf2;
use zeroize::Zeroizing;

use super::{DigestError, PasswordAlgorithm, same};

/// Stands for the password among the arguments.
const PASSWORD: &str = "@";

/// Hash computations that one verification may take, about two seconds' worth.
const MAX_PBKDF2_ROUNDS: u64 = 4_000_000;

/// Longest key that PBKDF2 may be asked for, in bytes.
const MAX_KEY_BYTES: usize = 512;

pub(crate) enum LegacyDigest {
    /// Hash of the arguments one after another.
    Hash { hash: HashName, arguments: Vec<String>, expected: Vec<u8> },
    /// RFC 8018.
    Pbkdf2 { hash: pbkdf2::Algorithm, salt: Vec<u8>, iterations: NonZeroU32, expected: Vec<u8> },
}

pub(crate) enum HashName {
    Md5,
    Other(&'static Hash),
}

pub(super) fn parse(text: &str) -> Result<LegacyDigest, DigestError> {
    let (name, arguments, expected): (String, Vec<String>, String) =
        serde_json::from_str(text).map_err(|_| DigestError::Malformed)?;
    let expected = hex::decode(expected).map_err(|_| DigestError::Malformed)?;
    match name.to_ascii_lowercase().as_str() {
        "pbkdf2" => parse_pbkdf2(&arguments, expected),
        name => {
            let hash = hash_named(name)?;
            // Without the password among the arguments any password would match.
            if hash.length() != expected.len() || !arguments.iter().any(|text| text == PASSWORD) {
                return Err(DigestError::Malformed);
            }
            Ok(LegacyDigest::Hash { hash, arguments, expected })
        }
    }
}

fn parse_pbkdf2(arguments: &[String], expected: Vec<u8>) -> Result<LegacyDigest, DigestError> {
    let [salt, iterations, length, hash, password] = arguments else {
        return Err(DigestError::Malformed);
    };
    let salt = match salt.strip_prefix("hex:") {
        Some(salt) => hex::decode(salt).map_err(|_| DigestError::Malformed)?,
        None => salt.as_bytes().to_vec(),
    };
    let iterations: NonZeroU32 = iterations.parse().map_err(|_| DigestError::Malformed)?;
    let length: usize = length.parse().map_err(|_| DigestError::Malformed)?;
    if password != PASSWORD || length == 0 || length != expected.len() {
        return Err(DigestError::Malformed);
    }
    let (hash, width) = match hash.to_ascii_lowercase().as_str() {
        "sha1" => (pbkdf2::PBKDF2_HMAC_SHA1, 20),
        "sha256" => (pbkdf2::PBKDF2_HMAC_SHA256, 32),
        "sha384" => (pbkdf2::PBKDF2_HMAC_SHA384, 48),
        "sha512" => (pbkdf2::PBKDF2_HMAC_SHA512, 64),
        _ => return Err(DigestError::UnsupportedAlgorithm(PasswordAlgorithm::Legacy)),
    };
    let rounds = u64::from(iterations.get()) * length.div_ceil(width) as u64;
    if length > MAX_KEY_BYTES || rounds > MAX_PBKDF2_ROUNDS {
        return Err(DigestError::TooExpensive);
    }
    Ok(LegacyDigest::Pbkdf2 { hash, salt, iterations, expected })
}

fn hash_named(name: &str) -> Result<HashName, DigestError> {
    Ok(match name {
        "md5" => HashName::Md5,
        "sha1" => HashName::Other(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        "sha224" => HashName::Other(&digest::SHA224),
        "sha256" => HashName::Other(&digest::SHA256),
        "sha384" => HashName::Other(&digest::SHA384),
        "sha512" => HashName::Other(&digest::SHA512),
        "sha512-256" => HashName::Other(&digest::SHA512_256),
        "sha3-256" => HashName::Other(&digest::SHA3_256),
        "sha3-384" => HashName::Other(&digest::SHA3_384),
        "sha3-512" => HashName::Other(&digest::SHA3_512),
        _ => return Err(DigestError::UnsupportedAlgorithm(PasswordAlgorithm::Legacy)),
    })
}

impl HashName {
    fn length(&self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Other(hash) => hash.output_len(),
        }
    }
}

impl LegacyDigest {
    pub(super) fn matches(&self, password: &[u8]) -> bool {
        match self {
            Self::Hash { hash, arguments, expected } => {
                let mut input = Zeroizing::new(Vec::new());
                for argument in arguments {
                    let part = if argument == PASSWORD { password } else { argument.as_bytes() };
                    input.extend_from_slice(part);
                }
                match hash {
                    HashName::Md5 => {
                        use md5::Digest as _;
                        same(md5::Md5::digest(input.as_slice()).as_slice(), expected)
                    }
                    HashName::Other(hash) => same(digest::digest(hash, &input).as_ref(), expected),
                }
            }
            Self::Pbkdf2 { hash, salt, iterations, expected } => {
                pbkdf2::verify(*hash, *iterations, salt, password, expected).is_ok()
            }
        }
    }
}
