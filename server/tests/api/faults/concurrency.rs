//! Many requests at the same moment.

use super::*;
use crate::on_both_databases;
use crate::support::{Answer, PASSWORD};
use futures_util::future::join_all;
use serde_json::{Value, json};
use vestibule_store::users::{self, UserKey};

fn statuses(answers: &[Answer], status: u16, code: &str) -> usize {
    answers.iter().filter(|it| it.status == status && it.code() == code).count()
}

/// A browser in which a user name and a password are staged; the id of the record.
async fn staged(server: &TestServer, username: &str) -> (Browser, Value) {
    let browser = visitor(server, "Register").await;
    let body = json!({
        "identifier": { "type": "username", "value": username }, "password": PASSWORD,
    });
    let path = "/verification/new-password-identity";
    let answer = browser.experience("POST", path, body).await.expect(200);
    (browser, answer.json["verificationId"].clone())
}

on_both_databases! {
    async fn of_a_hundred_who_want_one_name_one_gets_it(server) {
        let mut people = Vec::new();
        for _ in 0..20 {
            people.extend(join_all((0..5).map(|_| staged(&server, "ann"))).await);
        }
        let answers =
            join_all(people.iter().map(|(browser, record)| browser.identify(record))).await;
        assert_eq!(answers.iter().filter(|it| it.status == 201).count(), 1);
        assert_eq!(statuses(&answers, 422, "user.username_already_in_use"), 99);
        let connection = &mut server.app.store.read().await.unwrap();
        assert_eq!(users::count(connection).await.unwrap(), 1);
        let row = users::by_key(connection, &UserKey::Username("ann".into())).await.unwrap();
        // The winner's own interaction knows the account; nobody else's does.
        let winner = answers.iter().position(|it| it.status == 201).unwrap();
        let state = people[winner].0.get("/api/experience/interaction").await.json;
        assert_eq!(state["userId"], json!(row.unwrap().id));
        let loser = &people[(winner + 1) % people.len()].0;
        assert!(loser.get("/api/experience/interaction").await.json["userId"].is_null());
    }
}

on_both_databases! {
    async fn of_two_hundred_wrong_passwords_no_more_than_the_limit_are_judged(server) {
        server.user_named("ann").await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 20 } })).await;
        let browsers = join_all((0..4).map(|_| visitor(&server, "SignIn"))).await;
        let tries = (0..200).map(|number| {
            browsers[number % 4].verify_password("ann", "wrong")
        });
        let answers = join_all(tries).await;
        let judged = statuses(&answers, 422, "session.invalid_credentials");
        let blocked = statuses(&answers, 400, "session.verification_blocked_too_many_attempts");
        // The twentieth failure is judged, and told that it was the last.
        assert_eq!((judged, blocked), (19, 181));
        let right = browsers[0].verify_password("ann", PASSWORD).await;
        right.expect_code(400, "session.verification_blocked_too_many_attempts");
    }
}

on_both_databases! {
    async fn a_code_used_at_the_same_moment_is_used_once(server) {
        let browser = visitor(&server, "SignIn").await;
        let sent = browser.send_code("email", "ann@example.com", "SignIn").await.expect(200);
        let id = &sent.json["verificationId"];
        let message = server.last_message().await;
        let code = message["code"].as_str().unwrap();
        let uses = (0..20).map(|_| browser.verify_code("email", "ann@example.com", id, code));
        let answers = join_all(uses).await;
        assert_eq!(answers.iter().filter(|it| it.status == 200).count(), 1);
        let late = statuses(&answers, 400, "verification_code.not_found")
            + statuses(&answers, 400, "verification_code.exceed_max_try");
        assert_eq!(late, 19);
        let state = browser.get("/api/experience/interaction").await.json;
        assert_eq!(state["verificationRecords"][0]["verified"], true);
    }
}

on_both_databases! {
    async fn a_code_guessed_at_the_same_moment_is_tried_so_often(server) {
        let policy = json!({ "verificationCodePolicy": { "maxRetryAttempts": 5 } });
        server.configure(policy).await;
        let browser = visitor(&server, "SignIn").await;
        let sent = browser.send_code("email", "ann@example.com", "SignIn").await.expect(200);
        let id = &sent.json["verificationId"];
        let message = server.last_message().await;
        let wrong = if message["code"] == "000000" { "111111" } else { "000000" };
        let tries = (0..40).map(|_| browser.verify_code("email", "ann@example.com", id, wrong));
        let answers = join_all(tries).await;
        assert_eq!(statuses(&answers, 400, "verification_code.code_mismatch"), 5);
        assert_eq!(statuses(&answers, 400, "verification_code.exceed_max_try"), 35);
    }
}

