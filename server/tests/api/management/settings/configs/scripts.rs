use super::*;
use vestibule_store::configuration;

const CUSTOMIZERS: &str = "/api/configs/jwt-customizer";
const ACTIONS: &str = "/api/configs/actions";

on_both_databases! {
    async fn scripts_for_claims_are_kept(server) {
        let manager = Manager::new(&server).await;
        let path = format!("{CUSTOMIZERS}/access-token");
        assert_eq!(manager.get(CUSTOMIZERS).await.expect(200).json, json!([]));
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("PATCH", &path, json!({})).await.expect_code(404, "entity.not_exists_with_id");
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");

        let stored = json!({
            "script": "const getCustomJwtClaims = async () => ({ plan: 'free' });",
            "environmentVariables": { "KEY": "a secret of theirs" },
            "contextSample": { "user": { "id": "ann" } },
            "tokenSample": { "aud": ["https://api.example"], "kind": "AccessToken" },
            "blockIssuanceOnError": false,
        });
        assert_eq!(manager.send("PUT", &path, stored.clone()).await.expect(201).json, stored);
        assert_eq!(manager.send("PUT", &path, stored.clone()).await.expect(200).json, stored);
        assert_eq!(manager.get(&path).await.expect(200).json, stored);
        let row = configuration::get(&mut server.app.store.read().await.unwrap(), "jwt.accessToken").await;
        assert!(!row.unwrap().unwrap().contains("theirs"));

        let changed = manager.send("PATCH", &path, json!({ "script": "" })).await.expect(200).json;
        assert_eq!((&changed["script"], &changed["contextSample"]), (&json!(""), &stored["contextSample"]));
        let entries = manager.get(CUSTOMIZERS).await.expect(200).json;
        assert_eq!(entries, json!([{ "key": "jwt.accessToken", "value": changed }]));
        let other = format!("{CUSTOMIZERS}/client-credentials");
        manager.send("PUT", &other, json!({ "script": "x", "contextSample": {} })).await.expect(201);
        assert_eq!(manager.listed(CUSTOMIZERS, "key").await, ["jwt.accessToken", "jwt.clientCredentials"]);
        manager.delete(&path).await.expect(204);
        assert_eq!(manager.listed(CUSTOMIZERS, "key").await, ["jwt.clientCredentials"]);
    }
}

