use super::*;

on_both_databases! {
    async fn applications_are_members_with_roles(server) {
        let manager = Manager::new(&server).await;
        let acme = manager.create("/api/organizations", json!({ "name": "Acme" })).await;
        let machine = |name: &str| json!({ "name": name, "type": "MachineToMachine" });
        let job = manager.create("/api/applications", machine("job")).await;
        let batch = manager.create("/api/applications", machine("batch")).await;
        let spa = manager.create("/api/applications", json!({ "name": "spa", "type": "SPA" })).await;
        let runner = manager.create("/api/organization-roles", machine("runner")).await;
        let person = manager.create("/api/organization-roles", json!({ "name": "person" })).await;

        let members = format!("/api/organizations/{acme}/applications");
        let body = |ids: &[&str]| json!({ "applicationIds": ids });
        manager.send("POST", &members, body(&[&job])).await.expect(201);
        manager.send("POST", &members, body(&[&spa])).await.expect_code(422, "entity.db_constraint_violated");
        manager.send("PUT", &members, body(&[&spa])).await.expect_code(422, "entity.db_constraint_violated");
        manager.send("POST", &members, body(&["none"])).await.expect_code(422, "entity.relation_foreign_key_not_found");
        manager.send("POST", "/api/organizations/none/applications", body(&[&job])).await.expect(404);
        assert_eq!(manager.listed(&members, "id").await, [job.as_str()]);

        let roles = format!("{members}/{job}/roles");
        let give = |ids: &[&str]| json!({ "organizationRoleIds": ids });
        manager.send("POST", &roles, give(&[&runner])).await.expect(201);
        manager.send("POST", &roles, give(&[&person])).await.expect_code(422, "entity.db_constraint_violated");
        manager.send("PUT", &roles, give(&["none"])).await.expect_code(422, "entity.relation_foreign_key_not_found");
        assert_eq!(manager.listed(&roles, "name").await, ["runner"]);
        let rows = manager.get(&format!("{members}?q=JOB")).await.expect(200).json;
        assert_eq!(role_names(&rows[0]), ["runner"]);
        let of_job = format!("/api/applications/{job}/organizations");
        let rows = manager.get(&of_job).await.expect(200).json;
        assert_eq!((rows[0]["id"].as_str().unwrap(), role_names(&rows[0])), (acme.as_str(), vec!["runner"]));
        let page = manager.get(&format!("{of_job}?page=2")).await.expect(200);
        assert_eq!((page.headers["total-number"].as_str(), &page.json), ("1", &json!([])));
        manager.get("/api/applications/none/organizations").await.expect_code(404, "entity.not_exists_with_id");

        manager.send("PUT", &roles, give(&[])).await.expect(204);
        assert!(manager.listed(&roles, "id").await.is_empty());
        let together = format!("{members}/roles");
        let many = |ids: &[&str]| json!({ "applicationIds": ids, "organizationRoleIds": [runner] });
        manager.send("POST", &together, many(&[&job, &batch])).await.expect_code(422, "organization.require_membership");
        manager.send("POST", &together, many(&[&job])).await.expect(201);
        assert_eq!(manager.listed(&roles, "id").await, [runner.as_str()]);
        manager.delete(&format!("{roles}/{runner}")).await.expect(204);
        manager.delete(&format!("{roles}/{runner}")).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&format!("{members}/{batch}/roles")).await.expect_code(422, "organization.require_membership");

        manager.send("PUT", &members, body(&[&batch])).await.expect(204);
        assert_eq!(manager.listed(&members, "name").await, ["batch"]);
        manager.delete(&format!("{members}/{batch}")).await.expect(204);
        manager.delete(&format!("{members}/{batch}")).await.expect_code(404, "entity.not_exists_with_id");
    }
}
