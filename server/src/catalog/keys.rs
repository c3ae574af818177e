//! Keys that sign tokens, prepared.

use crate::secrets::Secrets;
use crate::seed::KEY_SEAL;
use actix_web::web::Bytes;
use chrono::{DateTime, TimeDelta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vestibule_protocol::jose::{
    Expected, Jwks, KeyError, KeyPair, Signer, SigningAlgorithm, TokenError, TokenType,
    VerifyingKeys,
};
use vestibule_store::Millis;
use vestibule_store::signing_keys::SigningKeyRow;

/// How far clocks of others may differ, in seconds.
const LEEWAY: i64 = 10;

/// The current key to sign with, and all published keys to verify with.
pub struct Keys {
    signer: Signer,
    verifying: VerifyingKeys,
    algorithms: Vec<SigningAlgorithm>,
    /// When a key that is published ahead becomes the current one.
    pub next_at: Option<Millis>,
    /// The document at `jwks_uri`.
    pub jwks: Bytes,
}

impl Keys {
    /// Opens and prepares the rows; the reason when one cannot be used.
    pub fn read(rows: &[SigningKeyRow], secrets: &Secrets) -> Result<Self, String> {
        let current = rows.iter().find(|row| row.status == "Current").ok_or("none is current")?;
        let said = |error: &dyn std::fmt::Display| format!("{}: {error}", current.id);
        let pem = secrets.sealer.open(KEY_SEAL, &current.sealed_private_key);
        let pem = String::from_utf8(pem.map_err(|it| said(&it))?).map_err(|it| said(&it))?;
        let algorithm = current.algorithm.parse().map_err(|it| said(&it))?;
        let signer = Signer::new(&KeyPair::from_pem(algorithm, &pem)).map_err(|it| said(&it))?;
        let keys = rows
            .iter()
            .map(|row| serde_json::from_value(row.public_jwk.0.clone()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|it| said(&it))?;
        let published = Jwks { keys };
        let jwks = serde_json::to_vec(&published).map_err(|it| said(&it))?;
        let mut algorithms = vec![algorithm];
        for key in &published.keys {
            if !algorithms.contains(&key.alg) {
                algorithms.push(key.alg);
            }
        }
        Ok(Self {
            verifying: VerifyingKeys::new(&published).map_err(|it| said(&it))?,
            signer,
            algorithms,
            next_at: rows.iter().find(|row| row.status == "Next").and_then(|it| it.effective_at),
            jwks: jwks.into(),
        })
    }

    /// Algorithms of the published keys, the current one first.
    pub fn algorithms(&self) -> Vec<SigningAlgorithm> {
        self.algorithms.clone()
    }

    /// The algorithm of the current key.
    pub fn current_algorithm(&self) -> SigningAlgorithm {
        self.signer.algorithm()
    }

    /// Signs claims with the current key.
    pub fn sign(&self, kind: TokenType, claims: &impl Serialize) -> Result<String, KeyError> {
        self.signer.sign(kind, claims)
    }

    /// Checks an access token for `audience` and gives its claims.
    pub fn verify_access_token<T: DeserializeOwned>(
        &self,
        token: &str,
        issuer: &str,
        audience: &str,
        now: Millis,
    ) -> Result<T, TokenError> {
        let expected = Expected {
            kind: TokenType::AccessToken,
            issuer,
            audience: Some(audience),
            now: DateTime::from_timestamp_millis(now).unwrap_or_default(),
            leeway: TimeDelta::seconds(LEEWAY),
            may_be_expired: false,
        };
        self.verifying.verify(token, &expected)
    }

    /// Whom an ID token of ours names and for which client, expired or not; `None` when it is not
    /// one.
    pub fn read_id_token_hint(&self, token: &str, issuer: &str, now: Millis) -> Option<Hint> {
        let expected = Expected {
            kind: TokenType::IdToken,
            issuer,
            audience: None,
            now: DateTime::from_timestamp_millis(now).unwrap_or_default(),
            leeway: TimeDelta::seconds(LEEWAY),
            may_be_expired: true,
        };
        self.verifying.verify(token, &expected).ok()
    }
}

/// What an ID token that is given back tells.
#[derive(Clone, Debug, Deserialize)]
pub struct Hint {
    /// Whom it names.
    #[serde(rename = "sub")]
    pub subject: String,
    /// The client it was issued to.
    #[serde(rename = "aud")]
    pub client_id: String,
}
