use super::*;

on_both_databases! {
    async fn users_are_members(server) {
        let manager = Manager::new(&server).await;
        let acme = manager.create("/api/organizations", json!({ "name": "Acme" })).await;
        let (ann, bob) = (server.user_named("ann").await, server.user_named("bob").await);
        let users = format!("/api/organizations/{acme}/users");
        let body = json!({ "userIds": [ann] });
        let added = manager.send("POST", &users, body.clone()).await.expect(201).json;
        assert_eq!(added, body);
        manager.send("POST", &users, body.clone()).await.expect(201);
        let unknown = json!({ "userIds": [bob, "none"] });
        let code = "entity.relation_foreign_key_not_found";
        manager.send("POST", &users, unknown.clone()).await.expect_code(422, code);
        manager.send("PUT", &users, unknown).await.expect_code(422, code);
        assert_eq!(manager.listed(&users, "username").await, ["ann"]);

        manager.send("PUT", &users, json!({ "userIds": [bob] })).await.expect(204);
        assert_eq!(manager.listed(&users, "username").await, ["bob"]);
        manager.send("POST", &users, body.clone()).await.expect(201);
        let page = manager.get(&format!("{users}?page_size=1")).await.expect(200);
        assert_eq!(page.headers["total-number"], "2");
        assert_eq!(manager.listed(&format!("{users}?q=AN"), "username").await, ["ann"]);
        manager.delete(&format!("{users}/{ann}")).await.expect(204);
        manager.delete(&format!("{users}/{ann}")).await.expect_code(404, "entity.not_exists_with_id");
        assert_eq!(manager.listed(&users, "id").await, [bob.as_str()]);

        let nowhere = "/api/organizations/none/users";
        manager.get(nowhere).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("POST", nowhere, body).await.expect_code(404, "entity.not_exists_with_id");
        assert_eq!(manager.listed(&format!("/api/users/{bob}/organizations"), "id").await, [acme.as_str()]);
        manager.delete(&format!("/api/organizations/{acme}")).await.expect(204);
        assert!(manager.listed(&format!("/api/users/{bob}/organizations"), "id").await.is_empty());
        manager.get("/api/users/none/organizations").await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn members_hold_roles_that_grant_scopes(server) {
        let manager = Manager::new(&server).await;
        let acme = manager.create("/api/organizations", json!({ "name": "Acme" })).await;
        let other = manager.create("/api/organizations", json!({ "name": "Other" })).await;
        let read = manager.create("/api/organization-scopes", json!({ "name": "read" })).await;
        let root = "/api/organization-roles";
        let reader = manager.create(root, json!({ "name": "reader", "organizationScopeIds": [read] })).await;
        let admin = manager.create(root, json!({ "name": "admin", "organizationScopeIds": [read] })).await;
        let job = manager.create(root, json!({ "name": "job", "type": "MachineToMachine" })).await;
        let (ann, bob) = (server.user_named("ann").await, server.user_named("bob").await);
        let users = format!("/api/organizations/{acme}/users");
        manager.send("POST", &users, json!({ "userIds": [ann] })).await.expect(201);
        manager.send("POST", &format!("/api/organizations/{other}/users"), json!({ "userIds": [ann, bob] })).await.expect(201);

        let roles = format!("{users}/{ann}/roles");
        let body = json!({ "organizationRoleIds": [reader], "organizationRoleNames": ["admin", "reader"] });
        let given = manager.send("POST", &roles, body).await.expect(201).json;
        assert_eq!(given, json!({ "organizationRoleIds": [reader, admin] }));
        assert_eq!(manager.listed(&roles, "name").await, ["admin", "reader"]);
        let page = manager.get(&format!("{roles}?page=2&page_size=1")).await.expect(200);
        assert_eq!((page.headers["total-number"].as_str(), &page.json[0]["name"]), ("2", &json!("reader")));
        // Two roles grant the scope, once.
        assert_eq!(manager.listed(&format!("{users}/{ann}/scopes"), "id").await, [read]);
        for (body, code) in [
            (json!({ "organizationRoleNames": ["none"] }), "organization.role_names_not_found"),
            (json!({ "organizationRoleIds": ["none"] }), "entity.relation_foreign_key_not_found"),
            (json!({ "organizationRoleIds": [job] }), "entity.db_constraint_violated"),
        ] {
            manager.send("POST", &roles, body.clone()).await.expect_code(422, code);
            manager.send("PUT", &roles, body).await.expect_code(422, code);
        }
        let change = json!({ "type": "MachineToMachine" });
        manager.send("PATCH", &format!("{root}/{admin}"), change).await.expect_code(422, "entity.db_constraint_violated");

        manager.send("PUT", &roles, json!({ "organizationRoleIds": [admin] })).await.expect(204);
        let rows = manager.get(&users).await.expect(200).json;
        assert_eq!((rows[0]["id"].as_str().unwrap(), role_names(&rows[0])), (ann.as_str(), vec!["admin"]));
        assert_eq!(manager.listed(&format!("{users}?organizationRoleId={admin}"), "id").await, [ann.as_str()]);
        assert!(manager.listed(&format!("{users}?organizationRoleId={reader}"), "id").await.is_empty());
        let rows = manager.get(&format!("/api/users/{ann}/organizations")).await.expect(200).json;
        for row in rows.as_array().unwrap() {
            let expected = if row["name"] == "Acme" { vec!["admin"] } else { Vec::new() };
            assert_eq!(role_names(row), expected);
        }
        assert_eq!(rows.as_array().unwrap().len(), 2);

        let together = format!("{users}/roles");
        let many = |ids: &[&String]| json!({ "userIds": ids, "organizationRoleIds": [reader] });
        manager.send("POST", &together, many(&[&ann, &bob])).await.expect_code(422, "organization.require_membership");
        manager.send("POST", &together, many(&[&ann])).await.expect(201);
        assert_eq!(manager.listed(&roles, "name").await, ["admin", "reader"]);
        manager.delete(&format!("{roles}/{reader}")).await.expect(204);
        manager.delete(&format!("{roles}/{reader}")).await.expect_code(404, "entity.not_exists_with_id");

        for of_bob in ["roles", "scopes"] {
            let path = format!("{users}/{bob}/{of_bob}");
            manager.get(&path).await.expect_code(422, "organization.require_membership");
        }
        let path = format!("{users}/{bob}/roles");
        let body = json!({ "organizationRoleIds": [reader] });
        manager.send("POST", &path, body.clone()).await.expect_code(422, "organization.require_membership");
        manager.send("PUT", &path, body).await.expect_code(422, "organization.require_membership");
        // Roles go with the membership.
        manager.delete(&format!("{users}/{ann}")).await.expect(204);
        manager.send("POST", &users, json!({ "userIds": [ann] })).await.expect(201);
        assert!(manager.listed(&roles, "id").await.is_empty());
    }
}
