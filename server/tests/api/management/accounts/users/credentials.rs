//! Passwords, suspension and second factors.

use super::*;
use crate::support::PASSWORD;
use vestibule_shared::application::ApplicationType;
use vestibule_store::{Durability, StoreError, users};

on_both_databases! {
    async fn a_password_is_set_and_compared(server) {
        let manager = Manager::new(&server).await;
        let id = manager.create("/api/users", json!({ "username": "ann" })).await;
        let path = |tail: &str| format!("/api/users/{id}/{tail}");
        let has = manager.get(&path("has-password")).await.expect(200).json;
        assert_eq!(has, json!({ "hasPassword": false }));
        let verify = path("password/verify");
        let right = json!({ "password": "p" });
        manager.send("POST", &verify, right.clone()).await.expect_code(422, "session.invalid_credentials");

        // No policy holds for administrators.
        let set = manager.send("PATCH", &path("password"), right.clone()).await.expect(200).json;
        assert_eq!((&set["hasPassword"], set.get("passwordDigest")), (&json!(true), None));
        manager.send("POST", &verify, right).await.expect(204);
        let wrong = json!({ "password": "q" });
        manager.send("POST", &verify, wrong).await.expect_code(422, "session.invalid_credentials");
        assert_eq!(manager.get(&path("has-password")).await.json, json!({ "hasPassword": true }));
        let shown = manager.get(&format!("/api/users/{id}?includePasswordHash=true")).await.json;
        assert_eq!(shown["passwordAlgorithm"], "Argon2id");

        let empty = json!({ "password": "" });
        manager.send("POST", &verify, empty.clone()).await.expect_code(400, "guard.invalid_input");
        manager.send("PATCH", &path("password"), empty).await.expect_code(400, "guard.invalid_input");
        let body = json!({ "password": "p" });
        manager.send("PATCH", "/api/users/none/password", body).await.expect(404);
        manager.get("/api/users/none/has-password").await.expect(404);

        let change = json!({ "password": PASSWORD });
        manager.send("PATCH", &path("password"), change).await.expect(200);
        let client = server.client(ApplicationType::SPA).await;
        server.browser().sign_in(&client, "ann", &[]).await;
    }
}

on_both_databases! {
    async fn a_new_password_is_demanded(server) {
        let manager = Manager::new(&server).await;
        let id = server.user_named("ann").await;
        let path = format!("/api/users/{id}/password/expiration");
        let body = json!({ "isExpired": true });
        manager.send("PATCH", &path, body.clone()).await
            .expect_code(400, "sign_in_experiences.password_expiration_not_enabled");
        let settings = json!({ "forgotPasswordMethods": null,
            "passwordExpiration": { "enabled": true, "validPeriodDays": 90 } });
        server.configure(settings).await;
        manager.send("PATCH", &path, body).await.expect(200);
        let client = server.client(ApplicationType::SPA).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("SignIn").await;
        browser.verify_password("ann", PASSWORD).await.expect_code(422, "password.expired");
        manager.send("PATCH", &path, json!({ "isExpired": false })).await.expect(200);
        server.browser().sign_in(&client, "ann", &[]).await;
    }
}

on_both_databases! {
    async fn what_a_suspended_user_held_does_not_come_back(server) {
        let manager = Manager::new(&server).await;
        let id = server.user_named("ann").await;
        let client = server.client(ApplicationType::SPA).await;
        let browser = server.browser();
        let extra = [("scope", "openid offline_access"), ("prompt", "consent")];
        let tokens = browser.tokens(&client, "ann", &extra).await;
        let userinfo = async || {
            let token = tokens["access_token"].as_str().unwrap();
            browser.call("GET", "/oidc/me", token, None).await.status
        };
        assert_eq!(userinfo().await, 200);

        let path = format!("/api/users/{id}/is-suspended");
        let answer = manager.send("PATCH", &path, json!({ "isSuspended": true })).await.expect(200);
        assert_eq!(answer.json["isSuspended"], true);
        assert_eq!(userinfo().await, 401);
        browser.refresh(&client, &tokens["refresh_token"]).await.expect_error(400, "invalid_grant");
        let other = server.browser();
        other.authorize(&client, &[]).await.expect(303);
        other.begin("SignIn").await;
        other.verify_password("ann", PASSWORD).await.expect_code(401, "user.suspended");

        let answer = manager.send("PATCH", &path, json!({ "isSuspended": false })).await.expect(200);
        assert_eq!(answer.json["isSuspended"], false);
        assert_eq!(userinfo().await, 401);
        browser.refresh(&client, &tokens["refresh_token"]).await.expect_error(400, "invalid_grant");
        let silent = browser.authorize(&client, &[("prompt", "none")]).await.expect(303);
        assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
        server.browser().sign_in(&client, "ann", &[]).await;
    }
}

on_both_databases! {
    async fn second_factors_are_shown_without_what_proves_them(server) {
        let manager = Manager::new(&server).await;
        let id = server.user_named("ann").await;
        let at = "2026-01-01T00:00:00.000Z";
        let factors = json!([
            { "type": "Totp", "id": "one", "createdAt": at, "key": "SECRETKEY" },
            { "type": "BackupCode", "id": "two", "createdAt": at, "lastUsedAt": at,
                "codes": [{ "code": "0123456789", "usedAt": at }, { "code": "abcdefabcd" }] },
            { "type": "WebAuthn", "id": "three", "createdAt": at, "agent": "A", "name": "N",
                "lastUsedAt": at, "publicKey": "SECRETKEY" },
        ]);
        let stored: Vec<vestibule_shared::JsonObject> = serde_json::from_value(factors).unwrap();
        server.app.store.write::<_, StoreError, _>(Durability::Durable, async |connection| {
            let mut row = users::lock(connection, &id).await?.unwrap();
            row.mfa_verifications.0.clone_from(&stored);
            users::save(connection, &row).await
        }).await.unwrap();
        let path = format!("/api/users/{id}/mfa-verifications");
        let shown = manager.get(&path).await.expect(200).json;
        let expected = json!([
            { "type": "Totp", "id": "one", "createdAt": at },
            { "type": "BackupCode", "id": "two", "createdAt": at, "remainCodes": 1 },
            { "type": "WebAuthn", "id": "three", "createdAt": at, "agent": "A", "name": "N",
                "lastUsedAt": at },
        ]);
        assert_eq!(shown, expected);
        manager.delete(&format!("{path}/two")).await.expect(204);
        manager.delete(&format!("{path}/two")).await.expect_code(404, "entity.not_found");
        assert_eq!(manager.listed(&path, "id").await, ["one", "three"]);
        manager.get("/api/users/none/mfa-verifications").await.expect(404);
    }
}
