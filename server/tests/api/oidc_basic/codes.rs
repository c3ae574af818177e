//! Modules about codes and what they are exchanged for.

use super::*;

/// Uses a code twice; the second time after a while.
async fn assert_second_use_revokes(server: &TestServer, after: Duration) {
    let client = server.client(Traditional).await;
    jane(server).await;
    let browser = server.browser();
    let offline = [("scope", "openid offline_access"), ("prompt", "consent")];
    let asked = ask(&browser, &client, &offline).await;
    let redirect = sign_in(server, &browser, asked).await;
    let code = code(server, &redirect);
    let tokens = exchange(&browser, &client, &code).await.expect(200).json;
    let outcome = Outcome { claims: Value::Null, tokens };
    userinfo(&browser, &outcome).await;
    server.advance(after);
    exchange(&browser, &client, &code).await.expect_error(400, "invalid_grant");
    let info = browser.call("GET", "/oidc/me", outcome.access_token(), None).await;
    info.expect_error(401, "invalid_token");
    let refreshed = browser.refresh(&client, &outcome.tokens["refresh_token"]).await;
    refreshed.expect_error(400, "invalid_grant");
}

on_both_databases! {
    async fn oidcc_codereuse(server) {
        assert_second_use_revokes(&server, Duration::ZERO).await;
    }
}

on_both_databases! {
    async fn oidcc_codereuse_30seconds(server) {
        assert_second_use_revokes(&server, Duration::from_secs(30)).await;
    }
}

on_both_databases! {
    async fn oidcc_refresh_token(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let offline = [("scope", "openid email offline_access"), ("prompt", "consent")];
        let (browser, first) = signed_in(&server, &client, &offline).await;
        server.advance(Duration::from_secs(5));
        let refreshed = browser.refresh(&client, &first.tokens["refresh_token"]).await.expect(200);
        let claims = jwt::id_token(&server, &refreshed.json["id_token"], &client.id).await;
        for name in ["iss", "sub", "aud", "nonce", "email"] {
            assert_eq!(claims[name], first.claims[name], "{name}");
        }
        assert!(claims["iat"].as_i64() > first.claims["iat"].as_i64());
        assert_ne!(refreshed.json["access_token"], first.tokens["access_token"]);
        let second = Outcome { tokens: refreshed.json, claims };
        assert_eq!(userinfo(&browser, &second).await["sub"], first.claims["sub"]);
        // It is bound to its client.
        let other = server.client(Traditional).await;
        let stolen = browser.refresh(&other, &first.tokens["refresh_token"]).await;
        stolen.expect_error(400, "invalid_grant");
        // A client that did not ask for it gets none.
        let (_, without) = signed_in(&server, &client, &[]).await;
        assert!(without.tokens["refresh_token"].is_null());
    }
}
