use super::*;
use std::cell::Cell;
use std::time::Duration;
use vestibule::flows::audit::{Who, entry};
use vestibule::flows::error::FlowError;
use vestibule::flows::management::write;
use vestibule::state::App;
use vestibule_shared::JsonObject;
use vestibule_shared::application::ApplicationType;
use vestibule_store::audit::{self, LogRow};
use vestibule_store::{Connection, Durability, Json, StoreError};

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
        assert_eq!(manager.listed(made, "key").await, ["Management.postRoles"]);
        let entry = manager.get(deleted).await.expect(200).json[0]["payload"].clone();
        assert_eq!((&entry["result"], &entry["params"]), (&json!("Success"), &json!({ "id": role })));
        assert!(entry["applicationId"].is_string() && entry["userId"].is_null());
        let all = manager.listed("/api/logs", "key").await;
        assert!(all.contains(&"Management.deleteRolesId".to_owned()), "{all:?}");
    }
}

on_both_databases! {
    async fn entries_of_changes_need_no_room_in_the_queue(server) {
        let manager = Manager::new(&server).await;
        let queue = &server.app.audit;
        let full = queue.reserve_many(queue.max_capacity()).await.unwrap();
        let entries = async |operation: &str| {
            manager.listed(&format!("/api/logs?logKey=Management.{operation}"), "id").await.len()
        };
        let role = json!({ "name": "editor", "description": "May write" });
        manager.create("/api/roles", role.clone()).await;
        assert_eq!(entries("postRoles").await, 1);
        // Refused by a rule, by the database, and after something was written.
        manager.send("POST", "/api/roles", json!({ "name": "#internal:mine", "description": "d" })).await.expect(403);
        manager.send("POST", "/api/roles", role).await.expect_code(422, "role.name_in_use");
        let unknown = json!({ "name": "other", "description": "d", "scopeIds": ["none"] });
        manager.send("POST", "/api/roles", unknown).await.expect(404);
        assert_eq!(entries("postRoles").await, 1);

        let user = manager.create("/api/users", json!({ "username": "ann" })).await;
        let path = format!("/api/users/{user}");
        manager.send("PATCH", &path, json!({ "name": "Ann" })).await.expect(200);
        let token = format!("{path}/personal-access-tokens/none");
        manager.delete(&token).await.expect_code(404, "entity.not_exists_with_id");
        let token = json!({ "email": "ann@example.com" });
        manager.send("POST", "/api/one-time-tokens", token.clone()).await.expect(201);
        manager.send("POST", "/api/verification-codes", token).await.expect(204);
        for operation in ["postUsers", "patchUsersUserId", "postOneTimeTokens", "postVerificationCodes"] {
            assert_eq!(entries(operation).await, 1, "{operation}");
        }
        assert_eq!(entries("deleteUsersUserIdPersonalAccessTokensName").await, 0);

        // What is counted whether it succeeds or not takes the queue.
        drop(full);
        let code = server.last_message().await["code"].as_str().unwrap().to_owned();
        let wrong = if code == "000000" { "111111" } else { "000000" };
        for (code, status) in [(wrong, 400), (code.as_str(), 204)] {
            let body = json!({ "email": "ann@example.com", "verificationCode": code });
            manager.send("POST", "/api/verification-codes/verify", body).await.expect(status);
        }
        for _ in 0..200 {
            if entries("postVerificationCodesVerify").await > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(entries("postVerificationCodesVerify").await, 1);
    }
}

/// Does an operation that is called `test`; whether its entry is left for the queue.
async fn operate<T>(app: &App, work: impl Future<Output = T>) -> (T, bool) {
    let answering = async {
        entry::begin(app, Who { user_id: Some("ann"), ..Who::default() });
        work.await
    };
    let (answer, left) =
        entry::follow("Management.test".into(), JsonObject::default(), answering).await;
    (answer, left.is_some())
}

on_both_databases! {
    async fn an_entry_is_kept_with_its_change_or_not_at_all(server) {
        let manager = Manager::new(&server).await;
        let app = &server.app;
        // Whether a change is kept, and how many entries there are.
        let kept = async |id: &str| {
            let found = audit::by_id(&mut app.store.read().await.unwrap(), id).await.unwrap();
            (found.is_some(), manager.listed("/api/logs?logKey=Management.test", "id").await.len())
        };
        let change = async |name: &str, fails: u32| {
            let tries = Cell::new(0);
            let row = LogRow { id: name.into(), key: "Change".into(), payload: Json(JsonObject::default()),
                user_id: None, application_id: None, created_at: 1 };
            let result = write(app, Durability::Durable, async |connection: &mut Connection| {
                audit::insert(connection, std::slice::from_ref(&row)).await?;
                tries.set(tries.get() + 1);
                if tries.get() <= fails {
                    return Err(FlowError::Store(StoreError::Serialization("too late".into())));
                }
                Ok(())
            });
            (result.await, tries.get())
        };
        // Given up: neither.
        let ((result, tries), is_left) = operate(app, change("refused", 5)).await;
        assert!(result.is_err() && tries == 5 && is_left);
        assert_eq!(kept("refused").await, (false, 0));
        // Tried again: once.
        let ((result, tries), is_left) = operate(app, change("retried", 2)).await;
        assert!(result.is_ok() && tries == 3 && !is_left);
        assert_eq!(kept("retried").await, (true, 1));
        // The first transaction that is kept has it.
        let several = async {
            change("failed", 5).await.0.unwrap_err();
            change("first", 0).await.0.unwrap();
            change("second", 0).await.0.unwrap();
        };
        assert!(!operate(app, several).await.1);
        assert_eq!(kept("second").await, (true, 2));
        // The request ends right after the commit.
        let cut_off = async {
            change("answered never", 0).await.0.unwrap();
            std::future::pending::<()>().await;
        };
        tokio::time::timeout(Duration::from_secs(1), operate(app, cut_off)).await.unwrap_err();
        assert_eq!(kept("answered never").await, (true, 3));
        // An entry that cannot be written takes its change with it.
        let colliding = async {
            let mut entry = entry::take().unwrap();
            entry.id = "first".into();
            entry::put_back(Some(entry));
            change("alone", 0).await.0
        };
        assert!(operate(app, colliding).await.0.is_err());
        assert_eq!(kept("alone").await, (false, 3));
        // Who is no operation writes none.
        change("command", 0).await.0.unwrap();
        assert_eq!(kept("command").await, (true, 3));
    }
}
