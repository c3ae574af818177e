mod access_control;
mod consent;
mod protected;
mod sign_in_experience;

use crate::management::*;

async fn application(manager: &Manager, name: &str, kind: &str) -> String {
    manager.create("/api/applications", json!({ "name": name, "type": kind })).await
}

on_both_databases! {
    async fn documents_are_replaced_and_absent_members_stay(server) {
        let manager = Manager::new(&server).await;
        let path = format!("/api/applications/{}", application(&manager, "Shop", "Traditional").await);
        let uris = json!({ "redirectUris": ["https://a.example/cb"], "postLogoutRedirectUris": [] });
        let patch = json!({ "description": "d", "oidcClientMetadata": uris, "customData": { "a": 1 } });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!((&changed["name"], &changed["oidcClientMetadata"]["redirectUris"]), (&json!("Shop"), &json!(["https://a.example/cb"])));
        let patch = json!({ "description": null, "customData": { "b": 2 } });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!((&changed["description"], &changed["customData"]), (&Value::Null, &json!({ "b": 2 })));
        let merged = manager.send("PATCH", &format!("{path}/custom-data"), json!({ "c": 3 })).await;
        assert_eq!(merged.expect(200).json, json!({ "b": 2, "c": 3 }));
        for (patch, status, code) in [
            (json!({ "name": "" }), 400, "guard.invalid_input"),
            (json!({ "oidcClientMetadata": { "redirectUris": ["javascript:x"], "postLogoutRedirectUris": [] } }), 400, "guard.invalid_input"),
            (json!({ "customClientMetadata": { "isDeviceFlow": true } }), 422, "application.device_flow_not_changeable"),
            (json!({ "appLevelAccessControlEnabled": true }), 422, "request.invalid_input"),
            (json!({ "isAdmin": true }), 422, "application.invalid_type"),
        ] {
            manager.send("PATCH", &path, patch).await.expect_code(status, code);
        }
        manager.send("PATCH", "/api/applications/none", json!({})).await
            .expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn an_administrating_application_may_use_this_api(server) {
        let manager = Manager::new(&server).await;
        let id = application(&manager, "Script", "MachineToMachine").await;
        let path = format!("/api/applications/{id}");
        let secret = manager.get(&format!("{path}/secrets")).await.expect(200).json[0]["value"].clone();
        let client = crate::support::Client { id, secret: secret.as_str().map(str::to_owned) };
        let fields = [
            ("grant_type", "client_credentials"),
            ("resource", "https://default.logto.app/api"),
            ("scope", "all"),
        ];
        let scopes = async |expected: &str| {
            let token = server.browser().token(&client, &fields).await.expect(200).json;
            assert_eq!(token["scope"].as_str().unwrap_or_default(), expected);
        };
        scopes("").await;
        manager.send("PATCH", &path, json!({ "isAdmin": true })).await.expect(200);
        assert_eq!(manager.get(&path).await.json["isAdmin"], true);
        scopes("all").await;
        // Giving it other roles does not take this one away.
        manager.send("PUT", &format!("{path}/roles"), json!({ "roleIds": [] })).await.expect(200);
        scopes("all").await;
        manager.send("PATCH", &path, json!({ "isAdmin": false })).await.expect(200);
        scopes("").await;
    }
}

on_both_databases! {
    async fn a_list_is_searched_and_filtered(server) {
        let manager = Manager::new(&server).await;
        application(&manager, "Shop", "SPA").await;
        let job = application(&manager, "Night job", "MachineToMachine").await;
        let body = json!({ "name": "r", "description": "d", "type": "MachineToMachine" });
        let role = manager.create("/api/roles", body).await;
        let list = |query: &str| format!("/api/applications?types=SPA&types=MachineToMachine&{query}");
        assert_eq!(manager.listed(&list("search.name=night%25"), "name").await, ["Night job"]);
        manager.send("POST", &format!("/api/applications/{job}/roles"), json!({ "roleIds": [role] })).await.expect(201);
        let left = manager.listed(&list(&format!("excludeRoleId={role}")), "name").await;
        assert!(left.contains(&"Shop".to_owned()) && !left.contains(&"Night job".to_owned()));
        let both = list("excludeRoleId=a&excludeOrganizationId=b");
        manager.get(&both).await.expect_code(400, "request.invalid_input");
        manager.get(&list("search.secret=a")).await.expect_code(400, "request.invalid_input");
    }
}
