//! Tokens: their types, headers and verification.

use super::{Jwk, Jwks, KeyError};
use aws_lc_rs::signature::ParsedPublicKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Longest token that is looked at, in bytes.
const MAX_LENGTH: usize = 16_384;

/// What a token is for; the `typ` header (RFC 8725 section 3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// OpenID Connect Core section 2
    IdToken,
    /// RFC 9068
    AccessToken,
}

impl TokenType {
    /// Every type.
    pub const ALL: [Self; 2] = [Self::IdToken, Self::AccessToken];

    const fn as_str(self) -> &'static str {
        match self {
            Self::IdToken => "JWT",
            Self::AccessToken => "at+jwt",
        }
    }

    /// ID tokens need not have a type, all others must.
    fn fits(self, typ: Option<&str>) -> bool {
        let Some(typ) = typ else { return self == Self::IdToken };
        let typ = typ.to_ascii_lowercase();
        typ.strip_prefix("application/").unwrap_or(&typ) == self.as_str().to_ascii_lowercase()
    }
}

/// The encoded header of tokens signed with a key.
pub(super) fn header(kind: TokenType, jwk: &Jwk) -> String {
    let (alg, typ, kid) = (jwk.alg, kind.as_str(), &jwk.kid);
    URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","typ":"{typ}","kid":"{kid}"}}"#))
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not three parts of base64url with JSON objects.
    #[error("malformed token")]
    Malformed,
    /// Its type is not the expected one.
    #[error("wrong type of token")]
    Type,
    /// No key has its `kid`.
    #[error("unknown key")]
    UnknownKey,
    /// The algorithm is not that of the key, or a critical header is not understood.
    #[error("wrong algorithm or header")]
    Header,
    /// The signature does not fit.
    #[error("wrong signature")]
    Signature,
    /// Issued by somebody else.
    #[error("wrong issuer")]
    Issuer,
    /// Meant for somebody else.
    #[error("wrong audience")]
    Audience,
    /// It has ended, or has no end.
    #[error("expired token")]
    Expired,
    /// Not valid yet, or issued in the future.
    #[error("token not valid yet")]
    NotYetValid,
    /// A claim is missing or of a wrong kind.
    #[error("wrong claims")]
    Claims,
}

/// What a token must be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Its type.
    pub kind: TokenType,
    /// Its `iss`.
    pub issuer: &'a str,
    /// Its `aud`, or one of them; `None` when any will do.
    pub audience: Option<&'a str>,
    /// The time at which it must be valid.
    pub now: DateTime<Utc>,
    /// How far clocks may differ.
    pub leeway: TimeDelta,
    /// Take it even after its end, as an `id_token_hint` is.
    pub may_be_expired: bool,
}

/// Public keys by `kid`, prepared for verifying.
#[derive(Debug, Default)]
pub struct VerifyingKeys(HashMap<String, (Jwk, ParsedPublicKey)>);

impl VerifyingKeys {
    /// Prepares published keys.
    pub fn new(jwks: &Jwks) -> Result<Self, KeyError> {
        let prepare = |jwk: &Jwk| Ok((jwk.kid.clone(), (jwk.clone(), jwk.parsed()?)));
        jwks.keys.iter().map(prepare).collect::<Result<_, _>>().map(Self)
    }

    /// Checks a token and gives its claims.
    pub fn verify<T: DeserializeOwned>(
        &self,
        token: &str,
        expected: &Expected<'_>,
    ) -> Result<T, TokenError> {
        let claims = self.verified_claims(token, expected.kind)?;
        check_claims(&claims, expected)?;
        serde_json::from_value(Value::Object(claims)).map_err(|_| TokenError::Claims)
    }

    /// Checks everything but the claims.
    fn verified_claims(
        &self,
        token: &str,
        kind: TokenType,
    ) -> Result<Map<String, Value>, TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header = json_part(header)?;
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        let (jwk, key) =
            text("kid").and_then(|kid| self.0.get(kid)).ok_or(TokenError::UnknownKey)?;
        if text("alg") != Some(jwk.alg.as_str()) || header.contains_key("crit") {
            return Err(TokenError::Header);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
        key.verify_sig(signed.as_bytes(), &signature).map_err(|_| TokenError::Signature)?;
        let typ = header.get("typ").map(|typ| typ.as_str().unwrap_or_default());
        if !kind.fits(typ) {
            return Err(TokenError::Type);
        }
        json_part(claims)
    }
}

fn json_part(part: &str) -> Result<Map<String, Value>, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)
}

fn check_claims(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), TokenError> {
    if claims.get("iss").and_then(Value::as_str) != Some(expected.issuer) {
        return Err(TokenError::Issuer);
    }
    if expected.audience.is_some_and(|audience| !is_for(claims.get("aud"), audience)) {
        return Err(TokenError::Audience);
    }
    let (earliest, latest) = (expected.now - expected.leeway, expected.now + expected.leeway);
    match time(claims, "exp")? {
        Some(end) if end > seconds(earliest) || expected.may_be_expired => {}
        Some(_) | None => return Err(TokenError::Expired),
    }
    for name in ["nbf", "iat"] {
        if time(claims, name)?.is_some_and(|start| start > seconds(latest)) {
            return Err(TokenError::NotYetValid);
        }
    }
    Ok(())
}

fn is_for(claim: Option<&Value>, audience: &str) -> bool {
    match claim {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(audience)),
        _ => false,
    }
}

/// Seconds since the epoch; they may have a fraction (RFC 7519 section 2).
fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<f64>, TokenError> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or(TokenError::Claims),
    }
}

/// Exact for all times that matter: milliseconds of the next 200,000 years fit into 53 bits.
fn seconds(time: DateTime<Utc>) -> f64 {
    time.timestamp_millis() as f64 / 1000.0
}