on_both_databases! {
    async fn a_recipient_gets_no_more_messages_than_allowed(server) {
        let browsers = join_all((0..5).map(|_| visitor(&server, "SignIn"))).await;
        let sends = (0..30).map(|number| {
            browsers[number % 5].send_code("email", "ann@example.com", "SignIn")
        });
        let answers = join_all(sends).await;
        let refused = statuses(&answers, 429, "request.message_rate_limited");
        assert_eq!(refused, 20);
        // Tabs that got in each other's way may have to try again; nothing else happens.
        let sent = answers.iter().filter(|it| it.status == 200).count();
        assert_eq!(sent + statuses(&answers, 503, "request.busy"), 10);
        let outbox = server.browser().get("/api/dev/outbox").await.json;
        assert_eq!(outbox["messages"].as_array().unwrap().len(), sent);
    }
}

on_both_databases! {
    async fn two_tabs_of_one_interaction_do_not_lose_each_others_work(server) {
        server.user_named("ann").await;
        server.configure(json!({ "signIn": { "methods": [
            { "identifier": "username", "password": true, "verificationCode": false,
              "isPasswordPrimary": true },
            { "identifier": "email", "password": true, "verificationCode": true,
              "isPasswordPrimary": true },
        ] } }))
        .await;
        let browser = visitor(&server, "SignIn").await;
        // One tab proves a password while the other asks for codes.
        let (password, email, phone) = tokio::join!(
            browser.verify_password("ann", PASSWORD),
            browser.send_code("email", "ann@example.com", "SignIn"),
            browser.send_code("phone", "491701234567", "SignIn"),
        );
        let mut expected = Vec::new();
        for answer in [password, email, phone] {
            expected.push(answer.expect(200).json["verificationId"].clone());
        }
        let state = browser.get("/api/experience/interaction").await.json;
        let records = state["verificationRecords"].as_array().unwrap();
        for id in &expected {
            assert!(records.iter().any(|record| record["id"] == *id), "{state}");
        }
        // Both press the button.
        let (one, other) =
            tokio::join!(browser.identify(&expected[0]), browser.identify(&expected[0]));
        assert_eq!((one.status, other.status), (204, 204));
        let answers = join_all((0..10).map(|_| browser.submit())).await;
        for answer in &answers {
            assert_eq!((answer.status, &answer.text), (200, &answers[0].text));
        }
        // And only one of them arrives with a code.
        let address = answers[0].json["redirectTo"].as_str().unwrap();
        let arrivals = join_all((0..10).map(|_| browser.get(address))).await;
        let codes = arrivals.iter().filter(|it| it.parameter("code").is_some()).count();
        assert_eq!(codes, 1);
        assert_eq!(statuses(&arrivals, 400, "session.not_found"), 9);
    }
}

on_both_databases! {
    async fn an_account_is_registered_once_however_often_the_button_is_pressed(server) {
        let (browser, record) = staged(&server, "ann").await;
        let answers = join_all((0..10).map(|_| browser.identify(&record))).await;
        for answer in answers {
            assert_eq!(answer.status, 201, "{}", answer.text);
        }
        let connection = &mut server.app.store.read().await.unwrap();
        assert_eq!(users::count(connection).await.unwrap(), 1);
    }
}

on_both_databases! {
    async fn a_tab_that_was_left_behind_is_told_so(server) {
        server.user_named("ann").await;
        let client = server.client(SPA).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("SignIn").await;
        let old = browser.verify_password("ann", PASSWORD).await.expect(200);
        // A second tab begins anew for the same application: the cookie now names its request.
        browser.authorize(&client, &[]).await.expect(303);
        let lost = browser.identify(&old.json["verificationId"]).await;
        lost.expect_code(404, "session.interaction_not_found");
        browser.prove_password("ann", PASSWORD).await.expect(200);
    }
}
