//! Which pages of other origins may call.

use super::*;
use crate::support::Answer;

const OWN: &str = "https://app.example";
const EVIL: &str = "https://evil.example";
const ALLOW: &str = "access-control-allow-origin";

async fn post(browser: &Browser, path: &str, origin: &str, fields: &[(&str, &str)]) -> Answer {
    browser.send(browser.request("POST", path).header("origin", origin).form(fields)).await
}

on_both_databases! {
    async fn preflights_are_answered(server) {
        let browser = server.browser();
        for path in
            ["/oidc/token", "/oidc/me", "/oidc/token/introspection", "/oidc/token/revocation"]
        {
            let request = browser
                .request("OPTIONS", path)
                .header("origin", OWN)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization,content-type");
            let answer = browser.send(request).await.expect(204);
            assert_eq!(answer.headers[ALLOW], OWN);
            assert!(answer.headers["access-control-allow-methods"].contains("POST"));
            let headers = &answer.headers["access-control-allow-headers"];
            assert!(headers.contains("authorization") && headers.contains("content-type"));
            // Bearers are in the request: cookies are never sent along.
            assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        }
    }
}

on_both_databases! {
    async fn pages_of_the_clients_own_origin_read_answers_and_errors(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &OFFLINE).await;
        let access = tokens["access_token"].as_str().unwrap();
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let id = ("client_id", client.id.as_str());
        let good = [("grant_type", "refresh_token"), ("refresh_token", refresh), id];
        let bad = [("grant_type", "refresh_token"), ("refresh_token", "wrong"), id];
        for origin in [OWN, &server.endpoint] {
            let answer = post(&browser, "/oidc/token", origin, &good).await.expect(200);
            assert_eq!(answer.headers[ALLOW], origin);
            assert!(answer.headers["vary"].contains("origin"));
            let answer = post(&browser, "/oidc/token", origin, &bad).await;
            let answer = answer.expect_error(400, "invalid_grant");
            assert_eq!(answer.headers[ALLOW], origin);
        }
        let info = browser.request("GET", "/oidc/me").bearer_auth(access).header("origin", OWN);
        assert_eq!(browser.send(info).await.expect(200).headers[ALLOW], OWN);
        let info = browser.request("GET", "/oidc/me").bearer_auth("ended").header("origin", OWN);
        let ended = browser.send(info).await.expect_error(401, "invalid_token");
        assert_eq!(ended.headers[ALLOW], OWN);
        for path in ["/oidc/token/introspection", "/oidc/token/revocation"] {
            let answer = post(&browser, path, OWN, &[("token", access), id]).await.expect(200);
            assert_eq!(answer.headers[ALLOW], OWN);
        }
    }
}

on_both_databases! {
    async fn pages_of_other_origins_are_refused_by_name(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &OFFLINE).await;
        let access = tokens["access_token"].as_str().unwrap();
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let id = ("client_id", client.id.as_str());
        let described = |answer: &Answer, origin: &str| {
            let text = format!("origin {origin} not allowed for client: {}", client.id);
            assert_eq!(answer.json["error_description"], json!(text));
            assert!(!answer.headers.contains_key(ALLOW), "{:?}", answer.headers);
        };
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh), id];
        for origin in [
            EVIL,
            "null",
            "http://app.example",
            "https://app.example:8443",
            "https://app.example.evil.example",
            "https://evilapp.example",
        ] {
            let answer = post(&browser, "/oidc/token", origin, &fields).await;
            described(&answer.expect_error(400, "invalid_request"), origin);
        }
        for path in ["/oidc/token/introspection", "/oidc/token/revocation"] {
            let answer = post(&browser, path, EVIL, &[("token", access), id]).await;
            described(&answer.expect_error(400, "invalid_request"), EVIL);
        }
        let info = browser.request("GET", "/oidc/me").bearer_auth(access).header("origin", EVIL);
        described(&browser.send(info).await.expect_error(400, "invalid_request"), EVIL);
        // None of these requests did anything: the tokens are as they were.
        browser.call("GET", "/oidc/me", access, None).await.expect(200);
        browser.refresh(&client, &tokens["refresh_token"]).await.expect(200);
    }
}

on_both_databases! {
    async fn listed_origins_are_allowed(server) {
        let custom = json!({ "corsAllowedOrigins": ["https://listed.example"] });
        let client = application(&server, "Traditional", custom).await;
        let browser = server.browser();
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "x"),
            ("client_id", client.id.as_str()),
            ("client_secret", client.secret.as_deref().unwrap()),
        ];
        let answer = post(&browser, "/oidc/token", "https://listed.example", &fields).await;
        assert_eq!(
            answer.expect_error(400, "invalid_grant").headers[ALLOW],
            "https://listed.example"
        );
        post(&browser, "/oidc/token", EVIL, &fields).await.expect_error(400, "invalid_request");
    }
}

on_both_databases! {
    async fn discovery_is_open_and_the_authorization_endpoint_is_not(server) {
        let client = server.client(SPA).await;
        let browser = server.browser();
        for path in ["/oidc/.well-known/openid-configuration", "/oidc/jwks"] {
            let request = browser.request("GET", path).header("origin", EVIL);
            let answer = browser.send(request).await.expect(200);
            assert_eq!(answer.headers[ALLOW], "*");
            assert_eq!(answer.headers["cross-origin-resource-policy"], "cross-origin");
        }
        let address = format!("/oidc/auth?client_id={}&prompt=none", client.id);
        for (method, path) in
            [("GET", address.as_str()), ("OPTIONS", "/oidc/auth"), ("GET", "/oidc/session/end")]
        {
            let answer = browser.send(browser.request(method, path).header("origin", OWN)).await;
            assert!(!answer.headers.contains_key(ALLOW), "{method} {path}");
        }
    }
}
