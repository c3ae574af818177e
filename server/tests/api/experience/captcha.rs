//! Captchas: who has to pass one, and whose answers count.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;
use crate::support::captcha_service::{SECRET, SILENCE, recaptcha_token, turnstile_token};
use std::time::{Duration, Instant};

fn turnstile(secret: &str) -> Value {
    json!({ "type": "Turnstile", "siteKey": "site", "secretKey": secret })
}

fn recaptcha(mode: &str) -> Value {
    json!({ "type": "RecaptchaEnterprise", "siteKey": "site", "secretKey": SECRET,
        "projectId": "project", "mode": mode })
}

async fn set_up(server: &TestServer, config: Value) {
    let token = server.management_token().await;
    let body = json!({ "config": config });
    server.browser().call("PUT", "/api/captcha-provider", &token, Some(body)).await.expect(200);
    server.configure(json!({ "captchaPolicy": { "enabled": true } })).await;
}

async fn begin_with(browser: &Browser, event: &str, token: &str) -> Answer {
    let body = json!({ "interactionEvent": event, "captchaToken": token });
    browser.experience("PUT", "", body).await
}

/// A browser that has begun as a person.
async fn person(server: &TestServer, event: &str) -> Browser {
    let browser = asked(server).await;
    begin_with(&browser, event, &turnstile_token()).await.expect(204);
    browser
}

async fn state(browser: &Browser) -> (bool, bool) {
    let captcha = &interaction_of(browser).await["captcha"];
    (captcha["verified"].as_bool().unwrap(), captcha["skipped"].as_bool().unwrap())
}

on_both_databases! {
    async fn only_people_end_a_sign_in(server) {
        server.user_named("ann").await;
        set_up(&server, turnstile(SECRET)).await;
        let browser = visitor(&server, "SignIn").await;
        assert_eq!(state(&browser).await, (false, false));
        let proof = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&proof.json["verificationId"]).await.expect(204);
        browser.submit().await.expect_code(422, "session.captcha_required");

        let browser = person(&server, "SignIn").await;
        assert_eq!(state(&browser).await, (true, false));
        let proof = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&proof.json["verificationId"]).await.expect(204);
        browser.submit().await.expect(200);
    }
}

on_both_databases! {
    async fn the_guard_comes_before_who_it_is(server) {
        set_up(&server, turnstile(SECRET)).await;
        let browser = visitor(&server, "SignIn").await;
        browser.submit().await.expect_code(422, "session.captcha_required");
        let browser = person(&server, "SignIn").await;
        browser.submit().await.expect_code(404, "session.identifier_not_found");
    }
}

on_both_databases! {
    async fn only_people_register(server) {
        set_up(&server, turnstile(SECRET)).await;
        let register = async |browser: &Browser| {
            let staged = new_identity(browser, "ann", PASSWORD).await.expect(200);
            browser.identify(&staged.json["verificationId"]).await
        };
        let browser = visitor(&server, "Register").await;
        register(&browser).await.expect_code(422, "session.captcha_required");
        assert_eq!(number_of_accounts(&server).await, 0);
        let browser = person(&server, "Register").await;
        register(&browser).await.expect(201);
        browser.submit().await.expect(200);
    }
}

on_both_databases! {
    async fn only_people_get_codes_sent(server) {
        server.configure(all_methods()).await;
        server.user(json!({ "primaryEmail": "ann@example.com", "password": PASSWORD })).await;
        set_up(&server, turnstile(SECRET)).await;
        let address = "ann@example.com";
        for event in ["SignIn", "Register", "ForgotPassword"] {
            let browser = visitor(&server, event).await;
            for (kind, value) in [("email", address), ("phone", "491701234567")] {
                let refused = browser.send_code(kind, value, event).await;
                refused.expect_code(422, "session.captcha_required");
            }
            assert_eq!(interaction_of(&browser).await["verificationRecords"], json!([]));
        }
        assert_eq!(server.last_message().await, Value::Null);
        for event in ["SignIn", "Register", "ForgotPassword"] {
            let browser = person(&server, event).await;
            let sent = browser.send_code("email", address, event).await.expect(200);
            // Again without another captcha.
            let again = browser.send_code("email", address, event).await.expect(200);
            assert_ne!(sent.json, again.json);
        }
        // Somebody who is known need not prove to be a person once more.
        let browser = visitor(&server, "SignIn").await;
        let proof = try_password(&browser, "email", address, PASSWORD).await.expect(200);
        browser.identify(&proof.json["verificationId"]).await.expect(204);
        browser.send_code("email", address, "SignIn").await.expect(200);
        browser.submit().await.expect_code(422, "session.captcha_required");
    }
}

on_both_databases! {
    async fn a_change_of_mind_needs_no_second_captcha_but_a_new_beginning_does(server) {
        set_up(&server, turnstile(SECRET)).await;
        let browser = person(&server, "SignIn").await;
        change_event(&browser, "Register").await.expect(204);
        assert_eq!(state(&browser).await, (true, false));
        browser.begin("Register").await;
        assert_eq!(state(&browser).await, (false, false));
    }
}

