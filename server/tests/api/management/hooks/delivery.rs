//! How events reach their receivers, and what happens when they do not.

use super::receiver::SILENCE;
use super::*;
use std::time::Duration;
use tokio::sync::mpsc;
use vestibule::jobs::{self, Jobs};
use vestibule_store::audit::LogRow;
use vestibule_store::hooks::deliveries::{self, DeliveryRow};
use vestibule_store::{Durability, StoreError, janitor};

/// Waits until every delivery of these webhooks has ended.
pub async fn ended(manager: &Manager, paths: &[String]) {
    for path in paths {
        for _ in 0..400 {
            let logs = manager.get(&format!("{path}/recent-logs")).await.expect(200).json;
            if !logs.as_array().unwrap().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

async fn rows(server: &TestServer, path: &str) -> Vec<DeliveryRow> {
    let id = path.rsplit('/').next().unwrap();
    deliveries::newest(&mut server.app.store.read().await.unwrap(), id, 100).await.unwrap()
}

/// Waits until the only delivery of a webhook is so.
async fn becomes(server: &TestServer, path: &str, status: &str, attempts: i32) -> DeliveryRow {
    for _ in 0..400 {
        if let [row] = rows(server, path).await.as_slice()
            && row.status == status
            && row.attempts == attempts
        {
            return row.clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{:?}", rows(server, path).await);
}

/// Waits until a try of the only delivery of a webhook has ended with this answer, and another is to
/// follow.
async fn failed(server: &TestServer, path: &str, status: i32) -> DeliveryRow {
    for _ in 0..400 {
        if let [row] = rows(server, path).await.as_slice()
            && row.status == "Pending"
            && row.response_status == Some(status)
        {
            return row.clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{:?}", rows(server, path).await);
}

/// The jobs of one more server on the same database. They run until this is dropped.
struct Another {
    jobs: Jobs,
    _entries: mpsc::Sender<LogRow>,
}

impl Another {
    fn start(server: &TestServer) -> Self {
        let (sender, entries) = mpsc::channel(10);
        Self { jobs: jobs::start(&server.app, entries).unwrap(), _entries: sender }
    }

    fn stop(self) {
        self.jobs.stop();
    }
}

async fn make_role(manager: &Manager, name: &str) -> String {
    manager.create("/api/roles", json!({ "name": name, "description": "d" })).await
}

on_both_databases! {
    async fn an_event_is_signed_delivered_and_logged(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let (path, key) = listen(&manager, &receiver, &["Role.Created"]).await;
        let id = make_role(&manager, "editor").await;
        let request = receiver.take(1).await.remove(0);
        assert_eq!(request.line, "POST /hook HTTP/1.1");
        assert!(request.is_signed_with(&key), "{request:?}");
        assert_eq!(request.header("content-type"), "application/json");
        assert_eq!(request.header("user-agent"), "Logto (https://logto.io/)");
        let body = &request.json;
        assert_eq!((&body["event"], &body["hookId"]), (&json!("Role.Created"), &json!(path.rsplit('/').next())));
        assert_eq!((&body["path"], &body["matchedRoute"]), (&json!("/api/roles"), &json!("/roles")));
        assert_eq!((&body["method"], &body["status"], &body["params"]), (&json!("POST"), &json!(200), &json!({})));
        assert_eq!((&body["data"]["id"], &body["data"]["name"]), (&json!(id), &json!("editor")));
        assert_eq!(body["ip"], "127.0.0.1");
        assert!(body["createdAt"].as_str().unwrap().ends_with('Z'));

        let row = becomes(&server, &path, "Delivered", 1).await;
        // What was told of people is not kept longer than it is needed.
        assert_eq!((row.body.as_str(), row.response_status), ("", Some(200)));
        let logs = manager.get(&format!("{path}/recent-logs")).await.expect(200).json;
        let entry = &logs[0];
        assert_eq!(entry["key"], "TriggerHook.Role.Created");
        assert_eq!(entry["payload"]["result"], "Success");
        assert_eq!(entry["payload"]["hookRequest"]["body"], *body);
        assert_eq!(entry["payload"]["response"], json!({ "statusCode": 200, "body": "answer 200" }));
        assert!(!logs.to_string().contains(&key));
        // Deliveries are shown with their webhook, not among what people and programs did.
        let all = manager.listed("/api/logs?page_size=100", "key").await;
        assert!(!all.iter().any(|key| key.starts_with("TriggerHook")), "{all:?}");
    }
}

on_both_databases! {
    async fn a_failure_is_tried_again_later(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let (path, _) = listen(&manager, &receiver, &["Role.Created"]).await;
        let patch = json!({ "config": { "url": receiver.url(), "retries": 2 } });
        manager.send("PATCH", &path, patch).await.expect(200);
        receiver.will_answer(&[500, 503]);
        make_role(&manager, "editor").await;
        let first = receiver.take(1).await.remove(0);
        let row = failed(&server, &path, 500).await;
        assert_eq!(row.attempts, 1);
        assert_eq!(row.last_error.as_deref(), Some("the endpoint answered 500"));
        // A row is not readable for whoever gets hold of the database.
        assert!(!row.body.contains("editor") && !row.body.is_empty());
        server.advance(Duration::from_secs(1));
        let second = receiver.take(1).await.remove(0);
        assert_eq!(failed(&server, &path, 503).await.attempts, 2);
        assert_eq!(receiver.count(), 0, "the pause is longer");
        server.advance(Duration::from_secs(4));
        let third = receiver.take(1).await.remove(0);
        assert_eq!((&first.body, &first.body), (&second.body, &third.body));
        becomes(&server, &path, "Delivered", 3).await;
        let logs = manager.get(&format!("{path}/recent-logs")).await.expect(200).json;
        assert_eq!(logs.as_array().unwrap().len(), 1, "a delivery is one entry");
        assert_eq!(logs[0]["payload"]["attempts"], 3);
    }
}

on_both_databases! {
    async fn what_cannot_be_delivered_is_given_up_and_kept(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let (path, _) = listen(&manager, &receiver, &["Role.Created"]).await;
        let patch = json!({ "config": { "url": receiver.url(), "retries": 1 } });
        manager.send("PATCH", &path, patch).await.expect(200);
        receiver.will_answer(&[500, 500]);
        make_role(&manager, "editor").await;
        failed(&server, &path, 500).await;
        server.advance(Duration::from_secs(1));
        let row = becomes(&server, &path, "Dead", 2).await;
        assert_eq!(row.response_status, Some(500));
        server.advance(Duration::from_secs(600));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(receiver.count(), 2);
        let logs = manager.get(&format!("{path}/recent-logs")).await.expect(200).json;
        let payload = &logs[0]["payload"];
        assert_eq!((&payload["result"], &payload["error"]), (&json!("Error"), &json!("the endpoint answered 500")));
        assert_eq!(payload["response"]["statusCode"], 500);

        // It stays for a week, for whoever looks after the server.
        let day = 86_400_000;
        for (days, left) in [(6, 1), (8, 0)] {
            let now = server.app.clock.now() + days * day;
            let sweep = async |connection: &mut _| janitor::sweep(connection, now, day, 500).await;
            server.app.store.write::<_, StoreError, _>(Durability::Relaxed, sweep).await.unwrap();
            assert_eq!(rows(&server, &path).await.len(), left);
        }

        // A refusal that another try would not change, and an address that may not be reached.
        manager.delete(&path).await.expect(204);
        for (url, error) in [
            (receiver.url(), "the endpoint answered 404"),
            ("http://169.254.169.254/".to_owned(), "VESTIBULE_OUTBOUND_ALLOW"),
        ] {
            receiver.will_answer(&[404]);
            let body = json!({ "events": ["Role.Created"], "config": { "url": url } });
            let path = format!("/api/hooks/{}", manager.create("/api/hooks", body).await);
            make_role(&manager, &url).await;
            let row = becomes(&server, &path, "Dead", 1).await;
            assert!(row.last_error.as_deref().unwrap().contains(error), "{row:?}");
            manager.delete(&path).await.expect(204);
        }
    }
}

on_both_databases! {
    async fn only_enabled_webhooks_that_listen_are_told(server) {
        let manager = Manager::new(&server).await;
        let (mine, others) = (Receiver::start().await, Receiver::start().await);
        let (path, _) = listen(&manager, &others, &["Role.Created"]).await;
        manager.send("PATCH", &path, json!({ "enabled": false })).await.expect(200);
        listen(&manager, &others, &["Role.Deleted", "User.Created"]).await;
        let legacy = json!({ "event": "Role.Created", "config": { "url": mine.url() } });
        manager.send("POST", "/api/hooks", legacy).await.expect(201);
        make_role(&manager, "editor").await;
        // A refused change is none.
        let same = json!({ "name": "editor", "description": "d" });
        manager.send("POST", "/api/roles", same).await.expect(422);
        mine.take(1).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!((mine.count(), others.count()), (0, 0));
        assert!(rows(&server, &path).await.is_empty());
        // With the webhook goes what was to be delivered.
        manager.delete(&path).await.expect(204);
    }
}

on_both_databases! {
    async fn what_is_written_is_delivered_after_a_crash(server) {
        let mut server = server;
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let (path, _) = listen(&manager, &receiver, &["Role.Created"]).await;
        drop(server.take_jobs());
        make_role(&manager, "editor").await;
        becomes(&server, &path, "Pending", 0).await;

        // The second server dies while the receiver has not answered yet.
        receiver.will_answer(&[SILENCE]);
        let other = Another::start(&server);
        let first = receiver.take(1).await.remove(0);
        other.stop();
        becomes(&server, &path, "Pending", 1).await;
        let other = Another::start(&server);
        tokio::time::sleep(Duration::from_millis(1200)).await;
        assert_eq!(receiver.count(), 0, "it is claimed for a while");
        server.advance(Duration::from_secs(31));
        let again = receiver.take(1).await.remove(0);
        assert_eq!(first.body, again.body);
        becomes(&server, &path, "Delivered", 2).await;
        other.stop();
    }
}

on_both_databases! {
    async fn several_servers_deliver_once(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let (path, _) = listen(&manager, &receiver, &["Role.Created", "Role.Deleted"]).await;
        let others = [Another::start(&server), Another::start(&server)];
        for number in 0..15 {
            let id = make_role(&manager, &format!("role {number}")).await;
            manager.delete(&format!("/api/roles/{id}")).await.expect(204);
        }
        let received = receiver.take(30).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!((received.len(), receiver.count()), (30, 0));
        for row in rows(&server, &path).await {
            assert_eq!((row.status.as_str(), row.attempts), ("Delivered", 1));
        }
        others.into_iter().for_each(Another::stop);
    }
}

on_both_databases! {
    async fn a_silent_receiver_does_not_keep_others_waiting(server) {
        let manager = Manager::new(&server).await;
        let (silent, prompt) = (Receiver::start().await, Receiver::start().await);
        silent.will_answer(&[SILENCE; 20]);
        listen(&manager, &silent, &["Role.Created"]).await;
        for number in 0..6 {
            make_role(&manager, &format!("role {number}")).await;
        }
        silent.take(4).await;
        listen(&manager, &prompt, &["Role.Created"]).await;
        make_role(&manager, "editor").await;
        prompt.take(1).await;
        assert_eq!(silent.count(), 0, "four at a time");
    }
}
