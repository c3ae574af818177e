//! Looking at tokens, and revoking them.

use super::*;

async fn introspect(browser: &Browser, client: &Client, token: &str) -> Value {
    ask(browser, client, "/oidc/token/introspection", token).await.expect(200).json
}

async fn ask(
    browser: &Browser,
    client: &Client,
    path: &str,
    token: &str,
) -> crate::support::Answer {
    let mut fields = vec![("token", token), ("client_id", client.id.as_str())];
    fields.extend(client.secret.as_deref().map(|secret| ("client_secret", secret)));
    browser.form(path, &fields).await
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

on_both_databases! {
    async fn a_live_token_is_described(server) {
        let client = server.client(Traditional).await;
        let user_id = server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &OFFLINE).await;
        let access = introspect(&browser, &client, text(&tokens, "access_token")).await;
        let issued = access["iat"].as_i64().unwrap();
        assert!((issued - server.app.clock.now_seconds()).abs() < 30);
        let expected = json!({
            "active": true, "client_id": client.id, "exp": issued + 3600, "iat": issued,
            "iss": server.at("/oidc"), "scope": "openid offline_access", "sub": user_id,
            "token_type": "Bearer",
        });
        assert_eq!(access, expected);
        let refresh = introspect(&browser, &client, text(&tokens, "refresh_token")).await;
        assert_eq!((&refresh["active"], &refresh["sub"]), (&json!(true), &json!(user_id)));
        // Others that can prove who they are may ask too: they are APIs.
        let other = server.client(MachineToMachine).await;
        assert_eq!(introspect(&browser, &other, text(&tokens, "access_token")).await, expected);
        server.advance(Duration::from_secs(3601));
        let late = introspect(&browser, &client, text(&tokens, "access_token")).await;
        assert_eq!(late, json!({ "active": false }));
    }
}

on_both_databases! {
    async fn only_clients_that_prove_who_they_are_learn_of_others_tokens(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &OFFLINE).await;
        let inactive = json!({ "active": false });
        for name in ["access_token", "refresh_token"] {
            let own = introspect(&browser, &client, text(&tokens, name)).await;
            assert_eq!(own["active"], true, "{name}");
            let public = server.client(SPA).await;
            assert_eq!(introspect(&browser, &public, text(&tokens, name)).await, inactive);
        }
        assert_eq!(introspect(&browser, &client, "nonsense").await, inactive);
        let nobody = browser.form("/oidc/token/introspection", &[("token", "x")]).await;
        nobody.expect_error(400, "invalid_request");
        let confidential = server.client(Traditional).await;
        let unproved = Client { secret: None, ..confidential };
        let refused = ask(&browser, &unproved, "/oidc/token/introspection", "x").await;
        refused.expect_error(401, "invalid_client");
    }
}

on_both_databases! {
    async fn jwts_can_be_neither_introspected_nor_revoked(server) {
        let client = server.manager().await;
        let token = server.management_token().await;
        let browser = server.browser();
        for path in ["/oidc/token/introspection", "/oidc/token/revocation"] {
            let answer = ask(&browser, &client, path, &token).await;
            answer.expect_error(400, "unsupported_token_type");
        }
        browser.call("GET", "/api/applications", &token, None).await.expect(200);
    }
}

on_both_databases! {
    async fn revoking_either_token_ends_the_whole_grant(server) {
        let client = server.client(Native).await;
        server.user_named("ann").await;
        for name in ["access_token", "refresh_token"] {
            let browser = server.browser();
            let tokens = browser.tokens(&client, "ann", &OFFLINE).await;
            let revoked =
                ask(&browser, &client, "/oidc/token/revocation", text(&tokens, name)).await;
            assert_eq!((revoked.status, revoked.text.as_str()), (200, ""));
            let info = browser.call("GET", "/oidc/me", text(&tokens, "access_token"), None).await;
            info.expect_error(401, "invalid_token");
            let refreshed = browser.refresh(&client, &tokens["refresh_token"]).await;
            refreshed.expect_error(400, "invalid_grant");
            // Once more says the same (RFC 7009 section 2.2).
            ask(&browser, &client, "/oidc/token/revocation", text(&tokens, name)).await.expect(200);
            // The person is signed in still, and a new grant lives.
            let again = browser.authorize(&client, &OFFLINE).await.expect(303);
            let code = again.parameter("code").unwrap();
            browser.exchange(&client, &code).await.expect(200);
        }
    }
}

on_both_databases! {
    async fn nobody_revokes_anothers_token(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let tokens = browser.tokens(&client, "ann", &OFFLINE).await;
        let public = server.client(SPA).await;
        let confidential = server.client(Traditional).await;
        for name in ["access_token", "refresh_token"] {
            let token = text(&tokens, name);
            ask(&browser, &public, "/oidc/token/revocation", token).await.expect(200);
            let told = ask(&browser, &confidential, "/oidc/token/revocation", token).await;
            told.expect_error(400, "invalid_request");
        }
        browser.call("GET", "/oidc/me", text(&tokens, "access_token"), None).await.expect(200);
        browser.refresh(&client, &tokens["refresh_token"]).await.expect(200);
    }
}
