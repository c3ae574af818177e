//! Stolen refresh tokens.

use super::*;
use futures_util::future::join_all;

on_both_databases! {
    async fn a_stolen_refresh_token_ends_the_family_when_both_have_used_it(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let (victim, thief) = (server.browser(), server.browser());
        let stolen = victim.tokens(&client, "ann", &OFFLINE).await["refresh_token"].clone();
        let theirs = thief.refresh(&client, &stolen).await.expect(200).json;
        server.advance(Duration::from_secs(4));
        victim.refresh(&client, &stolen).await.expect_error(400, "invalid_grant");
        // What the thief got is gone with it.
        let answer = thief.refresh(&client, &theirs["refresh_token"]).await;
        answer.expect_error(400, "invalid_grant");
        let access = theirs["access_token"].as_str().unwrap();
        thief.call("GET", "/oidc/me", access, None).await.expect_error(401, "invalid_token");
    }
}

on_both_databases! {
    async fn tabs_that_refresh_at_the_same_moment_get_the_same_token(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let token = browser.tokens(&client, "ann", &OFFLINE).await["refresh_token"].clone();
        let answers = join_all((0..20).map(|_| browser.refresh(&client, &token))).await;
        let next = answers[0].json["refresh_token"].clone();
        assert!(next.is_string() && next != token, "{}", answers[0].text);
        for answer in &answers {
            assert_eq!(
                (answer.status, &answer.json["refresh_token"]),
                (200, &next),
                "{}",
                answer.text
            );
        }
        browser.refresh(&client, &next).await.expect(200);
    }
}

on_both_databases! {
    async fn made_up_tokens_revoke_nothing(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let token = browser.tokens(&client, "ann", &OFFLINE).await["refresh_token"].clone();
        let text = token.as_str().unwrap();
        let mut flipped: Vec<String> = (0..text.len())
            .map(|place| {
                let other = if &text[place..=place] == "A" { "B" } else { "A" };
                format!("{}{other}{}", &text[..place], &text[place + 1..])
            })
            .collect();
        flipped.extend(["x".into(), text[1..].to_owned(), format!("{text}A"), text.to_lowercase()]);
        for wrong in flipped.iter().filter(|it| *it != text) {
            browser.refresh(&client, &json!(wrong)).await.expect_error(400, "invalid_grant");
        }
        browser.refresh(&client, &token).await.expect(200);
    }
}

on_both_databases! {
    async fn a_token_of_one_kind_is_of_no_other(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let redirect = browser.sign_in(&client, "ann", &OFFLINE).await;
        let code = redirect.parameter("code").unwrap();
        browser.refresh(&client, &json!(code)).await.expect_error(400, "invalid_grant");
        browser.call("GET", "/oidc/me", &code, None).await.expect_error(401, "invalid_token");
        let tokens = browser.exchange(&client, &code).await.expect(200).json;
        let refresh = tokens["refresh_token"].as_str().unwrap();
        browser.call("GET", "/oidc/me", refresh, None).await.expect_error(401, "invalid_token");
        for name in ["access_token", "id_token"] {
            let answer = browser.refresh(&client, &tokens[name]).await;
            answer.expect_error(400, "invalid_grant");
            let answer = browser.exchange(&client, tokens[name].as_str().unwrap()).await;
            answer.expect_error(400, "invalid_grant");
        }
    }
}

on_both_databases! {
    async fn the_leeway_reaches_back_one_token_only(server) {
        let client = server.client(SPA).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let first = browser.tokens(&client, "ann", &OFFLINE).await["refresh_token"].clone();
        let second = browser.refresh(&client, &first).await.expect(200).json;
        let third = browser.refresh(&client, &second["refresh_token"]).await.expect(200).json;
        browser.refresh(&client, &first).await.expect_error(400, "invalid_grant");
        let answer = browser.refresh(&client, &third["refresh_token"]).await;
        answer.expect_error(400, "invalid_grant");
    }
}

on_both_databases! {
    async fn refusals_neither_use_a_token_up_nor_end_its_family(server) {
        let client = server.client(Native).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let token = browser.tokens(&client, "ann", &OFFLINE).await["refresh_token"].clone();
        for kind in [Native, Traditional] {
            let thief = server.client(kind).await;
            browser.refresh(&thief, &token).await.expect_error(400, "invalid_grant");
        }
        for (name, value, error) in [
            ("scope", "openid email", "invalid_scope"),
            ("resource", "https://other.example/api", "invalid_target"),
        ] {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str().unwrap()),
                (name, value),
            ];
            browser.token(&client, &fields).await.expect_error(400, error);
        }
        // Had it been used up, this would be a theft.
        server.advance(Duration::from_secs(4));
        browser.refresh(&client, &token).await.expect(200);
    }
}

on_both_databases! {
    async fn a_family_ends_with_its_grant(server) {
        let client = server.client(Native).await;
        server.user_named("ann").await;
        let browser = server.browser();
        let mut token = browser.tokens(&client, "ann", &OFFLINE).await["refresh_token"].clone();
        // Each token lives for fourteen days, the grant for a hundred and eighty.
        for _ in 0..17 {
            server.advance(Duration::from_secs(10 * 24 * 3600));
            let next = browser.refresh(&client, &token).await.expect(200);
            token = next.json["refresh_token"].clone();
        }
        server.advance(Duration::from_secs(11 * 24 * 3600));
        browser.refresh(&client, &token).await.expect_error(400, "invalid_grant");
    }
}
