use super::*;

on_both_databases! {
    async fn protected_applications_need_a_proxy_that_is_not_there(server) {
        let manager = Manager::new(&server).await;
        let protected = |metadata: Value| {
            json!({ "name": "Wiki", "type": "Protected", "protectedAppMetadata": metadata })
        };
        let bare = json!({ "name": "Wiki", "type": "Protected" });
        manager.send("POST", "/api/applications", bare).await
            .expect_code(400, "application.protected_app_metadata_is_required");
        let good = json!({ "subDomain": "wiki", "origin": "https://wiki.example" });
        manager.send("POST", "/api/applications", protected(good)).await
            .expect_code(501, "application.protected_app_not_configured");
        for bad in [
            json!({ "subDomain": "-a", "origin": "https://wiki.example" }),
            json!({ "subDomain": "a.b", "origin": "https://wiki.example" }),
            json!({ "subDomain": "", "origin": "https://wiki.example" }),
            json!({ "subDomain": "wiki", "origin": "wiki.example" }),
            json!({ "subDomain": "wiki" }),
        ] {
            manager.send("POST", "/api/applications", protected(bad)).await
                .expect_code(400, "guard.invalid_input");
        }
        assert!(manager.listed("/api/applications?types=Protected", "id").await.is_empty());
        let id = application(&manager, "Shop", "SPA").await;
        let path = format!("/api/applications/{id}");
        let patch = json!({ "protectedAppMetadata": { "sessionDuration": 60 } });
        manager.send("PATCH", &path, patch).await.expect_code(422, "application.invalid_type");
        let domains = format!("{path}/protected-app-metadata/custom-domains");
        let code = "application.protected_app_not_configured";
        manager.get(&domains).await.expect_code(501, code);
        manager.send("POST", &domains, json!({ "domain": "a.example" })).await.expect_code(501, code);
        manager.delete(&format!("{domains}/a.example")).await.expect_code(501, code);
        let unknown = "/api/applications/none/protected-app-metadata/custom-domains";
        manager.get(unknown).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn there_are_no_domains_beside_the_servers_own(server) {
        let manager = Manager::new(&server).await;
        assert_eq!(manager.get("/api/domains").await.expect(200).json, json!([]));
        let add = |domain: &str| json!({ "domain": domain });
        manager.send("POST", "/api/domains", add("id.example")).await
            .expect_code(400, "domain.not_configured");
        manager.send("POST", "/api/domains", add("")).await.expect_code(400, "guard.invalid_input");
        manager.send("POST", "/api/domains/cleanup", json!({ "staleDays": 7 })).await
            .expect_code(400, "domain.not_configured");
        manager.send("POST", "/api/domains/cleanup", json!({ "staleDays": 0 })).await
            .expect_code(400, "guard.invalid_input");
        let code = "entity.not_exists_with_id";
        manager.get("/api/domains/none").await.expect_code(404, code);
        manager.delete("/api/domains/none").await.expect_code(404, code);
        let files = "/api/domains/none/verification-files";
        manager.get(files).await.expect_code(404, code);
        let file = json!({ "path": "/a", "content": "b", "contentType": "text/plain" });
        manager.send("PUT", files, json!({ "verificationFiles": [file] })).await.expect_code(404, code);
    }
}
