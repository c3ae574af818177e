//! New accounts.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;

const EMAIL: (&str, &str) = ("email", "Ann@Example.com");

on_both_databases! {
    async fn a_name_and_a_password_make_an_account(server) {
        let browser = visitor(&server, "Register").await;
        let record = new_identity(&browser, "ann", PASSWORD).await.expect(200);
        assert_eq!(number_of_accounts(&server).await, 0);
        browser.identify(&record.json["verificationId"]).await.expect(201);
        // The account is there before the end, and what was staged is used up.
        let state = interaction_of(&browser).await;
        let row = account(&server, state["userId"].as_str().unwrap()).await;
        assert_eq!(row.id.len(), 12);
        assert_eq!(row.username.as_deref(), Some("ann"));
        assert!(row.password_digest.unwrap().starts_with("$argon2id$"));
        assert!(row.password_updated_at.is_some() && row.application_id.is_some());
        assert_eq!(row.last_sign_in_at, None);
        assert_eq!(state["profile"], json!({}));
        // Asking once more makes no second one.
        browser.identify(&record.json["verificationId"]).await.expect(201);
        identify_by_profile(&browser).await.expect(201);
        assert_eq!(number_of_accounts(&server).await, 1);
        let redirect = browser.finish().await.expect(303);
        assert!(redirect.parameter("code").is_some());
        let browser = visitor(&server, "SignIn").await;
        browser.prove_password("ann", PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn a_profile_makes_an_account_as_well(server) {
        let browser = visitor(&server, "Register").await;
        let missing = identify_by_profile(&browser).await;
        let missing = missing.expect_code(422, "user.missing_profile");
        assert_eq!(missing.json["data"]["missingProfile"], json!(["username", "password"]));
        add_to_profile(&browser, json!({ "type": "username", "value": "ann" })).await.expect(204);
        let missing = identify_by_profile(&browser).await;
        let missing = missing.expect_code(422, "user.missing_profile");
        assert_eq!(missing.json["data"]["missingProfile"], json!(["password"]));
        add_to_profile(&browser, json!({ "type": "password", "value": PASSWORD }))
            .await
            .expect(204);
        identify_by_profile(&browser).await.expect(201);
        browser.submit().await.expect(200);
        let browser = visitor(&server, "SignIn").await;
        browser.prove_password("ann", PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn what_is_missing_is_asked_for_in_order_and_nothing_is_lost(server) {
        server
            .configure(json!({ "signUp": {
                "identifiers": ["email"], "password": true, "verify": true,
                "secondaryIdentifiers": [
                    { "identifier": "phone", "verify": true },
                    { "identifier": "username" },
                ],
            } }))
            .await;
        let browser = visitor(&server, "Register").await;
        let record = proved(&server, &browser, EMAIL, "Register").await;
        let missing = browser.identify(&record).await.expect_code(422, "user.missing_profile");
        let names = json!({ "missingProfile": ["phone", "username", "password"] });
        assert_eq!(missing.json["data"], names);
        // What the record brought is kept.
        assert_eq!(interaction_of(&browser).await["profile"]["primaryEmail"], EMAIL.1);
        let phone = proved(&server, &browser, ("phone", "491701234567"), "Register").await;
        for addition in [
            json!({ "type": "phone", "verificationId": phone }),
            json!({ "type": "username", "value": "ann" }),
            json!({ "type": "password", "value": PASSWORD }),
        ] {
            add_to_profile(&browser, addition).await.expect(204);
        }
        identify_by_profile(&browser).await.expect(201);
        let state = interaction_of(&browser).await;
        let row = account(&server, state["userId"].as_str().unwrap()).await;
        assert_eq!(row.primary_email.as_deref(), Some("Ann@Example.com"));
        assert_eq!(row.email_key.as_deref(), Some("ann@example.com"));
        assert_eq!(row.primary_phone.as_deref(), Some("491701234567"));
        browser.submit().await.expect(200);
    }
}

on_both_databases! {
    async fn either_address_is_enough_where_both_are_offered(server) {
        let either = json!([{ "identifier": "emailOrPhone", "verify": true }]);
        for sign_up in [
            json!({ "identifiers": ["email", "phone"], "password": false, "verify": true }),
            json!({
                "identifiers": ["username"], "password": false, "verify": true,
                "secondaryIdentifiers": either,
            }),
        ] {
            let mut settings = all_methods();
            settings["signUp"] = sign_up;
            server.configure(settings).await;
            let browser = visitor(&server, "Register").await;
            let name = format!("n{}", number_of_accounts(&server).await);
            add_to_profile(&browser, json!({ "type": "username", "value": name }))
                .await
                .expect(204);
            let missing = identify_by_profile(&browser).await;
            let missing = missing.expect_code(422, "user.missing_profile");
            assert_eq!(missing.json["data"]["missingProfile"], json!(["emailOrPhone"]));
            let digits = format!("49170123456{}", number_of_accounts(&server).await);
            let record = proved(&server, &browser, ("phone", &digits), "Register").await;
            browser.identify(&record).await.expect(201);
        }
        assert_eq!(number_of_accounts(&server).await, 2);
    }
}

on_both_databases! {
    async fn identifiers_of_others_are_refused(server) {
        server.configure(all_methods()).await;
        server
            .user(json!({
                "username": "ann", "primaryEmail": "ann@example.com",
                "primaryPhone": "491701234567",
            }))
            .await;
        let browser = visitor(&server, "Register").await;
        let taken = new_identity(&browser, "ann", PASSWORD).await;
        taken.expect_code(422, "user.username_already_in_use");
        let record = proved(&server, &browser, ("email", "ANN@example.com"), "Register").await;
        browser.identify(&record).await.expect_code(422, "user.email_already_in_use");
        let record = proved(&server, &browser, ("phone", "4901701234567"), "Register").await;
        browser.identify(&record).await.expect_code(422, "user.phone_already_in_use");
        assert_eq!(interaction_of(&browser).await["profile"], json!({}));
        // Somebody else may take a name between staging it and registering.
        let record = new_identity(&browser, "bob", PASSWORD).await.expect(200);
        server.user_named("bob").await;
        let taken = browser.identify(&record.json["verificationId"]).await;
        taken.expect_code(422, "user.username_already_in_use");
        assert_eq!(number_of_accounts(&server).await, 2);
    }
}

on_both_databases! {
    async fn an_identity_is_a_user_name(server) {
        let browser = visitor(&server, "Register").await;
        for (kind, value) in [
            ("email", "ann@example.com"),
            ("username", "1ann"),
            ("username", "an n"),
            ("username", ""),
            ("username", "änn"),
            ("username", "ann\n"),
        ] {
            let identifier = json!({ "type": kind, "value": value });
            let body = json!({ "identifier": identifier, "password": PASSWORD });
            let refused =
                browser.experience("POST", "/verification/new-password-identity", body).await;
            refused.expect_code(400, "guard.invalid_input");
        }
    }
}

on_both_databases! {
    async fn blocked_addresses_do_not_register_and_still_sign_in(server) {
        let mut settings = all_methods();
        settings["emailBlocklistPolicy"] = json!({
            "blockSubaddressing": true,
            "customBlocklist": ["@evil.example", "ann@example.com"],
        });
        server.configure(settings).await;
        server.user(json!({ "primaryEmail": "ann@example.com" })).await;
        let browser = visitor(&server, "Register").await;
        for (address, code) in [
            ("x@evil.example", "session.email_blocklist.email_not_allowed"),
            ("x+y@good.example", "session.email_blocklist.email_subaddressing_not_allowed"),
        ] {
            let refused = browser.send_code("email", address, "Register").await;
            refused.expect_code(422, code);
            // Also when the code was sent under another pretext.
            let record = proved(&server, &browser, ("email", address), "SignIn").await;
            browser.identify(&record).await.expect_code(422, code);
            add_to_profile(&browser, json!({ "type": "email", "verificationId": record }))
                .await
                .expect_code(422, code);
        }
        assert_eq!(interaction_of(&browser).await["profile"], json!({}));
        browser.begin("SignIn").await;
        let record = proved(&server, &browser, ("email", "ann@example.com"), "SignIn").await;
        browser.identify(&record).await.expect(204);
    }
}
