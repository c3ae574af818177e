//! Nobody is sent where an attacker wants.

use super::*;

/// Addresses that look like the registered one to somebody, and are not.
const TRICKS: [&str; 41] = [
    "https://evil.example/callback",
    "https://app.example/callback/",
    "https://app.example/callback/../evil",
    "https://app.example/Callback",
    "https://app.example/callback?next=https://evil.example",
    "https://app.example/callback#fragment",
    "https://app.example/callback#",
    "https://app.example/callback?",
    "https://app.example:8443/callback",
    "http://app.example/callback",
    "https://app.example@evil.example/callback",
    "https://app.example:443@evil.example/callback",
    "https://user@app.example/callback",
    "https://user:password@app.example/callback",
    "https://evil.example\\@app.example/callback",
    "https://app.example\\@evil.example/callback",
    "https://app.example\\.evil.example/callback",
    "https:\\\\app.example\\callback",
    "https://app.example/x/../callback",
    "https://app.example/./callback",
    "https://app.example/%2e%2e/callback",
    "https://app.example/x/%2E%2E/callback",
    "https://app.example/callback%2f..",
    "https://app.example/%63allback",
    "https://app.example//callback",
    "https://app.example.evil.example/callback",
    "https://app.example./callback",
    "https://evil.example/https://app.example/callback",
    "https://\u{430}pp.example/callback",
    "https://app\u{3002}example.evil/callback",
    "https://app.example/callback%00",
    "https://app.example/callback%0d%0aset-cookie:a=b",
    " https://app.example/callback",
    "https://app.example/callback ",
    "https://app.example/call\tback",
    "https://app.example/callback\n",
    "https:/app.example/callback",
    "https:app.example/callback",
    "//app.example/callback",
    "/callback",
    "*",
];

/// Schemes that would run what follows.
const SCHEMES: [&str; 5] = [
    "javascript:alert(1)//https://app.example/callback",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://app.example/callback",
];

async fn assert_shown(browser: &Browser, client: &Client, uri: &str) {
    for extra in
        [&[][..], &[("prompt", "none")], &[("response_mode", "form_post")], &[("scope", "\"")]]
    {
        let asked = [&[("redirect_uri", uri)], extra].concat();
        let answer = browser.authorize(client, &asked).await;
        assert_eq!((answer.status, answer.error()), (400, "invalid_redirect_uri"), "{uri:?}");
        assert!(!answer.headers.contains_key("location"), "{uri:?}");
        assert!(answer.headers["content-type"].starts_with("application/json"));
    }
}

on_both_databases! {
    async fn look_alikes_of_a_redirect_uri_are_refused_in_the_persons_sight(server) {
        let client = server.client(Traditional).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        for uri in TRICKS.iter().chain(&SCHEMES) {
            assert_shown(&browser, &client, uri).await;
            let posted = [
                ("client_id", client.id.as_str()),
                ("response_type", "code"),
                ("redirect_uri", uri),
            ];
            let answer = browser.form("/oidc/auth", &posted).await;
            answer.expect_error(400, "invalid_redirect_uri");
        }
        // Spellings of the very same address are no trick.
        for uri in ["https://app.example:443/callback", "HTTPS://APP.example/callback"] {
            let answer = browser.authorize(&client, &[("redirect_uri", uri)]).await.expect(303);
            assert!(answer.parameter("code").is_some(), "{uri}");
            let to = url::Url::parse(answer.location()).unwrap();
            assert_eq!((to.host_str(), to.path()), (Some("app.example"), "/callback"));
        }
    }
}

on_both_databases! {
    async fn the_port_is_free_only_on_a_native_apps_own_machine(server) {
        let uris = [
            "http://127.0.0.1/callback",
            "http://localhost:4000/callback",
            "http://[::1]/callback",
        ];
        let native = server.client_with(Native, &uris, None).await;
        let web = server.client_with(SPA, &uris, None).await;
        let browser = server.browser();
        for uri in [
            "http://127.0.0.1:51004/callback",
            "http://localhost:1/callback",
            "http://[::1]:65535/callback",
            "http://localhost/callback",
        ] {
            let asked = browser.authorize(&native, &[("redirect_uri", uri)]).await.expect(303);
            assert!(asked.location().starts_with(&server.at("/sign-in")), "{uri}");
            assert_shown(&browser, &web, uri).await;
        }
        for uri in [
            "http://localhost.evil.example/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://127.0.0.2/callback",
            "https://localhost:4000/callback",
            "http://localhost:4000/other",
            "http://localhost@evil.example/callback",
            "http://0.0.0.0/callback",
            "http://2130706433/other",
            "http://[::2]/callback",
        ] {
            assert_shown(&browser, &native, uri).await;
        }
    }
}

