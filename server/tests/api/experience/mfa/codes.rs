//! Codes to the account's own addresses.

use super::*;
use crate::on_both_databases;

const EMAIL: (&str, &str) = ("email", "ann@example.com");

/// Ann has a password, an e-mail address and a phone number.
async fn ann(server: &TestServer) -> String {
    let user = json!({
        "username": "ann", "password": PASSWORD,
        "primaryEmail": "ann@example.com", "primaryPhone": "491701234567",
    });
    server.user(user).await
}

async fn send(browser: &Browser, kind: &str) -> Answer {
    post(browser, "/verification/mfa-verification-code", json!({ "identifierType": kind })).await
}

async fn verify(browser: &Browser, kind: &str, id: &Value, code: &Value) -> Answer {
    let body = json!({ "verificationId": id, "code": code, "identifierType": kind });
    post(browser, "/verification/mfa-verification-code/verify", body).await
}

on_both_databases! {
    async fn a_code_by_email_or_sms_is_a_second_factor(server) {
        ann(&server).await;
        let factors = ["EmailVerificationCode", "PhoneVerificationCode"];
        demand(&server, &factors, "Mandatory").await;
        for (kind, to) in [("email", "ann@example.com"), ("phone", "491701234567")] {
            let browser = identified(&server, "ann").await;
            let refused = browser.submit().await.expect_code(403, REQUIRED);
            assert_eq!(refused.json["data"], json!({
                "availableFactors": ["PhoneVerificationCode", "EmailVerificationCode"],
                "maskedIdentifiers": {
                    "EmailVerificationCode": "a***@example.com",
                    "PhoneVerificationCode": "***4567",
                },
            }));
            let sent = send(&browser, kind).await.expect(200).json["verificationId"].clone();
            let message = server.last_message().await;
            assert_eq!((message["to"].as_str(), message["type"].as_str()), (Some(to), Some("MfaVerification")));
            let other = if kind == "email" { "phone" } else { "email" };
            let refused = verify(&browser, other, &sent, &message["code"]).await;
            refused.expect_code(400, &format!("verification_code.{other}_mismatch"));
            let wrong = if message["code"] == "000000" { "111111" } else { "000000" };
            let refused = verify(&browser, kind, &sent, &json!(wrong)).await;
            refused.expect_code(400, "verification_code.code_mismatch");
            verify(&browser, kind, &sent, &message["code"]).await.expect(200);
            browser.finish().await.expect(303);
        }
    }
}

on_both_databases! {
    async fn a_code_that_signs_in_is_no_second_factor_and_the_other_way_round(server) {
        ann(&server).await;
        demand(&server, &["EmailVerificationCode"], "Mandatory").await;
        let browser = identified(&server, "ann").await;
        // The code of the first step, to the same address.
        proved(&server, &browser, EMAIL, "SignIn").await;
        browser.submit().await.expect_code(403, REQUIRED);
        let sent = send(&browser, "email").await.expect(200).json["verificationId"].clone();
        let message = server.last_message().await;
        let code = message["code"].as_str().unwrap();
        // One as the other: neither endpoint takes it, nor does it identify.
        let refused = browser.verify_code(EMAIL.0, EMAIL.1, &sent, code).await;
        refused.expect_code(404, "session.verification_session_not_found");
        verify(&browser, "email", &sent, &message["code"]).await.expect(200);
        browser.identify(&sent).await.expect_code(422, "user.sign_in_method_not_enabled");
    }
}

on_both_databases! {
    async fn codes_go_to_addresses_that_are_there_and_allowed(server) {
        server.user_named("ann").await;
        let browser = visitor(&server, "SignIn").await;
        send(&browser, "email").await.expect_code(400, "session.identifier_not_found");
        let off = "session.mfa.mfa_factor_not_enabled";
        demand(&server, &["Totp", "EmailVerificationCode"], "PromptAtSignInAndSignUp").await;
        let browser = identified(&server, "ann").await;
        send(&browser, "email").await.expect_code(400, off);
        send(&browser, "phone").await.expect_code(400, off);
        let bad = post(&browser, "/verification/mfa-verification-code", json!({ "identifierType": "username" })).await;
        bad.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn an_address_is_added_as_second_factor(server) {
        server.user_named("ann").await;
        demand(&server, &["EmailVerificationCode"], "Mandatory").await;
        let browser = identified(&server, "ann").await;
        let refused = browser.submit().await.expect_code(422, MISSING);
        assert_eq!(refused.json["data"], json!({ "availableFactors": ["EmailVerificationCode"] }));
        let (id, code) = sent_code(&server, &browser, EMAIL, "SignIn").await;
        assert_eq!(server.last_message().await["type"], "BindMfa");
        bind(&browser, "EmailVerificationCode", &id).await.expect_code(400, "session.verification_failed");
        browser.verify_code(EMAIL.0, EMAIL.1, &id, &code).await.expect(200);
        bind(&browser, "EmailVerificationCode", &id).await.expect(204);
        let user = user_id(&browser).await;
        browser.finish().await.expect(303);
        assert_eq!(account(&server, &user).await.primary_email.as_deref(), Some(EMAIL.1));
        // From now on it is asked for.
        let browser = identified(&server, "ann").await;
        browser.submit().await.expect_code(403, REQUIRED);
    }
}
