use super::*;
use std::time::Duration;
use vestibule_shared::JsonObject;
use vestibule_shared::application::ApplicationType;
use vestibule_store::audit::{self, LogRow};
use vestibule_store::{Durability, Json, StoreError};

const DAY: Duration = Duration::from_hours(24);

/// Writes an entry.
async fn log(server: &TestServer, id: &str, key: &str, user: Option<&str>, created_at: i64) {
    let entry = LogRow {
        id: id.into(),
        key: key.into(),
        payload: Json(JsonObject::from_iter([("key", key), ("result", "Success")])),
        user_id: user.map(str::to_owned),
        application_id: None,
        created_at,
    };
    let write =
        async |connection: &mut _| audit::insert(connection, std::slice::from_ref(&entry)).await;
    server.app.store.write::<_, StoreError, _>(Durability::Durable, write).await.unwrap();
}

on_both_databases! {
    async fn entries_are_listed_and_filtered(server) {
        let manager = Manager::new(&server).await;
        log(&server, "first", "Interaction.Create", Some("ann"), 1000).await;
        log(&server, "second", "RevokeToken", Some("bob"), 2000).await;
        log(&server, "hidden", "TriggerHook.User.Created", None, 2500).await;
        log(&server, "third", "Interaction.End", Some("ann"), 3000).await;

        let listed = async |query: &str| manager.listed(&format!("/api/logs?end_time=5000&{query}"), "id").await;
        assert_eq!(listed("").await, ["third", "second", "first"]);
        assert_eq!(listed("userId=ann").await, ["third", "first"]);
        assert_eq!(listed("logKey=RevokeToken").await, ["second"]);
        assert_eq!(listed("start_time=2000").await, ["third", "second"]);
        assert_eq!(manager.listed("/api/logs?start_time=1000&end_time=2999", "id").await, ["second", "first"]);
        assert!(listed("applicationId=none").await.is_empty());

        let page = manager.get("/api/logs?end_time=5000&page=2&page_size=2").await.expect(200);
        assert_eq!(page.headers["total-number"], "3");
        assert_eq!(page.json[0]["id"], "first");
        let capped = manager.get("/api/logs?end_time=5000&enableCap=true").await.expect(200);
        assert_eq!(capped.headers["total-number"], "3");
        assert!(!capped.headers.contains_key("total-number-is-capped"));

        let entry = json!({ "tenantId": "default", "id": "second", "key": "RevokeToken", "createdAt": 2000,
            "payload": { "key": "RevokeToken", "result": "Success" } });
        assert_eq!(manager.get("/api/logs/second").await.expect(200).json, entry);
        manager.get("/api/logs/none").await.expect_code(404, "entity.not_exists_with_id");
        manager.get("/api/logs?start_time=2&end_time=1").await.expect_code(400, "log.invalid_time_window");
        manager.get("/api/logs?start_time=now").await.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn the_dashboard_counts_accounts_and_who_is_active(server) {
        let manager = Manager::new(&server).await;
        let before = manager.get("/api/dashboard/users/total").await.expect(200).json;
        assert_eq!(before, json!({ "totalUserCount": 0 }));
        server.user_named("ann").await;
        server.advance(DAY);
        for name in ["bob", "eve"] {
            server.user_named(name).await;
        }
        let spa = server.client(ApplicationType::SPA).await;
        server.browser().tokens(&spa, "bob", &[]).await;
        server.browser().tokens(&spa, "bob", &[]).await;

        let manager = Manager::new(&server).await;
        let total = manager.get("/api/dashboard/users/total").await.expect(200).json;
        assert_eq!(total, json!({ "totalUserCount": 3 }));
        let new = manager.get("/api/dashboard/users/new").await.expect(200).json;
        assert_eq!(new, json!({ "today": { "count": 2, "delta": 1 }, "last7Days": { "count": 3, "delta": 3 } }));
        let active = manager.get("/api/dashboard/users/active").await.expect(200).json;
        for period in ["dau", "wau", "mau"] {
            assert_eq!(active[period], json!({ "count": 1, "delta": 1 }), "{period}");
        }
        let curve = active["dauCurve"].as_array().unwrap();
        assert_eq!((curve.len(), &curve[29]["count"], &curve[28]["count"]), (30, &json!(1), &json!(0)));

        server.advance(DAY);
        let manager = Manager::new(&server).await;
        let today = manager.get("/api/dashboard/users/active").await.expect(200).json;
        assert_eq!(today["dau"], json!({ "count": 0, "delta": -1 }));
        assert_eq!(today["wau"], json!({ "count": 1, "delta": 1 }));
        let yesterday = format!("/api/dashboard/users/active?date={}", curve[29]["date"].as_str().unwrap());
        assert_eq!(manager.get(&yesterday).await.expect(200).json["dau"], active["dau"]);
        manager.get("/api/dashboard/users/active?date=today").await.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn a_change_is_logged_with_who_made_it_and_on_what(server) {
        let manager = Manager::new(&server).await;
        let body = json!({ "name": "editor", "description": "May write" });
        let role = manager.create("/api/roles", body).await;
        manager.send("POST", "/api/roles", json!({})).await.expect(400);
        manager.delete(&format!("/api/roles/{role}")).await.expect(204);
        let made = "/api/logs?logKey=Management.postRoles";
        let deleted = "/api/logs?logKey=Management.deleteRolesId";
        // A job writes them.
        for _ in 0..200 {
            if !manager.listed(deleted, "id").await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(manager.listed(made, "key").await, ["Management.postRoles"]);
        let entry = manager.get(deleted).await.expect(200).json[0]["payload"].clone();
        assert_eq!((&entry["result"], &entry["params"]), (&json!("Success"), &json!({ "id": role })));
        assert!(entry["applicationId"].is_string() && entry["userId"].is_null());
        let all = manager.listed("/api/logs", "key").await;
        assert!(all.contains(&"Management.deleteRolesId".to_owned()), "{all:?}");
    }
}
