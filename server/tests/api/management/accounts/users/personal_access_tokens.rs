//! Personal access tokens.

use super::*;
use vestibule_store::personal_access_tokens;

on_both_databases! {
    async fn a_token_is_made_renamed_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let id = server.user_named("ann").await;
        let path = format!("/api/users/{id}/personal-access-tokens");
        let made = manager.send("POST", &path, json!({ "name": "ci" })).await.expect(201).json;
        let value = made["value"].as_str().unwrap().to_owned();
        assert!(value.starts_with("pat_") && value.len() == 36, "{value}");
        assert_eq!((&made["userId"], &made["expiresAt"]), (&json!(id), &Value::Null));
        assert_eq!(manager.get(&path).await.expect(200).json, json!([made]));
        let rows = personal_access_tokens::of_user(&mut server.app.store.read().await.unwrap(), &id)
            .await.unwrap();
        assert!(!format!("{rows:?}").contains(&value));

        let duplicate = manager.send("POST", &path, json!({ "name": "ci" })).await;
        duplicate.expect_code(422, "user.personal_access_token_name_exists");
        let later = made["createdAt"].as_i64().unwrap() + 60_000;
        let body = json!({ "name": "a/b", "expiresAt": later });
        let other = manager.send("POST", &path, body).await.expect(201).json;
        assert_eq!(other["expiresAt"], later);
        assert_ne!(other["value"], made["value"]);
        // Somebody else may use the name.
        let ben = server.user_named("ben").await;
        let of_ben = format!("/api/users/{ben}/personal-access-tokens");
        manager.send("POST", &of_ben, json!({ "name": "ci" })).await.expect(201);

        let renamed = manager.send("PATCH", &format!("{path}/a%2Fb"), json!({ "name": "b" })).await;
        assert_eq!(renamed.expect(200).json["value"], other["value"]);
        let body = json!({ "currentName": "b", "name": "ci" });
        manager.send("PATCH", &path, body).await
            .expect_code(422, "user.personal_access_token_name_exists");
        let body = json!({ "currentName": "b", "name": "c" });
        manager.send("PATCH", &path, body).await.expect(200);
        manager.send("PATCH", &path, json!({ "name": "d" })).await.expect_code(400, "guard.invalid_input");

        let named = format!("{path}/delete");
        manager.send("POST", &named, json!({ "name": "c" })).await.expect(204);
        manager.send("POST", &named, json!({ "name": "c" })).await.expect(404);
        manager.delete(&format!("{path}/ci")).await.expect(204);
        manager.delete(&format!("{path}/ci")).await.expect_code(404, "entity.not_exists_with_id");
        assert_eq!(manager.get(&path).await.json, json!([]));
        assert_eq!(manager.listed(&of_ben, "name").await, ["ci"]);
    }
}

on_both_databases! {
    async fn tokens_that_cannot_be_are_refused(server) {
        let manager = Manager::new(&server).await;
        let id = server.user_named("ann").await;
        let path = format!("/api/users/{id}/personal-access-tokens");
        for (body, code) in [
            (json!({ "name": "" }), "guard.invalid_input"),
            (json!({ "name": "n".repeat(257) }), "guard.invalid_input"),
            (json!({ "name": "n", "expiresAt": "soon" }), "guard.invalid_input"),
            (json!({ "name": "n", "expiresAt": 1 }), "request.invalid_input"),
        ] {
            manager.send("POST", &path, body).await.expect_code(400, code);
        }
        let of_nobody = "/api/users/none/personal-access-tokens";
        manager.get(of_nobody).await.expect_code(404, "entity.not_exists_with_id");
        let body = json!({ "name": "n" });
        manager.send("POST", of_nobody, body).await.expect_code(404, "entity.not_exists_with_id");
        assert_eq!(manager.get(&path).await.json, json!([]));
    }
}
