//! Tokens that somebody else made, or that are for something else.

use super::*;
use crate::support::jwt;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use vestibule::seed::MANAGEMENT_API;
use vestibule_protocol::jose::{KeyPair, Signer, SigningAlgorithm, TokenType};

/// Claims that would open everything.
fn claims(server: &TestServer, subject: &str) -> Value {
    let now = server.app.clock.now_seconds();
    json!({
        "jti": "x", "sub": subject, "client_id": subject, "iat": now, "exp": now + 600,
        "iss": server.at("/oidc"), "aud": MANAGEMENT_API, "scope": "all",
    })
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A key of the attacker's own, and how it would be published.
fn attackers_key() -> (EncodingKey, Value) {
    let pair = KeyPair::generate(SigningAlgorithm::Es256).unwrap();
    let jwk = serde_json::to_value(Signer::new(&pair).unwrap().jwk()).unwrap();
    (EncodingKey::from_ec_pem(pair.to_pem().as_bytes()).unwrap(), jwk)
}

/// A token with this header, signed by a key.
fn signed_by(key: &EncodingKey, mut header: Value, claims: &Value) -> String {
    header["alg"] = json!("ES256");
    let message = format!("{}.{}", encode(&header), encode(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, Algorithm::ES256).unwrap();
    format!("{message}.{signature}")
}

#[track_caller]
fn assert_refused(answer: &Answer, what: &str) {
    assert_eq!(
        (answer.status, answer.code()),
        (401, "auth.unauthorized"),
        "{what}: {}",
        answer.text
    );
}

async fn present(server: &TestServer, token: &str) -> Answer {
    server.browser().call("GET", "/api/users", token, None).await
}

on_both_databases! {
    async fn signatures_are_ours_whatever_the_header_says(server) {
        let manager = server.manager().await;
        let claims = claims(&server, &manager.id);
        let published = server.browser().get("/oidc/jwks").await.json["keys"][0].clone();
        let kid = published["kid"].as_str().unwrap();
        let genuine =
            server.app.catalog.snapshot().keys.sign(TokenType::AccessToken, &claims).unwrap();
        present(&server, &genuine).await.expect(200);

        let (key, jwk) = attackers_key();
        let own_kid = jwk["kid"].clone();
        let signed = |header: Value| signed_by(&key, header, &claims);
        let typ = "at+jwt";
        for header in [
            json!({ "typ": typ, "kid": own_kid }),
            json!({ "typ": typ, "kid": kid }),
            json!({ "typ": typ }),
            json!({ "typ": typ, "kid": own_kid, "jwk": jwk }),
            json!({ "typ": typ, "kid": kid, "jwk": jwk }),
            json!({ "typ": typ, "kid": own_kid, "jku": "https://evil.example/jwks" }),
            json!({ "typ": typ, "kid": own_kid, "x5u": "https://evil.example/chain" }),
            json!({ "typ": typ, "kid": own_kid, "x5c": ["MIIB"] }),
            json!({ "typ": typ, "kid": "../../etc/passwd" }),
            json!({ "typ": typ, "kid": "' or 1=1 --" }),
            json!({ "typ": typ, "kid": [kid] }),
        ] {
            assert_refused(&present(&server, &signed(header.clone())).await, &header.to_string());
        }

        // No signature, and one that is keyed with what everybody knows.
        let body = encode(&claims);
        for alg in ["none", "None", "NONE", "nOnE", ""] {
            let head = encode(&json!({ "alg": alg, "typ": typ, "kid": kid }));
            for signature in ["", "AAAA", genuine.rsplit_once('.').unwrap().1] {
                let token = format!("{head}.{body}.{signature}");
                assert_refused(&present(&server, &token).await, alg);
            }
        }
        for public in [published.to_string(), published["x"].as_str().unwrap().to_owned()] {
            let head = encode(&json!({ "alg": "HS256", "typ": typ, "kid": kid }));
            let message = format!("{head}.{body}");
            let key = EncodingKey::from_secret(public.as_bytes());
            let signature =
                jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
            assert_refused(&present(&server, &format!("{message}.{signature}")).await, "HS256");
        }
        // The genuine signature over other claims, and pieces of the genuine token.
        let (head, rest) = genuine.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let more = encode(&json!({ "sub": "somebody" }));
        for token in [
            format!("{head}.{more}.{signature}"),
            format!("{head}.{body}."),
            format!("{head}.{body}"),
            format!("{genuine}.x"),
            format!("{genuine}="),
            genuine[..genuine.len() - 2].to_owned(),
        ] {
            assert_refused(&present(&server, &token).await, &token);
        }
    }
}

on_both_databases! {
    async fn claims_are_checked_one_by_one(server) {
        let manager = server.manager().await;
        let genuine = claims(&server, &manager.id);
        let now = server.app.clock.now_seconds();
        let sign = |claims: &Value| {
            server.app.catalog.snapshot().keys.sign(TokenType::AccessToken, claims).unwrap()
        };
        for (name, value) in [
            ("iss", json!("https://evil.example/oidc")),
            ("iss", json!(server.endpoint)),
            ("iss", Value::Null),
            ("aud", json!("https://other.example/api")),
            ("aud", json!(format!("{MANAGEMENT_API}/"))),
            ("aud", Value::Null),
            ("exp", json!(now - 60)),
            ("exp", json!("tomorrow")),
            ("exp", Value::Null),
            ("iat", json!(now + 3600)),
            ("nbf", json!(now + 3600)),
        ] {
            let mut changed = genuine.clone();
            changed[name] = value;
            if changed[name].is_null() {
                changed.as_object_mut().unwrap().remove(name);
            }
            assert_refused(&present(&server, &sign(&changed)).await, &changed.to_string());
        }
        let mut without = genuine.clone();
        without["scope"] = json!("allow");
        present(&server, &sign(&without)).await.expect_code(403, "auth.forbidden");
        let mut nobody = genuine;
        nobody["sub"] = json!("nobody");
        assert_refused(&present(&server, &sign(&nobody)).await, "a user who is not there");
    }
}

on_both_databases! {
    async fn an_id_token_is_no_access_token(server) {
        let manager = server.manager().await;
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &[]).await;
        let id_token = tokens["id_token"].as_str().unwrap();
        assert_refused(&present(&server, id_token).await, "an ID token");
        let answer = browser.call("GET", "/oidc/me", id_token, None).await;
        answer.expect_error(401, "invalid_token");
        // Even one that says what an access token says.
        let claims = claims(&server, &manager.id);
        let keys = &server.app.catalog.snapshot().keys;
        let token = keys.sign(TokenType::IdToken, &claims).unwrap();
        assert_refused(&present(&server, &token).await, "an ID token for the API");
        // And an access token is no hint of who signed in.
        let access = keys.sign(TokenType::AccessToken, &claims).unwrap();
        let asked = [("prompt", "none"), ("id_token_hint", access.as_str())];
        let answer = browser.authorize(&client, &asked).await.expect(303);
        assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
    }
}

on_both_databases! {
    async fn tokens_for_one_thing_open_no_other(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &[]).await;
        let opaque = tokens["access_token"].as_str().unwrap();
        assert_refused(&present(&server, opaque).await, "the token for userinfo");
        let management = server.management_token().await;
        let answer = browser.call("GET", "/oidc/me", &management, None).await;
        answer.expect_error(401, "invalid_token");
        // A person without the role gets a token for the API that allows nothing.
        let asked = [("scope", "all"), ("resource", MANAGEMENT_API)];
        let redirect = browser.authorize(&client, &asked).await.expect(303);
        let code = redirect.parameter("code").unwrap();
        let tokens = browser.exchange(&client, &code).await.expect(200).json;
        assert_eq!(tokens["scope"], "");
        let token = tokens["access_token"].as_str().unwrap();
        present(&server, token).await.expect_code(403, "auth.forbidden");
    }
}

