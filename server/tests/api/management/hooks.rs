//! Webhooks: their settings, what is delivered, and what is told of.

mod delivery;
mod events;
mod flows;
mod receiver;

use super::*;
use receiver::Receiver;

/// A webhook's settings.
fn settings(url: &str, events: &[&str]) -> Value {
    json!({ "name": "mine", "events": events, "config": { "url": url, "retries": 0 } })
}

/// Makes a webhook; its path and its key.
async fn listen(manager: &Manager, receiver: &Receiver, events: &[&str]) -> (String, String) {
    let body = settings(&receiver.url(), events);
    let made = manager.send("POST", "/api/hooks", body).await.expect(201).json;
    let path = format!("/api/hooks/{}", made["id"].as_str().unwrap());
    (path, made["signingKey"].as_str().unwrap().to_owned())
}

on_both_databases! {
    async fn a_webhook_is_made_changed_and_deleted(server) {
        let manager = Manager::new(&server).await;
        let config = json!({ "url": "https://example.com/hook", "headers": { "X-Key": "abc" } });
        let body = json!({ "name": "mine", "events": ["User.Created", "PostSignIn"], "config": config });
        let made = manager.send("POST", "/api/hooks", body).await.expect(201).json;
        let key = made["signingKey"].as_str().unwrap();
        assert!(key.len() == 32 && key.chars().all(|each| each.is_ascii_alphanumeric()));
        let expected = json!({ "tenantId": "default", "id": made["id"], "name": "mine", "event": null,
            "events": ["User.Created", "PostSignIn"], "config": config, "signingKey": key,
            "enabled": true, "createdAt": made["createdAt"] });
        assert_eq!(made, expected);
        let path = format!("/api/hooks/{}", made["id"].as_str().unwrap());
        assert_eq!(manager.get(&path).await.expect(200).json, expected);
        assert_eq!(manager.get("/api/hooks").await.expect(200).json, json!([expected]));

        // Members that are sent are replaced as a whole, others stay.
        let patch = json!({ "config": { "url": "https://example.com/other", "retries": 1 }, "enabled": false });
        let changed = manager.send("PATCH", &path, patch.clone()).await.expect(200).json;
        assert_eq!((&changed["config"], &changed["enabled"]), (&patch["config"], &json!(false)));
        assert_eq!((&changed["name"], &changed["signingKey"]), (&json!("mine"), &json!(key)));
        let renewed = manager.send("PATCH", &format!("{path}/signing-key"), json!({})).await.expect(200).json;
        assert_ne!(renewed["signingKey"], key);
        assert_eq!(manager.get(&path).await.json["signingKey"], renewed["signingKey"]);
        let none = json!({ "events": [] });
        manager.send("PATCH", &path, none).await.expect_code(400, "hook.missing_events");
        let legacy = json!({ "events": [], "event": "PostRegister" });
        let changed = manager.send("PATCH", &path, legacy).await.expect(200).json;
        assert_eq!((&changed["event"], &changed["events"]), (&json!("PostRegister"), &json!([])));
        manager.send("PATCH", &path, json!({ "event": null })).await.expect_code(400, "hook.missing_events");

        manager.delete(&path).await.expect(204);
        manager.delete(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.get(&path).await.expect_code(404, "entity.not_exists_with_id");
        manager.send("PATCH", &path, json!({})).await.expect_code(404, "entity.not_exists_with_id");
        let key = format!("{path}/signing-key");
        manager.send("PATCH", &key, json!({})).await.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn settings_that_do_not_fit_are_refused(server) {
        let manager = Manager::new(&server).await;
        let config = json!({ "url": "https://example.com/" });
        for body in [
            json!({ "config": config }),
            json!({ "config": config, "events": [] }),
            json!({ "config": config, "events": [], "event": null }),
        ] {
            manager.send("POST", "/api/hooks", body).await.expect_code(400, "hook.missing_events");
        }
        let with = |config: Value| json!({ "events": ["User.Created"], "config": config });
        let header = |name: &str, value: &str| {
            with(json!({ "url": "https://example.com/", "headers": { name: value } }))
        };
        for body in [
            json!({ "events": ["User.Created"] }),
            json!({ "events": ["User.Renamed"], "config": config }),
            json!({ "event": "user.created", "config": config }),
            json!({ "events": ["User.Created"], "config": config, "name": "" }),
            json!({ "events": ["User.Created"], "config": config, "name": "n".repeat(257) }),
            with(json!({ "url": "example.com" })),
            with(json!({ "url": "ftp://example.com/" })),
            with(json!({ "url": "https://example.com/", "retries": 4 })),
            with(json!({ "url": "https://example.com/", "retries": -1 })),
            header("Host", "example.org"),
            header("logto-signature-sha-256", "mine"),
            header("X Key", "abc"),
            header("X-Key", "a\r\nHost: b"),
        ] {
            manager.send("POST", "/api/hooks", body).await.expect_code(400, "guard.invalid_input");
        }
        assert_eq!(manager.get("/api/hooks").await.expect(200).json, json!([]));
    }
}

on_both_databases! {
    async fn a_test_tells_what_the_endpoint_answers(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let (path, key) = listen(&manager, &receiver, &["User.Created"]).await;
        let test = format!("{path}/test");
        let body = |events: Value, url: &str| json!({ "events": events, "config": {
            "url": url, "headers": { "X-Key": "abc", "User-Agent": "mine" } } });
        let events = json!(["PostSignIn", "User.Created", "Identifier.Lockout"]);
        manager.send("POST", &test, body(events, &receiver.url())).await.expect(204);
        let mut received = receiver.take(3).await;
        received.sort_by_key(|it| it.json["event"].to_string());
        for request in &received {
            assert!(request.is_signed_with(&key), "{request:?}");
            assert_eq!((request.header("x-key"), request.header("user-agent")), ("abc", "mine"));
            assert_eq!(request.json["userAgent"], "fake-user-agent");
        }
        let [lockout, sign_in, created] = received.as_slice() else { panic!("{received:?}") };
        assert_eq!((&sign_in.json["sessionId"], &sign_in.json["userId"]), (&json!("fake-session-id"), &json!("fake-id")));
        assert_eq!((&sign_in.json["userIp"], &sign_in.json["application"]["type"]), (&json!("fake-user-ip"), &json!("SPA")));
        for other in [lockout, created] {
            assert_eq!((&other.json["path"], &other.json["method"]), (&json!("/fake-path/:id"), &json!("POST")));
            assert_eq!((&other.json["status"], &other.json["params"]), (&json!(200), &json!({ "id": "fake-id" })));
            assert_eq!(other.json["data"], json!({ "result": "success" }));
        }

        receiver.will_answer(&[418]);
        let one = body(json!(["User.Created"]), &receiver.url());
        let refused = manager.send("POST", &test, one).await;
        let refused = refused.expect_code(422, "hook.endpoint_responded_with_error");
        assert_eq!(refused.json["data"], json!({ "responseStatus": 418, "responseBody": "answer 418" }));
        // Nobody listens there; and an address that only the server itself can reach.
        for url in ["http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data"] {
            let failed = manager.send("POST", &test, body(json!(["User.Created"]), url)).await;
            failed.expect_code(422, "hook.send_test_payload_failed");
        }
        let none = body(json!([]), &receiver.url());
        manager.send("POST", &test, none).await.expect_code(400, "hook.missing_events");
        let of_none = body(json!(["User.Created"]), &receiver.url());
        manager.send("POST", "/api/hooks/none/test", of_none).await
            .expect_code(404, "entity.not_exists_with_id");
        // Tests are no deliveries.
        assert_eq!(manager.get(&format!("{path}/recent-logs")).await.expect(200).json, json!([]));
    }
}

on_both_databases! {
    async fn lists_come_in_pages_with_figures_of_the_last_day(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let mut paths = Vec::new();
        for _ in 0..3 {
            paths.push(listen(&manager, &receiver, &["Role.Created"]).await.0);
            server.advance(std::time::Duration::from_millis(5));
        }
        receiver.will_answer(&[200, 400, 200]);
        manager.create("/api/roles", json!({ "name": "editor", "description": "d" })).await;
        receiver.take(3).await;
        delivery::ended(&manager, &paths).await;
        let page = manager.get("/api/hooks?page=1&page_size=2&includeExecutionStats=true").await.expect(200);
        assert_eq!(page.headers["total-number"], "3");
        let ids: Vec<String> =
            page.json.as_array().unwrap().iter().map(|it| format!("/api/hooks/{}", it["id"].as_str().unwrap())).collect();
        assert_eq!(ids, [paths[2].as_str(), paths[1].as_str()]);
        let stats = manager.get("/api/hooks?includeExecutionStats=1").await.expect(200).json;
        let sum = |name: &str| -> i64 {
            stats.as_array().unwrap().iter().map(|it| it["executionStats"][name].as_i64().unwrap()).sum()
        };
        assert_eq!((sum("requestCount"), sum("successCount")), (3, 2));
        let one = manager.get(&format!("{}?includeExecutionStats=true", paths[0])).await.expect(200).json;
        assert_eq!(one["executionStats"]["requestCount"], 1);
        assert!(manager.get(&paths[0]).await.json["executionStats"].is_null());

        server.advance(std::time::Duration::from_hours(25));
        let manager = Manager::new(&server).await;
        let one = manager.get(&format!("{}?includeExecutionStats=true", paths[0])).await.expect(200).json;
        assert_eq!(one["executionStats"], json!({ "successCount": 0, "requestCount": 0 }));
        assert_eq!(manager.get(&format!("{}/recent-logs", paths[0])).await.json, json!([]));
        let all = manager.get(&format!("{}/recent-logs?start_time=0", paths[0])).await.expect(200);
        assert_eq!((all.json.as_array().unwrap().len(), all.headers["total-number"].as_str()), (1, "1"));
        manager.get(&format!("{}/recent-logs?start_time=2&end_time=1", paths[0])).await
            .expect_code(400, "log.invalid_time_window");
        let other = format!("{}/recent-logs?start_time=0&logKey=TriggerHook.User.Created", paths[0]);
        assert_eq!(manager.get(&other).await.expect(200).json, json!([]));
        let capped = manager.get(&format!("{}/recent-logs?start_time=0&enableCap=true", paths[0])).await;
        assert_eq!(capped.expect(200).headers["total-number"], "1");
    }
}
