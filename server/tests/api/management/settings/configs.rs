mod keys;
mod scripts;

use crate::management::*;
use crate::support::{CALLBACK, jwt};
use std::time::Duration;
use vestibule_shared::application::ApplicationType;

on_both_databases! {
    async fn the_pages_remember_what_they_are_told(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/configs/admin-console";
        let seeded = json!({ "signInExperienceCustomized": false, "organizationCreated": false });
        assert_eq!(manager.get(path).await.expect(200).json, seeded);
        let checked = json!({ "apiResource": true });
        let patch = json!({ "organizationCreated": true, "checkedChargeNotification": checked });
        manager.send("PATCH", path, patch).await.expect(200);
        let expected = json!({ "signInExperienceCustomized": false, "organizationCreated": true,
            "checkedChargeNotification": checked });
        assert_eq!(manager.get(path).await.expect(200).json, expected);
        for bad in [
            json!({ "organizationCreated": 1 }),
            json!({ "checkedChargeNotification": { "token": "yes" } }),
            json!({ "developmentTenantMigrationNotification": { "tag": "a" } }),
        ] {
            manager.send("PATCH", path, bad).await.expect_code(400, "guard.invalid_input");
        }
    }
}

on_both_databases! {
    async fn sessions_live_as_long_as_is_set(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/configs/oidc/session";
        assert_eq!(manager.get(path).await.expect(200).json, json!({ "ttl": 1_209_600 }));
        for bad in [json!({ "ttl": 0 }), json!({ "ttl": 31_536_001 }), json!({ "ttl": "1" }), json!({ "ttl": 1.5 })] {
            manager.send("PATCH", path, bad).await.expect_code(400, "guard.invalid_input");
        }
        let changed = manager.send("PATCH", path, json!({ "ttl": 1000 })).await.expect(200).json;
        assert_eq!(changed, json!({ "ttl": 1000 }));
        assert_eq!(manager.send("PATCH", path, json!({})).await.expect(200).json, changed);
        assert_eq!(manager.get(path).await.expect(200).json, changed);

        server.user_named("ann").await;
        let spa = server.client(ApplicationType::SPA).await;
        let browser = server.browser();
        let redirect = browser.sign_in(&spa, "ann", &[]).await;
        let cookie = redirect.cookies.iter().find(|it| it.starts_with("_session=")).unwrap();
        assert!(cookie.contains("Max-Age=1000"), "{cookie}");
        let is_signed_in = async || {
            let answer = browser.authorize(&spa, &[("prompt", "none")]).await.expect(303);
            assert!(answer.location().starts_with(CALLBACK));
            answer.parameter("code").is_some()
        };
        // Its end moves with its use.
        for _ in 0..3 {
            server.advance(Duration::from_secs(600));
            assert!(is_signed_in().await);
        }
        server.advance(Duration::from_secs(1001));
        assert!(!is_signed_in().await);
    }
}

