//! The OpenID Connect Basic profile: one test for each module of the conformance suite's Basic OP
//! plan that applies, under the module's name.

mod claims;
mod codes;
mod requests;
mod sessions;

use crate::on_both_databases;
use crate::support::{Answer, Browser, CALLBACK, Client, PASSWORD, TestServer, jwt};
use serde_json::{Value, json};
use std::time::Duration;
use vestibule_shared::application::ApplicationType::Traditional;

const NONCE: &str = "a nonce";

/// The user of every test here, with a value for every claim.
async fn jane(server: &TestServer) -> String {
    let profile = json!({
        "familyName": "Doe", "givenName": "Jane", "middleName": "Q.", "nickname": "JD",
        "preferredUsername": "jane.doe", "profile": "https://example.com/jane",
        "website": "https://jane.example", "gender": "female", "birthdate": "1990-02-03",
        "zoneinfo": "Europe/Berlin", "locale": "de-DE",
        "address": {
            "formatted": "1 Main Street, 12345 Town", "streetAddress": "1 Main Street",
            "locality": "Town", "region": "North", "postalCode": "12345", "country": "DE",
        },
    });
    let user = json!({
        "username": "jane", "password": PASSWORD, "primaryEmail": "jane@example.com",
        "primaryPhone": "491701234567", "name": "Jane Doe",
        "avatar": "https://example.com/jane.png", "profile": profile,
    });
    server.user(user).await
}

/// Asks for a code as the suite does: without PKCE. What a test gives replaces what is there.
async fn ask(browser: &Browser, client: &Client, extra: &[(&str, &str)]) -> Answer {
    let mut parameters =
        vec![("code_challenge", ""), ("code_challenge_method", ""), ("nonce", NONCE)];
    parameters.retain(|(name, _)| !extra.iter().any(|(given, _)| given == name));
    parameters.extend(extra);
    browser.authorize(client, &parameters).await
}

/// Whether the person is asked to sign in.
fn shows_sign_in(server: &TestServer, answer: &Answer) -> bool {
    answer.status == 303 && answer.location().starts_with(&server.at("/sign-in?"))
}

/// Signs in where the answer leads; the answer that the client gets.
async fn sign_in(server: &TestServer, browser: &Browser, asked: Answer) -> Answer {
    assert!(shows_sign_in(server, &asked), "{} {}", asked.text, asked.location());
    let submitted = browser.prove_password("jane", PASSWORD).await.expect(200);
    browser.get(submitted.json["redirectTo"].as_str().unwrap()).await
}

/// The code of a response that goes back to the client as it should.
fn code(server: &TestServer, redirect: &Answer) -> String {
    assert_eq!(redirect.status, 303, "{}", redirect.text);
    assert!(redirect.location().starts_with(&format!("{CALLBACK}?")), "{}", redirect.location());
    assert_eq!(redirect.parameter("state").as_deref(), Some("the-state"));
    assert_eq!(redirect.parameter("iss"), Some(server.at("/oidc")));
    redirect.parameter("code").expect("a code")
}

async fn exchange(browser: &Browser, client: &Client, code: &str) -> Answer {
    let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
    browser.token(client, &fields).await
}

/// What a client has in the end.
struct Outcome {
    tokens: Value,
    /// Of the ID token, checked.
    claims: Value,
}

impl Outcome {
    fn access_token(&self) -> &str {
        self.tokens["access_token"].as_str().unwrap()
    }
}

/// Exchanges the code of a response and checks what comes.
async fn redeem(server: &TestServer, browser: &Browser, client: &Client, to: &Answer) -> Outcome {
    let tokens = exchange(browser, client, &code(server, to)).await.expect(200);
    assert_eq!(tokens.headers["cache-control"], "no-store");
    let tokens = tokens.json;
    assert_eq!(tokens["token_type"], "Bearer");
    let claims = jwt::id_token(server, &tokens["id_token"], &client.id).await;
    Outcome { tokens, claims }
}

/// A whole sign-in in a fresh browser.
async fn signed_in(
    server: &TestServer,
    client: &Client,
    extra: &[(&str, &str)],
) -> (Browser, Outcome) {
    let browser = server.browser();
    let asked = ask(&browser, client, extra).await;
    let redirect = sign_in(server, &browser, asked).await;
    let outcome = redeem(server, &browser, client, &redirect).await;
    (browser, outcome)
}