on_both_databases! {
    async fn what_no_script_for_claims_may_be_is_refused(server) {
        let manager = Manager::new(&server).await;
        let path = format!("{CUSTOMIZERS}/access-token");
        let variables: Value = (0..101).map(|number| (format!("V{number}"), json!("x"))).collect::<serde_json::Map<_, _>>().into();
        for bad in [
            json!({}),
            json!({ "script": 1 }),
            json!({ "script": "x", "unknown": 1 }),
            json!({ "script": "x".repeat(65 * 1024) }),
            json!({ "script": "x", "contextSample": {} }),
            json!({ "script": "x", "contextSample": { "user": "ann" } }),
            json!({ "script": "x", "environmentVariables": { "A": 1 } }),
            json!({ "script": "x", "environmentVariables": { "": "x" } }),
            json!({ "script": "x", "environmentVariables": variables }),
            json!({ "script": "x", "contextSample": { "user": { "name": "x".repeat(130 * 1024) } } }),
        ] {
            manager.send("PUT", &path, bad).await.expect_code(400, "guard.invalid_input");
        }
        let code = "request.feature_not_supported";
        let blocking = json!({ "script": "x", "blockIssuanceOnError": true });
        manager.send("PUT", &path, blocking).await.expect_code(422, code);
        manager.get(&path).await.expect(404);
        manager.send("PUT", &path, json!({ "script": "x" })).await.expect(201);
        manager.send("PATCH", &path, json!({ "blockIssuanceOnError": true })).await.expect_code(422, code);
        manager.send("PATCH", &path, json!({ "unknown": true })).await.expect_code(400, "guard.invalid_input");
        manager.get(&format!("{CUSTOMIZERS}/id-token")).await.expect_code(400, "guard.invalid_input");

        let test = format!("{CUSTOMIZERS}/test");
        let body = json!({ "tokenType": "client-credentials", "script": "x", "token": {} });
        manager.send("POST", &test, body).await.expect_code(422, code);
        let body = json!({ "tokenType": "access-token", "script": "x", "token": {}, "context": {} });
        manager.send("POST", &test, body).await.expect_code(400, "guard.invalid_input");
        manager.send("POST", &test, json!({ "script": "x" })).await.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn a_token_without_what_a_script_adds_is_in_the_audit_log(server) {
        let manager = Manager::new(&server).await;
        server.user_named("ann").await;
        let spa = server.client(ApplicationType::SPA).await;
        let path = format!("{CUSTOMIZERS}/access-token");
        manager.send("PUT", &path, json!({ "script": "x" })).await.expect(201);
        server.browser().tokens(&spa, "ann", &[]).await;
        let logs = "/api/logs?logKey=JwtCustomizer.AccessToken";
        // A job writes them.
        for _ in 0..200 {
            if !manager.listed(logs, "id").await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let entries = manager.get(logs).await.expect(200).json;
        let payload = &entries[0]["payload"];
        assert_eq!((entries.as_array().unwrap().len(), &payload["applicationId"]), (1, &json!(spa.id)));
        assert_eq!(payload["error"], json!({ "code": "request.feature_not_supported" }));
        // The other type has no script.
        server.management_token().await;
        assert!(manager.listed("/api/logs?logKey=JwtCustomizer.ClientCredentials", "id").await.is_empty());
    }
}

on_both_databases! {
    async fn scripts_for_signing_in_are_kept_and_stay_off(server) {
        let manager = Manager::new(&server).await;
        let path = format!("{ACTIONS}/action.postSignIn");
        assert_eq!(manager.get(ACTIONS).await.expect(200).json, json!([]));
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("PATCH", &path, json!({ "script": "x" })).await.expect_code(404, "entity.not_exists_with_id");
        let stored = json!({
            "script": "const runAction = () => undefined;",
            "environmentVariables": { "KEY": "value" },
            "contextSample": [1, "two", null],
            "enabled": false,
            "onExecutionError": "block",
        });
        assert_eq!(manager.send("PUT", &path, stored.clone()).await.expect(201).json, stored);
        assert_eq!(manager.send("PUT", &path, stored.clone()).await.expect(200).json, stored);
        assert_eq!(manager.get(ACTIONS).await.expect(200).json, json!([{ "key": "action.postSignIn", "value": stored }]));
        let changed = manager.send("PATCH", &path, json!({ "onExecutionError": "allow" })).await.expect(200).json;
        assert_eq!((&changed["onExecutionError"], &changed["script"]), (&json!("allow"), &stored["script"]));

        let code = "request.feature_not_supported";
        manager.send("PATCH", &path, json!({ "enabled": true })).await.expect_code(422, code);
        let first_factor = format!("{ACTIONS}/action.postFirstFactorVerification");
        manager.send("PUT", &first_factor, json!({ "script": "x", "enabled": true })).await.expect_code(422, code);
        assert_eq!(manager.listed(ACTIONS, "key").await, ["action.postSignIn"]);
        let test = json!({ "script": "x", "actionType": "action.postSignIn", "event": {} });
        manager.send("POST", &format!("{ACTIONS}/test"), test).await.expect_code(422, code);
        for bad in [json!({}), json!({ "script": "x", "onExecutionError": "perhaps" })] {
            manager.send("PUT", &path, bad).await.expect_code(400, "guard.invalid_input");
        }
        manager.get(&format!("{ACTIONS}/action.other")).await.expect_code(400, "guard.invalid_input");
        manager.delete(&path).await.expect(204);
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");
    }
}
