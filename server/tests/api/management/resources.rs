use super::*;

on_both_databases! {
    async fn a_resource_has_scopes_that_roles_grant(server) {
        let manager = Manager::new(&server).await;
        let body = json!({ "name": "Shop", "indicator": "https://shop.example" });
        let made = manager.send("POST", "/api/resources", body.clone()).await.expect(201).json;
        assert_eq!((&made["accessTokenTtl"], &made["scopes"], &made["isDefault"]), (&json!(3600), &json!([]), &json!(false)));
        manager.send("POST", "/api/resources", body).await.expect_code(422, "resource.resource_identifier_in_use");
        let path = format!("/api/resources/{}", made["id"].as_str().unwrap());
        let changed = manager.send("PATCH", &path, json!({ "accessTokenTtl": 60 })).await.expect(200).json;
        assert_eq!((&changed["name"], &changed["accessTokenTtl"]), (&json!("Shop"), &json!(60)));

        let scopes = format!("{path}/scopes");
        let read = manager.create(&scopes, json!({ "name": "read", "description": "Reads" })).await;
        manager.send("POST", &scopes, json!({ "name": "read" })).await.expect_code(422, "scope.name_exists");
        manager.send("POST", &scopes, json!({ "name": "re ad" })).await.expect_code(400, "scope.name_with_space");
        let scope = format!("{scopes}/{read}");
        let changed = manager.send("PATCH", &scope, json!({ "description": null })).await.expect(200).json;
        assert_eq!((&changed["name"], &changed["description"]), (&json!("read"), &Value::Null));
        let shown = manager.get("/api/resources?includeScopes=true").await.expect(200).json;
        let shop = shown.as_array().unwrap().iter().find(|row| row["name"] == "Shop").unwrap();
        assert_eq!(shop["scopes"][0]["id"], json!(read));

        let role = manager.create("/api/roles", json!({ "name": "reader", "description": "d", "scopeIds": [read] })).await;
        let granted = format!("/api/roles/{role}/scopes");
        let rows = manager.get(&granted).await.expect(200).json;
        assert_eq!((&rows[0]["name"], &rows[0]["resource"]["name"]), (&json!("read"), &json!("Shop")));
        let body = json!({ "scopeIds": [read] });
        manager.send("POST", &granted, body.clone()).await.expect_code(422, "role.scope_exists");
        manager.delete(&format!("{granted}/{read}")).await.expect(204);
        manager.send("POST", &granted, body).await.expect(201);
        manager.delete(&scope).await.expect(204);
        assert!(manager.listed(&granted, "id").await.is_empty());
        manager.delete(&path).await.expect(204);
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn one_resource_is_the_default(server) {
        let manager = Manager::new(&server).await;
        let mut paths = Vec::new();
        for name in ["a", "b"] {
            let body = json!({ "name": name, "indicator": format!("https://{name}.example") });
            paths.push(format!("/api/resources/{}", manager.create("/api/resources", body).await));
        }
        for path in &paths {
            let set = manager.send("PATCH", &format!("{path}/is-default"), json!({ "isDefault": true })).await;
            assert_eq!(set.expect(200).json["isDefault"], true);
        }
        assert_eq!(manager.get(&paths[0]).await.expect(200).json["isDefault"], false);
        let unset = manager.send("PATCH", &format!("{}/is-default", paths[1]), json!({ "isDefault": false })).await;
        assert_eq!(unset.expect(200).json["isDefault"], false);
    }
}

on_both_databases! {
    async fn the_management_api_stays_as_it_is(server) {
        let manager = Manager::new(&server).await;
        let rows = manager.get("/api/resources").await.expect(200).json;
        let row = rows.as_array().unwrap().iter().find(|row| row["indicator"] == "https://default.logto.app/api");
        let path = format!("/api/resources/{}", row.unwrap()["id"].as_str().unwrap());
        let cannot_modify = "resource.cannot_modify_management_api";
        manager.send("PATCH", &path, json!({ "name": "x" })).await.expect_code(400, cannot_modify);
        manager.delete(&path).await.expect_code(400, "resource.cannot_delete_management_api");
        let scopes = format!("{path}/scopes");
        manager.send("POST", &scopes, json!({ "name": "x" })).await.expect_code(400, cannot_modify);
        let all = manager.listed(&scopes, "id").await.remove(0);
        manager.delete(&format!("{scopes}/{all}")).await.expect_code(400, cannot_modify);
        let body = json!({ "name": "n", "description": "d", "scopeIds": [all] });
        let code = "role.management_api_scopes_not_assignable_to_user_role";
        manager.send("POST", "/api/roles", body).await.expect_code(400, code);
        for indicator in ["shop", "", "https://a b", "https://a.example/#b", "/path"] {
            let body = json!({ "name": "n", "indicator": indicator });
            manager.send("POST", "/api/resources", body).await.expect_code(400, "guard.invalid_input");
        }
    }
}
