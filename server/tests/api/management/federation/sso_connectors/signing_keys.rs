//! Keys that requests to the identity provider are signed with.

use super::*;

on_both_databases! {
    async fn one_key_signs_and_stays_while_it_is_needed(server) {
        let manager = Manager::new(&server).await;
        let (certificate, _) = certificate(&server);
        let config = json!({ "metadata": metadata(&certificate), "signAuthnRequest": true });
        let body = json!({ "providerName": "SAML", "connectorName": "Acme" });
        let id = manager.create(ROOT, body).await;
        let (path, keys) = (format!("{ROOT}/{id}"), format!("{ROOT}/{id}/signing-keys"));
        assert_eq!(manager.get(&keys).await.expect(200).json, json!([]));
        let first = manager.send("POST", &keys, json!({})).await.expect(201).json;
        assert_eq!(first["active"], false);
        assert!(first["certificate"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
        assert!(first["expiresAt"].as_i64().unwrap() > server.app.clock.now() + 2 * YEAR);
        let sha256 = &first["fingerprints"]["sha256"];
        assert_eq!(sha256["formatted"].as_str().unwrap().replace(':', ""), sha256["unformatted"].as_str().unwrap());
        let mut names: Vec<&String> = first.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["active", "certificate", "createdAt", "expiresAt", "fingerprints", "id"], "the private key is not shown");

        manager.send("PATCH", &path, json!({ "config": config })).await
            .expect_code(400, "single_sign_on.active_signing_key_required");
        let of_first = format!("{keys}/{}", first["id"].as_str().unwrap());
        let active = manager.send("PATCH", &of_first, json!({ "active": true })).await.expect(200).json;
        assert_eq!((&active["active"], &active["id"]), (&json!(true), &first["id"]));
        manager.send("PATCH", &path, json!({ "config": config })).await.expect(200);
        manager.delete(&of_first).await.expect_code(400, "single_sign_on.can_not_delete_active_signing_key");
        manager.send("PATCH", &of_first, json!({ "active": false })).await
            .expect_code(400, "single_sign_on.can_not_deactivate_signing_key_in_use");

        server.advance(Duration::from_secs(1));
        let second = manager.send("POST", &keys, json!({ "active": true })).await.expect(201).json;
        let listed = manager.get(&keys).await.expect(200).json;
        assert_eq!((&listed[0], &listed[1]["id"], &listed[1]["active"]), (&second, &first["id"], &json!(false)));
        manager.delete(&of_first).await.expect(204);
        manager.delete(&of_first).await.expect_code(404, "entity.not_exists_with_id");
        // A key that nothing needs may rest.
        manager.send("PATCH", &path, json!({ "config": {} })).await.expect(200);
        let of_second = format!("{keys}/{}", second["id"].as_str().unwrap());
        let resting = manager.send("PATCH", &of_second, json!({ "active": false })).await.expect(200).json;
        assert_eq!(resting["active"], false);
        manager.send("PATCH", &of_second, json!({})).await.expect_code(400, "guard.invalid_input");
        manager.delete(&of_second).await.expect(204);
        assert_eq!(manager.get(&keys).await.json, json!([]));
    }
}

on_both_databases! {
    async fn only_saml_has_signing_keys(server) {
        let manager = Manager::new(&server).await;
        let oidc = manager.create(ROOT, json!({ "providerName": "OIDC", "connectorName": "o" })).await;
        let saml = manager.create(ROOT, json!({ "providerName": "SAML", "connectorName": "s" })).await;
        let key = manager.send("POST", &format!("{ROOT}/{saml}/signing-keys"), json!({})).await.expect(201).json;
        for id in [oidc.as_str(), "none"] {
            let keys = format!("{ROOT}/{id}/signing-keys");
            let of_other = format!("{keys}/{}", key["id"].as_str().unwrap());
            manager.get(&keys).await.expect_code(404, "entity.not_exists_with_id");
            manager.send("POST", &keys, json!({})).await.expect_code(404, "entity.not_exists_with_id");
            manager.send("PATCH", &of_other, json!({ "active": true })).await.expect_code(404, "entity.not_exists_with_id");
            manager.delete(&of_other).await.expect_code(404, "entity.not_exists_with_id");
        }
    }
}
