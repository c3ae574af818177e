//! Too many failures lock an identifier out, and too many messages are not sent.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;
use std::time::Duration;

const BLOCKED: &str = "session.verification_blocked_too_many_attempts";
const EMAIL: (&str, &str) = ("email", "ann@example.com");

on_both_databases! {
    async fn the_right_password_does_not_help_while_locked_out(server) {
        server.user_named("ann").await;
        server.user_named("bob").await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 3 } })).await;
        let browser = visitor(&server, "SignIn").await;
        for _ in 0..2 {
            let wrong = browser.verify_password("ann", "wrong").await;
            wrong.expect_code(422, "session.invalid_credentials");
        }
        // The failure that reaches the limit is told so.
        let blocked = browser.verify_password("ann", "wrong").await.expect_code(400, BLOCKED);
        assert!(blocked.json["message"].as_str().unwrap().contains("60"), "{}", blocked.text);
        browser.verify_password("ann", PASSWORD).await.expect_code(400, BLOCKED);
        // Neither another browser nor another case of the name gets around it.
        let elsewhere = visitor(&server, "SignIn").await;
        elsewhere.verify_password("ann", PASSWORD).await.expect_code(400, BLOCKED);
        elsewhere.verify_password("ANN", "wrong").await.expect_code(400, BLOCKED);
        elsewhere.verify_password("bob", PASSWORD).await.expect(200);
        server.advance(Duration::from_secs(59 * 60));
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", PASSWORD).await.expect_code(400, BLOCKED);
        server.advance(Duration::from_secs(61));
        browser.verify_password("ann", PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn a_success_does_not_reset_the_count(server) {
        server.user_named("ann").await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 3 } })).await;
        let browser = visitor(&server, "SignIn").await;
        for _ in 0..2 {
            browser.verify_password("ann", "wrong").await.expect(422);
            browser.verify_password("ann", PASSWORD).await.expect(200);
        }
        browser.verify_password("ann", "wrong").await.expect_code(400, BLOCKED);
    }
}

on_both_databases! {
    async fn failures_count_for_an_hour(server) {
        server.user_named("ann").await;
        server
            .configure(json!({ "sentinelPolicy": { "maxAttempts": 2, "lockoutDuration": 1 } }))
            .await;
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", "wrong").await.expect(422);
        server.advance(Duration::from_secs(3599));
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", "wrong").await.expect_code(400, BLOCKED);
        // The lock is over after a minute; by then the first failure is too old to count.
        server.advance(Duration::from_secs(61));
        browser.verify_password("ann", PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn a_short_lock_out_tells_how_long_it_really_lasts(server) {
        server.user_named("ann").await;
        server
            .configure(json!({ "sentinelPolicy": { "maxAttempts": 3, "lockoutDuration": 10 } }))
            .await;
        let minutes = async |password, remaining: u32| {
            let browser = visitor(&server, "SignIn").await;
            let refused = browser.verify_password("ann", password).await.expect_code(400, BLOCKED);
            let message = refused.json["message"].as_str().unwrap();
            assert!(message.contains(&format!(" {remaining} min")), "{message}");
        };
        for _ in 0..2 {
            visitor(&server, "SignIn").await.verify_password("ann", "wrong").await.expect(422);
            server.advance(Duration::from_secs(20 * 60));
        }
        // The first failure counts for 20 minutes more, so that ten would be a lie.
        minutes("wrong", 20).await;
        server.advance(Duration::from_secs(10 * 60 + 30));
        minutes(PASSWORD, 10).await;
        server.advance(Duration::from_secs(9 * 60 + 28));
        minutes(PASSWORD, 1).await;
        server.advance(Duration::from_secs(3));
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", PASSWORD).await.expect(200);
        // Two failures still count, so one more locks out until the older of them does not.
        minutes("wrong", 20).await;
        server.advance(Duration::from_secs(20 * 60));
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn a_lower_limit_tells_when_there_is_room_again(server) {
        server.user_named("ann").await;
        let browser = visitor(&server, "SignIn").await;
        for _ in 0..3 {
            browser.verify_password("ann", "wrong").await.expect(422);
        }
        server.advance(Duration::from_secs(45 * 60));
        server
            .configure(json!({ "sentinelPolicy": { "maxAttempts": 2, "lockoutDuration": 1 } }))
            .await;
        let refused = browser.verify_password("ann", PASSWORD).await.expect_code(400, BLOCKED);
        let message = refused.json["message"].as_str().unwrap();
        assert!(message.contains(" 15 min"), "{message}");
        server.advance(Duration::from_secs(15 * 60));
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn unknown_names_are_locked_out_like_known_ones(server) {
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 2 } })).await;
        let browser = visitor(&server, "SignIn").await;
        for name in ["nobody", "no name at all"] {
            browser.verify_password(name, "wrong").await.expect(422);
            browser.verify_password(name, "wrong").await.expect_code(400, BLOCKED);
            browser.verify_password(name, "wrong").await.expect_code(400, BLOCKED);
        }
    }
}

