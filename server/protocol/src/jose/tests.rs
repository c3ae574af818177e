use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

const ISSUER: &str = "https://id.example/oidc";
const NOW: i64 = 1_800_000_000;

/// Making RSA keys takes long.
static SIGNERS: LazyLock<Vec<Signer>> = LazyLock::new(|| {
    let make = |algorithm| Signer::new(&KeyPair::generate(algorithm).unwrap()).unwrap();
    SigningAlgorithm::ALL.map(make).into()
});

fn es256() -> &'static Signer {
    SIGNERS.iter().find(|signer| signer.algorithm() == SigningAlgorithm::Es256).unwrap()
}

fn jwks() -> Jwks {
    Jwks { keys: SIGNERS.iter().map(|signer| signer.jwk().clone()).collect() }
}

static KEYS: LazyLock<VerifyingKeys> = LazyLock::new(|| VerifyingKeys::new(&jwks()).unwrap());

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn expected(kind: TokenType) -> Expected<'static> {
    Expected {
        kind,
        issuer: ISSUER,
        audience: Some("app"),
        now: at(NOW),
        leeway: TimeDelta::zero(),
        may_be_expired: false,
    }
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "app", "sub": "u", "iat": NOW, "exp": NOW + 60 })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn verify(token: &str, expected: &Expected<'_>) -> Result<Map<String, Value>, TokenError> {
    KEYS.verify(token, expected)
}

fn check(claims: &Value) -> Result<(), TokenError> {
    let token = es256().sign(TokenType::IdToken, claims).unwrap();
    verify(&token, &expected(TokenType::IdToken)).map(drop)
}

/// A token whose header is changed and which is signed anew with the right key.
fn resigned(signer: &Signer, header: &Value, payload: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let good = signer.sign(TokenType::IdToken, payload).unwrap();
    let signature = good.rsplit_once('.').unwrap().1;
    format!("{}.{}.{signature}", encode(header), encode(payload))
}

#[test]
fn every_algorithm_signs_and_verifies() {
    for signer in SIGNERS.iter() {
        for kind in TokenType::ALL {
            let token = signer.sign(kind, &claims()).unwrap();
            let read = verify(&token, &expected(kind)).unwrap();
            assert_eq!(Value::Object(read), claims(), "{signer:?}");
        }
    }
}

/// A second implementation takes our tokens and our key set.
#[test]
fn tokens_hold_elsewhere() {
    let published = serde_json::to_string(&jwks()).unwrap();
    let published: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&published).unwrap();
    for signer in SIGNERS.iter() {
        let token = signer.sign(TokenType::AccessToken, &claims()).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
        assert_eq!(header.kid.as_deref(), Some(signer.kid()));
        let jwk = published.find(signer.kid()).unwrap();
        let key = jsonwebtoken::DecodingKey::from_jwk(jwk).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let holds = jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key, header.alg);
        assert!(holds.unwrap(), "{signer:?}");
        let thumbprint = jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap();
        assert_eq!(thumbprint, signer.kid());
    }
}

