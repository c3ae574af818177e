use super::*;

on_both_databases! {
    async fn domains_and_roles_of_new_members_are_kept(server) {
        let manager = Manager::new(&server).await;
        let acme = manager.create("/api/organizations", json!({ "name": "Acme" })).await;
        let domains = format!("/api/organizations/{acme}/jit/email-domains");
        let body = json!({ "emailDomain": "Acme.Example" });
        let added = manager.send("POST", &domains, body.clone()).await.expect(201).json;
        assert_eq!(added, json!({ "tenantId": "default", "organizationId": acme, "emailDomain": "acme.example" }));
        manager.send("POST", &domains, body).await.expect_code(422, "entity.unique_integrity_violation");
        manager.send("POST", &domains, json!({ "emailDomain": "@x" })).await.expect_code(400, "guard.invalid_input");
        let all = |domains: &[&str]| json!({ "emailDomains": domains });
        manager.send("PUT", &domains, all(&["b.example", "x"])).await.expect_code(400, "guard.invalid_input");
        assert_eq!(manager.get(&domains).await.expect(200).json, json!([added]));
        manager.send("PUT", &domains, all(&["b.example", "a.example"])).await.expect(204);
        assert_eq!(manager.listed(&domains, "emailDomain").await, ["a.example", "b.example"]);
        let page = manager.get(&format!("{domains}?page=2&page_size=1")).await.expect(200);
        assert_eq!((page.headers["total-number"].as_str(), &page.json[0]["emailDomain"]), ("2", &json!("b.example")));
        manager.delete(&format!("{domains}/a.example")).await.expect(204);
        manager.delete(&format!("{domains}/a.example")).await.expect_code(404, "entity.not_exists_with_id");

        let root = "/api/organization-roles";
        let reader = manager.create(root, json!({ "name": "reader" })).await;
        let writer = manager.create(root, json!({ "name": "writer" })).await;
        let job = manager.create(root, json!({ "name": "job", "type": "MachineToMachine" })).await;
        let roles = format!("/api/organizations/{acme}/jit/roles");
        let body = |ids: &[&str]| json!({ "organizationRoleIds": ids });
        manager.send("POST", &roles, body(&[&reader])).await.expect(201);
        manager.send("POST", &roles, body(&[&job])).await.expect_code(422, "entity.db_constraint_violated");
        manager.send("POST", &roles, body(&["none"])).await.expect_code(422, "entity.relation_foreign_key_not_found");
        assert_eq!(manager.listed(&roles, "name").await, ["reader"]);
        manager.send("PUT", &roles, body(&[&writer])).await.expect(204);
        assert_eq!(manager.listed(&roles, "id").await, [writer.as_str()]);
        manager.delete(&format!("{roles}/{writer}")).await.expect(204);
        manager.delete(&format!("{roles}/{writer}")).await.expect_code(404, "entity.not_exists_with_id");
        for path in [&domains, &roles] {
            let nowhere = path.replace(&acme, "none");
            manager.get(&nowhere).await.expect_code(404, "entity.not_exists_with_id");
        }
    }
}

on_both_databases! {
    async fn enterprise_connectors_of_new_members_are_kept(server) {
        let manager = Manager::new(&server).await;
        let acme = manager.create("/api/organizations", json!({ "name": "Acme" })).await;
        let connector = |name: &str| json!({ "providerName": "OIDC", "connectorName": name });
        let first = manager.create("/api/sso-connectors", connector("First")).await;
        let second = manager.create("/api/sso-connectors", connector("Second")).await;
        let path = format!("/api/organizations/{acme}/jit/sso-connectors");
        let body = |ids: &[&str]| json!({ "ssoConnectorIds": ids });
        manager.send("POST", &path, body(&[&second, &first])).await.expect(201);
        manager.send("POST", &path, body(&[&first])).await.expect(201);
        assert_eq!(manager.listed(&path, "connectorName").await, ["First", "Second"]);
        let page = manager.get(&format!("{path}?page=2&page_size=1")).await.expect(200);
        assert_eq!((page.headers["total-number"].as_str(), &page.json[0]["id"]), ("2", &json!(second)));
        for method in ["POST", "PUT"] {
            manager.send(method, &path, body(&["none"])).await.expect_code(422, "entity.relation_foreign_key_not_found");
            manager.send(method, &path, json!({})).await.expect_code(400, "guard.invalid_input");
        }
        manager.send("PUT", &path, body(&[&second])).await.expect(204);
        assert_eq!(manager.listed(&path, "id").await, [second.as_str()]);
        manager.delete(&format!("{path}/{second}")).await.expect(204);
        manager.delete(&format!("{path}/{second}")).await.expect_code(404, "entity.not_exists_with_id");
        // A connector that is deleted makes no more members.
        manager.send("PUT", &path, body(&[&first])).await.expect(204);
        manager.delete(&format!("/api/sso-connectors/{first}")).await.expect(204);
        assert_eq!(manager.get(&path).await.expect(200).json, json!([]));
        let nowhere = path.replace(&acme, "none");
        manager.get(&nowhere).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("POST", &nowhere, body(&[])).await.expect_code(404, "entity.not_exists_with_id");
    }
}
