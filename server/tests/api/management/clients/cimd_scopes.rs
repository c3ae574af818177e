use crate::management::*;

const PATH: &str = "/api/cimd/user-consent-scopes";

on_both_databases! {
    async fn scopes_for_clients_that_describe_themselves_are_kept(server) {
        let manager = Manager::new(&server).await;
        let none = json!({ "organizationScopes": [], "resourceScopes": [], "organizationResourceScopes": [], "userScopes": [] });
        assert_eq!(manager.get(PATH).await.expect(200).json, none);
        let resource = manager.create("/api/resources", json!({ "name": "API", "indicator": "https://api.example" })).await;
        let mut scopes = Vec::new();
        for name in ["read", "write"] {
            let body = json!({ "name": name, "description": name });
            scopes.push(manager.create(&format!("/api/resources/{resource}/scopes"), body).await);
        }
        let invite = manager.create("/api/organization-scopes", json!({ "name": "invite" })).await;
        let body = json!({
            "organizationScopes": [invite],
            "resourceScopes": scopes,
            "organizationResourceScopes": [scopes[0]],
            "userScopes": ["profile", "email"],
        });
        for _ in 0..2 {
            manager.send("POST", PATH, body.clone()).await.expect(201);
        }
        let listed = manager.get(PATH).await.expect(200).json;
        let shown = |name: &str, id: &str| json!({ "id": id, "name": name, "description": name });
        let of = json!({ "id": resource, "name": "API", "indicator": "https://api.example" });
        assert_eq!(listed["organizationScopes"], json!([{ "id": invite, "name": "invite", "description": null }]));
        let both = json!([{ "resource": of, "scopes": [shown("read", &scopes[0]), shown("write", &scopes[1])] }]);
        assert_eq!(listed["resourceScopes"], both);
        assert_eq!(listed["organizationResourceScopes"], json!([{ "resource": of, "scopes": [shown("read", &scopes[0])] }]));
        assert_eq!(listed["userScopes"], json!(["email", "profile"]));

        for (kind, id) in [
            ("organization-scopes", invite.as_str()),
            ("resource-scopes", &scopes[0]),
            ("resource-scopes", &scopes[1]),
            ("organization-resource-scopes", &scopes[0]),
            ("user-scopes", "profile"),
            ("user-scopes", "email"),
        ] {
            manager.delete(&format!("{PATH}/{kind}/{id}")).await.expect(204);
            manager.delete(&format!("{PATH}/{kind}/{id}")).await.expect_code(404, "entity.not_exists_with_id");
        }
        assert_eq!(manager.get(PATH).await.expect(200).json, none);
    }
}

on_both_databases! {
    async fn scopes_that_nobody_may_be_asked_for_are_refused(server) {
        let manager = Manager::new(&server).await;
        let unknown = "application.user_consent_scopes_not_found";
        for kind in ["organizationScopes", "resourceScopes", "organizationResourceScopes"] {
            manager.send("POST", PATH, json!({ kind: ["none"] })).await.expect_code(422, unknown);
            let own = "application.consent_management_api_scopes_not_allowed";
            if kind != "organizationScopes" {
                manager.send("POST", PATH, json!({ kind: ["management-api-all"] })).await.expect_code(422, own);
            }
        }
        for bad in [json!({ "userScopes": ["openid"] }), json!({ "resourceScopes": "read" })] {
            manager.send("POST", PATH, bad).await.expect_code(400, "guard.invalid_input");
        }
        manager.delete(&format!("{PATH}/other-scopes/a")).await.expect_code(400, "guard.invalid_input");
    }
}
