use crate::management::*;
use std::time::Duration;

on_both_databases! {
    async fn a_token_is_good_once_for_its_address(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/one-time-tokens";
        let body = json!({ "email": "Ann@example.com", "context": { "interactionEvent": "SignIn" } });
        let made = manager.send("POST", path, body).await.expect(201).json;
        assert_eq!((&made["status"], &made["email"]), (&json!("active"), &json!("ann@example.com")));
        assert_eq!(made["context"], json!({ "interactionEvent": "SignIn" }));
        assert_eq!(made["expiresAt"].as_i64().unwrap() - made["createdAt"].as_i64().unwrap(), 600_000);
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        assert_eq!(manager.get(&one).await.expect(200).json, made);

        let verify = async |token: &Value, email: &str| {
            manager.send("POST", "/api/one-time-tokens/verify", json!({ "token": token, "email": email })).await
        };
        verify(&json!("none"), "ann@example.com").await.expect_code(404, "one_time_token.token_not_found");
        verify(&made["token"], "bob@example.com").await.expect_code(400, "one_time_token.email_mismatch");
        let (first, second) = tokio::join!(verify(&made["token"], "ann@example.com"), verify(&made["token"], "ANN@example.com"));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
        verify(&made["token"], "ann@example.com").await.expect_code(400, "one_time_token.token_consumed");
        assert_eq!(manager.get(&one).await.expect(200).json["status"], "consumed");
        let active = json!({ "status": "active" });
        manager.send("PUT", &format!("{one}/status"), active).await.expect_code(400, "one_time_token.cannot_reactivate_token");
        manager.delete(&one).await.expect(204);
        manager.delete(&one).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn tokens_expire_and_are_taken_back(server) {
        let manager = Manager::new(&server).await;
        let path = "/api/one-time-tokens";
        let make = async |email: &str, seconds: i64| {
            let body = json!({ "email": email, "expiresIn": seconds });
            manager.send("POST", path, body).await.expect(201).json
        };
        let (short, long) = (make("a@example.com", 60).await, make("b@example.com", 3000).await);
        let verify = async |made: &Value| {
            let body = json!({ "token": made["token"], "email": made["email"] });
            manager.send("POST", "/api/one-time-tokens/verify", body).await
        };
        server.advance(Duration::from_mins(2));
        verify(&short).await.expect_code(400, "one_time_token.token_expired");
        assert_eq!(manager.listed("/api/one-time-tokens?status=expired", "email").await, ["a@example.com"]);
        assert_eq!(manager.listed("/api/one-time-tokens?status=active", "email").await, ["b@example.com"]);
        assert_eq!(manager.listed("/api/one-time-tokens?email=A@example.com", "email").await, ["a@example.com"]);
        let page = manager.get("/api/one-time-tokens?page=1&page_size=1").await.expect(200);
        assert_eq!((page.headers["total-number"].as_str(), page.json.as_array().unwrap().len()), ("2", 1));
        let revoked = json!({ "status": "revoked" });
        let one = format!("{path}/{}/status", long["id"].as_str().unwrap());
        assert_eq!(manager.send("PUT", &one, revoked).await.expect(200).json["status"], "revoked");
        verify(&long).await.expect_code(400, "one_time_token.token_revoked");
        for bad in [json!({ "email": "nobody" }), json!({ "email": "a@example.com", "expiresIn": 0 })] {
            manager.send("POST", path, bad).await.expect_code(400, "guard.invalid_input");
        }
    }
}