on_both_databases! {
    async fn what_the_service_rejects_changes_nothing(server) {
        set_up(&server, turnstile(SECRET)).await;
        let browser = asked(&server).await;
        let token = turnstile_token();
        begin_with(&browser, "Register", &token).await.expect(204);
        let rejected = ["", "program", &token, "outage", &"x".repeat(8193)];
        for token in rejected {
            let refused = begin_with(&browser, "SignIn", token).await;
            let refused = refused.expect_code(422, "session.captcha_failed");
            assert!(!refused.text.contains(SECRET) && !refused.text.contains("turnstile"));
            assert_eq!(interaction_of(&browser).await["interactionEvent"], "Register");
            assert_eq!(state(&browser).await, (true, false));
        }
        // The service does not know this server.
        set_up(&server, turnstile("another-secret")).await;
        begin_with(&browser, "SignIn", &turnstile_token()).await
            .expect_code(422, "session.captcha_failed");
        for odd in [json!(1), json!(["a"]), json!({})] {
            let body = json!({ "interactionEvent": "SignIn", "captchaToken": odd });
            browser.experience("PUT", "", body).await.expect_code(400, "guard.invalid_input");
        }
        // Whoever was not sent here by an application does not get the service asked.
        let stranger = server.browser();
        begin_with(&stranger, "SignIn", "any").await.expect_code(400, "session.not_found");
    }
}

on_both_databases! {
    async fn a_score_is_asked_of_the_invisible_kind(server) {
        let browser = asked(&server).await;
        let accepted = async |is_valid: bool, score: f64, action: &str| {
            let answer = begin_with(&browser, "SignIn", &recaptcha_token(is_valid, score, action)).await;
            if answer.status == 204 {
                return true;
            }
            answer.expect_code(422, "session.captcha_failed");
            false
        };
        set_up(&server, recaptcha("invisible")).await;
        assert!(accepted(true, 0.5, "interaction").await);
        assert!(!accepted(true, 0.4, "interaction").await);
        assert!(!accepted(true, 0.9, "login").await);
        assert!(!accepted(false, 0.9, "interaction").await);
        let mut unsaid = recaptcha("invisible");
        unsaid.as_object_mut().unwrap().remove("mode");
        set_up(&server, unsaid).await;
        assert!(!accepted(true, 0.4, "interaction").await);
        set_up(&server, recaptcha("checkbox")).await;
        assert!(accepted(true, 0.1, "").await);
        assert!(!accepted(false, 0.9, "interaction").await);
        let mut other = recaptcha("checkbox");
        other["projectId"] = json!("other");
        set_up(&server, other).await;
        assert!(!accepted(true, 0.9, "interaction").await);
    }
}

on_both_databases! {
    async fn nobody_waits_while_the_service_is_silent(server) {
        set_up(&server, turnstile(SECRET)).await;
        let waiting = asked(&server).await;
        let other = asked(&server).await;
        let started = Instant::now();
        let others = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            other.begin("SignIn").await;
            started.elapsed()
        };
        let (refused, others) = tokio::join!(begin_with(&waiting, "SignIn", SILENCE), others);
        refused.expect_code(422, "session.captcha_failed");
        assert!(others < Duration::from_secs(4), "{others:?}");
        assert!(started.elapsed() < Duration::from_secs(15));
    }
}

on_both_databases! {
    async fn without_a_provider_nobody_passes(server) {
        server.configure(json!({ "captchaPolicy": { "enabled": true } })).await;
        let browser = visitor(&server, "SignIn").await;
        browser.submit().await.expect_code(422, "session.captcha_required");
        begin_with(&browser, "SignIn", &turnstile_token()).await
            .expect_code(422, "session.captcha_failed");
        let shown = server.browser().get("/api/.well-known/sign-in-exp").await.expect(200);
        assert!(shown.json.get("captchaConfig").is_none());
    }
}

on_both_databases! {
    async fn without_the_policy_nobody_is_asked(server) {
        server.user_named("ann").await;
        set_up(&server, turnstile(SECRET)).await;
        let token = server.management_token().await;
        server.browser().call("DELETE", "/api/captcha-provider", &token, None).await.expect(204);
        let read = server.browser().call("GET", "/api/sign-in-exp", &token, None).await.expect(200);
        assert_eq!(read.json["captchaPolicy"], json!({ "enabled": false }));
        let browser = visitor(&server, "SignIn").await;
        let proof = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&proof.json["verificationId"]).await.expect(204);
        browser.submit().await.expect(200);
    }
}

on_both_databases! {
    async fn pages_learn_what_to_show_and_not_the_secret(server) {
        let mut config = recaptcha("checkbox");
        config["domain"] = json!("www.recaptcha.net");
        let shown = async || {
            let mut found = Vec::new();
            for path in ["/api/.well-known/sign-in-exp", "/api/.well-known/experience"] {
                let shown = server.browser().get(path).await.expect(200);
                assert!(!shown.text.contains(SECRET) && !shown.text.contains("project"));
                found.push(shown.json.get("captchaConfig").cloned());
            }
            assert_eq!(found[0], found[1]);
            found.swap_remove(0)
        };
        set_up(&server, config).await;
        assert_eq!(shown().await, Some(json!({ "type": "RecaptchaEnterprise", "siteKey": "site",
            "domain": "www.recaptcha.net", "mode": "checkbox" })));
        set_up(&server, turnstile(SECRET)).await;
        assert_eq!(shown().await, Some(json!({ "type": "Turnstile", "siteKey": "site" })));
        server.configure(json!({ "captchaPolicy": { "enabled": false } })).await;
        assert_eq!(shown().await, None);
    }
}
