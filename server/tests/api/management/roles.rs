use super::*;

on_both_databases! {
    async fn a_role_is_made_changed_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let body = json!({ "name": "editor", "description": "May write" });
        let made = manager.send("POST", "/api/roles", body.clone()).await.expect(200).json;
        let path = format!("/api/roles/{}", made["id"].as_str().unwrap());
        let expected = json!({ "tenantId": "default", "id": made["id"], "name": "editor",
            "description": "May write", "type": "User", "isDefault": false });
        assert_eq!(made, expected);
        assert_eq!(manager.get(&path).await.expect(200).json, expected);
        manager.send("POST", "/api/roles", body).await.expect_code(422, "role.name_in_use");

        let patch = json!({ "name": "author", "isDefault": true });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!((&changed["name"], &changed["description"]), (&json!("author"), &json!("May write")));
        manager.delete(&path).await.expect(204);
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        for (body, status, code) in [
            (json!({ "name": "", "description": "d" }), 400, "guard.invalid_input"),
            (json!({ "name": "n".repeat(129), "description": "d" }), 400, "guard.invalid_input"),
            (json!({ "name": "n" }), 400, "guard.invalid_input"),
            (json!({ "name": "n", "description": "d", "type": "Robot" }), 400, "guard.invalid_input"),
            (json!({ "name": "#internal:n", "description": "d" }), 403, "role.internal_role_violation"),
            (json!({ "name": "n", "description": "d", "scopeIds": ["none"] }), 404, "entity.not_exists_with_id"),
        ] {
            manager.send("POST", "/api/roles", body).await.expect_code(status, code);
        }
        // Nothing half-written: the role with an unknown scope is not there.
        assert!(!manager.listed("/api/roles?page_size=100", "name").await.contains(&"n".to_owned()));
    }
}

on_both_databases! {
    async fn users_and_applications_hold_roles_of_their_kind(server) {
        let manager = Manager::new(&server).await;
        let role = |name: &str, kind: &str| json!({ "name": name, "description": "d", "type": kind });
        let people = manager.create("/api/roles", role("people", "User")).await;
        let machines = manager.create("/api/roles", role("machines", "MachineToMachine")).await;
        let user = server.user_named("ann").await;
        let body = json!({ "name": "job", "type": "MachineToMachine" });
        let job = manager.create("/api/applications", body).await;
        let spa = manager.create("/api/applications", json!({ "name": "spa", "type": "SPA" })).await;

        let users = format!("/api/roles/{people}/users");
        let body = json!({ "userIds": [user] });
        manager.send("POST", &users, body.clone()).await.expect(201);
        manager.send("POST", &users, body.clone()).await.expect_code(422, "role.user_exists");
        manager.send("POST", &users, json!({ "userIds": ["none"] })).await.expect(404);
        let wrong = format!("/api/roles/{machines}/users");
        manager.send("POST", &wrong, body).await.expect_code(422, "user.invalid_role_type");
        assert_eq!(manager.listed(&users, "username").await, ["ann"]);
        assert_eq!(manager.listed(&format!("/api/users/{user}/roles"), "name").await, ["people"]);

        let applications = format!("/api/roles/{machines}/applications");
        let body = json!({ "applicationIds": [job] });
        manager.send("POST", &applications, body.clone()).await.expect(201);
        manager.send("POST", &applications, body).await.expect_code(422, "role.application_exists");
        let body = json!({ "applicationIds": [spa] });
        manager.send("POST", &applications, body).await.expect_code(422, "application.invalid_type");
        let of_spa = format!("/api/applications/{spa}/roles");
        manager.send("POST", &of_spa, json!({ "roleIds": [machines] })).await
            .expect_code(422, "application.invalid_type");
        let of_job = format!("/api/applications/{job}/roles");
        manager.send("POST", &of_job, json!({ "roleIds": [people] })).await
            .expect_code(422, "application.invalid_role_type");
        assert_eq!(manager.listed(&of_job, "id").await, [machines.as_str()]);

        let rows = manager.get("/api/roles?search.name=people&mode=exact").await.expect(200).json;
        assert_eq!(rows[0]["usersCount"], 1);
        assert_eq!(rows[0]["featuredUsers"], json!([{ "id": user, "avatar": null, "name": null }]));
        let rows = manager.get("/api/roles?search.name=machines&mode=exact").await.expect(200).json;
        assert_eq!(rows[0]["featuredApplications"], json!([{ "id": job, "name": "job", "type": "MachineToMachine" }]));

        let of_user = format!("/api/users/{user}/roles");
        let other = manager.create("/api/roles", role("other", "User")).await;
        let given = manager.send("POST", &of_user, json!({ "roleIds": [people, other] })).await.expect(201).json;
        assert_eq!(given, json!({ "roleIds": [people, other], "addedRoleIds": [other] }));
        manager.send("PUT", &of_user, json!({ "roleIds": [other] })).await.expect(200);
        assert_eq!(manager.listed(&of_user, "id").await, [other.as_str()]);
        manager.delete(&format!("{of_user}/{other}")).await.expect(204);
        manager.delete(&format!("{of_user}/{other}")).await.expect(404);
        manager.delete(&format!("{applications}/{job}")).await.expect(204);
        manager.send("PUT", &of_job, json!({ "roleIds": [machines] })).await.expect(200);
        manager.delete(&format!("{of_job}/{machines}")).await.expect(204);
    }
}

on_both_databases! {
    async fn excluded_and_internal_roles_are_left_out(server) {
        let manager = Manager::new(&server).await;
        let user = server.user_named("ann").await;
        let body = json!({ "name": "held", "description": "d" });
        let held = manager.create("/api/roles", body).await;
        manager.send("POST", &format!("/api/users/{user}/roles"), json!({ "roleIds": [held] })).await.expect(201);
        let names = manager.listed("/api/roles?page_size=100", "name").await;
        assert!(names.contains(&"held".to_owned()) && !names.iter().any(|name| name.starts_with("#internal:")));
        let names = manager.listed(&format!("/api/roles?page_size=100&excludeUserId={user}"), "name").await;
        assert!(!names.contains(&"held".to_owned()));
        let machines = manager.listed("/api/roles?type=MachineToMachine", "type").await;
        assert!(!machines.is_empty() && machines.iter().all(|kind| kind == "MachineToMachine"));
        manager.get("/api/roles?type=Robot").await.expect_code(400, "guard.invalid_input");
        let both = "/api/roles?excludeUserId=a&excludeApplicationId=b";
        manager.get(both).await.expect_code(400, "request.invalid_input");
        manager.delete("/api/roles/admin-role").await.expect_code(403, "role.internal_role_violation");
    }
}