#[test]
fn keys_are_stored_as_pem_and_stay_the_same() {
    for algorithm in SigningAlgorithm::ALL {
        let pair = KeyPair::generate(algorithm).unwrap();
        assert!(pair.to_pem().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert!(pair.to_pem().lines().all(|line| line.len() <= 64));
        let stored = KeyPair::from_pem(algorithm, pair.to_pem());
        assert_eq!(stored, pair);
        let (first, second) = (Signer::new(&pair).unwrap(), Signer::new(&stored).unwrap());
        assert_eq!(first.jwk(), second.jwk());
        assert!(!format!("{pair:?} {first:?}").contains("PRIVATE"));
    }
}

#[test]
fn what_is_no_key() {
    let pem = KeyPair::generate(SigningAlgorithm::Es256).unwrap().to_pem().to_owned();
    let cut = pem.replacen("MIG", "", 1);
    for (algorithm, pem) in [
        (SigningAlgorithm::Es256, ""),
        (SigningAlgorithm::Es256, "-----BEGIN PRIVATE KEY-----"),
        (SigningAlgorithm::Es256, cut.as_str()),
        (SigningAlgorithm::Es384, pem.as_str()),
        (SigningAlgorithm::Rs256, pem.as_str()),
        (SigningAlgorithm::EdDsa, pem.as_str()),
    ] {
        let refusal = Signer::new(&KeyPair::from_pem(algorithm, pem)).unwrap_err();
        assert_eq!(refusal, KeyError::PrivateKey(algorithm));
    }
    let mut jwk = es256().jwk().clone();
    jwk.alg = SigningAlgorithm::Es384;
    let refusal = VerifyingKeys::new(&Jwks { keys: vec![jwk] }).unwrap_err();
    assert_eq!(refusal, KeyError::PublicKey(SigningAlgorithm::Es384));
}

#[test]
fn published_keys_hold_nothing_private() {
    for key in serde_json::to_value(jwks()).unwrap()["keys"].as_array().unwrap() {
        let names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        let expected: &[&str] = match key["kty"].as_str().unwrap() {
            "EC" => &["alg", "crv", "kid", "kty", "use", "x", "y"],
            "RSA" => &["alg", "e", "kid", "kty", "n", "use"],
            "OKP" => &["alg", "crv", "kid", "kty", "use", "x"],
            other => panic!("{other}"),
        };
        let mut names = names;
        names.sort_unstable();
        assert_eq!(names, expected);
        assert_eq!(key["use"], "sig");
    }
}

/// RFC 8725 section 3.11: an ID token is never taken as an access token, nor the other way.
#[test]
fn types_are_not_confused() {
    for signed in TokenType::ALL {
        let token = es256().sign(signed, &claims()).unwrap();
        for wanted in TokenType::ALL {
            let result = verify(&token, &expected(wanted)).map(drop);
            let refusal = if signed == wanted { Ok(()) } else { Err(TokenError::Type) };
            assert_eq!(result, refusal, "{signed:?} {wanted:?}");
        }
    }
}

#[test]
fn alg_none_and_other_algorithms_are_refused() {
    let signer = es256();
    let payload = URL_SAFE_NO_PAD.encode(claims().to_string());
    let header =
        |alg: &str| URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "kid": signer.kid() }).to_string());
    for alg in ["none", "None", "NONE", "HS256", "ES384", "RS256", ""] {
        let unsigned = format!("{}.{payload}.", header(alg));
        let refusal = verify(&unsigned, &expected(TokenType::IdToken));
        assert_eq!(refusal, Err(TokenError::Header), "{alg}");
    }
    // The public key as the key of an HMAC.
    let secret = serde_json::to_vec(signer.jwk()).unwrap();
    let key = jsonwebtoken::EncodingKey::from_secret(&secret);
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    header.kid = Some(signer.kid().to_owned());
    let forged = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
    assert_eq!(verify(&forged, &expected(TokenType::IdToken)), Err(TokenError::Header));
    let empty = format!("{}.{payload}.", self::header_of(signer));
    assert_eq!(verify(&empty, &expected(TokenType::IdToken)), Err(TokenError::Signature));
}

fn header_of(signer: &Signer) -> String {
    let token = signer.sign(TokenType::IdToken, &claims()).unwrap();
    token.split('.').next().unwrap().to_owned()
}

/// A token that brings its own key is judged by ours.
#[test]
fn keys_in_the_header_are_ignored() {
    let attacker = Signer::new(&KeyPair::generate(SigningAlgorithm::Es256).unwrap()).unwrap();
    let foreign = attacker.sign(TokenType::IdToken, &claims()).unwrap();
    assert_eq!(verify(&foreign, &expected(TokenType::IdToken)), Err(TokenError::UnknownKey));
    for (name, value) in [
        ("jwk", serde_json::to_value(attacker.jwk()).unwrap()),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["MIIB"])),
    ] {
        let header = json!({ "alg": "ES256", "kid": es256().kid(), name: value });
        let forged = resigned(&attacker, &header, &claims());
        assert_eq!(verify(&forged, &expected(TokenType::IdToken)), Err(TokenError::Signature));
        let header = json!({ "alg": "ES256", name: value });
        let forged = resigned(&attacker, &header, &claims());
        assert_eq!(verify(&forged, &expected(TokenType::IdToken)), Err(TokenError::UnknownKey));
    }
    let critical = json!({ "alg": "ES256", "kid": es256().kid(), "crit": ["b64"], "b64": false });
    let token = resigned(es256(), &critical, &claims());
    assert_eq!(verify(&token, &expected(TokenType::IdToken)), Err(TokenError::Header));
}

#[test]
fn issuer_and_audience() {
    assert_eq!(check(&claims()), Ok(()));
    assert_eq!(check(&with("aud", json!(["other", "app"]))), Ok(()));
    for bad in [json!("other"), json!(["other"]), json!([]), json!(null), json!({ "app": 1 })] {
        assert_eq!(check(&with("aud", bad)), Err(TokenError::Audience));
    }
    for bad in [json!("https://id.example/oidc/"), json!(null), json!([ISSUER])] {
        assert_eq!(check(&with("iss", bad)), Err(TokenError::Issuer));
    }
    let token = es256().sign(TokenType::IdToken, &with("aud", json!("other"))).unwrap();
    let anybody = Expected { audience: None, ..expected(TokenType::IdToken) };
    assert!(verify(&token, &anybody).is_ok());
}

