//! Public keys as they are published.

use super::{KeyError, SigningAlgorithm};
use crate::hash;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// A public key (RFC 7517). Its `kid` is its thumbprint (RFC 7638).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Jwk {
    /// Names the key in token headers.
    pub kid: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// The one algorithm it is for.
    pub alg: SigningAlgorithm,
    /// The key itself.
    #[serde(flatten)]
    pub key: PublicKey,
}

/// The numbers of a public key, each in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "kty")]
pub enum PublicKey {
    /// A point on a curve.
    #[serde(rename = "EC")]
    Ec {
        /// `P-256` or `P-384`
        crv: String,
        /// First coordinate.
        x: String,
        /// Second coordinate.
        y: String,
    },
    /// RSA
    #[serde(rename = "RSA")]
    Rsa {
        /// Exponent.
        e: String,
        /// Modulus.
        n: String,
    },
    /// Ed25519
    #[serde(rename = "OKP")]
    Okp {
        /// `Ed25519`
        crv: String,
        /// The key.
        x: String,
    },
}

/// What is published at the `jwks_uri`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

impl Jwk {
    pub(super) fn new(alg: SigningAlgorithm, key: PublicKey) -> Self {
        Self { kid: key.thumbprint(), usage: "sig".to_owned(), alg, key }
    }

    /// Prepares the key for verifying.
    pub(super) fn parsed(&self) -> Result<ParsedPublicKey, KeyError> {
        let refused = KeyError::PublicKey(self.alg);
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| refused);
        let parsed = match (self.alg, &self.key) {
            (SigningAlgorithm::Es256, PublicKey::Ec { crv, x, y }) if crv == "P-256" => {
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point(decode(x)?, decode(y)?))
            }
            (SigningAlgorithm::Es384, PublicKey::Ec { crv, x, y }) if crv == "P-384" => {
                ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point(decode(x)?, decode(y)?))
            }
            (SigningAlgorithm::Rs256, PublicKey::Rsa { e, n }) => {
                PublicKeyComponents { n: decode(n)?, e: decode(e)? }
                    .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            }
            (SigningAlgorithm::Ps256, PublicKey::Rsa { e, n }) => {
                PublicKeyComponents { n: decode(n)?, e: decode(e)? }
                    .to_parsed_public_key(&RSA_PSS_2048_8192_SHA256)
            }
            (SigningAlgorithm::EdDsa, PublicKey::Okp { crv, x }) if crv == "Ed25519" => {
                ParsedPublicKey::new(&ED25519, decode(x)?)
            }
            _ => return Err(refused),
        };
        parsed.map_err(|_| refused)
    }
}

impl PublicKey {
    /// From an uncompressed point: the byte 4 and both coordinates.
    pub(super) fn from_point(crv: &str, point: &[u8]) -> Option<Self> {
        let coordinates = point.strip_prefix(&[4])?;
        let (x, y) = coordinates.split_at_checked(coordinates.len() / 2)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        Some(Self::Ec { crv: crv.to_owned(), x, y })
    }

    /// The members that RFC 7638 names, in its order.
    fn thumbprint(&self) -> String {
        hash::sha256_base64url(&match self {
            Self::Ec { crv, x, y } => {
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Self::Rsa { e, n } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Self::Okp { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
        })
    }
}

fn point(x: Vec<u8>, y: Vec<u8>) -> Vec<u8> {
    [vec![4], x, y].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7638, section 3.1.
    #[test]
    fn the_thumbprint_of_the_rfc() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tS\
                 oc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YG\
                 jQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-\
                 bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let key = PublicKey::Rsa { e: "AQAB".into(), n: n.into() };
        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
