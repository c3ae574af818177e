use crate::management::*;
use vestibule::certificates;

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const YEAR: i64 = 365 * 86_400_000;

on_both_databases! {
    async fn a_service_provider_is_set_up_and_changed(server) {
        let manager = Manager::new(&server).await;
        let acs = json!({ "binding": POST, "url": "https://sp.example/acs" });
        let body = json!({
            "name": "Wiki", "entityId": "https://sp.example", "acsUrl": acs,
            "attributeMapping": { "email": "mail", "sub": "uid", "nonsense": "x" },
        });
        let made = manager.send("POST", "/api/saml-applications", body).await.expect(201).json;
        assert_eq!(made["attributeMapping"], json!({ "email": "mail", "sub": "uid" }));
        assert_eq!(made["nameIdFormat"], "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");
        assert_eq!((&made["type"], &made["encryption"], &made["acsUrl"]), (&json!("SAML"), &Value::Null, &acs));
        let id = made["id"].as_str().unwrap();
        let path = format!("/api/saml-applications/{id}");
        assert_eq!(manager.get(&path).await.expect(200).json, made);

        let patch = json!({
            "name": "Handbook", "description": "d", "entityId": null, "acsUrl": null, "customData": { "a": 1 },
            "nameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        });
        let changed = manager.send("PATCH", &path, patch).await.expect(200).json;
        assert_eq!((&changed["name"], &changed["entityId"], &changed["acsUrl"]), (&json!("Handbook"), &Value::Null, &Value::Null));
        assert_eq!(changed["attributeMapping"], made["attributeMapping"], "what is not sent stays");
        assert_eq!(manager.get(&path).await.expect(200).json, changed);
        let on = json!({ "appLevelAccessControlEnabled": true });
        manager.send("PATCH", &path, on).await.expect_code(422, "request.invalid_input");

        // It is an application among others, whose OpenID Connect metadata are nobody's business.
        let shown = manager.get(&format!("/api/applications/{id}")).await.expect(200).json;
        assert_eq!((&shown["type"], &shown["name"]), (&json!("SAML"), &json!("Handbook")));
        assert_eq!(shown["oidcClientMetadata"], json!({ "redirectUris": [], "postLogoutRedirectUris": [] }));
        assert_eq!(manager.listed("/api/applications?types=SAML", "id").await, [id]);
        assert!(manager.listed("/api/applications", "id").await.contains(&id.to_owned()));
        assert!(!manager.listed("/api/applications?types=SPA", "id").await.contains(&id.to_owned()));
        let uris = json!({ "oidcClientMetadata": { "redirectUris": ["https://a.example"], "postLogoutRedirectUris": [] } });
        manager.send("PATCH", &format!("/api/applications/{id}"), uris).await
            .expect_code(400, "application.saml.use_saml_app_api");

        manager.delete(&path).await.expect(204);
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        assert!(manager.listed("/api/applications?types=SAML", "id").await.is_empty());
    }
}

on_both_databases! {
    async fn settings_that_a_service_provider_cannot_have_are_refused(server) {
        let manager = Manager::new(&server).await;
        let certificate = certificates::self_signed("sp", 1_000_000, 1_000_000 + YEAR).unwrap().certificate;
        let encryption = |encrypt_then_sign: Value, certificate: &str| json!({
            "encryptAssertion": true, "encryptThenSign": encrypt_then_sign, "certificate": certificate,
        });
        let id = manager.create("/api/saml-applications", json!({ "name": "Wiki" })).await;
        let path = format!("/api/saml-applications/{id}");
        for (bad, status, code) in [
            (json!({ "acsUrl": { "binding": REDIRECT, "url": "https://sp.example" } }), 422, "application.saml.acs_url_binding_not_supported"),
            (json!({ "acsUrl": { "binding": POST, "url": "javascript:x" } }), 400, "guard.invalid_input"),
            (json!({ "acsUrl": { "binding": "other", "url": "https://sp.example" } }), 400, "guard.invalid_input"),
            (json!({ "entityId": "e".repeat(129) }), 400, "guard.invalid_input"),
            (json!({ "nameIdFormat": "other" }), 400, "guard.invalid_input"),
            (json!({ "attributeMapping": { "email": "" } }), 400, "guard.invalid_input"),
            (json!({ "encryption": { "encryptAssertion": true } }), 400, "guard.invalid_input"),
            (json!({ "encryption": encryption(Value::Null, &certificate) }), 400, "guard.invalid_input"),
            (json!({ "encryption": encryption(json!(true), "no certificate") }), 400, "guard.invalid_input"),
            (json!({ "encryption": encryption(json!(true), "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----") }), 400, "guard.invalid_input"),
        ] {
            let mut whole = bad.clone();
            whole["name"] = json!("Wiki");
            manager.send("PATCH", &path, bad).await.expect_code(status, code);
            manager.send("POST", "/api/saml-applications", whole).await.expect_code(status, code);
        }
        manager.send("POST", "/api/saml-applications", json!({ "name": "" })).await.expect_code(400, "guard.invalid_input");
        let good = json!({ "encryption": encryption(json!(false), &certificate) });
        let changed = manager.send("PATCH", &path, good.clone()).await.expect(200).json;
        assert_eq!(changed["encryption"], good["encryption"]);

        let body = json!({ "name": "Shop", "type": "SPA" });
        let other = format!("/api/saml-applications/{}", manager.create("/api/applications", body).await);
        manager.get(&other).await.expect_code(422, "application.saml.saml_application_only");
        manager.send("PATCH", &other, json!({})).await.expect_code(422, "application.saml.saml_application_only");
        manager.delete(&other).await.expect_code(422, "application.saml.saml_application_only");
        let saml = json!({ "name": "Wiki", "type": "SAML" });
        manager.send("POST", "/api/applications", saml).await.expect_code(400, "application.saml.use_saml_app_api");
    }
}

on_both_databases! {
    async fn exactly_one_key_signs(server) {
        let manager = Manager::new(&server).await;
        let id = manager.create("/api/saml-applications", json!({ "name": "Wiki" })).await;
        let path = format!("/api/saml-applications/{id}/secrets");
        let secrets = manager.get(&path).await.expect(200).json;
        let first = &secrets[0];
        assert_eq!((&secrets[1], &first["active"]), (&Value::Null, &json!(true)));
        let now = server.app.clock.now();
        let lives = first["expiresAt"].as_i64().unwrap() - now;
        assert!((3 * YEAR - 60_000..3 * YEAR + 2 * 86_400_000).contains(&lives), "{lives}");
        let fingerprint = certificates::Fingerprint::of_pem(first["certificate"].as_str().unwrap()).unwrap();
        assert_eq!(first["fingerprints"]["sha256"], json!({
            "formatted": fingerprint.formatted, "unformatted": fingerprint.unformatted,
        }));
        assert!(!secrets.to_string().contains("PRIVATE"));

        server.advance(std::time::Duration::from_secs(1));
        let made = manager.send("POST", &path, json!({ "lifeSpanInYears": 1 })).await.expect(201).json;
        assert_eq!(made["active"], false);
        assert_ne!(made["certificate"], first["certificate"]);
        let of = |secret: &Value| format!("{path}/{}", secret["id"].as_str().unwrap());
        manager.delete(&of(first)).await.expect_code(400, "application.saml.can_not_delete_active_secret");
        let changed = manager.send("PATCH", &of(&made), json!({ "active": true })).await.expect(200).json;
        assert_eq!(changed["active"], true);
        let active = async || {
            let secrets = manager.get(&path).await.expect(200).json;
            let states = secrets.as_array().unwrap().iter();
            states.map(|it| (it["id"].clone(), it["active"] == true)).collect::<Vec<_>>()
        };
        assert_eq!(active().await, [(made["id"].clone(), true), (first["id"].clone(), false)]);
        manager.send("PATCH", &of(&made), json!({ "active": false })).await.expect(200);
        assert!(active().await.iter().all(|(_, active)| !active));
        manager.send("PATCH", &of(&made), json!({ "active": true })).await.expect(200);
        manager.delete(&of(first)).await.expect(204);
        manager.delete(&of(first)).await.expect_code(404, "entity.not_exists_with_id");
        assert_eq!(active().await, [(made["id"].clone(), true)]);

        for bad in [json!({ "lifeSpanInYears": 0 }), json!({ "lifeSpanInYears": 1000 }), json!({ "lifeSpanInYears": 1.5 }), json!({})] {
            manager.send("POST", &path, bad).await.expect_code(400, "guard.invalid_input");
        }
        // Keys of another application are out of reach.
        let other = manager.create("/api/saml-applications", json!({ "name": "Other" })).await;
        let there = format!("/api/saml-applications/{other}/secrets/{}", made["id"].as_str().unwrap());
        manager.send("PATCH", &there, json!({ "active": true })).await.expect_code(404, "entity.not_exists_with_id");
        manager.delete(&there).await.expect_code(404, "entity.not_exists_with_id");
        assert_eq!(active().await, [(made["id"].clone(), true)]);
    }
}

on_both_databases! {
    async fn service_providers_read_the_metadata_and_messages_are_refused(server) {
        let manager = Manager::new(&server).await;
        let stranger = server.browser();
        let id = manager.create("/api/saml-applications", json!({ "name": "Wiki" })).await;
        let path = format!("/api/saml-applications/{id}");
        let metadata = format!("{path}/metadata");
        stranger.get(&metadata).await.expect_code(400, "application.saml.entity_id_required");
        manager.send("PATCH", &path, json!({ "entityId": "https://sp.example" })).await.expect(200);
        let read = stranger.get(&metadata).await.expect(200);
        assert_eq!(read.headers["content-type"], "text/xml;charset=utf-8");
        let secrets = manager.get(&format!("{path}/secrets")).await.expect(200).json;
        let certificate: String = secrets[0]["certificate"].as_str().unwrap().lines()
            .filter(|line| !line.starts_with("-----")).collect();
        assert!(read.text.contains(&format!("<ds:X509Certificate>{certificate}</ds:X509Certificate>")), "{}", read.text);
        assert!(read.text.contains(&format!("entityID=\"{}\"", server.at(&format!("/saml/{id}")))));
        assert!(read.text.contains(&format!("Location=\"{}\"", server.at(&format!("/api/saml/{id}/authn")))));
        stranger.get("/api/saml-applications/none/metadata").await.expect_code(404, "entity.not_exists_with_id");
        let secret = format!("{path}/secrets/{}", secrets[0]["id"].as_str().unwrap());
        manager.send("PATCH", &secret, json!({ "active": false })).await.expect(200);
        stranger.get(&metadata).await.expect_code(404, "entity.not_found");

        let not_yet = "request.feature_not_supported";
        for (query, status, code) in [
            ("code=c&state=s", 422, not_yet),
            ("", 400, "guard.invalid_input"),
            ("error=access_denied&error_description=no", 400, "oidc.invalid_request"),
        ] {
            stranger.get(&format!("{path}/callback?{query}")).await.expect_code(status, code);
        }
        stranger.get("/api/saml-applications/none/callback?code=c").await.expect_code(404, "entity.not_exists_with_id");
        let authn = format!("/api/saml/{id}/authn");
        stranger.get(&format!("{authn}?SAMLRequest=YQ%3D%3D")).await.expect_code(422, not_yet);
        stranger.form(&authn, &[("SAMLRequest", "YQ==")]).await.expect_code(422, not_yet);
        stranger.form(&authn, &[("SAMLRequest", "<xml>")]).await.expect_code(400, "application.saml.invalid_saml_request");
        stranger.form(&authn, &[("SAMLRequest", "YQ=="), ("RelayState", &"r".repeat(513))]).await.expect_code(400, "guard.invalid_input");
        stranger.get(&authn).await.expect_code(400, "guard.invalid_input");
        stranger.get("/api/saml/none/authn?SAMLRequest=YQ%3D%3D").await.expect_code(404, "entity.not_exists_with_id");
    }
}