#[test]
fn times_are_compared_with_the_given_one() {
    let token = es256().sign(TokenType::IdToken, &claims()).unwrap();
    let at_time = |seconds, leeway| {
        let expected = Expected {
            now: at(seconds),
            leeway: TimeDelta::seconds(leeway),
            ..expected(TokenType::IdToken)
        };
        verify(&token, &expected).map(drop)
    };
    assert_eq!(at_time(NOW + 59, 0), Ok(()));
    assert_eq!(at_time(NOW + 60, 0), Err(TokenError::Expired));
    assert_eq!(at_time(NOW + 64, 5), Ok(()));
    assert_eq!(at_time(NOW + 65, 5), Err(TokenError::Expired));
    assert_eq!(at_time(NOW - 1, 0), Err(TokenError::NotYetValid));
    assert_eq!(at_time(NOW - 5, 5), Ok(()));
    assert_eq!(at_time(NOW - 6, 5), Err(TokenError::NotYetValid));
    let hint =
        Expected { now: at(NOW + 9999), may_be_expired: true, ..expected(TokenType::IdToken) };
    assert!(verify(&token, &hint).is_ok());

    assert_eq!(check(&with("nbf", json!(NOW))), Ok(()));
    assert_eq!(check(&with("nbf", json!(NOW + 1))), Err(TokenError::NotYetValid));
    assert_eq!(check(&with("exp", json!(NOW as f64 + 0.5))), Ok(()));
    assert_eq!(check(&with("exp", json!("tomorrow"))), Err(TokenError::Claims));
    assert_eq!(check(&with("iat", json!([]))), Err(TokenError::Claims));
    let mut endless = claims();
    endless.as_object_mut().unwrap().remove("exp");
    assert_eq!(check(&endless), Err(TokenError::Expired));
}

#[test]
fn claims_are_read_into_a_type() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Subject {
        sub: String,
    }
    let token = es256().sign(TokenType::AccessToken, &claims()).unwrap();
    let expected = expected(TokenType::AccessToken);
    assert_eq!(KEYS.verify(&token, &expected), Ok(Subject { sub: "u".into() }));
    let token = es256().sign(TokenType::AccessToken, &with("sub", json!(1))).unwrap();
    assert_eq!(KEYS.verify::<Subject>(&token, &expected), Err(TokenError::Claims));
}

#[test]
fn malformed_tokens() {
    let token = es256().sign(TokenType::IdToken, &claims()).unwrap();
    let parts: Vec<_> = token.split('.').collect();
    let endless = format!("{}.{}.{}", parts[0], "A".repeat(20_000), parts[2]);
    let array = es256().sign(TokenType::IdToken, &json!([1])).unwrap();
    for bad in [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        &token[..token.len() - 3],
        &format!("{token}."),
        &format!("{token}="),
        &format!(" {token}"),
        &token.replace('.', ".."),
        &endless,
        &array,
        "eyJhbGciOiJFUzI1NiJ9",
    ] {
        let refusal = verify(bad, &expected(TokenType::IdToken)).unwrap_err();
        assert!(
            matches!(refusal, TokenError::Malformed | TokenError::Signature),
            "{refusal} {bad}"
        );
    }
}

#[test]
fn names() {
    for algorithm in SigningAlgorithm::ALL {
        assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.as_str());
    }
    assert_eq!("none".parse::<SigningAlgorithm>(), Err(UnknownAlgorithm));
    assert_eq!("HS256".parse::<SigningAlgorithm>(), Err(UnknownAlgorithm));
    assert_eq!(SigningAlgorithm::default(), SigningAlgorithm::Es256);
}

proptest! {
    #[test]
    fn any_text_is_refused_without_a_panic(
        token in prop_oneof![any::<String>(), "[A-Za-z0-9_=.-]{0,80}"],
    ) {
        prop_assert!(verify(&token, &expected(TokenType::IdToken)).is_err());
    }

    #[test]
    fn any_header_and_payload_are_refused_without_a_panic(header: Vec<u8>, payload: Vec<u8>, signature: Vec<u8>) {
        let parts = [header, payload, signature].map(|part| URL_SAFE_NO_PAD.encode(part));
        prop_assert!(verify(&parts.join("."), &expected(TokenType::IdToken)).is_err());
    }

    #[test]
    fn a_changed_character_is_noticed(place: proptest::sample::Index, change in "[A-Za-z0-9_-]") {
        let token = es256().sign(TokenType::IdToken, &claims()).unwrap();
        let mut bytes = token.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = change.as_bytes()[0];
        let forged = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(verify(&forged, &expected(TokenType::IdToken)).is_ok(), forged == token);
    }
}
