//! Authorization codes, and who can use them.

use super::*;
use crate::support::browser::{CHALLENGE, VERIFIER};
use crate::support::jwt;
use futures_util::future::join_all;

const WITHOUT_PKCE: [(&str, &str); 2] = [("code_challenge", ""), ("code_challenge_method", "")];

fn exchange<'a>(code: &'a str, uri: &'a str, verifier: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("grant_type", "authorization_code"), ("code", code)];
    fields.extend(Some(("redirect_uri", uri)).filter(|_| !uri.is_empty()));
    fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    fields
}

/// A fresh code in a browser that is signed in.
async fn code(browser: &Browser, client: &Client, extra: &[(&str, &str)]) -> String {
    let answer = browser.authorize(client, extra).await.expect(303);
    answer.parameter("code").unwrap_or_else(|| panic!("{}", answer.location()))
}

on_both_databases! {
    async fn public_clients_cannot_do_without_pkce(server) {
        let browser = server.browser();
        for kind in [SPA, Native] {
            let client = server.client(kind).await;
            for (challenge, method) in [
                ("", ""),
                ("", "S256"),
                (CHALLENGE, ""),
                (CHALLENGE, "plain"),
                (VERIFIER, "plain"),
                (CHALLENGE, "s256"),
                ("short", "S256"),
                (CHALLENGE, "S512"),
            ] {
                let asked = [("code_challenge", challenge), ("code_challenge_method", method)];
                let answer = browser.authorize(&client, &asked).await.expect(303);
                let error = answer.parameter("error");
                assert_eq!(error.as_deref(), Some("invalid_request"), "{challenge} {method}");
            }
            let answer = browser.authorize(&client, &WITHOUT_PKCE).await;
            let words = "Authorization Server policy requires PKCE to be used for this request";
            assert_eq!(answer.parameter("error_description").as_deref(), Some(words));
        }
    }
}

on_both_databases! {
    async fn pkce_cannot_be_downgraded(server) {
        let client = server.client(Traditional).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        // A challenge, and no verifier, another one, or the challenge itself.
        let with = code(&browser, &client, &[]).await;
        for verifier in [None, Some(CHALLENGE), Some("x"), Some("")] {
            let answer = browser.token(&client, &exchange(&with, CALLBACK, verifier)).await;
            assert_eq!(answer.status, 400, "{verifier:?}: {}", answer.text);
        }
        // Nobody who guesses uses the code up for the one who knows.
        let answer = browser.token(&client, &exchange(&with, CALLBACK, Some(VERIFIER))).await;
        answer.expect(200);
        // A verifier, and no challenge: an attacker's code in the victim's client.
        let without = code(&browser, &client, &WITHOUT_PKCE).await;
        let answer = browser.token(&client, &exchange(&without, CALLBACK, Some(VERIFIER))).await;
        answer.expect_error(400, "invalid_grant");
        // `plain` is refused for everybody.
        let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
        let answer = browser.authorize(&client, &plain).await.expect(303);
        assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
    }
}

on_both_databases! {
    async fn there_is_no_password_grant(server) {
        server.user_named("ann").await;
        let browser = server.browser();
        for kind in [Traditional, SPA, Native] {
            let client = server.client(kind).await;
            for grant_type in
                ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
            {
                let fields = [
                    ("grant_type", grant_type),
                    ("username", "ann"),
                    ("password", PASSWORD),
                    ("scope", "openid"),
                ];
                let answer = browser.token(&client, &fields).await;
                answer.expect_error(400, "unsupported_grant_type");
            }
        }
        // Nor tokens from the authorization endpoint.
        let client = server.client(SPA).await;
        for response_type in ["token", "id_token token", "code token"] {
            let asked = [("response_type", response_type), ("nonce", "n")];
            let answer = browser.authorize(&client, &asked).await.expect(303);
            assert_eq!(answer.parameter("error").as_deref(), Some("unsupported_response_type"));
        }
    }
}

on_both_databases! {
    async fn a_stolen_code_is_bound_to_its_client_and_address(server) {
        let uris = [CALLBACK, "https://app.example/second"];
        let client = server.client_with(Traditional, &uris, None).await;
        let other = server.client_with(Traditional, &uris, None).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        let code = code(&browser, &client, &[]).await;
        let verifier = Some(VERIFIER);
        let stolen = browser.token(&other, &exchange(&code, CALLBACK, verifier)).await;
        stolen.expect_error(400, "invalid_grant");
        for uri in ["https://app.example/second", "https://evil.example/", ""] {
            let answer = browser.token(&client, &exchange(&code, uri, verifier)).await;
            answer.expect_error(400, "invalid_grant");
        }
        for wrong in ["", "x", &code[1..], &code.to_uppercase()] {
            let answer = browser.token(&client, &exchange(wrong, CALLBACK, verifier)).await;
            assert_eq!(answer.status, 400, "{wrong}");
        }
        browser.token(&client, &exchange(&code, CALLBACK, verifier)).await.expect(200);
    }
}

