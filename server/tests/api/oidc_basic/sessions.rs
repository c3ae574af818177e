//! Modules about people who are signed in already.

use super::*;

on_both_databases! {
    async fn oidcc_prompt_login(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let aged = [("max_age", "15000")];
        let (browser, first) = signed_in(&server, &client, &aged).await;
        server.advance(Duration::from_secs(2));
        let again = ask(&browser, &client, &[("prompt", "login"), ("max_age", "15000")]).await;
        let redirect = sign_in(&server, &browser, again).await;
        let second = redeem(&server, &browser, &client, &redirect).await;
        assert_eq!(second.claims["sub"], first.claims["sub"]);
        let time = |outcome: &Outcome| outcome.claims["auth_time"].as_i64().unwrap();
        assert!(time(&second) >= time(&first) + 2);
    }
}

on_both_databases! {
    async fn oidcc_prompt_none_not_logged_in(server) {
        let client = server.client(Traditional).await;
        let answer = ask(&server.browser(), &client, &[("prompt", "none")]).await.expect(303);
        assert!(answer.location().starts_with(CALLBACK), "{}", answer.location());
        assert_eq!(answer.parameter("error").as_deref(), Some("login_required"));
        assert_eq!(answer.parameter("state").as_deref(), Some("the-state"));
        assert_eq!(answer.parameter("code"), None);
    }
}

on_both_databases! {
    async fn oidcc_prompt_none_logged_in(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let aged = [("max_age", "15000")];
        let (browser, first) = signed_in(&server, &client, &aged).await;
        server.advance(Duration::from_secs(2));
        let again = ask(&browser, &client, &[("prompt", "none"), ("max_age", "15000")]).await;
        let second = redeem(&server, &browser, &client, &again).await;
        for name in ["sub", "auth_time"] {
            assert_eq!(second.claims[name], first.claims[name], "{name}");
        }
        assert_ne!(second.tokens["access_token"], first.tokens["access_token"]);
    }
}

on_both_databases! {
    async fn oidcc_max_age_1(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let (browser, first) = signed_in(&server, &client, &[]).await;
        server.advance(Duration::from_secs(2));
        let silent = ask(&browser, &client, &[("max_age", "1"), ("prompt", "none")]).await;
        assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
        let again = ask(&browser, &client, &[("max_age", "1")]).await;
        let redirect = sign_in(&server, &browser, again).await;
        let second = redeem(&server, &browser, &client, &redirect).await;
        assert_eq!(second.claims["sub"], first.claims["sub"]);
        let issued = second.claims["iat"].as_i64().unwrap();
        let signed_in = second.claims["auth_time"].as_i64().expect("auth_time");
        assert!((0..=2).contains(&(issued - signed_in)), "{issued} {signed_in}");
    }
}

on_both_databases! {
    async fn oidcc_max_age_10000(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let (browser, first) = signed_in(&server, &client, &[("max_age", "10000")]).await;
        server.advance(Duration::from_secs(3600));
        let again = ask(&browser, &client, &[("max_age", "10000")]).await;
        let second = redeem(&server, &browser, &client, &again).await;
        assert!(first.claims["auth_time"].is_i64());
        assert_eq!(second.claims["auth_time"], first.claims["auth_time"]);
        assert!(second.claims["iat"].as_i64() > first.claims["iat"].as_i64());
    }
}

on_both_databases! {
    async fn oidcc_id_token_hint(server) {
        let client = server.client(Traditional).await;
        jane(&server).await;
        let (browser, first) = signed_in(&server, &client, &[]).await;
        let hint = first.tokens["id_token"].as_str().unwrap();
        // Hints are taken after their end too.
        server.advance(Duration::from_secs(2 * 3600));
        let silent = [("prompt", "none"), ("id_token_hint", hint)];
        let again = ask(&browser, &client, &silent).await;
        let second = redeem(&server, &browser, &client, &again).await;
        assert_eq!(second.claims["sub"], first.claims["sub"]);
        // Where somebody else is signed in, the person of the hint must sign in.
        server.user_named("bob").await;
        let other = server.browser();
        other.sign_in(&client, "bob", &[]).await;
        let refused = ask(&other, &client, &silent).await;
        assert_eq!(refused.parameter("error").as_deref(), Some("login_required"));
        // And whoever else then does is told so.
        let asked = ask(&other, &client, &[("id_token_hint", hint)]).await;
        assert!(shows_sign_in(&server, &asked));
        let submitted = other.prove_password("bob", PASSWORD).await.expect(200);
        let refused = other.get(submitted.json["redirectTo"].as_str().unwrap()).await.expect(303);
        assert_eq!(refused.parameter("error").as_deref(), Some("login_required"));
        let asked = ask(&other, &client, &[("id_token_hint", hint)]).await;
        let redirect = sign_in(&server, &other, asked).await;
        let third = redeem(&server, &other, &client, &redirect).await;
        assert_eq!(third.claims["sub"], first.claims["sub"]);
        let forged = [("prompt", "none"), ("id_token_hint", "a.b.c")];
        let refused = ask(&browser, &client, &forged).await;
        assert_eq!(refused.parameter("error").as_deref(), Some("invalid_request"));
    }
}
