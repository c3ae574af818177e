//! Signing in with a password or a code.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;

on_both_databases! {
    async fn every_identifier_finds_the_account(server) {
        server.configure(all_methods()).await;
        let id = server
            .user(json!({
                "username": "ann",
                "primaryEmail": "Ann@Example.com",
                "primaryPhone": "491701234567",
                "password": PASSWORD,
            }))
            .await;
        let names = [
            ("username", "ann"),
            ("email", "ann@example.com"),
            ("email", "ANN@example.COM"),
            ("phone", "491701234567"),
            // With the zero that only belongs in front of the national number.
            ("phone", "4901701234567"),
        ];
        for (kind, value) in names {
            let browser = visitor(&server, "SignIn").await;
            let verified = try_password(&browser, kind, value, PASSWORD).await.expect(200);
            browser.identify(&verified.json["verificationId"]).await.expect(204);
            assert_eq!(interaction_of(&browser).await["userId"], json!(id), "{value}");
            let redirect = browser.finish().await.expect(303);
            assert!(redirect.parameter("code").is_some(), "{value}: {}", redirect.location());
        }
        assert!(account(&server, &id).await.last_sign_in_at.is_some());
    }
}

on_both_databases! {
    async fn known_and_unknown_names_are_refused_alike(server) {
        server.user_named("ann").await;
        server.user(json!({ "username": "nopassword" })).await;
        let browser = visitor(&server, "SignIn").await;
        let known = browser.verify_password("ann", "wrong").await;
        let known = known.expect_code(422, "session.invalid_credentials");
        for (kind, value) in [
            ("username", "nobody"),
            ("username", "nopassword"),
            ("username", "ANN"),
            ("username", "no name at all"),
            ("email", "nobody@example.com"),
            ("email", "no address"),
            ("phone", "491701234567"),
            ("phone", "+49"),
        ] {
            let unknown = try_password(&browser, kind, value, "wrong").await;
            assert_eq!((unknown.status, &unknown.text), (known.status, &known.text), "{value}");
        }
        assert_eq!(interaction_of(&browser).await["verificationRecords"], json!([]));
    }
}

on_both_databases! {
    async fn an_empty_password_is_no_attempt(server) {
        server.user_named("ann").await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 1 } })).await;
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", "").await.expect_code(400, "guard.invalid_input");
        browser.verify_password("ann", PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn case_counts_unless_the_policy_says_otherwise(server) {
        server.user_named("Ann").await;
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", PASSWORD).await.expect(422);
        let policy = json!({
            "caseSensitive": false, "minLength": 1, "maxLength": 128,
            "allowedChars": {
                "lowercase": true, "uppercase": true, "numbers": true, "underscore": true,
            },
        });
        server.configure(json!({ "usernamePolicy": policy })).await;
        let verified = browser.verify_password("aNN", PASSWORD).await.expect(200);
        browser.identify(&verified.json["verificationId"]).await.expect(204);
    }
}

on_both_databases! {
    async fn a_suspended_person_is_told_so_only_with_the_right_password(server) {
        let id = server.user_named("ann").await;
        suspend(&server, &id).await;
        let browser = visitor(&server, "SignIn").await;
        let wrong = browser.verify_password("ann", "wrong").await;
        wrong.expect_code(422, "session.invalid_credentials");
        browser.verify_password("ann", PASSWORD).await.expect_code(401, "user.suspended");
        assert_eq!(interaction_of(&browser).await["verificationRecords"], json!([]));
    }
}

on_both_databases! {
    async fn who_is_suspended_on_the_way_gets_no_further(server) {
        server.configure(all_methods()).await;
        let user = json!({ "primaryEmail": "ann@example.com" });
        let id = server.user(user).await;
        let early = visitor(&server, "SignIn").await;
        let record = proved(&server, &early, ("email", "ann@example.com"), "SignIn").await;
        let late = visitor(&server, "SignIn").await;
        let later = proved(&server, &late, ("email", "ann@example.com"), "SignIn").await;
        late.identify(&later).await.expect(204);
        let last = visitor(&server, "SignIn").await;
        let latest = proved(&server, &last, ("email", "ann@example.com"), "SignIn").await;
        last.identify(&latest).await.expect(204);
        let redirect = last.submit().await.expect(200).json["redirectTo"].clone();
        suspend(&server, &id).await;
        early.identify(&record).await.expect_code(401, "user.suspended");
        late.submit().await.expect_code(401, "user.suspended");
        last.get(redirect.as_str().unwrap()).await.expect_code(401, "user.suspended");
    }
}

