//! Which proofs may find which accounts, and in which mode.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;

const EMAIL: (&str, &str) = ("email", "ann@example.com");

async fn ann(server: &TestServer) -> String {
    let user = json!({
        "username": "ann", "primaryEmail": EMAIL.1, "primaryPhone": "491701234567",
        "password": PASSWORD,
    });
    server.user(user).await
}

on_both_databases! {
    async fn only_enabled_methods_sign_in(server) {
        ann(&server).await;
        // A fresh server takes user names with passwords only.
        let browser = visitor(&server, "SignIn").await;
        let by_password = try_password(&browser, "email", EMAIL.1, PASSWORD).await.expect(200);
        let refused = browser.identify(&by_password.json["verificationId"]).await;
        refused.expect_code(422, "user.sign_in_method_not_enabled");
        let by_code = proved(&server, &browser, EMAIL, "SignIn").await;
        let refused = browser.identify(&by_code).await;
        refused.expect_code(422, "user.sign_in_method_not_enabled");

        server.configure(json!({ "signIn": { "methods": [method("email", false, true)] } })).await;
        browser.identify(&by_code).await.expect(204);
        let refused = browser.identify(&by_password.json["verificationId"]).await;
        refused.expect_code(422, "user.sign_in_method_not_enabled");
        let by_name = browser.verify_password("ann", PASSWORD).await.expect(200);
        let refused = browser.identify(&by_name.json["verificationId"]).await;
        refused.expect_code(422, "user.sign_in_method_not_enabled");
    }
}

on_both_databases! {
    async fn an_identity_that_was_staged_for_registering_does_not_sign_in(server) {
        let browser = visitor(&server, "SignIn").await;
        let record = new_identity(&browser, "ann", PASSWORD).await.expect(200);
        let refused = browser.identify(&record.json["verificationId"]).await;
        refused.expect_code(422, "user.sign_in_method_not_enabled");
    }
}

on_both_databases! {
    async fn the_mode_closes_registering(server) {
        ann(&server).await;
        server.configure(all_methods()).await;
        server.configure(json!({ "signInMode": "SignIn" })).await;
        // Beginning is not judged; what follows is.
        let browser = visitor(&server, "Register").await;
        let record = proved(&server, &browser, ("email", "new@example.com"), "Register").await;
        browser.identify(&record).await.expect_code(403, "auth.forbidden");
        identify_by_profile(&browser).await.expect_code(403, "auth.forbidden");
        change_event(&browser, "SignIn").await.expect(204);
        change_event(&browser, "Register").await.expect_code(403, "auth.forbidden");
        assert_eq!(interaction_of(&browser).await["interactionEvent"], "SignIn");
        assert_eq!(number_of_accounts(&server).await, 1);
    }
}

on_both_databases! {
    async fn the_mode_closes_signing_in(server) {
        ann(&server).await;
        server.configure(json!({ "signInMode": "Register", "forgotPasswordMethods": null })).await;
        let browser = visitor(&server, "SignIn").await;
        let verified = browser.verify_password("ann", PASSWORD).await.expect(200);
        let refused = browser.identify(&verified.json["verificationId"]).await;
        refused.expect_code(403, "auth.forbidden");
        change_event(&browser, "Register").await.expect(204);
        change_event(&browser, "SignIn").await.expect_code(403, "auth.forbidden");
        // A forgotten password is not a matter of the mode.
        browser.begin("ForgotPassword").await;
        let record = proved(&server, &browser, EMAIL, "ForgotPassword").await;
        browser.identify(&record).await.expect(204);
    }
}

on_both_databases! {
    async fn forgetting_a_password_is_an_interaction_of_its_own(server) {
        let browser = visitor(&server, "ForgotPassword").await;
        for event in ["SignIn", "Register"] {
            let refused = change_event(&browser, event).await;
            refused.expect_code(400, "session.not_supported_for_forgot_password");
        }
        change_event(&browser, "ForgotPassword").await.expect(204);
        browser.begin("SignIn").await;
        let refused = change_event(&browser, "ForgotPassword").await;
        refused.expect_code(400, "session.not_supported_for_forgot_password");
        change_event(&browser, "Register").await.expect(204);
        let refused = change_event(&browser, "ForgotPassword").await;
        refused.expect_code(400, "session.not_supported_for_forgot_password");
    }
}

on_both_databases! {
    async fn a_new_event_keeps_proofs_and_drops_the_profile(server) {
        server.configure(all_methods()).await;
        let browser = visitor(&server, "Register").await;
        let record = proved(&server, &browser, EMAIL, "Register").await;
        add_to_profile(&browser, json!({ "type": "username", "value": "ann" })).await.expect(204);
        change_event(&browser, "Register").await.expect(204);
        assert_eq!(interaction_of(&browser).await["profile"]["username"], "ann");
        change_event(&browser, "SignIn").await.expect(204);
        let state = interaction_of(&browser).await;
        assert_eq!(state["profile"], json!({}));
        assert_eq!(state["verificationRecords"][0]["id"], record);
        assert_eq!(state["verificationRecords"][0]["verified"], true);
    }
}

on_both_databases! {
    async fn beginning_again_forgets_everything(server) {
        ann(&server).await;
        let browser = visitor(&server, "SignIn").await;
        let verified = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&verified.json["verificationId"]).await.expect(204);
        browser.begin("Register").await;
        let state = interaction_of(&browser).await;
        assert_eq!(state["interactionEvent"], "Register");
        assert_eq!(state["verificationRecords"], json!([]));
        assert!(state["userId"].is_null());
        browser.submit().await.expect_code(404, "session.identifier_not_found");
    }
}