on_both_databases! {
    async fn a_hint_that_is_not_ours_names_nobody(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &[]).await;
        let genuine = tokens["id_token"].as_str().unwrap();
        let silent = [("prompt", "none"), ("id_token_hint", genuine)];
        assert!(browser.authorize(&client, &silent).await.parameter("code").is_some());

        let (header, claims) = (jwt::part(genuine, 0), jwt::part(genuine, 1));
        let changed = |name: &str, value: Value| {
            let mut changed = claims.clone();
            changed[name] = value;
            changed
        };
        let (key, jwk) = attackers_key();
        let mut with_key = header.clone();
        with_key["jwk"] = jwk.clone();
        let mut unsigned = header.clone();
        unsigned["alg"] = json!("none");
        let (head, signature) = (
            genuine.split_once('.').unwrap().0,
            genuine.rsplit_once('.').unwrap().1,
        );
        let elsewhere = changed("iss", json!("https://evil.example/oidc"));
        let keys = &server.app.catalog.snapshot().keys;
        for forged in [
            signed_by(&key, header.clone(), &claims),
            signed_by(&key, with_key, &claims),
            signed_by(&key, json!({ "typ": "JWT", "kid": jwk["kid"] }), &claims),
            format!("{}.{}.", encode(&unsigned), encode(&claims)),
            format!("{}.{}.{signature}", encode(&unsigned), encode(&claims)),
            format!("{head}.{}.{signature}", encode(&changed("aud", json!("other")))),
            keys.sign(TokenType::IdToken, &elsewhere).unwrap(),
            keys.sign(TokenType::AccessToken, &claims).unwrap(),
        ] {
            let asked = [("prompt", "none"), ("id_token_hint", forged.as_str())];
            let answer = browser.authorize(&client, &asked).await.expect(303);
            let error = answer.parameter("error");
            assert_eq!(error.as_deref(), Some("invalid_request"), "{forged}");
            let request = browser.request("GET", "/oidc/session/end");
            let answer = browser.send(request.query(&[("id_token_hint", &forged)])).await;
            answer.expect_error(400, "invalid_request");
        }
        // One of ours that names somebody else does not make this session that person's.
        let other = keys.sign(TokenType::IdToken, &changed("sub", json!("somebody"))).unwrap();
        let asked = [("prompt", "none"), ("id_token_hint", other.as_str())];
        let answer = browser.authorize(&client, &asked).await.expect(303);
        assert_eq!(answer.parameter("error").as_deref(), Some("login_required"));
    }
}
