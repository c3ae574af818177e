//! Second factors that administrators give, and devices that users trust.

use super::*;
use std::time::Duration;
use vestibule_shared::application::ApplicationType;
use vestibule_store::users::{TrustedDeviceRow, insert_trusted_device};
use vestibule_store::{Durability, StoreError};

on_both_databases! {
    async fn a_one_time_password_is_given_once(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let path = format!("/api/users/{ann}/mfa-verifications");
        assert_eq!(manager.get(&path).await.expect(200).json, json!([]));
        for bad in ["", "short", "jbswy3dpehpk3pxp", "JBSWY3DPEHPK3PX1", &"A".repeat(33)] {
            let body = json!({ "type": "Totp", "secret": bad });
            manager.send("POST", &path, body).await.expect_code(422, "user.totp_secret_invalid");
        }
        let made = manager.send("POST", &path, json!({ "type": "Totp" })).await.expect(200).json;
        let secret = made["secret"].as_str().unwrap();
        assert_eq!((&made["type"], secret.len()), (&json!("Totp"), 32));
        assert!(made["secretQrCode"].as_str().unwrap().starts_with("data:image/png;base64,"));
        let listed = manager.get(&path).await.expect(200).json;
        let factor = &listed[0];
        assert_eq!(listed, json!([{ "id": factor["id"], "type": "Totp", "createdAt": factor["createdAt"] }]));
        assert!(factor["createdAt"].as_str().unwrap().ends_with('Z'));
        let again = json!({ "type": "Totp", "secret": "JBSWY3DPEHPK3PXP" });
        manager.send("POST", &path, again.clone()).await.expect_code(422, "user.totp_already_in_use");
        let row = vestibule_store::users::by_id(&mut server.app.store.read().await.unwrap(), &ann).await.unwrap().unwrap();
        assert!(!format!("{:?}", row.mfa_verifications).contains(secret), "secrets are stored sealed");
        // Who has a factor wants to be asked for it.
        let preferences = manager.get(&format!("/api/users/{ann}/logto-configs")).await.json;
        assert_eq!(preferences["mfa"]["enabled"], true);

        let of_factor = format!("{path}/{}", factor["id"].as_str().unwrap());
        manager.delete(&of_factor).await.expect(204);
        manager.delete(&of_factor).await.expect_code(404, "entity.not_found");
        let made = manager.send("POST", &path, again).await.expect(200).json;
        assert_eq!(made["secret"], "JBSWY3DPEHPK3PXP");
        for bad in [json!({}), json!({ "type": "Other" }), json!({ "type": "Totp", "secret": 1 })] {
            manager.send("POST", &path, bad).await.expect_code(400, "guard.invalid_input");
        }
        manager.send("POST", "/api/users/none/mfa-verifications", json!({ "type": "Totp" })).await
            .expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn backup_codes_stand_beside_another_factor(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let path = format!("/api/users/{ann}/mfa-verifications");
        let body = json!({ "type": "BackupCode" });
        manager.send("POST", &path, body.clone()).await.expect_code(422, "session.mfa.backup_code_can_not_be_alone");
        manager.send("POST", &path, json!({ "type": "Totp" })).await.expect(200);
        for bad in [json!([]), json!(["0123456789"]), json!(vec!["012345678g"; 10]), json!(vec!["0123456789"; 11])] {
            let body = json!({ "type": "BackupCode", "codes": bad });
            manager.send("POST", &path, body).await.expect_code(422, "user.wrong_backup_code_format");
        }
        let made = manager.send("POST", &path, body.clone()).await.expect(200).json;
        let codes: Vec<&str> = made["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        assert_eq!(codes.len(), 10);
        assert!(codes.iter().all(|code| code.len() == 10 && code.bytes().all(|it| it.is_ascii_hexdigit())));
        manager.send("POST", &path, body).await.expect_code(422, "user.backup_code_already_in_use");
        let listed = manager.get(&path).await.expect(200).json;
        assert_eq!((&listed[1]["type"], &listed[1]["remainCodes"]), (&json!("BackupCode"), &json!(10)));
        assert!(listed.as_array().unwrap().len() == 2 && listed[1].get("codes").is_none());
        let row = vestibule_store::users::by_id(&mut server.app.store.read().await.unwrap(), &ann).await.unwrap().unwrap();
        let stored = format!("{:?}", row.mfa_verifications);
        assert!(codes.iter().all(|code| !stored.contains(code)), "codes are stored sealed");
        manager.delete(&format!("{path}/{}", listed[1]["id"].as_str().unwrap())).await.expect(204);
        let own: Vec<String> = (0..10).map(|number| format!("00000000{number:02}")).collect();
        let made = manager.send("POST", &path, json!({ "type": "BackupCode", "codes": own })).await.expect(200).json;
        assert_eq!(made, json!({ "type": "BackupCode", "codes": own }));
    }
}

on_both_databases! {
    async fn a_factor_that_is_not_switched_on_is_not_asked_for(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        manager.send("POST", &format!("/api/users/{ann}/mfa-verifications"), json!({ "type": "Totp" })).await.expect(200);
        let client = server.client(ApplicationType::SPA).await;
        assert!(server.browser().tokens(&client, "ann", &[]).await["id_token"].is_string());
    }
}

on_both_databases! {
    async fn trusted_devices_are_listed_and_forgotten(server) {
        let manager = Manager::new(&server).await;
        let (ann, ben) = (server.user_named("ann").await, server.user_named("ben").await);
        let now = server.app.clock.now();
        for (number, life) in [(1, 100_000), (2, 100_000), (3, 1_000)] {
            let row = TrustedDeviceRow { id: format!("device{number}"), user_id: ann.clone(), secret_hash: "hash".into(),
                user_agent: Some("Browser".into()), ip: None, country: Some("DE".into()), city: None,
                created_at: now + number, last_used_at: now + number, expires_at: now + life };
            server.app.store.write::<_, StoreError, _>(Durability::Durable, async |connection| {
                insert_trusted_device(connection, &row).await
            }).await.unwrap();
        }
        server.advance(Duration::from_secs(2));
        let path = format!("/api/users/{ann}/trusted-devices");
        let found = manager.get(&path).await.expect(200);
        assert_eq!(found.headers["total-number"], "2");
        assert_eq!(found.json[0], json!({ "id": "device2", "userAgent": "Browser", "country": "DE", "city": null,
            "createdAt": now + 2, "lastUsedAt": now + 2, "expiresAt": now + 100_000 }));
        assert_eq!(manager.get(&format!("{path}?page=2&page_size=1")).await.json[0]["id"], "device1");
        manager.delete(&format!("/api/users/{ben}/trusted-devices/device1")).await.expect_code(404, "entity.not_found");
        manager.delete(&format!("{path}/device1")).await.expect(204);
        manager.delete(&format!("{path}/device1")).await.expect_code(404, "entity.not_found");
        assert_eq!(manager.listed(&path, "id").await, ["device2"]);
        manager.get("/api/users/none/trusted-devices").await.expect_code(404, "entity.not_exists_with_id");
        manager.delete("/api/users/none/trusted-devices/device1").await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn who_can_prove_who_they_are_is_told(server) {
        let manager = Manager::new(&server).await;
        for (body, expected) in [
            (json!({}), false),
            (json!({ "username": "ann" }), false),
            (json!({ "username": "ben", "password": "Correct-Horse-42" }), true),
            (json!({ "primaryEmail": "cleo@example.com" }), true),
            (json!({ "primaryPhone": "491701234567" }), true),
        ] {
            let user = manager.send("POST", "/api/users", body.clone()).await.expect(200).json;
            assert_eq!(user["hasSecurityVerificationMethod"], expected, "{body}");
            let path = format!("/api/users/{}", user["id"].as_str().unwrap());
            assert_eq!(manager.get(&path).await.json["hasSecurityVerificationMethod"], expected);
        }
    }
}
