//! Verification codes and their errors.

use super::*;
use crate::on_both_databases;
use std::time::Duration;

const EMAIL: (&str, &str) = ("email", "ann@example.com");
const PHONE: (&str, &str) = ("phone", "491701234567");

/// A code that is not this one.
fn other(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

on_both_databases! {
    async fn a_code_is_good_once(server) {
        let browser = visitor(&server, "SignIn").await;
        let (id, code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        assert!(code.len() == 6 && code.bytes().all(|it| it.is_ascii_digit()), "{code}");
        let wrong = browser.verify_code(EMAIL.0, EMAIL.1, &id, other(&code)).await;
        wrong.expect_code(400, "verification_code.code_mismatch");
        browser.verify_code(EMAIL.0, "ANN@Example.com", &id, &code).await.expect(200);
        assert_eq!(interaction_of(&browser).await["verificationRecords"][0]["verified"], true);
        let again = browser.verify_code(EMAIL.0, EMAIL.1, &id, &code).await;
        again.expect_code(400, "verification_code.not_found");
        assert_eq!(interaction_of(&browser).await["verificationRecords"][0]["verified"], true);
    }
}

on_both_databases! {
    async fn a_code_is_bound_to_its_recipient(server) {
        let browser = visitor(&server, "SignIn").await;
        let (email, email_code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        let (phone, phone_code) = sent_code(&server, &browser, PHONE, "SignIn").await;
        let mismatches = [
            (("email", "bob@example.com"), &email, &email_code, "email_mismatch"),
            (("phone", "491707654321"), &phone, &phone_code, "phone_mismatch"),
            (PHONE, &email, &email_code, "phone_mismatch"),
            (EMAIL, &phone, &phone_code, "email_mismatch"),
        ];
        for ((kind, value), id, code, expected) in mismatches {
            let refused = browser.verify_code(kind, value, id, code).await;
            refused.expect_code(400, &format!("verification_code.{expected}"));
        }
        browser.verify_code(EMAIL.0, EMAIL.1, &email, &email_code).await.expect(200);
        browser.verify_code(PHONE.0, PHONE.1, &phone, &phone_code).await.expect(200);
    }
}

on_both_databases! {
    async fn a_code_is_bound_to_its_record(server) {
        let browser = visitor(&server, "SignIn").await;
        let (first, first_code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        let (second, second_code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        assert_ne!(first, second);
        // The new record takes the place of the old one.
        let refused = browser.verify_code(EMAIL.0, EMAIL.1, &first, &first_code).await;
        refused.expect_code(404, "session.verification_session_not_found");
        if first_code != second_code {
            let refused = browser.verify_code(EMAIL.0, EMAIL.1, &second, &first_code).await;
            refused.expect_code(400, "verification_code.code_mismatch");
        }
        // Nor is it any use in another browser.
        let stranger = visitor(&server, "SignIn").await;
        let refused = stranger.verify_code(EMAIL.0, EMAIL.1, &second, &second_code).await;
        refused.expect_code(404, "session.verification_session_not_found");
        browser.verify_code(EMAIL.0, EMAIL.1, &second, &second_code).await.expect(200);
    }
}

on_both_databases! {
    async fn a_code_ends(server) {
        let browser = visitor(&server, "SignIn").await;
        let (id, code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        server.advance(Duration::from_secs(601));
        let late = browser.verify_code(EMAIL.0, EMAIL.1, &id, &code).await;
        late.expect_code(400, "verification_code.expired");
        server.configure(json!({ "verificationCodePolicy": { "expirationDuration": 60 } })).await;
        let (id, code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        server.advance(Duration::from_secs(61));
        let late = browser.verify_code(EMAIL.0, EMAIL.1, &id, &code).await;
        late.expect_code(400, "verification_code.expired");
        let (id, code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        server.advance(Duration::from_secs(55));
        browser.verify_code(EMAIL.0, EMAIL.1, &id, &code).await.expect(200);
    }
}

on_both_databases! {
    async fn a_code_may_be_tried_so_often(server) {
        let browser = visitor(&server, "SignIn").await;
        for (policy, tries) in [(json!({}), 10), (json!({ "maxRetryAttempts": 2 }), 2)] {
            server.configure(json!({ "verificationCodePolicy": policy })).await;
            let (id, code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
            for _ in 0..tries {
                let wrong = browser.verify_code(EMAIL.0, EMAIL.1, &id, other(&code)).await;
                wrong.expect_code(400, "verification_code.code_mismatch");
            }
            let right = browser.verify_code(EMAIL.0, EMAIL.1, &id, &code).await;
            right.expect_code(400, "verification_code.exceed_max_try");
        }
        let (id, code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        let wrong = browser.verify_code(EMAIL.0, EMAIL.1, &id, other(&code)).await;
        wrong.expect(400);
        browser.verify_code(EMAIL.0, EMAIL.1, &id, &code).await.expect(200);
    }
}

on_both_databases! {
    async fn only_code_records_take_codes(server) {
        server.user_named("ann").await;
        let browser = visitor(&server, "SignIn").await;
        let password = browser.verify_password("ann", crate::support::PASSWORD).await.expect(200);
        let refused =
            browser.verify_code(EMAIL.0, EMAIL.1, &password.json["verificationId"], "1").await;
        refused.expect_code(404, "session.verification_session_not_found");
        for kind in ["username", "email", "phone"] {
            let refused = browser.send_code(kind, "ann", "SignIn").await;
            refused.expect_code(400, "guard.invalid_input");
        }
    }
}

on_both_databases! {
    async fn the_template_follows_the_purpose(server) {
        server.configure(all_methods()).await;
        server.user(json!({ "primaryEmail": "ann@example.com" })).await;
        let browser = visitor(&server, "SignIn").await;
        for event in ["SignIn", "Register", "ForgotPassword"] {
            browser.send_code(EMAIL.0, EMAIL.1, event).await.expect(200);
            assert_eq!(server.last_message().await["type"], event);
        }
        let record = proved(&server, &browser, EMAIL, "SignIn").await;
        browser.identify(&record).await.expect(204);
        // A phone number is no identifier of registrations here: it is for a second factor.
        browser.send_code(PHONE.0, PHONE.1, "SignIn").await.expect(200);
        assert_eq!(server.last_message().await["type"], "BindMfa");
        browser.send_code(EMAIL.0, EMAIL.1, "SignIn").await.expect(200);
        assert_eq!(server.last_message().await["type"], "SignIn");
    }
}

on_both_databases! {
    async fn nobody_learns_of_accounts_where_registering_is_closed(server) {
        server.configure(all_methods()).await;
        server.configure(json!({ "signInMode": "SignIn" })).await;
        server.user(json!({ "primaryEmail": "ann@example.com" })).await;
        let browser = visitor(&server, "SignIn").await;
        browser.send_code(EMAIL.0, EMAIL.1, "SignIn").await.expect(200);
        let newest = server.last_message().await;
        assert_eq!(newest["to"], EMAIL.1);
        browser.send_code("email", "nobody@b.example", "SignIn").await.expect(200);
        assert_eq!(server.last_message().await, newest);
        // Who could register gets the code.
        server.configure(json!({ "signInMode": "SignInAndRegister" })).await;
        browser.send_code("email", "nobody@b.example", "SignIn").await.expect(200);
        assert_eq!(server.last_message().await["to"], "nobody@b.example");
    }
}
