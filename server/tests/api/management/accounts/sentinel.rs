use crate::management::*;
use crate::support::PASSWORD;

const BLOCKED: &str = "session.verification_blocked_too_many_attempts";
const PATH: &str = "/api/sentinel-activities/delete";

on_both_databases! {
    async fn somebody_who_is_locked_out_is_let_in_again(server) {
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 2 } })).await;
        let manager = Manager::new(&server).await;
        let id = server.user_named("ann").await;
        server.user_named("bob").await;
        let client = server.client(vestibule_shared::application::ApplicationType::SPA).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await;
        browser.begin("SignIn").await;
        for name in ["ann", "bob"] {
            browser.verify_password(name, "wrong").await.expect(422);
            browser.verify_password(name, "wrong").await.expect_code(400, BLOCKED);
            browser.verify_password(name, PASSWORD).await.expect_code(400, BLOCKED);
        }
        let unlock = async |kind: &str, name: &str| {
            let body = json!({ "targetType": kind, "targets": ["somebody", name] });
            manager.send("POST", PATH, body).await.expect(204);
        };
        unlock("App", "ann").await;
        browser.verify_password("ann", PASSWORD).await.expect_code(400, BLOCKED);
        unlock("User", "Ann").await;
        // The failures are forgotten, too: the next one does not lock out.
        browser.verify_password("ann", "wrong").await.expect_code(422, "session.invalid_credentials");
        let proved = browser.verify_password("ann", PASSWORD).await.expect(200);
        browser.identify(&proved.json["verificationId"]).await.expect(204);
        let code = browser.finish().await.parameter("code").unwrap();
        let tokens = browser.exchange(&client, &code).await.expect(200);
        assert!(tokens.json["id_token"].is_string());
        assert_eq!(manager.get(&format!("/api/users/{id}")).await.expect(200).json["username"], "ann");
        let other = server.browser();
        other.authorize(&client, &[]).await;
        other.begin("SignIn").await;
        other.verify_password("bob", PASSWORD).await.expect_code(400, BLOCKED);
    }
}

on_both_databases! {
    async fn targets_are_named(server) {
        let manager = Manager::new(&server).await;
        let many = vec!["ann"; 501];
        for body in [
            json!({ "targets": [] }),
            json!({ "targetType": "User" }),
            json!({ "targetType": "Robot", "targets": ["ann"] }),
            json!({ "targetType": "User", "targets": [1] }),
            json!({ "targetType": "User", "targets": many }),
        ] {
            manager.send("POST", PATH, body).await.expect_code(400, "guard.invalid_input");
        }
        manager.send("POST", PATH, json!({ "targetType": "User", "targets": [] })).await.expect(204);
    }
}
