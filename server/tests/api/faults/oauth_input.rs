//! What does not fit the provider's endpoints is refused with an OAuth error.

use super::*;
use crate::on_both_databases;
use crate::support::{Answer, CALLBACK, Client};
use serde_json::json;
use vestibule_shared::application::ApplicationType::Traditional;

/// Endpoints that take a body.
const POSTED: [&str; 6] = [
    "/oidc/token",
    "/oidc/token/introspection",
    "/oidc/token/revocation",
    "/oidc/me",
    "/oidc/auth",
    "/oidc/session/end",
];

/// The extended error of the contract.
#[track_caller]
fn assert_oauth_error(answer: &Answer, about: &str) {
    assert!((400..500).contains(&answer.status), "{about}: {} {}", answer.status, answer.text);
    for member in ["error", "error_description", "code", "message"] {
        assert!(answer.json[member].is_string(), "{about}: no {member} in {}", answer.text);
    }
}

fn asking(client: &Client) -> Vec<(&'static str, String)> {
    vec![
        ("client_id", client.id.clone()),
        ("response_type", "code".into()),
        ("redirect_uri", CALLBACK.into()),
        ("scope", "openid".into()),
        ("state", "the-state".into()),
        ("code_challenge", crate::support::browser::CHALLENGE.into()),
        ("code_challenge_method", "S256".into()),
    ]
}