on_both_databases! {
    async fn a_wildcard_reaches_as_far_as_its_label(server) {
        let uris = ["https://*.preview.example.com/callback"];
        let client = server.client_with(SPA, &uris, None).await;
        let browser = server.browser();
        let uri = "https://pr-7.preview.example.com/callback";
        let asked = browser.authorize(&client, &[("redirect_uri", uri)]).await.expect(303);
        assert!(asked.location().starts_with(&server.at("/sign-in")));
        for uri in [
            "https://preview.example.com/callback",
            "https://.preview.example.com/callback",
            "https://a.b.preview.example.com/callback",
            "https://*.preview.example.com/callback",
            "https://evil.example/.preview.example.com/callback",
            "https://evil.example?.preview.example.com/callback",
            "https://evil.example#.preview.example.com/callback",
            "https://evil.example\\.preview.example.com/callback",
            "https://evil@x.preview.example.com/callback",
            "http://a.preview.example.com/callback",
        ] {
            assert_shown(&browser, &client, uri).await;
        }
    }
}

on_both_databases! {
    async fn no_parameter_makes_an_open_redirector(server) {
        let client = server.client(SPA).await;
        let browser = server.browser();
        let evil = "https://evil.example/";
        for asked in [
            vec![("post_logout_redirect_uri", evil), ("client_id", client.id.as_str())],
            vec![("post_logout_redirect_uri", evil), ("logout_hint", "x")],
            vec![("post_logout_redirect_uri", "javascript:alert(1)"), ("client_id", &client.id)],
            vec![("redirect_uri", evil)],
            vec![("redirect_uri", evil), ("client_id", client.id.as_str())],
            vec![("request_uri", evil), ("client_id", client.id.as_str())],
            vec![("returnTo", evil)],
        ] {
            for path in ["/oidc/session/end", "/oidc/session/end/success", "/oidc/auth"] {
                let answer = browser.send(browser.request("GET", path).query(&asked)).await;
                assert!(!answer.location().contains("evil.example"), "{path} {asked:?}");
                assert!(!answer.text.contains("action=\"https:"), "{path} {asked:?}");
                let policy = answer.headers.get("content-security-policy");
                assert!(!policy.is_some_and(|it| it.contains("evil.example")), "{path} {asked:?}");
            }
        }
        // The confirmation carries where it leads; whoever writes it anew is noticed.
        let forged =
            r#"AAAA.{"session_id":null,"location":"https://evil.example","is_from_client":true}"#;
        let fields = [("xsrf", forged), ("logout", "yes")];
        let answer = browser.form("/oidc/session/end/confirm", &fields).await;
        answer.expect_error(400, "invalid_request");
    }
}

async fn paths_lead_nowhere_else(server: TestServer) {
    let browser = server.browser();
    for path in [
        "//evil.example",
        "///evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/\\evil.example",
        "/sign-in//evil.example",
        "/sign-in?app_id=//evil.example",
        "/demo-app//evil.example",
        "/demo-app/%2e%2e//evil.example",
        "/.//evil.example",
        "/?redirect=https://evil.example",
        "/unknown-session?next=https://evil.example",
        "/oidc//evil.example",
        "/oidc/auth//evil.example",
        "/api//evil.example",
    ] {
        let answer = browser.get(path).await;
        let to = answer.location();
        assert!(to.is_empty() || to == server.at("/unknown-session"), "{path}: {to}");
    }
    let gone =
        browser.request("GET", "/oidc/auth/https:%2f%2fevil.example").header("accept", "text/html");
    let answer = browser.send(gone).await.expect(303);
    assert_eq!(answer.location(), server.at("/unknown-session"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_path_makes_an_open_redirector() {
    paths_lead_nowhere_else(TestServer::start_with_pages(None).await).await;
}

on_both_databases! {
    async fn dangerous_addresses_cannot_even_be_stored(server) {
        let token = server.management_token().await;
        let browser = server.browser();
        for uri in SCHEMES.iter().chain(&[
            "https://user@app.example/callback",
            "https://app.example/callback#x",
            "https://*/x",
            "https://*.com/x",
            "https://app.example/x/../y",
            "https://app.example:*/x",
            "relative",
        ]) {
            let body = json!({
                "name": "X", "type": "SPA",
                "oidcClientMetadata": { "redirectUris": [uri], "postLogoutRedirectUris": [] },
            });
            let answer = browser.call("POST", "/api/applications", &token, Some(body)).await;
            answer.expect_code(400, "guard.invalid_input");
        }
    }
}
