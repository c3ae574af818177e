//! Passwords: a pool of hashing threads, the digests it reads, the policy for new
//! passwords and an offline list of breached ones.
//!
//! A password is hashed byte for byte as the caller gives it: nothing is trimmed,
//! truncated or normalised before hashing, so that a digest imported from elsewhere
//! verifies exactly the bytes it was made from.

pub mod breached;
pub mod digest;
pub mod policy;
pub mod pool;

pub use breached::BreachedPasswords;
pub use digest::{DigestError, PasswordAlgorithm, StoredPassword};
pub use policy::{Issue, PasswordPolicy, UserFacts};
pub use pool::{HashError, HashPool, MAX_PASSWORD_BYTES, Verdict};