on_both_databases! {
    async fn id_tokens_say_what_is_enabled(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/configs/id-token";
        let seeded = json!({ "enabledExtendedClaims": ["roles", "organizations", "organization_roles"] });
        assert_eq!(manager.get(path).await.expect(200).json, seeded);

        let ann = server.user_named("ann").await;
        let data = json!({ "customData": { "plan": "free" } });
        manager.send("PATCH", &format!("/api/users/{ann}"), data).await.expect(200);
        let role = manager.create("/api/roles", json!({ "name": "editor", "description": "Edits" })).await;
        manager.send("POST", &format!("/api/users/{ann}/roles"), json!({ "roleIds": [role] })).await.expect(201);
        let mut organizations = Vec::new();
        for name in ["First", "Second"] {
            let id = manager.create("/api/organizations", json!({ "name": name })).await;
            let users = json!({ "userIds": [ann] });
            manager.send("POST", &format!("/api/organizations/{id}/users"), users).await.expect(201);
            organizations.push(id);
        }
        let owner = manager.create("/api/organization-roles", json!({ "name": "owner" })).await;
        let roles = format!("/api/organizations/{}/users/{ann}/roles", organizations[1]);
        let body = json!({ "organizationRoleIds": [owner] });
        manager.send("PUT", &roles, body).await.expect(204);

        let spa = server.client(ApplicationType::SPA).await;
        let scope = "openid roles custom_data identities urn:logto:scope:organizations urn:logto:scope:organization_roles";
        let tokens = async || server.browser().tokens(&spa, "ann", &[("scope", scope)]).await;
        let issued = tokens().await;
        let claims = jwt::id_token(&server, &issued["id_token"], &spa.id).await;
        let (by_id, sorted) = (|value: &Value| sorted(value), { let mut it = organizations.clone(); it.sort(); it });
        assert_eq!(claims["roles"], json!(["editor"]));
        assert_eq!(by_id(&claims["organizations"]), sorted);
        assert_eq!(claims["organization_roles"], json!([format!("{}:owner", organizations[1])]));
        for absent in ["custom_data", "identities", "sso_identities", "organization_data"] {
            assert!(claims.get(absent).is_none(), "{absent}");
        }
        // Userinfo always says everything.
        let token = issued["access_token"].as_str().unwrap();
        let info = server.browser().call("GET", "/oidc/me", token, None).await.expect(200).json;
        assert_eq!(info["custom_data"], json!({ "plan": "free" }));
        assert_eq!((&info["identities"], &info["sso_identities"]), (&json!({}), &json!([])));
        assert_eq!(info["organization_data"].as_array().unwrap().len(), 2);

        let enabled = json!({ "enabledExtendedClaims": ["custom_data", "organization_data", "custom_data"] });
        let set = json!({ "enabledExtendedClaims": ["custom_data", "organization_data"] });
        assert_eq!(manager.send("PUT", path, enabled).await.expect(200).json, set);
        let claims = jwt::id_token(&server, &tokens().await["id_token"], &spa.id).await;
        assert_eq!(claims["custom_data"], json!({ "plan": "free" }));
        let described = claims["organization_data"].as_array().unwrap().iter().find(|it| it["name"] == "First");
        assert_eq!(described.unwrap(), &json!({ "id": organizations[0], "name": "First", "description": null }));
        for absent in ["roles", "organizations", "organization_roles", "identities"] {
            assert!(claims.get(absent).is_none(), "{absent}");
        }
        assert_eq!(manager.send("PUT", path, json!({})).await.expect(200).json, json!({}));
        assert_eq!(manager.get(path).await.expect(200).json, json!({}));
        let claims = jwt::id_token(&server, &tokens().await["id_token"], &spa.id).await;
        assert!(claims.get("custom_data").is_none());
        let bad = json!({ "enabledExtendedClaims": ["email"] });
        manager.send("PUT", path, bad).await.expect_code(400, "guard.invalid_input");
    }
}

fn sorted(ids: &Value) -> Vec<String> {
    let mut ids: Vec<String> = serde_json::from_value(ids.clone()).unwrap();
    ids.sort();
    ids
}

on_both_databases! {
    async fn whether_clients_describe_themselves_is_kept(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/configs/cimd";
        let (on, off) = (json!({ "enabled": true }), json!({ "enabled": false }));
        assert_eq!(manager.get(path).await.expect(200).json, off);
        assert_eq!(manager.send("PATCH", path, on.clone()).await.expect(200).json, on);
        assert_eq!(manager.send("PATCH", path, json!({})).await.expect(200).json, on);
        assert_eq!(manager.get(path).await.expect(200).json, on);
        assert_eq!(manager.send("PATCH", path, off.clone()).await.expect(200).json, off);
        manager.send("PATCH", path, json!({ "enabled": "yes" })).await.expect_code(400, "guard.invalid_input");
    }
}
