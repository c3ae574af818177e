use super::*;

on_both_databases! {
    async fn a_scope_of_organizations_is_made_changed_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let root = "/api/organization-scopes";
        let made = manager.send("POST", root, json!({ "name": "read", "description": "Reads" })).await.expect(201).json;
        let path = format!("{root}/{}", made["id"].as_str().unwrap());
        let expected = json!({ "tenantId": "default", "id": made["id"], "name": "read", "description": "Reads" });
        assert_eq!(made, expected);
        assert_eq!(manager.get(&path).await.expect(200).json, expected);
        let taken = "entity.unique_integrity_violation";
        manager.send("POST", root, json!({ "name": "read" })).await.expect_code(422, taken);
        manager.create(root, json!({ "name": "write" })).await;
        manager.send("PATCH", &path, json!({ "name": "write" })).await.expect_code(422, taken);
        let changed = manager.send("PATCH", &path, json!({ "description": null })).await.expect(200).json;
        assert_eq!((&changed["name"], &changed["description"]), (&json!("read"), &Value::Null));
        manager.send("POST", root, json!({ "name": "" })).await.expect_code(400, "guard.invalid_input");

        assert_eq!(manager.listed(root, "name").await, ["read", "write"]);
        let page = manager.get(&format!("{root}?page=2&page_size=1")).await.expect(200);
        assert_eq!((page.headers["total-number"].as_str(), &page.json[0]["name"]), ("2", &json!("write")));
        assert!(!manager.get(root).await.headers.contains_key("total-number"));
        assert_eq!(manager.listed(&format!("{root}?q=WRI"), "name").await, ["write"]);
        manager.delete(&path).await.expect(204);
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("PATCH", &path, json!({})).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn a_role_of_organizations_grants_scopes_of_both_kinds(server) {
        let manager = Manager::new(&server).await;
        let read = manager.create("/api/organization-scopes", json!({ "name": "read" })).await;
        let write = manager.create("/api/organization-scopes", json!({ "name": "write" })).await;
        let shop = json!({ "name": "Shop", "indicator": "https://shop.example" });
        let shop = manager.create("/api/resources", shop).await;
        let scopes = format!("/api/resources/{shop}/scopes");
        let buy = manager.create(&scopes, json!({ "name": "buy" })).await;
        let sell = manager.create(&scopes, json!({ "name": "sell" })).await;

        let root = "/api/organization-roles";
        let body = json!({ "name": "editor", "organizationScopeIds": [read], "resourceScopeIds": [buy] });
        let made = manager.send("POST", root, body.clone()).await.expect(201).json;
        let path = format!("{root}/{}", made["id"].as_str().unwrap());
        let expected = json!({ "tenantId": "default", "id": made["id"], "name": "editor", "description": null, "type": "User" });
        assert_eq!(made, expected);
        assert_eq!(manager.get(&path).await.expect(200).json, expected);
        manager.send("POST", root, body).await.expect_code(422, "entity.unique_integrity_violation");
        let unknown = json!({ "name": "other", "organizationScopeIds": ["none"] });
        manager.send("POST", root, unknown).await.expect_code(422, "entity.relation_foreign_key_not_found");
        let rows = manager.get(root).await.expect(200).json;
        assert_eq!(rows.as_array().unwrap().len(), 1);
        assert_eq!(rows[0]["scopes"], json!([{ "id": read, "name": "read" }]));
        assert_eq!(rows[0]["resourceScopes"],
            json!([{ "id": buy, "name": "buy", "resource": { "id": shop, "name": "Shop" } }]));
        assert!(manager.listed(&format!("{root}?q=none"), "id").await.is_empty());

        let own = format!("{path}/scopes");
        let of_resources = format!("{path}/resource-scopes");
        manager.send("POST", &own, json!({ "organizationScopeIds": [write] })).await.expect(201);
        assert_eq!(manager.listed(&own, "name").await, ["read", "write"]);
        let page = manager.get(&format!("{own}?page=1&page_size=1")).await.expect(200);
        assert_eq!(page.headers["total-number"], "2");
        manager.send("PUT", &own, json!({ "organizationScopeIds": [write] })).await.expect(204);
        assert_eq!(manager.listed(&own, "id").await, [write.as_str()]);
        manager.delete(&format!("{own}/{write}")).await.expect(204);
        manager.delete(&format!("{own}/{write}")).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("POST", &of_resources, json!({ "scopeIds": [sell] })).await.expect(201);
        assert_eq!(manager.listed(&of_resources, "name").await, ["buy", "sell"]);
        manager.send("PUT", &of_resources, json!({ "scopeIds": [sell] })).await.expect(204);
        assert_eq!(manager.listed(&of_resources, "resourceId").await, [shop]);
        manager.delete(&format!("{of_resources}/{sell}")).await.expect(204);
        manager.delete(&format!("{of_resources}/{sell}")).await.expect_code(404, "entity.not_exists_with_id");
        let none = json!({ "scopeIds": ["none"] });
        manager.send("PUT", &of_resources, none.clone()).await.expect_code(422, "entity.relation_foreign_key_not_found");
        manager.send("POST", &of_resources, none).await.expect_code(422, "entity.relation_foreign_key_not_found");

        let changed = manager.send("PATCH", &path, json!({ "name": "author", "type": "MachineToMachine" })).await;
        assert_eq!(changed.expect(200).json["type"], "MachineToMachine");
        manager.delete(&path).await.expect(204);
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&own).await.expect_code(404, "entity.not_exists_with_id");
    }
}
