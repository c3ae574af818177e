//! How answers and errors reach the client.

use super::*;

on_both_databases! {
    async fn the_query_is_the_usual_way(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let redirect = browser.sign_in(&client, "ann", &[("state", "a b&c=d")]).await;
        assert!(redirect.location().starts_with(&format!("{CALLBACK}?code=")));
        assert_eq!(redirect.parameter("state").as_deref(), Some("a b&c=d"));
        let explicit = browser.authorize(&client, &[("response_mode", "query")]).await.expect(303);
        assert!(explicit.location().starts_with(&format!("{CALLBACK}?code=")));
    }
}

on_both_databases! {
    async fn a_fragment_holds_the_same(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let redirect = browser.sign_in(&client, "ann", &[("response_mode", "fragment")]).await;
        let (address, fragment) = redirect.location().split_once('#').unwrap();
        assert_eq!(address, CALLBACK);
        let pairs: Vec<_> = form_urlencoded::parse(fragment.as_bytes()).into_owned().collect();
        let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["code", "state", "iss"]);
        browser.exchange(&client, &pairs[0].1).await.expect(200);
        // Errors travel alike.
        let wrong = [("response_mode", "fragment"), ("prompt", "dance")];
        let refused = browser.authorize(&client, &wrong).await.expect(303);
        let error = format!("{CALLBACK}#error=invalid_request");
        assert!(refused.location().starts_with(&error), "{}", refused.location());
    }
}

/// The nonce that a page's policy names, if the policy is as strict as it should be.
fn nonce(policy: &str) -> &str {
    assert!(!policy.contains("unsafe"), "{policy}");
    for directive in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(directive), "{policy}");
    }
    policy.split_once("script-src 'nonce-").unwrap().1.split_once('\'').unwrap().0
}

on_both_databases! {
    async fn a_form_posts_itself_and_escapes_what_it_holds(server) {
        let client = server.client(Traditional).await;
        server.user_named("ann").await;
        let browser = server.browser();
        browser.sign_in(&client, "ann", &[]).await;
        let state = "\"><script>alert('1')</script>&amp;";
        let asked = [("response_mode", "form_post"), ("state", state)];
        let page = browser.authorize(&client, &asked).await.expect(200);
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(!page.text.contains("<script>"), "{}", page.text);
        assert_eq!(field(&page.text, "state"), state);
        assert_eq!(field(&page.text, "iss"), server.at("/oidc"));
        let (_, action) = page.text.split_once("method=\"post\" action=\"").unwrap();
        assert_eq!(unescape(action.split_once('"').unwrap().0), CALLBACK);
        let policy = &page.headers["content-security-policy"];
        assert!(policy.contains("form-action 'self' https://app.example;"), "{policy}");
        assert!(page.text.contains(&format!("<script nonce=\"{}\">", nonce(policy))));
        // A nonce is for one page.
        let other = browser.authorize(&client, &asked).await.expect(200);
        assert_ne!(nonce(&other.headers["content-security-policy"]), nonce(policy));
        browser.exchange(&client, &field(&page.text, "code")).await.expect(200);
        // Errors travel alike.
        let wrong = [("response_mode", "form_post"), ("prompt", "dance")];
        let refused = browser.authorize(&client, &wrong).await.expect(200);
        assert_eq!(field(&refused.text, "error"), "invalid_request");
    }
}

on_both_databases! {
    async fn what_is_not_supported_is_said_to_the_client(server) {
        let client = server.client(SPA).await;
        let browser = server.browser();
        for (name, value, error) in [
            ("response_mode", "jwt", "unsupported_response_mode"),
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "code id_token", "unsupported_response_type"),
            ("prompt", "create", "invalid_request"),
            ("prompt", "select_account", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("max_age", "-1", "invalid_request"),
            ("resource", "https://nobody.example", "invalid_target"),
            ("resource", "no address", "invalid_target"),
            ("registration", "{}", "registration_not_supported"),
            ("scope", "openid \"", "invalid_scope"),
        ] {
            let refused = browser.authorize(&client, &[(name, value)]).await.expect(303);
            assert!(refused.location().starts_with(CALLBACK), "{}", refused.location());
            assert_eq!(refused.parameter("error").as_deref(), Some(error), "{name}={value}");
            assert_eq!(refused.parameter("iss"), Some(server.at("/oidc")));
            assert_eq!(refused.parameter("state").as_deref(), Some("the-state"));
        }
        let nobody = Client { id: "nobody".into(), secret: None };
        let shown = browser.authorize(&nobody, &[]).await.expect_error(400, "invalid_client");
        assert_eq!(shown.json["error_description"], "invalid client nobody");
    }
}

on_both_databases! {
    async fn errors_have_the_contracts_body_or_the_plain_one(server) {
        let client = server.client(SPA).await;
        let browser = server.browser();
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "x"),
            ("client_id", client.id.as_str()),
        ];
        let whole = browser.form("/oidc/token", &fields).await.expect_error(400, "invalid_grant");
        assert_eq!(whole.json["code"], "oidc.invalid_grant");
        assert_eq!(whole.json["error_uri"], "https://openid.sh/debug/invalid_grant");
        assert_eq!(whole.json["error_description"], "refresh token not found");
        assert!(whole.json["message"].is_string());
        assert_eq!(whole.headers["cache-control"], "no-store");
        let plain = browser.form("/oidc/token?parse_error=false", &fields).await.expect(400);
        let expected =
            json!({ "error": "invalid_grant", "error_description": "refresh token not found" });
        assert_eq!(plain.json, expected);
        let german =
            browser.request("POST", "/oidc/token").header("accept-language", "de").form(&fields);
        let german = browser.send(german).await.expect_error(400, "invalid_grant");
        assert_ne!(german.json["message"], whole.json["message"]);
    }
}

on_both_databases! {
    async fn unknown_routes_and_methods_are_told_as_the_contract_says(server) {
        let browser = server.browser();
        for (method, path) in [
            ("GET", "/oidc/nowhere"),
            ("GET", "/oidc/token"),
            ("PUT", "/oidc/token"),
            ("DELETE", "/oidc/me"),
            ("GET", "/oidc/token/introspection"),
            ("GET", "/oidc/token/revocation"),
            ("POST", "/oidc/jwks"),
            ("POST", "/oidc/.well-known/openid-configuration"),
            ("PUT", "/oidc/auth"),
            ("POST", "/oidc/auth/uid"),
            ("GET", "/oidc/session/end/confirm"),
            ("POST", "/oidc/reg"),
        ] {
            let answer = browser.send(browser.request(method, path)).await;
            let answer = answer.expect_error(404, "invalid_request");
            assert_eq!(answer.code(), "oidc.invalid_request", "{method} {path}");
            let text = answer.json["error_description"].as_str().unwrap();
            assert_eq!(text, "unrecognized route or not allowed method");
        }
    }
}
