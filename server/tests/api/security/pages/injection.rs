//! Texts that want to be markup, headers or addresses.

use super::*;

const MARKUP: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";
const LINES: &str = "x\r\nset-cookie: planted=1\r\n\r\n<script>alert(1)</script>";

/// That an answer brings no page, header or cookie of the attacker's.
#[track_caller]
fn assert_harmless(answer: &Answer, what: &str) {
    assert!(!answer.cookies.iter().any(|it| it.contains("planted=1")), "{what}: {answer:?}");
    for (name, value) in &answer.headers {
        assert!(!value.contains(['\r', '\n', '<']), "{what}: {name}: {value}");
    }
    if answer.headers.get("content-type").is_some_and(|it| it.starts_with("text/html")) {
        // One script, which is ours, and not the attacker's handlers.
        assert!(answer.text.matches("<script").count() <= 1, "{what}: {}", answer.text);
        assert!(!answer.text.contains("<script>"), "{what}: {}", answer.text);
        assert!(!answer.text.contains("<img"), "{what}: {}", answer.text);
    } else {
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{what}");
    }
}

on_both_databases! {
    async fn what_a_request_holds_stays_text(server) {
        let client = server.client(Traditional).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        for hostile in [MARKUP, LINES] {
            // Answers and errors, however they travel, give the state back as it came.
            for mode in ["query", "fragment", "form_post"] {
                for (name, value) in [("nonce", "n"), ("prompt", hostile), ("scope", hostile)] {
                    let asked = [("state", hostile), ("response_mode", mode), (name, value)];
                    let answer = browser.authorize(&client, &asked).await;
                    assert_harmless(&answer, &format!("{mode} {name}"));
                    if mode == "query" {
                        assert_eq!(answer.parameter("state").as_deref(), Some(hostile));
                    }
                }
            }
            // What is named in an error, or shown to the person who asks.
            for name in [
                "client_id", "redirect_uri", "response_type", "response_mode", "resource",
                "max_age", "display", "ui_locales", "login_hint", "id_token_hint", "claims",
                "first_screen", "identifier", "direct_sign_in", "one_time_token",
                "organization_id", "code_challenge", "code_challenge_method", "request",
                "request_uri", "registration", "acr_values",
            ] {
                let asked = [("prompt", "login"), (name, hostile)];
                let asked = if name == "prompt" { &asked[1..] } else { &asked[..] };
                let answer = browser.authorize(&client, asked).await;
                assert_harmless(&answer, name);
            }
            for path in ["/oidc/session/end", "/oidc/session/end/success", "/oidc/auth"] {
                for name in [
                    "client_id", "id_token_hint", "post_logout_redirect_uri", "state",
                    "ui_locales", "logout_hint", hostile,
                ] {
                    let request = browser.request("GET", path).query(&[(name, hostile)]);
                    assert_harmless(&browser.send(request).await, &format!("{path} {name}"));
                }
            }
            let fields = [("grant_type", hostile), ("code", hostile), ("scope", hostile)];
            assert_harmless(&browser.token(&client, &fields).await, "token");
            let stranger = Client { id: hostile.into(), secret: None };
            assert_harmless(&browser.token(&stranger, &fields).await, "client");
            let request = browser.request("GET", "/oidc/me").query(&[("access_token", hostile)]);
            assert_harmless(&browser.send(request).await, "userinfo");
            let body = json!({ "interactionEvent": hostile, hostile: hostile });
            assert_harmless(&browser.json("PUT", "/api/experience", body).await, "experience");
        }
    }
}

on_both_databases! {
    async fn a_state_on_the_way_out_stays_text(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        for hostile in [MARKUP, LINES] {
            let asked = [
                ("client_id", client.id.as_str()),
                ("post_logout_redirect_uri", "https://app.example/"),
                ("state", hostile),
            ];
            let page = browser.send(browser.request("GET", "/oidc/session/end").query(&asked));
            let page = page.await.expect(200);
            assert_harmless(&page, "the form");
            let (_, rest) = page.text.split_once("name=\"xsrf\" value=\"").unwrap();
            let xsrf = unescape(rest.split_once('"').unwrap().0);
            // Without the word nobody is signed out, but the browser goes on.
            let left = browser.form("/oidc/session/end/confirm", &[("xsrf", xsrf.as_str())]).await;
            let left = left.expect(303);
            assert_harmless(&left, "the way out");
            assert!(left.location().starts_with("https://app.example/?state="));
            assert_eq!(left.parameter("state").as_deref(), Some(hostile));
        }
    }
}

/// What the templates write for a character.
fn unescape(text: &str) -> String {
    let written =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/")];
    let plain = written.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    plain.replace("&amp;", "&")
}

on_both_databases! {
    async fn the_name_of_an_application_starts_no_header_of_a_message(server) {
        let token = server.management_token().await;
        let browser = server.browser();
        let name = "Shop\r\nBcc: eve@evil.example\r\n\r\n{{code}}";
        let body = json!({
            "name": name, "type": "SPA",
            "oidcClientMetadata": {
                "redirectUris": [CALLBACK], "postLogoutRedirectUris": [],
            },
        });
        let made = browser.call("POST", "/api/applications", &token, Some(body)).await;
        // Refused, or taken and written on one line.
        if made.status == 200 {
            let id = made.json["id"].as_str().unwrap().to_owned();
            let client = Client { id, secret: None };
            browser.authorize(&client, &[]).await.expect(303);
            browser.begin("SignIn").await;
            browser.send_code("email", "ann@example.com", "SignIn").await.expect(200);
            let message = server.last_message().await;
            let subject = message["subject"].as_str().unwrap();
            assert!(subject.contains("Shop") && !subject.contains(['\r', '\n']), "{subject:?}");
            assert!(!subject.contains(message["code"].as_str().unwrap()), "{subject:?}");
        } else {
            made.expect_code(400, "guard.invalid_input");
        }
        // Nor does an address.
        browser.authorize(&server.client(SPA).await, &[]).await.expect(303);
        browser.begin("SignIn").await;
        for address in
            ["a@b.example\r\nBcc: e@evil.example", "a@b.example,e@evil.example", "A <a@b.example>"]
        {
            let sent = browser.send_code("email", address, "SignIn").await;
            sent.expect_code(400, "guard.invalid_input");
        }
    }
}
