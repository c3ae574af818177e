//! Signing keys, JSON Web Tokens and JSON Web Key Sets (RFC 7515, 7517, 7518, 7519, 7638, 8037).
//!
//! The algorithm of a token is that of the key its `kid` names, never what its header claims;
//! `none` and the headers `jku`, `jwk`, `x5u` and `x5c` have no meaning here. Times are compared
//! with the time that is handed in.

mod jwk;
mod key_pair;
mod token;

pub use jwk::{Jwk, Jwks};
pub use key_pair::{KeyPair, Signer};
pub use token::{Expected, TokenError, TokenType, VerifyingKeys};

use serde::{Deserialize, Serialize};

/// How tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA on P-384 with SHA-384
    #[serde(rename = "ES384")]
    Es384,
    /// RSA PKCS#1 v1.5 with SHA-256, 2048 bits
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA-PSS with SHA-256, 2048 bits
    #[serde(rename = "PS256")]
    Ps256,
    /// Ed25519
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 5] = [Self::Es256, Self::Es384, Self::Rs256, Self::Ps256, Self::EdDsa];

    /// The JWA name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// A name that is not among [`SigningAlgorithm::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown signing algorithm; known are ES256, ES384, RS256, PS256 and EdDSA")]
pub struct UnknownAlgorithm;

impl std::str::FromStr for SigningAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name).ok_or(UnknownAlgorithm)
    }
}

impl std::fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A key that cannot be made, read or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PKCS#8 key in PEM, or one for another algorithm.
    #[error("not a PKCS#8 PEM private key for {0}")]
    PrivateKey(SigningAlgorithm),
    /// Not a public key for its algorithm.
    #[error("not a public key for {0}")]
    PublicKey(SigningAlgorithm),
    /// The cryptographic library refused.
    #[error("{0} keys cannot be made")]
    Generate(SigningAlgorithm),
    /// The claims cannot be written as JSON, or the library refused.
    #[error("the token cannot be signed")]
    Sign,
}

#[cfg(test)]
mod tests;
