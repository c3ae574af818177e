mod applications;
mod invitations;
mod jit;
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
        for patch in [
            json!({ "isMfaRequired": true }),
            json!({ "customCss": "a {}" }),
            json!({ "color": { "primaryColor": "#fff" } }),
            json!({ "branding": { "logoUrl": "https://a.example/" } }),
        ] {
            manager.send("PATCH", &path, patch).await.expect_code(422, "request.feature_not_supported");
        }
        assert_eq!(manager.get(&path).await.expect(200).json, changed);
        manager.delete(&path).await.expect(204);
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("PATCH", &path, json!({})).await.expect_code(404, "entity.not_exists_with_id");
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
