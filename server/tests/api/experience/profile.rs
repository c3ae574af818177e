//! What people add to their accounts.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;

async fn signed_in(server: &TestServer, username: &str) -> Browser {
    let browser = visitor(server, "SignIn").await;
    let verified = browser.verify_password(username, PASSWORD).await.expect(200);
    browser.identify(&verified.json["verificationId"]).await.expect(204);
    browser
}

on_both_databases! {
    async fn what_the_account_has_is_not_added_again(server) {
        server
            .user(json!({
                "username": "ann", "password": PASSWORD,
                "primaryEmail": "ann@example.com", "primaryPhone": "491701234567",
            }))
            .await;
        let browser = signed_in(&server, "ann").await;
        let email = proved(&server, &browser, ("email", "new@example.com"), "SignIn").await;
        let phone = proved(&server, &browser, ("phone", "491707654321"), "SignIn").await;
        for (addition, code) in [
            (json!({ "type": "username", "value": "other" }), "user.username_exists_in_profile"),
            (
                json!({ "type": "password", "value": "Another-Horse-43-Battery" }),
                "user.password_exists_in_profile",
            ),
            (json!({ "type": "email", "verificationId": email }), "user.email_exists_in_profile"),
            (json!({ "type": "phone", "verificationId": phone }), "user.phone_exists_in_profile"),
        ] {
            add_to_profile(&browser, addition).await.expect_code(422, code);
        }
        assert_eq!(interaction_of(&browser).await["profile"], json!({}));
    }
}

on_both_databases! {
    async fn what_others_have_is_not_added(server) {
        server
            .user(json!({
                "username": "bob", "primaryEmail": "bob@example.com",
                "primaryPhone": "491701234567",
            }))
            .await;
        server.configure(all_methods()).await;
        server.user(json!({ "primaryEmail": "ann@example.com" })).await;
        let browser = visitor(&server, "SignIn").await;
        let record = proved(&server, &browser, ("email", "ann@example.com"), "SignIn").await;
        browser.identify(&record).await.expect(204);
        let phone = proved(&server, &browser, ("phone", "4901701234567"), "SignIn").await;
        add_to_profile(&browser, json!({ "type": "phone", "verificationId": phone }))
            .await
            .expect_code(422, "user.phone_already_in_use");
        add_to_profile(&browser, json!({ "type": "username", "value": "bob" }))
            .await
            .expect_code(422, "user.username_already_in_use");
        let newcomer = visitor(&server, "Register").await;
        let email = proved(&server, &newcomer, ("email", "BOB@example.com"), "Register").await;
        add_to_profile(&newcomer, json!({ "type": "email", "verificationId": email }))
            .await
            .expect_code(422, "user.email_already_in_use");
    }
}

on_both_databases! {
    async fn what_was_free_when_staged_is_checked_again_at_the_end(server) {
        server.configure(all_methods()).await;
        let id = server.user(json!({ "primaryEmail": "ann@example.com" })).await;
        let browser = visitor(&server, "SignIn").await;
        let record = proved(&server, &browser, ("email", "ann@example.com"), "SignIn").await;
        browser.identify(&record).await.expect(204);
        add_to_profile(&browser, json!({ "type": "username", "value": "ann" })).await.expect(204);
        server.user_named("ann").await;
        browser.submit().await.expect_code(422, "user.username_already_in_use");
        assert_eq!(account(&server, &id).await.username, None);
        // Another name, and it goes through.
        add_to_profile(&browser, json!({ "type": "username", "value": "anna" })).await.expect(204);
        browser.submit().await.expect(200);
        assert_eq!(account(&server, &id).await.username.as_deref(), Some("anna"));
    }
}

on_both_databases! {
    async fn records_fit_what_is_added(server) {
        server.user_named("ann").await;
        let browser = signed_in(&server, "ann").await;
        let email = proved(&server, &browser, ("email", "ann@example.com"), "SignIn").await;
        let (phone, _) = sent_code(&server, &browser, ("phone", "491701234567"), "SignIn").await;
        let add = async |kind: &str, id: &Value| {
            add_to_profile(&browser, json!({ "type": kind, "verificationId": id })).await
        };
        add("phone", &email).await.expect_code(404, "session.verification_session_not_found");
        add("email", &phone).await.expect_code(404, "session.verification_session_not_found");
        let unknown = add("email", &json!("unknown")).await;
        unknown.expect_code(404, "session.verification_session_not_found");
        add("phone", &phone).await.expect_code(400, "session.verification_failed");
        add("email", &email).await.expect(204);
    }
}

on_both_databases! {
    async fn only_who_is_identified_adds_to_an_account(server) {
        let name = json!({ "type": "username", "value": "ann" });
        let browser = visitor(&server, "SignIn").await;
        let refused = add_to_profile(&browser, name.clone()).await;
        refused.expect_code(404, "session.identifier_not_found");
        let browser = visitor(&server, "ForgotPassword").await;
        let refused = add_to_profile(&browser, name.clone()).await;
        refused.expect_code(400, "session.not_supported_for_forgot_password");
        // Who registers has no account yet.
        let browser = visitor(&server, "Register").await;
        add_to_profile(&browser, name).await.expect(204);
    }
}

on_both_databases! {
    async fn an_account_without_password_gets_one(server) {
        server.configure(all_methods()).await;
        let id = server.user(json!({ "username": "ann", "primaryEmail": "ann@example.com" })).await;
        let browser = visitor(&server, "SignIn").await;
        let record = proved(&server, &browser, ("email", "ann@example.com"), "SignIn").await;
        browser.identify(&record).await.expect(204);
        let weak = add_to_profile(&browser, json!({ "type": "password", "value": "iloveyou" }));
        weak.await.expect_code(422, "password.rejected");
        add_to_profile(&browser, json!({ "type": "password", "value": PASSWORD }))
            .await
            .expect(204);
        browser.submit().await.expect(200);
        assert!(account(&server, &id).await.password_updated_at.is_some());
        visitor(&server, "SignIn").await.prove_password("ann", PASSWORD).await.expect(200);
    }
}
