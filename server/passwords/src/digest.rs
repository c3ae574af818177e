//! Stored password digests: which formats exist, how they are read and verified.

mod legacy;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::{constant_time, digest};
use serde::{Deserialize, Serialize};

/// Memory of one argon2 computation of our own, in KiB (OWASP's profile for argon2id).
pub const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What an imported digest may cost at most: whoever can import users must not be able
/// to make every later sign-in take gigabytes or minutes.
const MAX_MEMORY_KIB: u32 = 128 * 1024;
const MAX_PASSES: u32 = 10;
const MAX_LANES: u32 = 16;
const MAX_BCRYPT_COST: u32 = 16;

/// How a stored digest was made. The names are those of the API and the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PasswordAlgorithm {
    /// PHC string, RFC 9106.
    Argon2i,
    /// PHC string, RFC 9106; what this server writes.
    Argon2id,
    /// PHC string, RFC 9106.
    Argon2d,
    /// Unsalted SHA-1 in hex.
    SHA1,
    /// Unsalted SHA-256 in hex.
    SHA256,
    /// Unsalted MD5 in hex.
    MD5,
    /// `$2a$`, `$2b$` or `$2y$` string.
    Bcrypt,
    /// A description of a foreign computation in JSON, see [`StoredPassword::digest`].
    Legacy,
}

impl PasswordAlgorithm {
    /// Every algorithm, in the order of the database enumeration.
    pub const ALL: [Self; 8] = [
        Self::Argon2i,
        Self::Argon2id,
        Self::Argon2d,
        Self::SHA1,
        Self::SHA256,
        Self::MD5,
        Self::Bcrypt,
        Self::Legacy,
    ];

    /// The name used by the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Argon2i => "Argon2i",
            Self::Argon2id => "Argon2id",
            Self::Argon2d => "Argon2d",
            Self::SHA1 => "SHA1",
            Self::SHA256 => "SHA256",
            Self::MD5 => "MD5",
            Self::Bcrypt => "Bcrypt",
            Self::Legacy => "Legacy",
        }
    }
}

impl std::fmt::Display for PasswordAlgorithm {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::str::FromStr for PasswordAlgorithm {
    type Err = DigestError;

    fn from_str(name: &str) -> Result<Self, DigestError> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or(DigestError::Malformed)
    }
}

/// A password as the database holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// The digest, in the text form of its algorithm. For `Legacy` that is
    /// `["sha256", ["salt", "@"], "<hex>"]`, where the strings in the middle, with the
    /// password in place of `@`, are hashed one after another; or
    /// `["pbkdf2", ["<salt>", "<iterations>", "<bytes>", "<hash>", "@"], "<hex>"]`, where a
    /// salt that is not text is written `hex:<hex>`.
    pub digest: String,
    /// How it was made.
    pub algorithm: PasswordAlgorithm,
}

impl std::fmt::Debug for StoredPassword {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StoredPassword").field("algorithm", &self.algorithm).finish()
    }
}

/// Why a stored digest cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text does not have the form its algorithm prescribes.
    #[error("the password digest does not have the form its algorithm prescribes")]
    Malformed,
    /// Verifying it would cost more memory or time than is allowed.
    #[error("the password digest asks for more memory or time than is allowed")]
    TooExpensive,
    /// The algorithm cannot be verified.
    #[error("password digests of algorithm {0} cannot be verified")]
    UnsupportedAlgorithm(PasswordAlgorithm),
}

impl StoredPassword {
    /// Tells whether the digest could be verified at a later sign-in, without verifying
    /// anything. For imports.
    pub fn validate(&self) -> Result<(), DigestError> {
        self.parse().map(drop)
    }

    /// Reads the digest into something that can be compared with a password.
    pub(crate) fn parse(&self) -> Result<ParsedDigest, DigestError> {
        match self.algorithm {
            PasswordAlgorithm::Argon2i => parse_argon2(&self.digest, Algorithm::Argon2i),
            PasswordAlgorithm::Argon2id => parse_argon2(&self.digest, Algorithm::Argon2id),
            PasswordAlgorithm::Argon2d => parse_argon2(&self.digest, Algorithm::Argon2d),
            PasswordAlgorithm::SHA1 => Ok(ParsedDigest::Sha1(parse_hex(&self.digest)?)),
            PasswordAlgorithm::SHA256 => Ok(ParsedDigest::Sha256(parse_hex(&self.digest)?)),
            PasswordAlgorithm::MD5 => Ok(ParsedDigest::Md5(parse_hex(&self.digest)?)),
            PasswordAlgorithm::Bcrypt => parse_bcrypt(&self.digest),
            PasswordAlgorithm::Legacy => {
                legacy::parse(&self.digest).map(|legacy| ParsedDigest::Legacy(Box::new(legacy)))
            }
        }
    }
}

/// A digest that was read and found to be within the limits.
pub(crate) enum ParsedDigest {
    Argon2(Box<Argon2Digest>),
    Bcrypt(String),
    Sha1([u8; 20]),
    Sha256([u8; 32]),
    Md5([u8; 16]),
    Legacy(Box<legacy::LegacyDigest>),
}

pub(crate) struct Argon2Digest {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Salt,
    output: Output,
}

