//! Identities elsewhere.

use super::*;

on_both_databases! {
    async fn a_social_identity_is_linked_replaced_and_taken_away(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let ben = server.user_named("ben").await;
        let path = format!("/api/users/{ann}/identities/github");
        let first = json!({ "userId": "g1", "details": { "name": "Ann" } });
        let linked = manager.send("PUT", &path, first.clone()).await.expect(201).json;
        assert_eq!(linked, json!({ "github": first }));
        assert_eq!(manager.get(&path).await.expect(200).json, json!({ "identity": first }));
        let user = manager.get(&format!("/api/users/{ann}")).await.json;
        assert_eq!(user["identities"], linked);

        let of_ben = format!("/api/users/{ben}/identities/github");
        manager.send("PUT", &of_ben, first).await.expect_code(422, "user.identity_already_in_use");
        assert_eq!(manager.get(&format!("/api/users/{ben}")).await.json["identities"], json!({}));
        let second = json!({ "userId": "g2" });
        let replaced = manager.send("PUT", &path, second.clone()).await.expect(200).json;
        assert_eq!(replaced, json!({ "github": second }));
        // The one before is free again.
        manager.send("PUT", &of_ben, json!({ "userId": "g1" })).await.expect(201);
        manager.send("PUT", &of_ben, second.clone()).await.expect_code(422, "user.identity_already_in_use");

        let all = manager.get(&format!("/api/users/{ann}/all-identities?includeTokenSecret=true")).await;
        let social = json!([{ "target": "github", "identity": second }]);
        assert_eq!(all.expect(200).json, json!({ "socialIdentities": social, "ssoIdentities": [] }));
        let user = manager.delete(&path).await.expect(200).json;
        assert_eq!((&user["id"], &user["identities"]), (&json!(ann), &json!({})));
        manager.delete(&path).await.expect_code(404, "user.identity_not_exist");
        manager.get(&path).await.expect_code(404, "user.identity_not_exist");
        manager.send("PUT", &of_ben, second).await.expect(200);

        let empty = json!({ "userId": "" });
        manager.send("PUT", &path, empty).await.expect_code(400, "guard.invalid_input");
        let of_nobody = "/api/users/none/identities/github";
        manager.send("PUT", of_nobody, json!({ "userId": "g3" })).await.expect(404);
    }
}

on_both_databases! {
    async fn enterprise_identities_that_are_not_there(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let path = format!("/api/users/{ann}/sso-identities/none");
        manager.get(&path).await.expect_code(404, "user.enterprise_sso_identity_not_exists");
        let user = manager.get(&format!("/api/users/{ann}?includeSsoIdentities=true")).await.json;
        assert_eq!(user["ssoIdentities"], json!([]));
        manager.get("/api/users/none/all-identities").await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn only_social_connectors_link_identities(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let config = json!({ "endpoint": "https://mail.example/send" });
        let mail = manager.create("/api/connectors", json!({ "connectorId": "http-email", "config": config })).await;
        let path = format!("/api/users/{ann}/identities");
        for connector in [mail.as_str(), "none"] {
            let body = json!({ "connectorId": connector, "connectorData": { "code": "c" } });
            manager.send("POST", &path, body.clone()).await.expect_code(422, "session.invalid_connector_id");
            manager.send("POST", "/api/users/none/identities", body).await.expect_code(404, "entity.not_exists_with_id");
        }
        manager.send("POST", &path, json!({ "connectorId": mail })).await.expect_code(400, "guard.invalid_input");
        let body = json!({ "state": "s", "redirectUri": "https://app.example/callback" });
        let uri = |id: &str| format!("/api/connectors/{id}/authorization-uri");
        manager.send("POST", &uri(&mail), body.clone()).await.expect_code(400, "connector.unexpected_type");
        manager.send("POST", &uri("none"), body).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("POST", &uri(&mail), json!({})).await.expect_code(400, "guard.invalid_input");
    }
}
