//! Requests that other sites make a browser send, and pages that other sites show.

mod injection;

use super::*;
use vestibule::api::openapi;

/// Everything that a browser's cookies can change.
const CHANGES: [(&str, &str); 23] = [
    ("PUT", "/api/experience"),
    ("PUT", "/api/experience/interaction-event"),
    ("POST", "/api/experience/identification"),
    ("POST", "/api/experience/submit"),
    ("POST", "/api/experience/verification/password"),
    ("POST", "/api/experience/verification/verification-code"),
    ("POST", "/api/experience/verification/verification-code/verify"),
    ("POST", "/api/experience/verification/new-password-identity"),
    ("POST", "/api/experience/verification/totp/secret"),
    ("POST", "/api/experience/verification/totp/verify"),
    ("POST", "/api/experience/verification/backup-code/generate"),
    ("POST", "/api/experience/verification/backup-code/verify"),
    ("POST", "/api/experience/verification/mfa-verification-code"),
    ("POST", "/api/experience/verification/mfa-verification-code/verify"),
    ("POST", "/api/experience/profile/mfa"),
    ("POST", "/api/experience/profile/mfa/mfa-enabled"),
    ("POST", "/api/experience/profile/mfa/mfa-skipped"),
    ("POST", "/api/experience/profile/mfa/mfa-suggestion-skipped"),
    ("POST", "/api/experience/profile/mfa/passkey-skipped"),
    ("POST", "/api/experience/profile"),
    ("PUT", "/api/experience/profile/password"),
    ("DELETE", "/api/interaction"),
    ("POST", "/api/setup/administrator"),
];

on_both_databases! {
    async fn other_sites_cannot_act_for_the_person(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("SignIn").await;
        let verified = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&verified.json["verificationId"]).await.expect(204);
        let before = browser.get("/api/experience/interaction").await.expect(200).text;
        for (method, path) in CHANGES {
            for (name, value) in [
                ("origin", "https://evil.example"),
                ("origin", "null"),
                ("origin", "http://localhost.evil.example"),
                ("origin", "https://localhost"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
            ] {
                // A form of another site can send text, not JSON with its type.
                for kind in ["application/json", "text/plain", "application/x-www-form-urlencoded"]
                {
                    let request = browser
                        .request(method, path)
                        .header(name, value)
                        .header("content-type", kind)
                        .body(r#"{"interactionEvent":"Register"}"#);
                    let answer = browser.send(request).await;
                    assert_eq!(
                        (answer.status, answer.code()),
                        (403, "request.forbidden_origin"),
                        "{method} {path} {name}: {value}"
                    );
                    assert!(!answer.headers.contains_key("access-control-allow-origin"));
                }
            }
        }
        let after = browser.get("/api/experience/interaction").await.expect(200).text;
        assert_eq!(after, before);
        // Our own pages may go on.
        let own = browser
            .request("POST", "/api/experience/submit")
            .header("origin", &server.endpoint)
            .header("sec-fetch-site", "same-origin");
        browser.send(own).await.expect(200);
    }
}

/// Operations of the API by method and path, from the document that is made of the handlers.
fn operations() -> Vec<(String, String)> {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = ["get", "put", "post", "patch", "delete"];
        let there = methods.iter().filter(|method| item.get(method).is_some());
        found.extend(there.map(|method| (method.to_uppercase(), path.clone())));
    }
    found
}

/// Whether a browser's cookies, and no token, are what an operation goes by.
fn goes_by_cookies(path: &str) -> bool {
    ["/api/experience", "/api/interaction", "/api/setup/"].iter().any(|it| path.starts_with(it))
}

#[test]
fn every_change_by_cookies_is_looked_at() {
    let operations = operations();
    let changes: Vec<_> = operations
        .iter()
        .filter(|(method, path)| method != "GET" && goes_by_cookies(path))
        .map(|(method, path)| (method.as_str(), path.as_str()))
        .collect();
    assert!(!changes.is_empty());
    for change in &changes {
        assert!(CHANGES.contains(change), "{change:?} is not among CHANGES");
    }
}

on_both_databases! {
    async fn cookies_open_no_api(server) {
        // The Management API and userinfo take bearers only: a browser sends none by itself.
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        let is_open = |path: &str| {
            let open = [
                "/api/.well-known/",
                "/api/swagger.json",
                "/api/status",
                "/api/dev/outbox",
                // Other systems call these, and browsers on their behalf.
                "/api/authn/",
                "/api/saml/",
                "/api/saml-applications/{id}/metadata",
                "/api/saml-applications/{id}/callback",
            ];
            goes_by_cookies(path) || open.iter().any(|it| path.starts_with(it))
        };
        let mut tried = 0;
        for (method, path) in operations() {
            if !path.starts_with("/api/") || is_open(&path) {
                continue;
            }
            let path = path.replace(['{', '}'], "");
            let answer = browser.json(&method, &path, json!({})).await;
            let what = (answer.status, answer.code());
            assert_eq!(what, (401, "auth.authorization_header_missing"), "{method} {path}");
            tried += 1;
        }
        assert!(tried > 15, "{tried}");
        browser.get("/oidc/me").await.expect_error(401, "invalid_token");
    }
}