async fn userinfo(browser: &Browser, outcome: &Outcome) -> Value {
    let answer = browser.call("GET", "/oidc/me", outcome.access_token(), None).await.expect(200);
    assert!(answer.headers["content-type"].starts_with("application/json"));
    answer.json
}

on_both_databases! {
    async fn oidcc_server(server) {
        let client = server.client(Traditional).await;
        let user_id = jane(&server).await;
        let (browser, outcome) = signed_in(&server, &client, &[]).await;
        assert_eq!(outcome.claims["sub"], json!(user_id));
        assert_eq!(outcome.claims["nonce"], NONCE);
        let ends = outcome.claims["exp"].as_i64().unwrap();
        assert_eq!(ends - outcome.claims["iat"].as_i64().unwrap(), 3600);
        assert_eq!(userinfo(&browser, &outcome).await["sub"], json!(user_id));
        let other = server.client(Traditional).await;
        let refused = browser.token(&other, &[("grant_type", "authorization_code")]).await;
        refused.expect_error(400, "invalid_request");
    }
}

on_both_databases! {
    async fn oidcc_server_client_secret_post(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let browser = server.browser();
        let asked = ask(&browser, &client, &[]).await;
        let redirect = sign_in(&server, &browser, asked).await;
        let code = code(&server, &redirect);
        let secret = client.secret.as_deref().unwrap();
        let fields = |secret| {
            [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", CALLBACK),
                ("client_id", client.id.as_str()),
                ("client_secret", secret),
            ]
        };
        let wrong = browser.form("/oidc/token", &fields("wrong")).await;
        wrong.expect_error(401, "invalid_client");
        let tokens = browser.form("/oidc/token", &fields(secret)).await.expect(200).json;
        jwt::id_token(&server, &tokens["id_token"], &client.id).await;
    }
}

on_both_databases! {
    async fn oidcc_idtoken_signature(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let (browser, outcome) = signed_in(&server, &client, &[]).await;
        let token = outcome.tokens["id_token"].as_str().unwrap();
        let verified = jwt::verify(&server, token, &client.id).await;
        assert_eq!(verified.header.alg, jsonwebtoken::Algorithm::ES256);
        let document = browser.get("/oidc/.well-known/openid-configuration").await.json;
        assert_eq!(document["id_token_signing_alg_values_supported"], json!(["ES256"]));
        // OpenID Connect Core section 3.1.3.6: the left half of the hash of the access token.
        use base64::Engine;
        let hash = vestibule_protocol::hash::sha256_base64url(outcome.access_token());
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let bytes = engine.decode(hash).unwrap();
        assert_eq!(outcome.claims["at_hash"], json!(engine.encode(&bytes[..16])));
    }
}

on_both_databases! {
    async fn oidcc_discovery_endpoint_verification(server) {
        let browser = server.browser();
        let document = browser.get("/oidc/.well-known/openid-configuration").await.expect(200).json;
        assert_eq!(document["issuer"], json!(server.at("/oidc")));
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "jwks_uri",
            "end_session_endpoint",
            "introspection_endpoint",
            "revocation_endpoint",
        ] {
            let address = document[name].as_str().expect(name);
            assert!(address.starts_with(&server.at("/oidc/")), "{name}: {address}");
        }
        let holds = |name: &str, value: &str| {
            document[name].as_array().expect(name).iter().any(|held| held == value)
        };
        for (name, value) in [
            ("response_types_supported", "code"),
            ("subject_types_supported", "public"),
            ("scopes_supported", "openid"),
            ("claims_supported", "sub"),
            ("grant_types_supported", "authorization_code"),
            ("token_endpoint_auth_methods_supported", "client_secret_basic"),
            ("token_endpoint_auth_methods_supported", "client_secret_post"),
            ("code_challenge_methods_supported", "S256"),
        ] {
            assert!(holds(name, value), "{name} lacks {value}");
        }
        assert!(!holds("code_challenge_methods_supported", "plain"));
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
        for name in ["claims_parameter_supported", "request_uri_parameter_supported"] {
            assert_eq!(document[name], false);
        }
    }
}
