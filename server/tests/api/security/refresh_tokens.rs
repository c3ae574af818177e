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
