//! Users as lines.

use super::*;
use crate::support::PASSWORD;
use vestibule::transfer::users::{self, BadLine, Import, Include};

const ALL: Include = Include { passwords: true, mfa: true };

async fn export_users(server: &TestServer, include: Include) -> String {
    let mut out = Vec::new();
    users::export(&server.app, include, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

async fn import_users(server: &TestServer, text: &str, mode: Mode) -> (Import, Vec<BadLine>) {
    let mut bad = Vec::new();
    let mut tell = |line| bad.push(line);
    let done = users::import(&server.app, &mut text.as_bytes(), mode, &mut tell).await.unwrap();
    (done, bad)
}

fn counts(added: u64, changed: u64, same: u64, bad: u64) -> Import {
    Import { added, changed, same, bad }
}

/// Ann, who has something of everything.
async fn populate(server: &TestServer) -> String {
    let token = &server.management_token().await;
    let ann = json!({ "username": "Ann", "primaryEmail": "Ann@Example.com", "password": PASSWORD,
        "name": "Ann \"A\" Ä", "profile": { "nickname": "a" }, "customData": { "x": [null, 1] } });
    let ann = create(server, token, "/api/users", ann).await;
    let role = json!({ "name": "reader", "description": "Reads.", "type": "User" });
    let role = create(server, token, "/api/roles", role).await;
    send(server, token, "POST", &format!("/api/users/{ann}/roles"), json!({ "roleIds": [role] }))
        .await;
    let member =
        create(server, token, "/api/organization-roles", json!({ "name": "member" })).await;
    let organization = create(server, token, "/api/organizations", json!({ "name": "Acme" })).await;
    let users = format!("/api/organizations/{organization}/users");
    send(server, token, "POST", &users, json!({ "userIds": [ann] })).await;
    let roles = json!({ "organizationRoleIds": [member] });
    send(server, token, "POST", &format!("{users}/{ann}/roles"), roles).await;
    let identity = json!({ "userId": "42", "details": { "email": "ann@github.example" } });
    send(server, token, "PUT", &format!("/api/users/{ann}/identities/github"), identity).await;
    let totp = json!({ "type": "Totp", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" });
    send(server, token, "POST", &format!("/api/users/{ann}/mfa-verifications"), totp).await;
    server.user_named("bob").await;
    ann
}

/// From one server to another, which has another secret key.
async fn move_to(source: &TestServer, target: &TestServer) {
    let ann = populate(source).await;
    let file = export(source, true).await;
    apply(target, &file).await;
    let lines = export_users(source, ALL).await;
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.contains("JBSWY3DPEHPK3PXP") && lines.contains("$argon2id$"), "{lines}");
    let (tried, bad) = import_users(target, &lines, Mode::DryRun).await;
    assert_eq!((tried, bad), (counts(2, 0, 0, 0), Vec::new()));
    assert_eq!(export_users(target, ALL).await, "");
    assert_eq!(import_users(target, &lines, Mode::Apply).await.0, counts(2, 0, 0, 0));
    assert_eq!(export_users(target, ALL).await, lines);
    assert_eq!(import_users(target, &lines, Mode::Apply).await.0, counts(0, 0, 2, 0));

    // Without secrets, what is there stays.
    let plain = export_users(source, Include::default()).await;
    assert!(!plain.contains("JBSWY3DPEHPK3PXP") && !plain.contains("argon2"), "{plain}");
    assert_eq!(import_users(target, &plain, Mode::Apply).await.0, counts(0, 0, 2, 0));
    assert_eq!(export_users(target, ALL).await, lines);

    // The password is right, and the second factor is one.
    let token = &target.management_token().await;
    let verify = format!("/api/users/{ann}/password/verify");
    let answer =
        target.browser().call("POST", &verify, token, Some(json!({ "password": PASSWORD }))).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    let factors = target
        .browser()
        .call("GET", &format!("/api/users/{ann}/mfa-verifications"), token, None)
        .await;
    assert_eq!(factors.json[0]["type"], "Totp", "{}", factors.text);
    let roles = target.browser().call("GET", &format!("/api/users/{ann}/roles"), token, None).await;
    assert_eq!(roles.json[0]["name"], "reader", "{}", roles.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_sqlite_to_postgres() {
    let url = postgres::new_database().await;
    move_to(&TestServer::start(None).await, &TestServer::start(Some(url)).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_postgres_to_sqlite() {
    let url = postgres::new_database().await;
    move_to(&TestServer::start(Some(url)).await, &TestServer::start(None).await).await;
}

on_both_databases! {
    async fn bad_lines_are_left_out_and_told(server) {
        server.user(json!({ "username": "taken" })).await;
        let md5 = "5f4dcc3b5aa765d61d8327deb882cf99";
        let lines = [
            r#"{"id":"good1","username":"good_one"}"#.to_owned(),
            "nonsense".to_owned(),
            r#"{"username":"nobody"}"#.to_owned(),
            r#"{"id":"a b"}"#.to_owned(),
            r#"{"id":"x1","colour":"red"}"#.to_owned(),
            r#"{"id":"x2","username":"1st"}"#.to_owned(),
            r#"{"id":"x3","primaryEmail":"nowhere"}"#.to_owned(),
            r#"{"id":"x4","primaryPhone":"+49"}"#.to_owned(),
            String::new(),
            r#"{"id":"x5","username":"taken"}"#.to_owned(),
            r#"{"id":"x6","roles":["nothing"]}"#.to_owned(),
            r#"{"id":"x7","roles":["management-api-access"]}"#.to_owned(),
            r#"{"id":"x8","organizations":[{"id":"nothing"}]}"#.to_owned(),
            r#"{"id":"x9","ssoIdentities":[{"id":"i","ssoConnectorId":"nothing","issuer":"i","identityId":"1"}]}"#.to_owned(),
            r#"{"id":"x10","name":"a\u0000b"}"#.to_owned(),
            format!(r#"{{"id":"x11","passwordDigest":"{md5}"}}"#),
            r#"{"id":"x12","passwordDigest":"x","passwordAlgorithm":"Argon2id"}"#.to_owned(),
            r#"{"id":"x13","username":"good_one"}"#.to_owned(),
            r#"{"id":"good1"}"#.to_owned(),
            format!(r#"{{"id":"x14","name":"{}"}}"#, "n".repeat(1 << 20)),
            format!(r#"{{"id":"good2","primaryEmail":"b@example.com","passwordDigest":"{md5}","passwordAlgorithm":"MD5"}}"#),
        ];
        let text = lines.join("\n");
        for mode in [Mode::DryRun, Mode::Apply] {
            let (done, bad) = import_users(&server, &text, mode).await;
            let numbers: Vec<u64> = bad.iter().map(|bad| bad.line).collect();
            assert_eq!(numbers, [2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20], "{bad:#?}");
            assert_eq!(done, counts(2, 0, 0, 18));
            let reason = |line: u64| bad.iter().find(|bad| bad.line == line).unwrap().reason.clone();
            assert!(reason(5).contains("unknown field `colour`"), "{}", reason(5));
            assert_eq!(reason(10), "username: somebody else has it");
            assert!(reason(12).contains("of the type User"), "{}", reason(12));
            assert_eq!(reason(18), "username: line 1 has the same");
        }
        assert_eq!(export_users(&server, ALL).await.lines().count(), 3);
    }
}

on_both_databases! {
    async fn what_a_line_leaves_out_is_taken_away(server) {
        let ann = populate(&server).await;
        let line = format!(r#"{{"id":"{ann}","username":"ann2"}}"#);
        let (done, bad) = import_users(&server, &line, Mode::Apply).await;
        assert_eq!((done, bad), (counts(0, 1, 0, 0), Vec::new()));
        let lines = export_users(&server, Include::default()).await;
        let ann = lines.lines().find(|line| line.contains(&ann)).unwrap();
        for gone in ["reader", "organizations", "identities", "Example.com"] {
            assert!(!ann.contains(gone), "{ann}");
        }
        let full = export_users(&server, ALL).await;
        assert!(full.contains("JBSWY3DPEHPK3PXP"), "{full}");
    }
}

on_both_databases! {
    async fn more_users_than_fit_into_a_batch(server) {
        let line = |number: u32| format!(r#"{{"id":"u{number}","username":"user{number}"}}"#);
        let mut lines: Vec<String> = (0..1203).map(line).collect();
        // In the middle of a batch, and known only to the database.
        server.user(json!({ "username": "user700" })).await;
        lines.push(r#"{"id":"last","username":"user3"}"#.to_owned());
        let text = lines.join("\n");
        let (done, bad) = import_users(&server, &text, Mode::DryRun).await;
        assert_eq!((done, bad.len()), (counts(1202, 0, 0, 2), 2));
        let (done, bad) = import_users(&server, &text, Mode::Apply).await;
        assert_eq!((done, bad.len()), (counts(1202, 0, 0, 2), 2));
        let (done, _) = import_users(&server, &text, Mode::Apply).await;
        assert_eq!(done, counts(0, 0, 1202, 2));
        let exported = export_users(&server, Include::default()).await;
        let ids: Vec<Value> = exported.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
        assert_eq!(ids.len(), 1203);
        assert!(ids.is_sorted_by(|first, second| first.as_str() < second.as_str()));
    }
}