impl ParsedDigest {
    /// Whether the password is the one this digest was made from. `arena` is memory kept
    /// for argon2; it is used when it is large enough.
    ///
    /// bcrypt compares the first 72 bytes only, as every implementation that could have
    /// produced the digest did; the upgrade that follows hashes all of them.
    pub(crate) fn matches(&self, password: &[u8], arena: &mut [Block]) -> bool {
        match self {
            Self::Argon2(expected) => expected.matches(password, arena),
            Self::Bcrypt(expected) => bcrypt::verify(password, expected).unwrap_or(false),
            Self::Sha1(expected) => {
                same(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, password).as_ref(), expected)
            }
            Self::Sha256(expected) => {
                same(digest::digest(&digest::SHA256, password).as_ref(), expected)
            }
            Self::Md5(expected) => {
                use md5::Digest as _;
                same(md5::Md5::digest(password).as_slice(), expected)
            }
            Self::Legacy(expected) => expected.matches(password),
        }
    }

    /// Whether a match should be followed by storing a fresh digest of our own kind.
    pub(crate) fn needs_upgrade(&self) -> bool {
        match self {
            Self::Argon2(found) => {
                found.algorithm != Algorithm::Argon2id
                    || found.version != Version::V0x13
                    || found.params.m_cost() < MEMORY_KIB
                    || found.params.t_cost() < PASSES
                    || found.output.len() < HASH_BYTES
            }
            Self::Bcrypt(_) | Self::Sha1(_) | Self::Sha256(_) | Self::Md5(_) | Self::Legacy(_) => {
                true
            }
        }
    }
}

impl Argon2Digest {
    fn matches(&self, password: &[u8], arena: &mut [Block]) -> bool {
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        let blocks = self.params.block_count();
        let mut found = vec![0_u8; self.output.len()];
        let salt: &[u8] = self.salt.as_ref();
        let hashed = match arena.get_mut(..blocks) {
            Some(memory) => {
                argon2.hash_password_into_with_memory(password, salt, &mut found, memory)
            }
            // Larger than our own profile, hence imported and rare: memory for this once.
            None => argon2.hash_password_into_with_memory(
                password,
                salt,
                &mut found,
                vec![Block::default(); blocks],
            ),
        };
        hashed.is_ok() && same(&found, self.output.as_bytes())
    }
}

/// The memory that one computation of our own needs.
pub(crate) fn arena() -> Vec<Block> {
    vec![Block::default(); own_params().block_count()]
}

/// Hashes with argon2id and a fresh random salt; answers a PHC string. `None` when the
/// random source or argon2 itself refuses, which neither does in practice.
pub(crate) fn hash(password: &[u8], arena: &mut [Block]) -> Option<String> {
    let mut salt = [0_u8; SALT_BYTES];
    let mut output = [0_u8; HASH_BYTES];
    aws_lc_rs::rand::fill(&mut salt).ok()?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, own_params())
        .hash_password_into_with_memory(password, &salt, &mut output, arena)
        .ok()?;
    phc_string(&salt, &output)
}

/// A digest that no password has: work for sign-ins with an unknown identifier.
pub(crate) fn decoy() -> Option<ParsedDigest> {
    let mut salt = [0_u8; SALT_BYTES];
    let mut output = [0_u8; HASH_BYTES];
    aws_lc_rs::rand::fill(&mut salt).ok()?;
    aws_lc_rs::rand::fill(&mut output).ok()?;
    parse_argon2(&phc_string(&salt, &output)?, Algorithm::Argon2id).ok()
}

fn own_params() -> Params {
    // The same figures as `Params::default`, spelled out so that an update of the crate
    // cannot change what is written.
    Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).unwrap_or_default()
}

fn phc_string(salt: &[u8], output: &[u8]) -> Option<String> {
    let phc = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(own_params()).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(output).ok()?),
    };
    Some(phc.to_string())
}

fn parse_argon2(text: &str, algorithm: Algorithm) -> Result<ParsedDigest, DigestError> {
    let phc = PasswordHash::new(text).map_err(|_| DigestError::Malformed)?;
    if phc.algorithm != algorithm.ident() {
        return Err(DigestError::Malformed);
    }
    let params = Params::try_from(&phc).map_err(|_| DigestError::Malformed)?;
    if params.m_cost() > MAX_MEMORY_KIB
        || params.t_cost() > MAX_PASSES
        || params.p_cost() > MAX_LANES
    {
        return Err(DigestError::TooExpensive);
    }
    let version = match phc.version {
        // Strings without a version are from before version 1.3 existed.
        None => Version::V0x10,
        Some(number) => Version::try_from(number).map_err(|_| DigestError::Malformed)?,
    };
    let salt = phc.salt.ok_or(DigestError::Malformed)?;
    let output = phc.hash.ok_or(DigestError::Malformed)?;
    Ok(ParsedDigest::Argon2(Box::new(Argon2Digest { algorithm, version, params, salt, output })))
}

fn parse_bcrypt(text: &str) -> Result<ParsedDigest, DigestError> {
    if !["$2a$", "$2b$", "$2y$"].iter().any(|prefix| text.starts_with(prefix)) {
        return Err(DigestError::Malformed);
    }
    let parts: bcrypt::HashParts = text.parse().map_err(|_| DigestError::Malformed)?;
    match parts.get_cost() {
        4..=MAX_BCRYPT_COST => Ok(ParsedDigest::Bcrypt(text.to_owned())),
        cost if cost > MAX_BCRYPT_COST => Err(DigestError::TooExpensive),
        _ => Err(DigestError::Malformed),
    }
}

fn parse_hex<const N: usize>(text: &str) -> Result<[u8; N], DigestError> {
    let mut bytes = [0_u8; N];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| DigestError::Malformed)?;
    Ok(bytes)
}

fn same(found: &[u8], expected: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(found, expected).is_ok()
}