on_both_databases! {
    async fn a_code_lives_a_minute_and_no_longer_than_its_session(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        let late = code(&browser, &client, &[]).await;
        server.advance(Duration::from_secs(60));
        browser.exchange(&client, &late).await.expect_error(400, "invalid_grant");
        // Signing out between the answer and the exchange.
        let held = code(&browser, &client, &[]).await;
        let page = browser.get(&format!("/oidc/session/end?client_id={}", client.id)).await;
        let (_, rest) = page.text.split_once("name=\"xsrf\" value=\"").unwrap();
        let xsrf = rest.split_once('"').unwrap().0.replace("&quot;", "\"").replace("&#x2f;", "/");
        let fields = [("xsrf", xsrf.as_str()), ("logout", "yes")];
        browser.form("/oidc/session/end/confirm", &fields).await.expect(303);
        browser.exchange(&client, &held).await.expect_error(400, "invalid_grant");
    }
}

on_both_databases! {
    async fn a_code_replayed_at_the_same_moment_is_good_once_and_then_nothing_is(server) {
        let client = server.client(Native).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let redirect = browser.sign_in(&client, "ann", &OFFLINE).await;
        let code = redirect.parameter("code").unwrap();
        let answers = join_all((0..20).map(|_| browser.exchange(&client, &code))).await;
        let good: Vec<_> = answers.iter().filter(|it| it.status == 200).collect();
        assert_eq!(good.len(), 1);
        let refused = answers.iter().filter(|it| it.error() == "invalid_grant").count();
        let busy = answers.iter().filter(|it| it.status == 503).count();
        assert_eq!((refused + busy, refused > 0), (19, true));
        let tokens = &good[0].json;
        let access = tokens["access_token"].as_str().unwrap();
        browser.call("GET", "/oidc/me", access, None).await.expect_error(401, "invalid_token");
        let refreshed = browser.refresh(&client, &tokens["refresh_token"]).await;
        refreshed.expect_error(400, "invalid_grant");
    }
}

on_both_databases! {
    async fn every_response_says_who_it_is_from(server) {
        // Against mix-up (RFC 9207): successes and errors alike.
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let issuer = Some(server.at("/oidc"));
        let unknown = browser.authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(unknown.parameter("iss"), issuer);
        assert_eq!(browser.sign_in(&client, "ann", &[]).await.parameter("iss"), issuer);
        let wrong = browser.authorize(&client, &[("response_type", "x")]).await;
        assert_eq!(wrong.parameter("iss"), issuer);
    }
}

on_both_databases! {
    async fn a_code_brings_the_nonce_of_its_own_request(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        let first = code(&browser, &client, &[("nonce", "first")]).await;
        let second = code(&browser, &client, &[("nonce", "second")]).await;
        let without = code(&browser, &client, &[]).await;
        // Out of order, from one grant, and with another nonce beside the code.
        for (code, nonce) in
            [(second, json!("second")), (without, Value::Null), (first, json!("first"))]
        {
            let mut fields = exchange(&code, CALLBACK, Some(VERIFIER));
            fields.push(("nonce", "smuggled"));
            let tokens = browser.token(&client, &fields).await.expect(200).json;
            let claims = jwt::id_token(&server, &tokens["id_token"], &client.id).await;
            assert_eq!(claims["nonce"], nonce);
        }
    }
}

on_both_databases! {
    async fn a_code_ends_when_somebody_else_signs_in_in_its_browser(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        server.user_named("eve").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        let held = code(&browser, &client, &[]).await;
        browser.sign_in(&client, "eve", &[("prompt", "login")]).await;
        browser.exchange(&client, &held).await.expect_error(400, "invalid_grant");
    }
}

on_both_databases! {
    async fn a_late_second_use_revokes_what_came_of_the_first(server) {
        let (client, other) = (server.client(Native).await, server.client(Native).await);
        server.user_named("ann").await;
        let browser = server.browser();
        let redirect = browser.sign_in(&client, "ann", &OFFLINE).await;
        let code = redirect.parameter("code").unwrap();
        let first = browser.exchange(&client, &code).await.expect(200).json;
        let next = browser.refresh(&client, &first["refresh_token"]).await.expect(200).json;
        // Another client that got hold of the code ends nothing with it.
        browser.exchange(&other, &code).await.expect_error(400, "invalid_grant");
        let access = next["access_token"].as_str().unwrap();
        browser.call("GET", "/oidc/me", access, None).await.expect(200);
        // Its own client does, long after the code has ended, whatever was rotated meanwhile.
        server.advance(Duration::from_secs(600));
        browser.exchange(&client, &code).await.expect_error(400, "invalid_grant");
        for tokens in [&next, &first] {
            let access = tokens["access_token"].as_str().unwrap();
            browser.call("GET", "/oidc/me", access, None).await.expect_error(401, "invalid_token");
            let refreshed = browser.refresh(&client, &tokens["refresh_token"]).await;
            refreshed.expect_error(400, "invalid_grant");
        }
    }
}