on_both_databases! {
    async fn an_unknown_address_can_go_on_to_register(server) {
        server.configure(all_methods()).await;
        let browser = visitor(&server, "SignIn").await;
        let record = proved(&server, &browser, EMAIL, "SignIn").await;
        let unknown = browser.identify(&record).await.expect_code(404, "user.user_not_exist");
        assert_eq!(unknown.json["data"], json!({
            "identifier": { "type": "email", "value": EMAIL.1 },
        }));
        change_event(&browser, "Register").await.expect(204);
        browser.identify(&record).await.expect(201);
        let redirect = browser.finish().await.expect(303);
        assert!(redirect.parameter("code").is_some());
    }
}

on_both_databases! {
    async fn a_known_address_can_go_on_to_sign_in(server) {
        let id = ann(&server).await;
        server.configure(all_methods()).await;
        let browser = visitor(&server, "Register").await;
        let record = proved(&server, &browser, EMAIL, "Register").await;
        let taken = browser.identify(&record).await;
        taken.expect_code(422, "user.email_already_in_use");
        change_event(&browser, "SignIn").await.expect(204);
        browser.identify(&record).await.expect(204);
        assert_eq!(interaction_of(&browser).await["userId"], json!(id));
        browser.submit().await.expect(200);
    }
}

on_both_databases! {
    async fn two_people_cannot_be_one(server) {
        let id = ann(&server).await;
        server.user_named("bob").await;
        let browser = visitor(&server, "SignIn").await;
        let first = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&first.json["verificationId"]).await.expect(204);
        // The same person again is no conflict.
        browser.identify(&first.json["verificationId"]).await.expect(204);
        let other = browser.verify_password("bob", PASSWORD).await.expect(200);
        let conflict = browser.identify(&other.json["verificationId"]).await;
        conflict.expect_code(409, "session.identity_conflict");
        assert_eq!(interaction_of(&browser).await["userId"], json!(id));
    }
}

on_both_databases! {
    async fn a_proof_is_named_and_has_been_given(server) {
        ann(&server).await;
        server.configure(all_methods()).await;
        for event in ["SignIn", "ForgotPassword"] {
            let browser = visitor(&server, event).await;
            identify_by_profile(&browser).await.expect_code(400, "guard.invalid_input");
            let refused = browser.identify(&json!("unknown")).await;
            refused.expect_code(404, "session.verification_session_not_found");
            let (unproved, _) = sent_code(&server, &browser, EMAIL, event).await;
            let refused = browser.identify(&unproved).await;
            refused.expect_code(400, "session.verification_failed");
        }
        let browser = visitor(&server, "Register").await;
        let (unproved, _) = sent_code(&server, &browser, ("email", "new@b.example"), "Register").await;
        let refused = browser.identify(&unproved).await;
        refused.expect_code(400, "session.verification_failed");
        let password = browser.verify_password("ann", PASSWORD).await.expect(200);
        let refused = browser.identify(&password.json["verificationId"]).await;
        refused.expect_code(400, "session.verification_failed");
        assert_eq!(number_of_accounts(&server).await, 1);
    }
}

on_both_databases! {
    async fn a_password_proves_only_the_account_it_was_compared_with(server) {
        server.configure(all_methods()).await;
        let ann = ann(&server).await;
        let renamed = |username: &str, email: &str| UserChange {
            username: Some(username.into()),
            username_key: Some(username.into()),
            primary_email: Some(email.into()),
            email_key: Some(email.into()),
            ..UserChange::default()
        };
        let browser = visitor(&server, "SignIn").await;
        let by_name = browser.verify_password("ann", PASSWORD).await.expect(200);
        let elsewhere = visitor(&server, "SignIn").await;
        let by_email = try_password(&elsewhere, EMAIL.0, EMAIL.1, PASSWORD).await.expect(200);
        // Both names move to somebody else before they are used.
        change_account(&server, &ann, renamed("ann2", "ann2@example.com")).await;
        let other = server.user_named("bob").await;
        change_account(&server, &other, renamed("ann", EMAIL.1)).await;
        for (browser, verified) in [(&browser, &by_name), (&elsewhere, &by_email)] {
            let refused = browser.identify(&verified.json["verificationId"]).await;
            refused.expect_code(400, "session.verification_failed");
            assert!(interaction_of(browser).await["userId"].is_null());
        }
        // Whether the other account is suspended is not told either.
        suspend(&server, &other).await;
        let refused = browser.identify(&by_name.json["verificationId"]).await;
        refused.expect_code(400, "session.verification_failed");
        let again = browser.verify_password("ann2", PASSWORD).await.expect(200);
        browser.identify(&again.json["verificationId"]).await.expect(204);
        assert_eq!(interaction_of(&browser).await["userId"], json!(ann));
    }
}

on_both_databases! {
    async fn a_proof_of_another_browser_is_worth_nothing(server) {
        ann(&server).await;
        let owner = visitor(&server, "SignIn").await;
        let verified = owner.verify_password("ann", PASSWORD).await.expect(200);
        let thief = visitor(&server, "SignIn").await;
        let refused = thief.identify(&verified.json["verificationId"]).await;
        refused.expect_code(404, "session.verification_session_not_found");
    }
}
