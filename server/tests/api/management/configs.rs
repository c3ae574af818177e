use super::*;

on_both_databases! {
    async fn the_pages_remember_what_they_are_told(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/configs/admin-console";
        let seeded = json!({ "signInExperienceCustomized": false, "organizationCreated": false });
        assert_eq!(manager.get(path).await.expect(200).json, seeded);
        manager.send("PATCH", path, json!({ "organizationCreated": true })).await.expect(200);
        let expected = json!({ "signInExperienceCustomized": false, "organizationCreated": true });
        assert_eq!(manager.get(path).await.expect(200).json, expected);
        manager.send("PATCH", path, json!({ "organizationCreated": 1 })).await.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn signing_keys_are_rotated_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/configs/oidc/private-keys";
        let first = manager.get(path).await.expect(200).json;
        let (id, status) = (first[0]["id"].as_str().unwrap(), &first[0]["status"]);
        assert_eq!((first.as_array().unwrap().len(), status), (1, &json!("Current")));
        manager.delete(&format!("{path}/{id}")).await.expect_code(422, "oidc.key_required");
        server.advance(std::time::Duration::from_secs(1));
        let rotated = manager.send("POST", &format!("{path}/rotate"), json!({ "signingKeyAlgorithm": "EC" })).await;
        let rotated = rotated.expect(200).json;
        assert_eq!((&rotated[0]["status"], &rotated[0]["signingKeyAlgorithm"]), (&json!("Current"), &json!("EC")));
        assert_eq!((&rotated[1]["status"], &rotated[1]["id"]), (&json!("Previous"), &json!(id)));
        assert!(!rotated.to_string().contains("PRIVATE"));

        // What the key before has signed is good until that is deleted.
        let current = Manager::new(&server).await;
        let new = format!("{path}/{}", rotated[0]["id"].as_str().unwrap());
        current.delete(&new).await.expect_code(422, "oidc.only_previous_key_can_be_deleted");
        manager.delete(&format!("{path}/none")).await.expect_code(404, "oidc.key_not_found");
        manager.delete(&format!("{path}/{id}")).await.expect(204);
        manager.get(path).await.expect_code(401, "auth.unauthorized");
        assert_eq!(current.listed(path, "status").await, ["Current"]);

        let grace = json!({ "rotationGracePeriod": 60 });
        current.send("POST", &format!("{path}/rotate"), grace).await.expect_code(422, "request.feature_not_supported");
        let cookies = "/api/configs/oidc/cookie-keys";
        assert_eq!(current.get(cookies).await.expect(200).json, json!([]));
        current.send("POST", &format!("{cookies}/rotate"), json!({})).await.expect_code(422, "request.feature_not_supported");
        current.get("/api/configs/oidc/other-keys").await.expect_code(404, "entity.not_exists_with_id");
    }
}
