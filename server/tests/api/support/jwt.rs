//! Tokens, as a library that is not ours reads them.

use super::TestServer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Header, Validation, decode, decode_header};
use serde_json::Value;
use std::str::FromStr;

/// A token whose signature, issuer, audience and end were checked.
pub struct Verified {
    pub header: Header,
    pub claims: Value,
}

/// Checks a token with the published keys.
pub async fn verify(server: &TestServer, token: &str, audience: &str) -> Verified {
    let published = server.browser().get("/oidc/jwks").await.expect(200).json;
    let keys: JwkSet = serde_json::from_value(published).unwrap();
    let header = decode_header(token).unwrap();
    let key = keys.find(header.kid.as_deref().expect("a kid")).expect("a published key");
    let algorithm = key.common.key_algorithm.expect("an algorithm").to_string();
    assert_eq!(Ok(header.alg), jsonwebtoken::Algorithm::from_str(&algorithm));
    let mut validation = Validation::new(header.alg);
    validation.leeway = 5;
    validation.set_audience(&[audience]);
    validation.set_issuer(&[server.app.settings.endpoint.issuer()]);
    validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    let key = DecodingKey::from_jwk(key).unwrap();
    let decoded = decode::<Value>(token, &key, &validation).unwrap();
    Verified { header, claims: decoded.claims }
}

/// The claims of a checked ID token.
pub async fn id_token(server: &TestServer, token: &Value, client_id: &str) -> Value {
    let token = token.as_str().expect("an ID token");
    let verified = verify(server, token, client_id).await;
    assert_eq!(verified.header.typ.as_deref(), Some("JWT"));
    verified.claims
}

/// A part of a token: 0 its header, 1 its claims.
pub fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}