on_both_databases! {
    async fn codes_and_passwords_share_a_counter(server) {
        server.user(json!({ "primaryEmail": EMAIL.1, "password": PASSWORD })).await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 3 } })).await;
        let browser = visitor(&server, "SignIn").await;
        let (id, code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        let wrong = if code == "000000" { "111111" } else { "000000" };
        try_password(&browser, EMAIL.0, EMAIL.1, "wrong").await.expect(422);
        let refused = browser.verify_code(EMAIL.0, EMAIL.1, &id, wrong).await;
        refused.expect_code(400, "verification_code.code_mismatch");
        let refused = browser.verify_code(EMAIL.0, EMAIL.1, &id, wrong).await;
        refused.expect_code(400, BLOCKED);
        browser.verify_code(EMAIL.0, EMAIL.1, &id, &code).await.expect_code(400, BLOCKED);
        try_password(&browser, EMAIL.0, EMAIL.1, PASSWORD).await.expect_code(400, BLOCKED);
    }
}

on_both_databases! {
    async fn a_recipient_gets_ten_messages_in_ten_minutes(server) {
        server.user(json!({ "primaryEmail": EMAIL.1 })).await;
        let browser = visitor(&server, "ForgotPassword").await;
        for number in 0..10 {
            // However it is written, it is one recipient.
            let value = if number % 2 == 0 { EMAIL.1 } else { "ANN@example.com" };
            browser.send_code("email", value, "ForgotPassword").await.expect(200);
        }
        let refused = browser.send_code("email", EMAIL.1, "SignIn").await;
        let refused = refused.expect_code(429, "request.message_rate_limited");
        assert_eq!(refused.headers.get("retry-after").map(String::as_str), Some("600"));
        let elsewhere = visitor(&server, "SignIn").await;
        elsewhere.send_code("email", EMAIL.1, "SignIn").await.expect(429);
        elsewhere.send_code("email", "bob@example.com", "SignIn").await.expect(200);
        server.advance(Duration::from_secs(600));
        elsewhere.send_code("email", EMAIL.1, "SignIn").await.expect(200);
    }
}

on_both_databases! {
    async fn messages_that_are_not_sent_count_as_well(server) {
        let browser = visitor(&server, "ForgotPassword").await;
        for _ in 0..10 {
            browser.send_code("email", "nobody@b.example", "ForgotPassword").await.expect(200);
        }
        let refused = browser.send_code("email", "nobody@b.example", "ForgotPassword").await;
        refused.expect_code(429, "request.message_rate_limited");
    }
}

on_both_databases! {
    async fn one_address_cannot_try_names_for_ever(server) {
        server.user_named("ann").await;
        let key = "failures:127.0.0.1";
        let now = server.app.clock.now();
        for _ in 0..300 {
            server
                .app
                .store
                .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
                    vestibule_store::rate_limits::count(connection, key, 600_000, now).await
                })
                .await
                .unwrap();
        }
        let browser = visitor(&server, "SignIn").await;
        let refused = browser.verify_password("ann", PASSWORD).await;
        let refused = refused.expect_code(429, "request.rate_limited");
        assert_eq!(refused.headers.get("retry-after").map(String::as_str), Some("600"));
        server.advance(Duration::from_secs(601));
        browser.verify_password("ann", PASSWORD).await.expect(200);
    }
}