fn query(parameters: &[(&str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

on_both_databases! {
    async fn parameters_that_come_twice_are_refused(server) {
        let client = server.client(Traditional).await;
        let browser = server.browser();
        for (name, value) in asking(&client) {
            let mut parameters = asking(&client);
            parameters.push((name, value));
            let address = format!("/oidc/auth?{}", query(&parameters));
            let answer = browser.get(&address).await;
            // Where it is certain whose request it is, the client is told.
            if answer.status == 303 {
                assert!(answer.location().starts_with(CALLBACK), "{name}: {}", answer.location());
                let error = answer.parameter("error");
                assert_eq!(error.as_deref(), Some("invalid_request"), "{name}");
            } else {
                assert_oauth_error(&answer, name);
            }
            let posted = browser.form("/oidc/auth", &as_pairs(&parameters)).await;
            assert!(posted.status == 303 || posted.status == 400, "{name}: {}", posted.text);
            assert!(posted.parameter("code").is_none());
        }
        let fields =
            [("grant_type", "client_credentials"), ("grant_type", "refresh_token"), ("scope", "a")];
        let answer = browser.token(&client, &fields).await;
        assert_oauth_error(&answer.expect_error(400, "invalid_request"), "grant_type");
    }
}

fn as_pairs<'a>(parameters: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    parameters.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

on_both_databases! {
    async fn strange_values_are_refused(server) {
        let client = server.client(Traditional).await;
        let browser = server.browser();
        let names: Vec<&str> = asking(&client).into_iter().map(|(name, _)| name).collect();
        let more = [
            "nonce", "prompt", "max_age", "login_hint", "ui_locales", "response_mode", "resource",
            "id_token_hint", "acr_values", "claims_locales", "display", "request", "request_uri",
            "registration", "first_screen", "direct_sign_in", "organization_id", "claims",
        ];
        for name in names.iter().chain(&more) {
            for value in ["%00", "a%00b", "%FF%FE", "%F0%9F%92%A9", "%0D%0ASet-Cookie:%20a=b", "%"] {
                let kept = asking(&client).into_iter().filter(|(held, _)| held != name);
                let kept: Vec<_> = kept.collect();
                let address = format!("/oidc/auth?{}&{name}={value}", query(&kept));
                let answer = browser.get(&address).await;
                assert!(answer.status < 500, "{name}={value}: {} {}", answer.status, answer.text);
                assert!(!answer.headers.contains_key("set-cookie") || answer.status == 303);
                if value.contains("%00") {
                    assert_oauth_error(&answer, &format!("{name}={value}"));
                }
            }
            let long = "x".repeat(20_000);
            let kept: Vec<_> =
                asking(&client).into_iter().filter(|(held, _)| held != name).collect();
            let answer = browser.get(&format!("/oidc/auth?{}&{name}={long}", query(&kept))).await;
            assert!(answer.status < 500, "{name}: {} {}", answer.status, answer.text);
            assert!(answer.parameter("code").is_none(), "{name}");
        }
    }
}

on_both_databases! {
    async fn bodies_that_do_not_fit_are_refused(server) {
        let browser = server.browser();
        let form = "application/x-www-form-urlencoded";
        let json_type = "application/json";
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let deep_member = format!("{{\"grant_type\":{deep}}}");
        let many = "a=b&".repeat(1000);
        let long = format!("token={}", "x".repeat(20_000));
        let bodies: Vec<(&str, Vec<u8>)> = vec![
            (form, b"grant_type=%00&token=%00&client_id=%00".to_vec()),
            (form, b"grant_type=\0&token=\0&client_id=\0".to_vec()),
            (form, many.into_bytes()),
            (form, long.into_bytes()),
            (json_type, b"{".to_vec()),
            (json_type, b"[]".to_vec()),
            (json_type, b"\"text\"".to_vec()),
            (json_type, b"{\"grant_type\":{\"a\":1}}".to_vec()),
            (json_type, b"{\"grant_type\":\"\\u0000\"}".to_vec()),
            (json_type, b"{\"grant_type\":\"\xff\"}".to_vec()),
            (json_type, deep.into_bytes()),
            (json_type, deep_member.into_bytes()),
            ("text/plain", b"grant_type=client_credentials".to_vec()),
            ("application/xml", b"<a/>".to_vec()),
            ("multipart/form-data; boundary=x", b"--x--".to_vec()),
            ("\u{ff}", b"a=b".to_vec()),
        ];
        for path in POSTED {
            for (kind, body) in &bodies {
                let request =
                    browser.request("POST", path).header("content-type", *kind).body(body.clone());
                let answer = browser.send(request).await;
                let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
                // Signing out takes no parameter that would have to fit.
                assert_oauth_error(&answer, &format!("{path} {kind} {shown}"));
            }
        }
    }
}

on_both_databases! {
    async fn unreadable_utf8_is_nobodys_name(server) {
        let client = server.client(Traditional).await;
        let browser = server.browser();
        let answer = browser.get("/oidc/auth?client_id=%FF%FE").await;
        assert_oauth_error(&answer.expect_error(400, "invalid_client"), "client_id");
        for path in ["/oidc/token", "/oidc/token/introspection", "/oidc/token/revocation"] {
            let request = browser
                .request("POST", path)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(b"client_id=\xff\xfe&client_secret=%FF&grant_type=%FF&token=%FF".to_vec());
            assert_oauth_error(&browser.send(request).await, path);
            for header in [
                b"Basic \xff\xff".as_slice(),
                b"Basic ////",
                b"Basic /w==",
                b"Basic Og==",
                b"Basic",
                b"Bearer \xff",
                b"Digest a=b",
            ] {
                let fields = [("grant_type", "client_credentials"), ("token", "x")];
                let request =
                    browser.request("POST", path).header("authorization", header).form(&fields);
                let shown = String::from_utf8_lossy(header).into_owned();
                assert_oauth_error(&browser.send(request).await, &format!("{path} {shown}"));
            }
        }
        for header in [b"Bearer \xff".as_slice(), b"Bearer", b"Bearer ", b"Basic YTpi", b"\xff"] {
            let request = browser.request("GET", "/oidc/me").header("authorization", header);
            let shown = String::from_utf8_lossy(header).into_owned();
            assert_oauth_error(&browser.send(request).await, &shown);
        }
        let fields = [("token", "\u{1f4a9}")];
        let unknown = browser.token(&client, &[("grant_type", "refresh_token"), fields[0]]).await;
        assert_oauth_error(&unknown, "refresh_token");
    }
}

on_both_databases! {
    async fn ten_megabytes_are_refused(server) {
        let body = vec![b'a'; 10 * 1024 * 1024];
        for path in POSTED {
            let headers = "content-type: application/x-www-form-urlencoded\r\n";
            let mut request = head("POST", path, headers, body.len()).into_bytes();
            request.extend_from_slice(&body);
            let (status, answer) = send_raw(&server, &request).await;
            assert_eq!(status, 413, "{path}: {answer}");
            assert!(answer.contains("\"message\""), "{path}: {answer}");
        }
        server.browser().get("/api/status").await.expect(204);
    }
}

on_both_databases! {
    async fn other_methods_do_nothing(server) {
        let browser = server.browser();
        let paths = POSTED.iter().copied().chain([
            "/oidc/.well-known/openid-configuration",
            "/oidc/jwks",
            "/oidc/auth/unknown",
            "/oidc/session/end/confirm",
            "/oidc/nowhere",
            "/oidc/%00",
            "/oidc/%ff",
        ]);
        for path in paths {
            for method in ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "BREW"] {
                let answer = browser.send(browser.request(method, path)).await;
                assert!(answer.status < 500, "{method} {path}: {} {}", answer.status, answer.text);
                if !matches!(method, "HEAD" | "OPTIONS") {
                    assert!(answer.status >= 400, "{method} {path}: {}", answer.status);
                }
            }
        }
    }
}

on_both_databases! {
    async fn sessions_that_are_not_ours_are_none(server) {
        let client = server.client(Traditional).await;
        let parameters = [asking(&client), vec![("prompt", "none".to_owned())]].concat();
        let target = format!("/oidc/auth?{}", query(&parameters));
        let long = format!("_session={}; _session.sig=x", "a".repeat(4000));
        for cookie in [
            b"_session=abc; _session.sig=abc".as_slice(),
            b"_session=%00; _session.sig=%00",
            b"_session=\xff; _session.sig=\xff",
            b"_session",
            b"_session=; _session.sig=",
            long.as_bytes(),
        ] {
            let text = head("GET", &target, "cookie: ", 0);
            let (before, after) = text.split_once("cookie: ").unwrap();
            let request =
                [before.as_bytes(), b"cookie: ", cookie, b"\r\n", after.as_bytes()].concat();
            let (status, answer) = send_raw(&server, &request).await;
            assert_eq!(status, 303, "{answer}");
            assert!(answer.contains("error=login_required"), "{answer}");
        }
        // Resuming what is not there, with any cookie.
        let headers = "cookie: _interaction_resume=x; _interaction_resume.sig=y\r\n";
        for uid in ["x", "%00", "%ff", &"a".repeat(3000)] {
            let request = head("GET", &format!("/oidc/auth/{uid}"), headers, 0);
            let (status, answer) = send_raw(&server, request.as_bytes()).await;
            assert!((400..500).contains(&status), "{uid}: {answer}");
        }
        let confirm = server.browser().form("/oidc/session/end/confirm", &[("xsrf", "x")]).await;
        assert_oauth_error(&confirm, "xsrf");
    }
}

on_both_databases! {
    async fn json_of_the_wrong_kind_is_no_client(server) {
        let browser = server.browser();
        for body in [
            json!({ "client_id": 1, "grant_type": "client_credentials" }),
            json!({ "client_id": null, "grant_type": "client_credentials" }),
            json!({ "client_id": true, "client_secret": false, "grant_type": 5 }),
            json!({}),
        ] {
            let answer = browser.json("POST", "/oidc/token", body.clone()).await;
            assert_oauth_error(&answer, &body.to_string());
        }
    }
}