on_both_databases! {
    async fn after_a_form_the_browser_goes_on_with_a_get(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let fields = [
            ("client_id", client.id.as_str()),
            ("response_type", "code"),
            ("scope", "openid"),
            ("redirect_uri", CALLBACK),
            ("code_challenge_method", "S256"),
            ("code_challenge", crate::support::browser::CHALLENGE),
        ];
        // To the sign-in page, to the client, to the client with an error: 303, never 307.
        browser.form("/oidc/auth", &fields).await.expect(303);
        browser.prove_password("ann", PASSWORD).await.expect(200);
        browser.sign_in(&client, "ann", &[]).await;
        let answer = browser.form("/oidc/auth", &fields).await.expect(303);
        assert!(answer.parameter("code").is_some());
        let wrong = [&fields[..], &[("prompt", "dance")]].concat();
        let answer = browser.form("/oidc/auth", &wrong).await.expect(303);
        assert!(answer.parameter("error").is_some());
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}

/// The directives of a page's policy.
fn policy(answer: &Answer) -> BTreeMap<String, String> {
    let text = &answer.headers["content-security-policy"];
    assert!(!text.contains("unsafe-inline") && !text.contains("'unsafe-eval'"), "{text}");
    text.split(';')
        .filter_map(|directive| directive.trim().split_once(' '))
        .map(|(name, sources)| (name.to_owned(), sources.to_owned()))
        .collect()
}

async fn assert_strict(server: TestServer) {
    let client = server.client(SPA).await;
    let browser = server.browser();
    let asked = browser.authorize(&client, &[]).await.expect(303);
    let form = format!("{}&response_mode=form_post", request_of(&client, "&prompt=none"));
    let sign_in = path_of(asked.location());
    let mut nonces = Vec::new();
    for path in [
        sign_in.as_str(),
        "/unknown-session",
        "/demo-app",
        "/nowhere",
        "/oidc/session/end",
        "/oidc/session/end/success",
        form.as_str(),
    ] {
        let page = browser.get(path).await.expect(200);
        assert!(page.headers["content-type"].starts_with("text/html"), "{path}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(page.headers["x-frame-options"], "SAMEORIGIN", "{path}");
        assert_eq!(page.headers["referrer-policy"], "strict-origin-when-cross-origin", "{path}");
        assert_eq!(page.headers["cache-control"], "no-store", "{path}");
        let policy = policy(&page);
        assert_eq!(policy["default-src"], "'none'", "{path}");
        assert!(["'self'", "'none'"].contains(&policy["frame-ancestors"].as_str()), "{path}");
        assert!(["'self'", "'none'"].contains(&policy["base-uri"].as_str()), "{path}");
        assert!(policy["form-action"].starts_with("'self'"), "{path}");
        assert!(!policy["script-src"].contains("http"), "{path}");
        // Every script bears the nonce of this very answer.
        let (_, rest) = policy["script-src"].split_once("'nonce-").unwrap();
        let nonce = rest.split_once('\'').unwrap().0.to_owned();
        let scripts = page.text.matches("<script").count();
        assert_eq!(page.text.matches(&format!("<script nonce=\"{nonce}\"")).count(), scripts);
        for handler in ["onclick=", "onload=", "onsubmit=", "javascript:"] {
            assert!(!page.text.contains(handler), "{path}");
        }
        assert!(!nonces.contains(&nonce), "{path}");
        nonces.push(nonce);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_has_a_strict_policy() {
    assert_strict(TestServer::start_with_pages(None).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_captcha_service_is_let_in_only_while_people_have_to_pass_one() {
    let server = TestServer::start_with_pages(None).await;
    let token = server.management_token().await;
    let browser = server.browser();
    let put = async |config: Value| {
        let body = Some(json!({ "config": config }));
        browser.call("PUT", "/api/captcha-provider", &token, body).await.expect(200);
    };
    let switch = async |enabled: bool| {
        server.configure(json!({ "captchaPolicy": { "enabled": enabled } })).await;
    };
    let sources = async |path: &str| {
        let policy = policy(&browser.get(path).await.expect(200));
        let script =
            policy["script-src"].split_once("'wasm-unsafe-eval'").unwrap().1.trim().to_owned();
        [script, policy["frame-src"].clone(), policy["connect-src"].clone()]
    };
    let closed = ["", "'none'", "'self'"].map(str::to_owned);
    let path = "/unknown-session";
    put(json!({ "type": "Turnstile", "siteKey": "s", "secretKey": "s" })).await;
    assert_eq!(sources(path).await, closed);
    switch(true).await;
    let turnstile = "https://challenges.cloudflare.com".to_owned();
    assert_eq!(sources(path).await, [turnstile.clone(), turnstile, "'self'".into()]);
    // Nobody signs in on this page.
    assert_eq!(sources("/demo-app").await, closed);
    let google = json!({ "type": "RecaptchaEnterprise", "siteKey": "s", "secretKey": "s",
        "projectId": "p", "domain": "www.recaptcha.net" });
    put(google).await;
    let own = "https://www.recaptcha.net/recaptcha/";
    assert_eq!(
        sources(path).await,
        [
            format!("{own} https://www.gstatic.com/recaptcha/"),
            format!("{own} https://recaptcha.google.com/recaptcha/"),
            format!("'self' {own}"),
        ]
    );
    switch(false).await;
    assert_eq!(sources(path).await, closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_sign_in_are_shown_only_to_who_began_one() {
    let server = TestServer::start_with_pages(None).await;
    let client = server.client(SPA).await;
    let browser = server.browser();
    let began = server.browser();
    began.authorize(&client, &[]).await.expect(303);
    for path in ["/", "/sign-in", "/register", "/forgot-password", "/sign-in/password", "/consent"]
    {
        let answer = browser.get(path).await.expect(302);
        assert_eq!(answer.location(), server.at("/unknown-session"), "{path}");
        let page = began.get(path).await.expect(200);
        assert!(page.text.contains("app.js"), "{path}");
        let forged = browser
            .request("GET", path)
            .header("cookie", "_interaction=%7B%7D; _interaction.sig=x");
        browser.send(forged).await.expect(302);
    }
}
