mod applications;
mod invitations;
mod jit;
mod provisioning;
mod template;
mod users;

use super::*;

/// The names of organization roles in one row of a list.
fn role_names(row: &Value) -> Vec<&str> {
    let roles = row["organizationRoles"].as_array().unwrap();
    roles.iter().map(|role| role["name"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn an_organization_is_made_changed_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let body = json!({ "name": "Acme", "description": "Builds", "customData": { "a": 1, "b": 1 } });
        let made = manager.send("POST", "/api/organizations", body).await.expect(201).json;
        let id = made["id"].as_str().unwrap();
        assert_eq!(id.len(), 12);
        let expected = json!({ "tenantId": "default", "id": id, "name": "Acme", "description": "Builds",
            "customData": { "a": 1, "b": 1 }, "isMfaRequired": false, "isTrustedDeviceAllowed": true,
            "color": {}, "branding": {}, "customCss": null, "createdAt": made["createdAt"] });
        assert_eq!(made, expected);
        assert!(made["createdAt"].is_i64());
        let path = format!("/api/organizations/{id}");
        assert_eq!(manager.get(&path).await.expect(200).json, expected);

        // Objects are merged, null clears, and what is not sent stays.
        let patch = json!({ "customData": { "b": 2, "c": 3 }, "description": null });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!(changed["customData"], json!({ "a": 1, "b": 2, "c": 3 }));
        assert_eq!((&changed["name"], &changed["description"]), (&json!("Acme"), &Value::Null));
        assert_eq!(manager.get(&path).await.expect(200).json, changed);

        for body in [
            json!({ "name": "" }),
            json!({ "name": "n".repeat(129) }),
            json!({ "name": "n", "description": "d".repeat(257) }),
            json!({}),
        ] {
            manager.send("POST", "/api/organizations", body).await.expect_code(400, "guard.invalid_input");
        }
        assert_eq!(manager.get(&path).await.expect(200).json, changed);
        manager.delete(&path).await.expect(204);
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("PATCH", &path, json!({})).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn an_organization_has_a_look_and_rules_of_its_own(server) {
        let manager = Manager::new(&server).await;
        let body = json!({ "name": "Acme", "isMfaRequired": true, "customCss": "a { color: red }",
            "color": { "primaryColor": "#abc" },
            "branding": { "logoUrl": "https://acme.example/logo.svg", "favicon": "" } });
        let made = manager.send("POST", "/api/organizations", body).await.expect(201).json;
        let id = made["id"].as_str().unwrap();
        let path = format!("/api/organizations/{id}");
        assert_eq!(made["branding"], json!({ "logoUrl": "https://acme.example/logo.svg" }));
        assert_eq!((&made["isMfaRequired"], &made["customCss"]), (&json!(true), &json!("a { color: red }")));
        // Members of objects that are not sent stay; an empty address takes one away.
        let patch = json!({ "color": { "darkPrimaryColor": "#112233", "isDarkModeEnabled": false },
            "branding": { "darkLogoUrl": "https://acme.example/dark.svg" }, "isMfaRequired": false });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!(changed["color"], json!({ "primaryColor": "#abc", "isDarkModeEnabled": false, "darkPrimaryColor": "#112233" }));
        assert_eq!(changed["branding"], json!({ "logoUrl": "https://acme.example/logo.svg", "darkLogoUrl": "https://acme.example/dark.svg" }));
        let patch = json!({ "branding": { "darkLogoUrl": "" } });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!(changed["branding"], json!({ "logoUrl": "https://acme.example/logo.svg" }));
        assert_eq!(manager.get(&path).await.json, changed);
        assert_eq!(manager.get("/api/organizations").await.json, json!([changed]));

        // Its pages have its look over that of the sign-in experience.
        let browser = server.browser();
        let usual = browser.get("/api/.well-known/sign-in-exp").await.expect(200).json;
        let own = browser.get(&format!("/api/.well-known/sign-in-exp?organizationId={id}")).await.expect(200).json;
        assert_eq!(own["color"], changed["color"]);
        assert_eq!((&own["branding"]["logoUrl"], &own["customCss"]), (&changed["branding"]["logoUrl"], &changed["customCss"]));
        assert_eq!(own["signIn"], usual["signIn"]);
        let other = format!("/api/.well-known/experience?organizationId={}", "n".repeat(3000));
        for path in ["/api/.well-known/experience?organizationId=none", "/api/.well-known/experience?organizationId=%00", &other] {
            assert_eq!(browser.get(path).await.expect(200).json, usual, "{path}");
        }
        manager.send("PATCH", &path, json!({ "customCss": null })).await.expect(200);
        let own = browser.get(&format!("/api/.well-known/experience?organizationId={id}")).await.json;
        assert_eq!(own["customCss"], usual["customCss"]);

        for bad in [
            json!({ "color": { "primaryColor": "red" } }),
            json!({ "branding": { "favicon": "javascript:alert(1)" } }),
            json!({ "customCss": "a".repeat(64 * 1024 + 1) }),
            json!({ "isMfaRequired": "yes" }),
        ] {
            manager.send("PATCH", &path, bad.clone()).await.expect_code(400, "guard.invalid_input");
            let mut body = bad;
            body["name"] = json!("Other");
            manager.send("POST", "/api/organizations", body).await.expect_code(400, "guard.invalid_input");
        }
    }
}

on_both_databases! {
    async fn organizations_are_listed_searched_and_featured(server) {
        let manager = Manager::new(&server).await;
        for name in ["North", "South", "Southwest"] {
            manager.create("/api/organizations", json!({ "name": name })).await;
        }
        let first = manager.get("/api/organizations?page_size=2").await.expect(200);
        assert_eq!(first.headers["total-number"], "3");
        assert_eq!(first.json.as_array().unwrap().len(), 2);
        assert!(first.json[0].get("usersCount").is_none());
        let second = manager.get("/api/organizations?page_size=2&page=2").await.expect(200).json;
        assert_eq!(second.as_array().unwrap().len(), 1);
        let mut found = manager.listed("/api/organizations?q=sOuth", "name").await;
        found.sort();
        assert_eq!(found, ["South", "Southwest"]);
        assert!(manager.listed("/api/organizations?q=%25", "name").await.is_empty());

        let rows = manager.get("/api/organizations?q=North").await.expect(200).json;
        let users = format!("/api/organizations/{}/users", rows[0]["id"].as_str().unwrap());
        let mut ids = Vec::new();
        for name in ["ann", "bob", "cid", "dan"] {
            ids.push(server.user_named(name).await);
        }
        manager.send("POST", &users, json!({ "userIds": ids })).await.expect(201);
        let rows = manager.get("/api/organizations?showFeatured=true").await.expect(200).json;
        for row in rows.as_array().unwrap() {
            let (count, featured) = if row["name"] == "North" { (4, 3) } else { (0, 0) };
            assert_eq!(row["usersCount"], count);
            assert_eq!(row["featuredUsers"].as_array().unwrap().len(), featured);
        }
        manager.get("/api/organizations?page=0").await.expect_code(400, "guard.invalid_pagination");
    }
}
