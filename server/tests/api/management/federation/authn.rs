use crate::management::*;
use vestibule_shared::application::ApplicationType;

const API: &str = "https://api.example";

on_both_databases! {
    async fn hasura_is_told_who_calls_and_in_which_role(server) {
        let manager = Manager::new(&server).await;
        manager.create("/api/resources", json!({ "name": "API", "indicator": API })).await;
        let ann = server.user_named("ann").await;
        let role = manager.create("/api/roles", json!({ "name": "editor", "description": "Edits" })).await;
        manager.send("POST", &format!("/api/users/{ann}/roles"), json!({ "roleIds": [role] })).await.expect(201);
        let spa = server.client(ApplicationType::SPA).await;
        let scope = [("scope", "profile"), ("resource", API)];
        let token = server.browser().tokens(&spa, "ann", &scope).await["access_token"].as_str().unwrap().to_owned();

        let browser = server.browser();
        let ask = async |token: Option<&str>, role: Option<&str>, extra: &str| {
            let path = format!("/api/authn/hasura?resource={API}{extra}");
            let mut request = browser.request("GET", &path);
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            if let Some(role) = role {
                request = request.header("Expected-Role", role);
            }
            browser.send(request).await
        };
        let anonymous = "&unauthorizedRole=anonymous";
        let editor = json!({ "X-Hasura-User-Id": ann, "X-Hasura-Role": "editor" });
        assert_eq!(ask(Some(&token), Some("editor"), "").await.expect(200).json, editor);
        assert_eq!(ask(Some(&token), Some("editor"), anonymous).await.expect(200).json, editor);
        let missing = "auth.expected_role_not_found";
        ask(Some(&token), Some("owner"), "").await.expect_code(401, missing);
        ask(Some(&token), None, anonymous).await.expect_code(401, missing);

        let nobody = json!({ "X-Hasura-Role": "anonymous" });
        for token in [None, Some("nonsense"), Some(manager.token.as_str())] {
            assert_eq!(ask(token, Some("editor"), anonymous).await.expect(200).json, nobody);
        }
        ask(None, Some("editor"), "").await.expect_code(401, "auth.authorization_header_missing");
        ask(Some("nonsense"), Some("editor"), "").await.expect_code(401, "auth.unauthorized");
        // Roles are those of now, and somebody who is suspended has none.
        manager.delete(&format!("/api/users/{ann}/roles/{role}")).await.expect(204);
        ask(Some(&token), Some("editor"), "").await.expect_code(401, missing);
        let suspended = json!({ "isSuspended": true });
        manager.send("PATCH", &format!("/api/users/{ann}/is-suspended"), suspended).await.expect(200);
        ask(Some(&token), Some("editor"), "").await.expect_code(401, "auth.unauthorized");
        for path in ["/api/authn/hasura", "/api/authn/hasura?resource="] {
            browser.get(path).await.expect_code(400, "guard.invalid_input");
        }
    }
}

on_both_databases! {
    async fn saml_responses_are_not_supported(server) {
        let manager = Manager::new(&server).await;
        let config = json!({ "endpoint": "https://sms.example/send" });
        let connector = json!({ "connectorId": "http-sms", "config": config });
        let id = manager.create("/api/connectors", connector).await;
        let browser = server.browser();
        let form = [("SAMLResponse", "PHNhbWxwOlJlc3BvbnNlLz4="), ("RelayState", "a")];
        let refused = "request.feature_not_supported";
        browser.form(&format!("/api/authn/saml/{id}"), &form).await.expect_code(422, refused);
        let body = json!({ "SAMLResponse": "PHNhbWxwOlJlc3BvbnNlLz4=" });
        browser.json("POST", &format!("/api/authn/saml/{id}"), body.clone()).await.expect_code(422, refused);
        let unknown = "entity.not_exists_with_id";
        for path in ["/api/authn/saml/none", "/api/authn/single-sign-on/saml/none"] {
            browser.form(path, &form).await.expect_code(404, unknown);
            browser.json("POST", path, body.clone()).await.expect_code(404, unknown);
        }
        let enterprise = json!({ "providerName": "SAML", "connectorName": "Example" });
        let id = manager.create("/api/sso-connectors", enterprise).await;
        let path = format!("/api/authn/single-sign-on/saml/{id}");
        browser.form(&path, &form).await.expect_code(422, refused);
        browser.form(&path, &[("RelayState", "a")]).await.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn pages_read_what_people_may_change(server) {
        let manager = Manager::new(&server).await;
        let patch = json!({ "enabled": true, "fields": { "name": "Edit" } });
        let changed = manager.send("PATCH", "/api/account-center", patch).await.expect(200).json;
        let public = server.browser().get("/api/.well-known/account-center").await.expect(200).json;
        assert_eq!(public, changed);
        let document = server.browser().get("/api/.well-known/user.openapi.json").await.expect(200).json;
        assert!(document["openapi"].as_str().unwrap().starts_with("3."));
        assert!(document["paths"].as_object().unwrap().keys().all(|path| !path.starts_with("/api/users")));
    }
}
