//! A new password for somebody who forgot the old one.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;

const EMAIL: (&str, &str) = ("email", "ann@example.com");
const PHONE: (&str, &str) = ("phone", "491701234567");
const NEW: &str = "Another-Horse-43-Battery";

async fn ann(server: &TestServer) -> String {
    let user = json!({
        "username": "ann", "primaryEmail": EMAIL.1, "primaryPhone": PHONE.1,
        "password": PASSWORD,
    });
    server.user(user).await
}

async fn set_password(browser: &Browser, password: &str) -> Answer {
    browser.experience("PUT", "/profile/password", json!({ "password": password })).await
}

on_both_databases! {
    async fn a_code_and_a_new_password_let_in_again(server) {
        let id = ann(&server).await;
        server.configure(json!({ "forgotPasswordMethods": null })).await;
        let browser = visitor(&server, "ForgotPassword").await;
        let record = proved(&server, &browser, EMAIL, "ForgotPassword").await;
        browser.identify(&record).await.expect(204);
        let early = browser.submit().await;
        early.expect_code(422, "user.new_password_required_in_profile");
        let before = account(&server, &id).await;
        set_password(&browser, "iloveyou").await.expect_code(422, "password.rejected");
        set_password(&browser, PASSWORD).await.expect_code(422, "user.same_password");
        set_password(&browser, NEW).await.expect(204);
        assert_eq!(account(&server, &id).await.password_digest, before.password_digest);
        let done = browser.submit().await.expect(200);
        assert_eq!(done.text, "");
        // Nobody is signed in, and the interaction is empty.
        let over = browser.get("/api/experience/interaction").await;
        over.expect_code(404, "session.interaction_not_found");
        browser.submit().await.expect_code(404, "session.interaction_not_found");
        assert!(account(&server, &id).await.password_updated_at >= before.password_updated_at);
        browser.begin("SignIn").await;
        let old = browser.verify_password("ann", PASSWORD).await;
        old.expect_code(422, "session.invalid_credentials");
        browser.prove_password("ann", NEW).await.expect(200);
    }
}

on_both_databases! {
    async fn the_settings_say_which_codes_are_good_for_it(server) {
        ann(&server).await;
        let refused = "session.not_supported_for_forgot_password";
        for (methods, by_email, by_phone) in [
            (json!([]), false, false),
            (json!(["EmailVerificationCode"]), true, false),
            (json!(["PhoneVerificationCode"]), false, true),
            (json!(null), true, true),
        ] {
            server.configure(json!({ "forgotPasswordMethods": methods })).await;
            let browser = visitor(&server, "ForgotPassword").await;
            for (address, allowed) in [(EMAIL, by_email), (PHONE, by_phone)] {
                let record = proved(&server, &browser, address, "ForgotPassword").await;
                let answer = browser.identify(&record).await;
                if allowed {
                    answer.expect(204);
                } else {
                    answer.expect_code(422, refused);
                }
            }
            let public = server.browser().get("/api/.well-known/sign-in-exp").await.json;
            let shown = json!({ "email": by_email, "phone": by_phone });
            assert_eq!(public["forgotPassword"], shown, "{methods}");
            // The old password is no proof here.
            let verified = browser.verify_password("ann", PASSWORD).await.expect(200);
            let answer = browser.identify(&verified.json["verificationId"]).await;
            answer.expect_code(422, refused);
        }
    }
}

on_both_databases! {
    async fn an_unknown_address_looks_like_a_known_one(server) {
        ann(&server).await;
        server.configure(json!({ "forgotPasswordMethods": null })).await;
        let browser = visitor(&server, "ForgotPassword").await;
        let known = browser.send_code("email", EMAIL.1, "ForgotPassword").await.expect(200);
        let before = server.browser().get("/api/dev/outbox").await.json;
        let unknown = browser.send_code("email", "nobody@b.example", "ForgotPassword").await;
        let unknown = unknown.expect(200);
        let keys = |answer: &Answer| -> Vec<String> {
            answer.json.as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(keys(&known), keys(&unknown));
        assert_eq!(known.text.len(), unknown.text.len());
        assert_eq!(server.browser().get("/api/dev/outbox").await.json, before, "nothing was sent");
        // Guessing is answered as for a code that was sent.
        let id = &unknown.json["verificationId"];
        let guess = browser.verify_code("email", "nobody@b.example", id, "0").await;
        guess.expect_code(400, "verification_code.code_mismatch");
        assert_eq!(
            interaction_of(&browser).await["verificationRecords"][0]["templateType"],
            "ForgotPassword"
        );
    }
}

on_both_databases! {
    async fn a_new_password_is_set_in_its_own_interaction_only(server) {
        ann(&server).await;
        for event in ["SignIn", "Register"] {
            let browser = visitor(&server, event).await;
            let refused = set_password(&browser, NEW).await;
            refused.expect_code(400, "session.invalid_interaction_type");
        }
        let browser = visitor(&server, "ForgotPassword").await;
        set_password(&browser, NEW).await.expect_code(404, "session.identifier_not_found");
        browser.submit().await.expect_code(404, "session.identifier_not_found");
    }
}

on_both_databases! {
    async fn who_is_suspended_sets_no_password(server) {
        let id = ann(&server).await;
        server.configure(json!({ "forgotPasswordMethods": null })).await;
        let browser = visitor(&server, "ForgotPassword").await;
        let record = proved(&server, &browser, EMAIL, "ForgotPassword").await;
        browser.identify(&record).await.expect(204);
        set_password(&browser, NEW).await.expect(204);
        let before = account(&server, &id).await.password_digest;
        suspend(&server, &id).await;
        browser.identify(&record).await.expect_code(401, "user.suspended");
        browser.submit().await.expect_code(401, "user.suspended");
        assert_eq!(account(&server, &id).await.password_digest, before);
    }
}
