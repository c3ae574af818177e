//! Authenticator apps.

use super::*;
use crate::on_both_databases;
use std::time::Duration;

const WRONG: &str = "session.mfa.invalid_totp_code";

/// A code that is none of those around now.
fn wrong(server: &TestServer, secret: &Value) -> String {
    let good = [-30, 0, 30].map(|seconds| app_shows(server, secret, seconds));
    let codes = ["000000", "111111", "222222", "333333"];
    codes.into_iter().find(|code| !good.contains(&(*code).to_owned())).unwrap().to_owned()
}

on_both_databases! {
    async fn who_has_an_app_signs_in_with_it(server) {
        demand(&server, &["Totp"], "PromptAtSignInAndSignUp").await;
        let (_, secret) = user_with_app(&server, "ann").await;
        let browser = identified(&server, "ann").await;
        let refused = browser.submit().await.expect_code(403, REQUIRED);
        let expected = json!({ "availableFactors": ["Totp"], "maskedIdentifiers": {} });
        assert_eq!(refused.json["data"], expected);
        verify_totp(&browser, &wrong(&server, &secret)).await.expect_code(400, WRONG);
        browser.submit().await.expect_code(403, REQUIRED);
        verify_totp(&browser, &app_shows(&server, &secret, 0)).await.expect(200);
        let records = interaction_of(&browser).await["verificationRecords"].clone();
        assert_eq!(records[1]["type"], "Totp");
        assert_eq!(records[1]["verified"], true);
        assert!(records[1].get("factor").is_none() && records[1].get("secret").is_none());
        browser.finish().await.expect(303).parameter("code").expect("a code");
    }
}

on_both_databases! {
    async fn a_code_of_an_app_is_good_once_and_not_for_long(server) {
        demand(&server, &["Totp"], "Mandatory").await;
        let (_, secret) = user_with_app(&server, "ann").await;
        let now = app_shows(&server, &secret, 0);
        let first = identified(&server, "ann").await;
        verify_totp(&first, &now).await.expect(200);
        // The same code again, and an older one that was never used.
        let second = identified(&server, "ann").await;
        verify_totp(&second, &now).await.expect_code(400, WRONG);
        verify_totp(&second, &app_shows(&server, &secret, -30)).await.expect_code(400, WRONG);
        verify_totp(&second, &app_shows(&server, &secret, 30)).await.expect(200);
        server.advance(Duration::from_secs(300));
        let third = identified(&server, "ann").await;
        for seconds in [-90, 90] {
            let code = app_shows(&server, &secret, seconds);
            verify_totp(&third, &code).await.expect_code(400, WRONG);
        }
        verify_totp(&third, &app_shows(&server, &secret, -30)).await.expect(200);
    }
}

on_both_databases! {
    async fn one_code_given_at_once_in_many_browsers_opens_one(server) {
        demand(&server, &["Totp"], "Mandatory").await;
        let (_, secret) = user_with_app(&server, "ann").await;
        let mut browsers = Vec::new();
        for _ in 0..4 {
            browsers.push(identified(&server, "ann").await);
        }
        let code = app_shows(&server, &secret, 0);
        let tries = browsers.iter().map(|browser| verify_totp(browser, &code));
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|it| it.status == 200).count(), 1);
        assert_eq!(answers.iter().filter(|it| it.status == 400).count(), 3);
    }
}

on_both_databases! {
    async fn wrong_codes_of_an_app_lock_the_app_out(server) {
        demand(&server, &["Totp", "BackupCode"], "Mandatory").await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 2 } })).await;
        let (id, secret) = user_with_app(&server, "ann").await;
        let codes = give(&server, &id, json!({ "type": "BackupCode" })).await;
        let browser = identified(&server, "ann").await;
        verify_totp(&browser, &wrong(&server, &secret)).await.expect_code(400, WRONG);
        let blocked = "session.verification_blocked_too_many_attempts";
        verify_totp(&browser, &wrong(&server, &secret)).await.expect_code(400, blocked);
        let right = app_shows(&server, &secret, 0);
        verify_totp(&browser, &right).await.expect_code(400, blocked);
        // Neither the password nor the codes are locked with it.
        let elsewhere = identified(&server, "ann").await;
        let code = codes["codes"][0].as_str().unwrap();
        verify_backup_code(&elsewhere, code).await.expect(200);
        let token = server.management_token().await;
        let body = json!({ "targetType": "User", "targets": [id] });
        let path = "/api/sentinel-activities/delete";
        server.browser().call("POST", path, &token, Some(body)).await.expect(204);
        verify_totp(&browser, &right).await.expect(200);
    }
}

on_both_databases! {
    async fn a_new_app_proves_nothing_of_the_old_one(server) {
        demand(&server, &["Totp"], "Mandatory").await;
        let (id, _) = user_with_app(&server, "ann").await;
        let browser = identified(&server, "ann").await;
        let made = post(&browser, "/verification/totp/secret", json!({})).await.expect(200).json;
        let body = json!({
            "verificationId": made["verificationId"],
            "code": app_shows(&server, &made["secret"], 0),
        });
        post(&browser, "/verification/totp/verify", body).await.expect(200);
        browser.submit().await.expect_code(403, REQUIRED);
        bind(&browser, "Totp", &made["verificationId"]).await.expect_code(403, REQUIRED);
        for path in ["mfa-enabled", "mfa-skipped", "mfa-suggestion-skipped", "passkey-skipped"] {
            let refused = post(&browser, &format!("/profile/mfa/{path}"), json!({})).await;
            refused.expect_code(403, REQUIRED);
        }
        let username = json!({ "type": "username", "value": "other" });
        add_to_profile(&browser, username).await.expect_code(403, REQUIRED);
        assert_eq!(factors_of(&server, &id).await, ["Totp"]);
    }
}

on_both_databases! {
    async fn the_app_of_one_person_is_no_proof_for_another(server) {
        demand(&server, &["Totp"], "Mandatory").await;
        let (_, ann) = user_with_app(&server, "ann").await;
        user_with_app(&server, "bob").await;
        let browser = identified(&server, "bob").await;
        verify_totp(&browser, &app_shows(&server, &ann, 0)).await.expect_code(400, WRONG);
        let stranger = visitor(&server, "SignIn").await;
        let refused = verify_totp(&stranger, &app_shows(&server, &ann, 0)).await;
        refused.expect_code(404, "session.identifier_not_found");
        let refused = post(&stranger, "/verification/totp/secret", json!({})).await;
        refused.expect_code(404, "session.identifier_not_found");
    }
}

on_both_databases! {
    async fn a_secret_is_in_no_answer_but_its_own(server) {
        demand(&server, &["Totp"], "Mandatory").await;
        server.user_named("ann").await;
        let browser = identified(&server, "ann").await;
        let secret = set_up_app(&server, &browser).await;
        let state = browser.get("/api/experience/interaction").await.expect(200);
        assert!(!state.text.contains(secret.as_str().unwrap()), "{}", state.text);
        assert_eq!(state.json["mfa"], json!({ "mfaEnabled": true, "totp": { "type": "Totp" } }));
    }
}