on_both_databases! {
    async fn digests_of_other_systems_are_replaced_at_the_first_sign_in(server) {
        // MD5 of "password-of-old".
        let digest = "0511ef0262bee7b76da37a23e9bc3d8f";
        let wrong = server
            .user(json!({
                "username": "eve", "passwordDigest": digest, "passwordAlgorithm": "MD5",
            }))
            .await;
        // bcrypt of "abc", cost 6, from the algorithm's first test vectors.
        let digest = "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";
        let right = server
            .user(json!({
                "username": "ann", "passwordDigest": digest, "passwordAlgorithm": "Bcrypt",
            }))
            .await;
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("eve", "abc").await.expect(422);
        browser.verify_password("ann", "abd").await.expect(422);
        assert_eq!(account(&server, &right).await.password_digest.as_deref(), Some(digest));
        browser.verify_password("ann", "abc").await.expect(200);
        let row = account(&server, &right).await;
        assert!(row.password_digest.unwrap().starts_with("$argon2id$"));
        assert_eq!(row.password_algorithm.as_deref(), Some("Argon2id"));
        assert_eq!(account(&server, &wrong).await.password_algorithm.as_deref(), Some("MD5"));
        browser.verify_password("ann", "abc").await.expect(200);
    }
}

on_both_databases! {
    async fn an_expired_password_must_be_renewed(server) {
        let user = json!({
            "username": "ann", "primaryEmail": "ann@example.com", "password": PASSWORD,
        });
        server.user(user).await;
        let settings = json!({
            "forgotPasswordMethods": null,
            "passwordExpiration": { "enabled": true, "validPeriodDays": 1 },
        });
        server.configure(settings).await;
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", PASSWORD).await.expect(200);
        server.advance(std::time::Duration::from_secs(24 * 3600));
        let browser = visitor(&server, "SignIn").await;
        browser.verify_password("ann", "wrong").await.expect(422);
        browser.verify_password("ann", PASSWORD).await.expect_code(422, "password.expired");
        assert_eq!(interaction_of(&browser).await["verificationRecords"], json!([]));

        browser.begin("ForgotPassword").await;
        let email = ("email", "ann@example.com");
        let record = proved(&server, &browser, email, "ForgotPassword").await;
        browser.identify(&record).await.expect(204);
        let renewed = "Another-Horse-43-Battery";
        let body = json!({ "password": renewed });
        browser.experience("PUT", "/profile/password", body).await.expect(204);
        browser.submit().await.expect(200);
        browser.prove_password("ann", renewed).await.expect(200);
    }
}

on_both_databases! {
    async fn a_code_signs_in_and_creates_nobody(server) {
        server.configure(all_methods()).await;
        let id = server.user(json!({ "primaryPhone": "491701234567", "primaryEmail": "a@b.example" })).await;
        let browser = visitor(&server, "SignIn").await;
        let record = proved(&server, &browser, ("phone", "491701234567"), "SignIn").await;
        browser.identify(&record).await.expect(204);
        let redirect = browser.finish().await.expect(303);
        assert!(redirect.parameter("code").is_some());
        assert_eq!(number_of_accounts(&server).await, 1);
        assert!(account(&server, &id).await.last_sign_in_at.is_some());
    }
}

on_both_databases! {
    async fn an_account_of_before_the_rules_is_completed(server) {
        let id = server.user_named("ann").await;
        server
            .configure(json!({ "signUp": {
                "identifiers": ["email", "phone"], "password": true, "verify": true,
                "secondaryIdentifiers": [{ "identifier": "username", "verify": false }],
            } }))
            .await;
        let browser = visitor(&server, "SignIn").await;
        let verified = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&verified.json["verificationId"]).await.expect(204);
        let missing = browser.submit().await.expect_code(422, "user.missing_profile");
        assert_eq!(missing.json["data"], json!({ "missingProfile": ["emailOrPhone"] }));
        let record = proved(&server, &browser, ("phone", "491701234567"), "SignIn").await;
        add_to_profile(&browser, json!({ "type": "phone", "verificationId": record }))
            .await
            .expect(204);
        // Nothing is written before the end.
        assert_eq!(account(&server, &id).await.primary_phone, None);
        browser.submit().await.expect(200);
        assert_eq!(account(&server, &id).await.primary_phone.as_deref(), Some("491701234567"));
    }
}
