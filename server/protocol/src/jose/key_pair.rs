//! Private keys.

use super::jwk::PublicKey;
use super::token::{self, TokenType};
use super::{Jwk, KeyError, SigningAlgorithm};
use crate::secret_text::SecretText;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Serialize;

const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

/// A private key as it is stored: PKCS#8 in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPair {
    algorithm: SigningAlgorithm,
    pem: SecretText,
}

/// A private key, prepared for signing.
pub struct Signer {
    key: PrivateKey,
    jwk: Jwk,
    /// Encoded headers, by type of token.
    headers: [(TokenType, String); 2],
}

enum PrivateKey {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ed25519(Ed25519KeyPair),
}

impl KeyPair {
    /// Makes a new key.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, KeyError> {
        let refused = KeyError::Generate(algorithm);
        let ecdsa = |curve| {
            let key = EcdsaKeyPair::generate(curve).and_then(|key| key.to_pkcs8v1());
            key.map(|document| document.as_ref().to_vec())
        };
        let der = match algorithm {
            SigningAlgorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            SigningAlgorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
                RsaKeyPair::generate(KeySize::Rsa2048)
                    .and_then(|key| AsDer::<Pkcs8V1Der<'_>>::as_der(&key))
                    .map(|der| der.as_ref().to_vec())
            }
            SigningAlgorithm::EdDsa => Ed25519KeyPair::generate()
                .and_then(|key| key.to_pkcs8())
                .map(|document| document.as_ref().to_vec()),
        };
        let der = der.map_err(|_| refused)?;
        Ok(Self { algorithm, pem: SecretText::from(to_pem(&der)) })
    }

    /// Takes a key as [`KeyPair::to_pem`] gives it. [`Signer::new`] checks it.
    pub fn from_pem(algorithm: SigningAlgorithm, pem: &str) -> Self {
        Self { algorithm, pem: SecretText::from(pem) }
    }

    /// The key in PEM.
    pub fn to_pem(&self) -> &str {
        self.pem.as_str()
    }

    /// What it signs with.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }
}

impl Signer {
    /// Prepares a key.
    pub fn new(pair: &KeyPair) -> Result<Self, KeyError> {
        let algorithm = pair.algorithm;
        let refused = KeyError::PrivateKey(algorithm);
        let key = from_pem(pair.to_pem()).and_then(|der| PrivateKey::read(algorithm, &der));
        let key = key.ok_or(refused)?;
        let jwk = Jwk::new(algorithm, key.public(algorithm).ok_or(refused)?);
        let headers = TokenType::ALL.map(|kind| (kind, token::header(kind, &jwk)));
        Ok(Self { key, jwk, headers })
    }

    /// Names the key in token headers: its thumbprint (RFC 7638).
    pub fn kid(&self) -> &str {
        &self.jwk.kid
    }

    /// What it signs with.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.jwk.alg
    }

    /// The public key, as it is published.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// A signed token with these claims.
    pub fn sign(&self, kind: TokenType, claims: &impl Serialize) -> Result<String, KeyError> {
        let claims = serde_json::to_vec(claims).map_err(|_| KeyError::Sign)?;
        let header = self.headers.iter().find(|(known, _)| *known == kind);
        let (_, header) = header.ok_or(KeyError::Sign)?;
        let mut token = String::with_capacity(header.len() + claims.len() * 4 / 3 + 360);
        token.push_str(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.key.sign(token.as_bytes()).ok_or(KeyError::Sign)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({} {})", self.jwk.alg, self.jwk.kid)
    }
}

impl PrivateKey {
    fn read(algorithm: SigningAlgorithm, der: &[u8]) -> Option<Self> {
        let ecdsa = |curve: &'static EcdsaSigningAlgorithm| {
            EcdsaKeyPair::from_pkcs8(curve, der).ok().map(Self::Ecdsa)
        };
        let rsa = |padding: &'static dyn RsaEncoding| {
            RsaKeyPair::from_pkcs8(der).ok().map(|key| Self::Rsa(key, padding))
        };
        match algorithm {
            SigningAlgorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            SigningAlgorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            SigningAlgorithm::Rs256 => rsa(&RSA_PKCS1_SHA256),
            SigningAlgorithm::Ps256 => rsa(&RSA_PSS_SHA256),
            SigningAlgorithm::EdDsa => Ed25519KeyPair::from_pkcs8(der).ok().map(Self::Ed25519),
        }
    }

    fn public(&self, algorithm: SigningAlgorithm) -> Option<PublicKey> {
        match self {
            Self::Ecdsa(key) => {
                let curve = if algorithm == SigningAlgorithm::Es384 { "P-384" } else { "P-256" };
                PublicKey::from_point(curve, key.public_key().as_ref())
            }
            Self::Rsa(key, _) => Some(PublicKey::Rsa {
                e: URL_SAFE_NO_PAD
                    .encode(key.public_key().exponent().big_endian_without_leading_zero()),
                n: URL_SAFE_NO_PAD
                    .encode(key.public_key().modulus().big_endian_without_leading_zero()),
            }),
            Self::Ed25519(key) => Some(PublicKey::Okp {
                crv: "Ed25519".to_owned(),
                x: URL_SAFE_NO_PAD.encode(key.public_key()),
            }),
        }
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        // The library draws its own randomness and ignores the argument.
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(key) => Some(key.sign(&random, message).ok()?.as_ref().to_vec()),
            Self::Rsa(key, padding) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(*padding, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            Self::Ed25519(key) => Some(key.try_sign(message).ok()?.as_ref().to_vec()),
        }
    }
}

fn to_pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("{PEM_BEGIN}\n");
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    format!("{pem}\n{PEM_END}\n")
}

fn from_pem(pem: &str) -> Option<Vec<u8>> {
    let body = pem.trim().strip_prefix(PEM_BEGIN)?.strip_suffix(PEM_END)?;
    STANDARD.decode(body.split_ascii_whitespace().collect::<String>()).ok()
}
