//! Modules about what is said of the person.

use super::*;

/// The names of what userinfo and the ID token say beyond the protocol's own claims.
fn names(claims: &Value) -> Vec<String> {
    let own = ["iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "auth_time"];
    let names = claims.as_object().unwrap().keys().filter(|name| !own.contains(&name.as_str()));
    let mut names: Vec<String> = names.cloned().collect();
    names.sort();
    names
}

fn of_profile() -> Vec<(&'static str, Value)> {
    vec![
        ("name", json!("Jane Doe")),
        ("family_name", json!("Doe")),
        ("given_name", json!("Jane")),
        ("middle_name", json!("Q.")),
        ("nickname", json!("JD")),
        ("preferred_username", json!("jane.doe")),
        ("profile", json!("https://example.com/jane")),
        ("picture", json!("https://example.com/jane.png")),
        ("website", json!("https://jane.example")),
        ("gender", json!("female")),
        ("birthdate", json!("1990-02-03")),
        ("zoneinfo", json!("Europe/Berlin")),
        ("locale", json!("de-DE")),
        ("username", json!("jane")),
    ]
}

fn of_email() -> Vec<(&'static str, Value)> {
    vec![("email", json!("jane@example.com")), ("email_verified", json!(true))]
}

fn of_phone() -> Vec<(&'static str, Value)> {
    vec![("phone_number", json!("491701234567")), ("phone_number_verified", json!(true))]
}

fn of_address() -> Vec<(&'static str, Value)> {
    let address = json!({
        "formatted": "1 Main Street, 12345 Town", "street_address": "1 Main Street",
        "locality": "Town", "region": "North", "postal_code": "12345", "country": "DE",
    });
    vec![("address", address)]
}

/// Asks for a scope; userinfo and the ID token say these, the times of the account where they
/// belong, and nothing else.
async fn assert_claims(server: &TestServer, scope: &str, expected: Vec<(&str, Value)>) {
    let client = server.client(Traditional).await;
    jane(server).await;
    let (browser, outcome) = signed_in(server, &client, &[("scope", scope)]).await;
    assert_eq!(outcome.tokens["scope"], scope);
    for said in [userinfo(&browser, &outcome).await, outcome.claims] {
        let mut wanted: Vec<String> = expected.iter().map(|(name, _)| name.to_string()).collect();
        if scope.contains("profile") {
            for name in ["created_at", "updated_at"] {
                // Milliseconds of this century.
                assert!(said[name].as_i64().unwrap() > 1_600_000_000_000, "{said}");
                wanted.push(name.to_owned());
            }
        }
        wanted.sort();
        assert_eq!(names(&said), wanted);
        for (name, value) in &expected {
            assert_eq!(said[name], *value, "{name}");
        }
    }
}

on_both_databases! {
    async fn oidcc_scope_profile(server) {
        assert_claims(&server, "openid profile", of_profile()).await;
    }
}

on_both_databases! {
    async fn oidcc_scope_email(server) {
        assert_claims(&server, "openid email", of_email()).await;
    }
}

on_both_databases! {
    async fn oidcc_scope_address(server) {
        assert_claims(&server, "openid address", of_address()).await;
    }
}

on_both_databases! {
    async fn oidcc_scope_phone(server) {
        assert_claims(&server, "openid phone", of_phone()).await;
    }
}

on_both_databases! {
    async fn oidcc_scope_all(server) {
        let all = [of_profile(), of_email(), of_address(), of_phone()].concat();
        assert_claims(&server, "openid profile email address phone", all).await;
    }
}

on_both_databases! {
    async fn oidcc_ensure_other_scope_order_succeeds(server) {
        let both = [of_profile(), of_email()].concat();
        assert_claims(&server, "email openid profile", both).await;
    }
}

on_both_databases! {
    async fn oidcc_userinfo_get(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let (browser, outcome) = signed_in(&server, &client, &[]).await;
        let info = userinfo(&browser, &outcome).await;
        assert_eq!(info["sub"], outcome.claims["sub"]);
        assert_eq!(info["email"], "jane@example.com");
        let none = browser.get("/oidc/me").await.expect_error(401, "invalid_token");
        assert!(none.headers["www-authenticate"].starts_with("Bearer "));
    }
}

on_both_databases! {
    async fn oidcc_userinfo_post_header(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let (browser, outcome) = signed_in(&server, &client, &[]).await;
        let info = browser.call("POST", "/oidc/me", outcome.access_token(), None).await;
        assert_eq!(info.expect(200).json["sub"], outcome.claims["sub"]);
    }
}

on_both_databases! {
    async fn oidcc_userinfo_post_body(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let (browser, outcome) = signed_in(&server, &client, &[]).await;
        let fields = [("access_token", outcome.access_token())];
        let info = browser.form("/oidc/me", &fields).await;
        assert_eq!(info.expect(200).json["sub"], outcome.claims["sub"]);
        // In the query it would be in logs (RFC 9700 section 4.3.2).
        let address = format!("/oidc/me?access_token={}", outcome.access_token());
        browser.get(&address).await.expect_error(401, "invalid_token");
    }
}

on_both_databases! {
    async fn oidcc_claims_essential(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        // The parameter is not supported, as discovery says: it is ignored, and nothing fails.
        let wish = [("scope", "openid"), ("claims", r#"{"userinfo":{"name":{"essential":true}}}"#)];
        let (browser, outcome) = signed_in(&server, &client, &wish).await;
        assert_eq!(names(&userinfo(&browser, &outcome).await), [""; 0]);
    }
}
