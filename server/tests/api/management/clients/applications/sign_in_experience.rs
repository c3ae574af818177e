use super::*;

const LOGO: &str = "https://app.example/logo.svg";

on_both_databases! {
    async fn pages_look_as_the_application_wants_it(server) {
        let manager = Manager::new(&server).await;
        let id = application(&manager, "Shop", "SPA").await;
        let path = format!("/api/applications/{id}/sign-in-experience");
        let public = async |address: &str| server.browser().get(address).await.expect(200).json;
        let plain = public("/api/.well-known/sign-in-exp").await;
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        let look = json!({
            "color": { "primaryColor": "#123456" }, "branding": { "logoUrl": LOGO, "favicon": "" },
            "customCss": "body { color: red }", "displayName": "The shop",
            "termsOfUseUrl": "https://app.example/terms", "privacyPolicyUrl": "",
        });
        let made = manager.send("PUT", &path, look).await.expect(201).json;
        assert_eq!(made["branding"], json!({ "logoUrl": LOGO }));
        assert_eq!((&made["tenantId"], &made["applicationId"]), (&json!("default"), &json!(id)));
        assert_eq!(manager.get(&path).await.expect(200).json, made);

        for address in ["/api/.well-known/sign-in-exp", "/api/.well-known/experience"] {
            let seen = public(&format!("{address}?appId={id}")).await;
            let mut expected = plain.clone();
            expected["color"]["primaryColor"] = json!("#123456");
            expected["branding"]["logoUrl"] = json!(LOGO);
            expected["customCss"] = json!("body { color: red }");
            assert_eq!(seen, expected, "the rest is the server's");
            assert_eq!(public(address).await, plain);
            for other in ["none", "demo-app", "%00", &"a".repeat(2000)] {
                assert_eq!(public(&format!("{address}?appId={other}")).await, plain);
            }
        }

        let changed = json!({ "color": {}, "customCss": null });
        let changed = manager.send("PUT", &path, changed).await.expect(200).json;
        assert_eq!((&changed["color"], &changed["displayName"]), (&json!({}), &json!("The shop")));
        let seen = public(&format!("/api/.well-known/sign-in-exp?appId={id}")).await;
        assert_eq!((&seen["color"], &seen["customCss"]), (&plain["color"], &Value::Null));
        assert_eq!(seen["branding"]["logoUrl"], LOGO);
    }
}

on_both_databases! {
    async fn applications_of_third_parties_look_like_the_server(server) {
        let manager = Manager::new(&server).await;
        let body = json!({ "name": "Theirs", "type": "SPA", "isThirdParty": true });
        let id = manager.create("/api/applications", body).await;
        let path = format!("/api/applications/{id}/sign-in-experience");
        let look = json!({ "color": { "primaryColor": "#123456" }, "customCss": "a {}" });
        manager.send("PUT", &path, look).await.expect(201);
        let browser = server.browser();
        let plain = browser.get("/api/.well-known/sign-in-exp").await.expect(200).json;
        let seen = browser.get(&format!("/api/.well-known/sign-in-exp?appId={id}")).await;
        assert_eq!(seen.expect(200).json, plain);
    }
}

on_both_databases! {
    async fn a_look_that_pages_cannot_have_is_refused(server) {
        let manager = Manager::new(&server).await;
        let id = application(&manager, "Shop", "SPA").await;
        let path = format!("/api/applications/{id}/sign-in-experience");
        for bad in [
            json!({ "color": { "primaryColor": "red" } }),
            json!({ "color": { "darkPrimaryColor": "#12345" } }),
            json!({ "branding": { "logoUrl": "javascript:alert(1)" } }),
            json!({ "termsOfUseUrl": "/terms" }),
            json!({ "privacyPolicyUrl": "data:text/html,x" }),
            json!({ "displayName": "n".repeat(257) }),
            json!({ "customCss": "a".repeat(64 * 1024 + 1) }),
            json!({ "customCss": 1 }),
        ] {
            let shown = bad.to_string();
            let refused = manager.send("PUT", &path, bad).await;
            assert_eq!((refused.status, refused.code()), (400, "guard.invalid_input"), "{shown}");
        }
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        let unknown = "/api/applications/none/sign-in-experience";
        manager.get(unknown).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("PUT", unknown, json!({})).await.expect_code(404, "entity.not_exists_with_id");
    }
}
