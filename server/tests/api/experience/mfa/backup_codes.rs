//! Backup codes.

use super::*;
use crate::on_both_databases;

const WRONG: &str = "session.mfa.invalid_backup_code";

on_both_databases! {
    async fn a_backup_code_stands_for_the_app_once(server) {
        demand(&server, &["Totp", "BackupCode"], "Mandatory").await;
        let (id, _) = user_with_app(&server, "ann").await;
        let given = give(&server, &id, json!({ "type": "BackupCode" })).await;
        let code = given["codes"][3].as_str().unwrap();
        let browser = identified(&server, "ann").await;
        let refused = browser.submit().await.expect_code(403, REQUIRED);
        assert_eq!(refused.json["data"]["availableFactors"], json!(["Totp", "BackupCode"]));
        verify_backup_code(&browser, "0123456789").await.expect_code(400, WRONG);
        verify_backup_code(&browser, code).await.expect(200);
        browser.finish().await.expect(303);
        let again = identified(&server, "ann").await;
        verify_backup_code(&again, code).await.expect_code(400, WRONG);
        let set = account(&server, &id).await.mfa_verifications.0[1].clone();
        let used = set["codes"].as_array().unwrap();
        assert_eq!(used.iter().filter(|code| code.get("usedAt").is_some()).count(), 1);
        assert!(!serde_json::to_string(&set).unwrap().contains(code));
    }
}

on_both_databases! {
    async fn one_backup_code_given_at_once_in_many_browsers_opens_one(server) {
        demand(&server, &["Totp", "BackupCode"], "Mandatory").await;
        let (id, _) = user_with_app(&server, "ann").await;
        let given = give(&server, &id, json!({ "type": "BackupCode" })).await;
        let code = given["codes"][0].as_str().unwrap();
        let mut browsers = Vec::new();
        for _ in 0..4 {
            browsers.push(identified(&server, "ann").await);
        }
        let tries = browsers.iter().map(|browser| verify_backup_code(browser, code));
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|it| it.status == 200).count(), 1);
    }
}

on_both_databases! {
    async fn the_last_backup_code_calls_for_new_ones(server) {
        demand(&server, &["Totp", "BackupCode"], "Mandatory").await;
        let (id, _) = user_with_app(&server, "ann").await;
        let given = give(&server, &id, json!({ "type": "BackupCode" })).await;
        let codes: Vec<String> = serde_json::from_value(given["codes"].clone()).unwrap();
        let browser = identified(&server, "ann").await;
        for code in &codes {
            verify_backup_code(&browser, code).await.expect(200);
        }
        browser.submit().await.expect_code(422, "session.mfa.backup_code_required");
        let new = set_up_codes(&browser).await;
        browser.finish().await.expect(303);
        assert_eq!(factors_of(&server, &id).await, ["Totp", "BackupCode"]);
        let browser = identified(&server, "ann").await;
        verify_backup_code(&browser, &codes[0]).await.expect_code(400, WRONG);
        verify_backup_code(&browser, &new[9]).await.expect(200);
    }
}

on_both_databases! {
    async fn backup_codes_stand_beside_another_factor(server) {
        demand(&server, &["Totp", "BackupCode"], "Mandatory").await;
        server.user_named("ann").await;
        let browser = identified(&server, "ann").await;
        let made = post(&browser, "/verification/backup-code/generate", json!({})).await.expect(200);
        let id = &made.json["verificationId"];
        let alone = "session.mfa.backup_code_can_not_be_alone";
        bind(&browser, "BackupCode", id).await.expect_code(422, alone);
        set_up_app(&server, &browser).await;
        browser.submit().await.expect_code(422, "session.mfa.backup_code_required");
        bind(&browser, "BackupCode", id).await.expect(204);
        let user = user_id(&browser).await;
        browser.finish().await.expect(303);
        assert_eq!(factors_of(&server, &user).await, ["Totp", "BackupCode"]);
    }
}
