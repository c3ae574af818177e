//! What providers say of themselves.

use super::*;
use std::time::Instant;
use vestibule_store::{Durability, StoreError};

on_both_databases! {
    async fn kinds_of_providers_are_described_in_the_language_of_the_request(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/sso-connector-providers";
        let found = manager.get(path).await.expect(200).json;
        let names: Vec<&str> = found.as_array().unwrap().iter().map(|it| it["providerName"].as_str().unwrap()).collect();
        assert_eq!(names, ["OIDC", "SAML", "AzureAD", "GoogleWorkspace", "Okta", "AzureAdOidc"]);
        assert_eq!((&found[2]["providerType"], &found[2]["name"]), (&json!("saml"), &json!("Microsoft Entra ID (SAML)")));
        for member in ["logo", "logoDark", "description"] {
            assert!(found.as_array().unwrap().iter().all(|it| it[member].is_string()), "{member}");
        }
        let german = manager.get(&format!("{path}?locale=de")).await.expect(200).json;
        assert!(german[4]["description"].as_str().unwrap().starts_with("Anmeldung"), "{german}");
    }
}

on_both_databases! {
    async fn a_provider_that_cannot_be_used_is_refused_when_it_is_set_up(server) {
        let manager = Manager::new(&server).await;
        let broken = serve(vec![("/.well-known/openid-configuration", json!({ "issuer": "https://a.example" }).to_string())]);
        let nobody = { let listener = TcpListener::bind("127.0.0.1:0").unwrap(); format!("http://{}", listener.local_addr().unwrap()) };
        for (issuer, message) in [
            (broken.as_str(), "invalid_config_response"),
            (&serve(vec![]), "fail_to_fetch_config"),
            (&nobody, "fail_to_fetch_config"),
            // A private address that the settings of the server do not allow.
            ("http://10.1.2.3", "fail_to_fetch_config"),
            ("http://169.254.169.254", "fail_to_fetch_config"),
        ] {
            let refused = manager.send("POST", ROOT, oidc("Acme", issuer)).await.expect_code(400, "connector.invalid_config");
            assert_eq!(refused.json["data"]["message"], message, "{}", refused.text);
            assert!(!refused.text.contains("hidden-secret"));
        }
        let saml = |config: Value| json!({ "providerName": "AzureAD", "connectorName": "Entra", "config": config });
        let pages = serve(vec![("/html", "<html></html>".into()),
            ("/entity", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>".into()),
            ("/large", "x".repeat(2 * 1024 * 1024))]);
        for (config, message) in [
            (json!({ "metadata": "<html></html>" }), "invalid_saml_xml_metadata"),
            (json!({ "metadata": "not XML" }), "invalid_saml_xml_metadata"),
            (json!({ "metadataUrl": format!("{pages}/html") }), "invalid_saml_xml_metadata"),
            (json!({ "metadataUrl": format!("{pages}/entity") }), "invalid_saml_xml_metadata"),
            (json!({ "metadataUrl": format!("{pages}/large") }), "fail_to_fetch_config"),
            (json!({ "metadataUrl": format!("{pages}/none") }), "fail_to_fetch_config"),
        ] {
            let refused = manager.send("POST", ROOT, saml(config)).await.expect_code(400, "connector.invalid_config");
            assert_eq!(refused.json["data"]["message"], message, "{}", refused.text);
            assert_eq!(refused.json["data"]["ssoErrorCode"], "invalid_config");
        }
        let id = manager.create(ROOT, saml(json!({}))).await;
        let path = format!("{ROOT}/{id}");
        manager.send("PATCH", &path, json!({ "config": { "metadata": "<a/>" } })).await
            .expect_code(400, "connector.invalid_config");
        assert_eq!(manager.get(&path).await.json["config"], json!({}));
    }
}

on_both_databases! {
    async fn a_saml_provider_is_known_by_metadata_or_by_hand(server) {
        let manager = Manager::new(&server).await;
        let (certificate, ends) = certificate(&server);
        let metadata = metadata(&certificate);
        let pages = serve(vec![("/metadata", metadata.clone())]);
        let by_hand = json!({ "entityId": "https://idp.example/entity", "signInEndpoint": "https://idp.example/sso",
            "x509Certificate": certificate });
        for (number, config) in [by_hand, json!({ "metadata": metadata }),
            json!({ "metadataUrl": format!("{pages}/metadata"), "attributeMapping": { "email": "mail" } })]
            .into_iter().enumerate()
        {
            let body = json!({ "providerName": "SAML", "connectorName": format!("c{number}"), "config": config });
            let id = manager.create(ROOT, body).await;
            let read = manager.get(&format!("{ROOT}/{id}")).await.expect(200).json;
            let known = &read["providerConfig"];
            assert_eq!(read["config"], config);
            assert_eq!(known["defaultAttributeMapping"], json!({ "id": "nameID", "email": "email", "name": "name" }));
            assert_eq!(known["serviceProvider"], json!({ "entityId": server.at(&format!("/enterprise-sso/{id}")),
                "assertionConsumerServiceUrl": server.at(&format!("/api/authn/single-sign-on/saml/{id}")) }));
            let idp = &known["identityProvider"];
            assert_eq!((&idp["entityId"], &idp["signInEndpoint"]),
                (&json!("https://idp.example/entity"), &json!("https://idp.example/sso")));
            assert_eq!((&idp["certificateExpiresAt"], &idp["isCertificateValid"]), (&json!(ends), &json!(true)));
            assert!(idp["x509Certificate"].is_string());
        }
        // What ends shows.
        server.advance(Duration::from_secs(400 * 24 * 60 * 60));
        let manager = Manager::new(&server).await;
        let all = manager.get(ROOT).await.expect(200).json;
        assert_eq!(all.as_array().unwrap().len(), 3);
        assert!(all.as_array().unwrap().iter().all(|it| it["providerConfig"]["identityProvider"]["isCertificateValid"] == false));
        // This server's side is known before the provider is.
        let body = json!({ "providerName": "SAML", "connectorName": "new" });
        let id = manager.create(ROOT, body).await;
        let read = manager.get(&format!("{ROOT}/{id}")).await.expect(200).json;
        assert!(read["providerConfig"]["serviceProvider"]["entityId"].as_str().unwrap().ends_with(&id));
        assert!(read["providerConfig"].get("identityProvider").is_none());
    }
}

on_both_databases! {
    async fn a_list_does_not_wait_for_providers_that_are_away(server) {
        let manager = Manager::new(&server).await;
        let issuer = openid_provider();
        manager.create(ROOT, oidc("good", &issuer)).await;
        let slow = serve(vec![]);
        // They answered once, and do not any more.
        for number in 0..12 {
            let id = manager.create(ROOT, oidc(&format!("bad{number}"), &issuer)).await;
            let config = json!({ "clientId": "a", "clientSecret": "b", "issuer": format!("{slow}/slow") });
            let sealed = server.app.secrets.sealer.seal(&format!("sso connector {id}"), config.to_string().as_bytes());
            server.app.store.write::<_, StoreError, _>(Durability::Durable, async |connection| {
                let mut row = rows::by_id(connection, &id).await?.unwrap();
                row.sealed_config = sealed.clone();
                rows::update(connection, &row).await
            }).await.unwrap();
        }
        let begun = Instant::now();
        let all = manager.get(ROOT).await.expect(200).json;
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
        assert_eq!(all.as_array().unwrap().len(), 13);
        let known = all.as_array().unwrap().iter().filter(|it| it.get("providerConfig").is_some()).count();
        assert_eq!(known, 1, "those that answer are known");
    }
}
