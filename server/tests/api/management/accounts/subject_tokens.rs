use crate::management::*;
use std::time::Duration;
use vestibule_protocol::hash;
use vestibule_store::{Durability, StoreError, subject_tokens};

on_both_databases! {
    async fn a_token_stands_for_a_user_once(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let path = "/api/subject-tokens";
        let make = async || {
            let body = json!({ "userId": ann, "context": { "ticket": 7 } });
            let made = manager.send("POST", path, body).await.expect(201).json;
            assert_eq!(made["expiresIn"], 600);
            let token = made["subjectToken"].as_str().unwrap().to_owned();
            assert!(token.starts_with("sub_") && token.len() == 25, "{token}");
            hash::sha256_hex(&token)
        };
        let consume = async |id: &str| {
            let now = server.app.clock.now();
            let write = async |connection: &mut _| subject_tokens::consume(connection, id, now).await;
            server.app.store.write::<_, StoreError, _>(Durability::Durable, write).await.unwrap()
        };
        // Only the hash is kept, and it is used up once.
        let id = make().await;
        let used = consume(&id).await.unwrap();
        assert_eq!((used.user_id.as_str(), &used.context.0["ticket"]), (ann.as_str(), &json!(7)));
        assert!(consume(&id).await.is_none());
        let late = make().await;
        server.advance(Duration::from_secs(600));
        assert!(consume(&late).await.is_none());

        let manager = Manager::new(&server).await;
        manager.send("POST", path, json!({ "userId": "nobody" })).await.expect_code(404, "entity.not_exists_with_id");
        for bad in [
            json!({}),
            json!({ "userId": 1 }),
            json!({ "userId": ann, "context": "x" }),
            json!({ "userId": ann, "context": { "a": "x".repeat(17 * 1024) } }),
        ] {
            manager.send("POST", path, bad).await.expect_code(400, "guard.invalid_input");
        }
    }
}

on_both_databases! {
    async fn a_subject_token_cannot_be_exchanged_yet(server) {
        let manager = Manager::new(&server).await;
        let ann = server.user_named("ann").await;
        let made = manager.send("POST", "/api/subject-tokens", json!({ "userId": ann })).await.expect(201).json;
        let answer = server.browser().token(&server.manager().await, &[
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", made["subjectToken"].as_str().unwrap()),
            ("subject_token_type", "urn:logto:token-type:impersonation_token"),
        ]).await;
        answer.expect_error(400, "unsupported_grant_type");
    }
}

on_both_databases! {
    async fn what_is_not_there_is_said_to_be_so(server) {
        let manager = Manager::new(&server).await;
        manager.delete("/api/secrets/none").await.expect_code(404, "entity.not_exists_with_id");
        manager.get("/api/systems/application").await.expect_code(501, "application.protected_app_not_configured");
    }
}
