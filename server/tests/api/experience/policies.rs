//! Rules for user names and passwords.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;

on_both_databases! {
    async fn each_rule_for_user_names_has_its_code(server) {
        let policy = |allowed: Value| {
            json!({ "usernamePolicy": {
                "caseSensitive": true, "minLength": 3, "maxLength": 5, "allowedChars": allowed,
            } })
        };
        let lower_only = json!({
            "lowercase": true, "uppercase": false, "numbers": false, "underscore": false,
        });
        server.configure(policy(lower_only)).await;
        let browser = visitor(&server, "Register").await;
        for (name, violation) in [
            ("", "required"),
            ("1ann", "starts_with_number"),
            ("an n", "invalid_charset_hard"),
            ("ännä", "invalid_charset_hard"),
            ("an", "too_short"),
            ("annann", "too_long"),
            ("Ann", "uppercase_not_allowed"),
            ("ann1", "numbers_not_allowed"),
            ("ann_", "underscore_not_allowed"),
        ] {
            let refused = add_to_profile(&browser, json!({ "type": "username", "value": name }));
            refused.await.expect_code(422, &format!("user.username_{violation}"));
        }
        let upper_only = json!({
            "lowercase": false, "uppercase": true, "numbers": false, "underscore": false,
        });
        server.configure(policy(upper_only)).await;
        let refused = add_to_profile(&browser, json!({ "type": "username", "value": "ann" }));
        refused.await.expect_code(422, "user.username_lowercase_not_allowed");
        add_to_profile(&browser, json!({ "type": "username", "value": "ANN" })).await.expect(204);
        // Staging an identity does not ask the policy; registering with it does.
        let record = new_identity(&browser, "anna", PASSWORD).await.expect(200);
        let refused = browser.identify(&record.json["verificationId"]).await;
        refused.expect_code(422, "user.username_lowercase_not_allowed");
        assert_eq!(number_of_accounts(&server).await, 0);
    }
}

on_both_databases! {
    async fn the_policy_comes_before_the_question_who_has_the_name(server) {
        server.user_named("ab").await;
        let browser = visitor(&server, "Register").await;
        let name = json!({ "type": "username", "value": "ab" });
        let taken = add_to_profile(&browser, name.clone()).await;
        taken.expect_code(422, "user.username_already_in_use");
        server
            .configure(json!({ "usernamePolicy": {
                "caseSensitive": true, "minLength": 3, "maxLength": 128,
                "allowedChars": {
                    "lowercase": true, "uppercase": true, "numbers": true, "underscore": true,
                },
            } }))
            .await;
        let refused = add_to_profile(&browser, name).await;
        refused.expect_code(422, "user.username_too_short");
    }
}

/// The codes of a refusal, wherever the password was refused.
async fn issues(browser: &Browser, password: &str) -> Vec<String> {
    let staged = new_identity(browser, "annabel", password).await;
    let added = add_to_profile(browser, json!({ "type": "password", "value": password })).await;
    let codes = |answer: Answer| -> Vec<String> {
        if answer.status < 300 {
            return Vec::new();
        }
        let answer = answer.expect_code(422, "password.rejected");
        let list = answer.json["data"].as_array().unwrap().iter();
        list.map(|issue| {
            issue["code"].as_str().unwrap().strip_prefix("password_rejected.").unwrap().to_owned()
        })
        .collect()
    };
    let (staged, added) = (codes(staged), codes(added));
    assert_eq!(staged, added, "{password}");
    staged
}

on_both_databases! {
    async fn passwords_are_refused_with_every_reason(server) {
        let browser = visitor(&server, "Register").await;
        add_to_profile(&browser, json!({ "type": "username", "value": "annabel" }))
            .await
            .expect(204);
        let long = "Correct-Horse-42-Battery".repeat(11);
        for (password, expected) in [
            ("Zq7!Zq", vec!["too_short"]),
            (long.as_str(), vec!["too_long"]),
            ("iloveyou", vec!["pwned"]),
            ("aaaaaaaaaaaB", vec!["restricted.repetition"]),
            ("annabelannabel1", vec!["restricted.user_info"]),
            (PASSWORD, vec![]),
        ] {
            let found = issues(&browser, password).await;
            for code in &expected {
                assert!(found.iter().any(|it| it == code), "{password}: {found:?}");
            }
            assert_eq!(expected.is_empty(), found.is_empty(), "{password}: {found:?}");
        }
        let short = new_identity(&browser, "annabel", "Zq7!Zq").await;
        let issue = &short.json["data"][0];
        assert_eq!(issue["code"], "password_rejected.too_short");
        assert_eq!(issue["interpolation"], json!({ "min": 8 }));
    }
}

on_both_databases! {
    async fn the_rules_for_passwords_can_be_changed(server) {
        server
            .configure(json!({ "passwordPolicy": {
                "length": { "min": 4, "max": 12 },
                "characterTypes": { "min": 3 },
                "rejects": {
                    "pwned": false, "repetitionAndSequence": false, "userInfo": true,
                    "words": ["acme"],
                },
            } }))
            .await;
        let browser = visitor(&server, "Register").await;
        add_to_profile(&browser, json!({ "type": "username", "value": "annabel" }))
            .await
            .expect(204);
        for (password, expected) in [
            ("Qz1", vec!["too_short"]),
            ("Qz1!Qz1!Qz1!Q", vec!["too_long"]),
            ("qwerty1234", vec!["character_types"]),
            ("Acme1", vec!["restricted.words"]),
            ("Password1", vec![]),
        ] {
            assert_eq!(issues(&browser, password).await, expected, "{password}");
        }
    }
}
