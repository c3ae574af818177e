//! Moving in and out: the configuration as a file, users as lines.

mod commands;
mod mistakes;
mod users;

use crate::on_both_databases;
use crate::support::{TestServer, postgres};
use serde_json::{Value, json};
use vestibule::transfer::{self, Mode, Outcome, TransferError};
use vestibule_connectors::factory::SMTP;

async fn send(server: &TestServer, token: &str, method: &str, path: &str, body: Value) -> Value {
    let answer = server.browser().call(method, path, token, Some(body)).await;
    assert!(answer.status < 300, "{method} {path}: {}", answer.text);
    answer.json
}

async fn create(server: &TestServer, token: &str, path: &str, body: Value) -> String {
    let made = send(server, token, "POST", path, body).await;
    made["id"].as_str().unwrap_or_default().to_owned()
}

/// Sets up something of each kind.
async fn furnish(server: &TestServer) {
    let token = &server.management_token().await;
    let api = json!({ "name": "Orders", "indicator": "https://orders.example" });
    let api = create(server, token, "/api/resources", api).await;
    let scopes = format!("/api/resources/{api}/scopes");
    let read = create(server, token, &scopes, json!({ "name": "read:orders" })).await;
    let write = json!({ "name": "write:orders", "description": "multi\nline" });
    let write = create(server, token, &scopes, write).await;
    let role = json!({ "name": "reader", "description": "Reads.", "scopeIds": [read, write] });
    create(server, token, "/api/roles", role).await;

    let scope = json!({ "name": "invite" });
    let scope = create(server, token, "/api/organization-scopes", scope).await;
    let member =
        json!({ "name": "member", "organizationScopeIds": [scope], "resourceScopeIds": [read] });
    let member = create(server, token, "/api/organization-roles", member).await;
    let organization = json!({ "name": "yes", "customData": { "a": null, "b": [1, { "c": "" }] } });
    let organization = create(server, token, "/api/organizations", organization).await;
    let jit = format!("/api/organizations/{organization}/jit");
    let domain = json!({ "emailDomain": "acme.example" });
    send(server, token, "POST", &format!("{jit}/email-domains"), domain).await;
    let roles = json!({ "organizationRoleIds": [member] });
    send(server, token, "POST", &format!("{jit}/roles"), roles).await;

    let css = "a {\n  color: red;\n}\n\n/* # é */\n";
    let patch = json!({ "customCss": css, "termsOfUseUrl": "https://example.com/terms" });
    send(server, token, "PATCH", "/api/sign-in-exp", patch).await;
    send(server, token, "PATCH", "/api/account-center", json!({ "enabled": true })).await;
    let phrases = json!({ "action": { "back": "Zurück: #1" } });
    send(server, token, "PUT", "/api/custom-phrases/de", phrases).await;
    let template = json!({ "templates": [{ "languageTag": "de", "templateType": "SignIn",
        "details": { "subject": "Hallo", "content": "Ihr Code: {{code}}\nTschüss" } }] });
    send(server, token, "PUT", "/api/email-templates", template).await;
    let captcha = json!({ "config": { "type": "Turnstile", "siteKey": "public", "secretKey": "captcha-s3cret" } });
    send(server, token, "PUT", "/api/captcha-provider", captcha).await;
    let usages = ["Register", "SignIn", "ForgotPassword", "Generic"];
    let templates = usages.map(|usage| {
        json!({ "usageType": usage, "contentType": "text/plain", "subject": "s", "content": "{{code}}" })
    });
    let smtp = json!({
        "host": "mail.example", "port": 465, "secure": true, "fromEmail": "a@example.com",
        "auth": { "user": "me", "pass": "smtp-s3cret" },
        "templates": templates,
    });
    create(server, token, "/api/connectors", json!({ "connectorId": SMTP, "config": smtp })).await;
    let hook = json!({ "name": "mine", "events": ["User.Created"],
        "config": { "url": "https://hooks.example/", "headers": { "X-Key": "header-s3cret" } } });
    create(server, token, "/api/hooks", hook).await;
    let session = json!({ "ttl": 3600 });
    send(server, token, "PATCH", "/api/configs/oidc/session", session).await;
    let script = json!({ "script": "const f = () => ({});", "environmentVariables": { "KEY": "script-s3cret" } });
    send(server, token, "PUT", "/api/configs/jwt-customizer/client-credentials", script).await;
}

async fn export(server: &TestServer, with_secrets: bool) -> String {
    transfer::export(&server.app, with_secrets).await.unwrap()
}

async fn apply(server: &TestServer, file: &str) -> Outcome {
    transfer::apply(&server.app, file, false, Mode::Apply).await.unwrap()
}

async fn dry_run(server: &TestServer, file: &str) -> Outcome {
    transfer::apply(&server.app, file, false, Mode::DryRun).await.unwrap()
}

/// What is wrong with a file, line by line.
async fn problems(server: &TestServer, file: &str) -> Vec<String> {
    match transfer::apply(&server.app, file, false, Mode::DryRun).await {
        Err(
            error @ (TransferError::Problems(_)
            | TransferError::Yaml(_)
            | TransferError::Refused(_)),
        ) => error.to_string().lines().map(str::to_owned).collect(),
        other => panic!("{other:?}"),
    }
}

const SECRETS: [&str; 5] =
    ["captcha-s3cret", "smtp-s3cret", "header-s3cret", "script-s3cret", "PRIVATE KEY"];

/// From one server to an empty one, which has another secret key.
async fn move_to(source: &TestServer, target: &TestServer) {
    furnish(source).await;
    let full = export(source, true).await;
    for secret in SECRETS {
        assert!(full.contains(secret), "{secret} is missing");
    }
    let outcome = apply(target, &full).await;
    assert!(outcome.is_different());
    assert_eq!(outcome.left, 0, "{}", outcome.summary);
    assert_eq!(export(target, true).await, full);
    assert_eq!(export(target, false).await, export(source, false).await);
    let again = apply(target, &full).await;
    assert!(!again.is_different(), "{}", again.difference);

    // What has moved works: an application of the one server gets a token from the other.
    let client = source.manager().await;
    apply(target, &export(source, true).await).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", vestibule::seed::MANAGEMENT_API),
        ("scope", "all"),
    ];
    let answer = target.browser().token(&client, &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json["access_token"].as_str().unwrap();
    let connectors = target.browser().call("GET", "/api/connectors", token, None).await;
    assert_eq!(connectors.json[0]["config"]["auth"]["pass"], "smtp-s3cret", "{}", connectors.text);
    let hooks = target.browser().call("GET", "/api/hooks", token, None).await;
    assert_eq!(hooks.json[0]["config"]["headers"]["X-Key"], "header-s3cret", "{}", hooks.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_sqlite_to_sqlite() {
    move_to(&TestServer::start(None).await, &TestServer::start(None).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_sqlite_to_postgres() {
    let url = postgres::new_database().await;
    move_to(&TestServer::start(None).await, &TestServer::start(Some(url)).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_postgres_to_postgres() {
    let (first, second) = (postgres::new_database().await, postgres::new_database().await);
    move_to(&TestServer::start(Some(first)).await, &TestServer::start(Some(second)).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_postgres_to_sqlite() {
    let url = postgres::new_database().await;
    move_to(&TestServer::start(Some(url)).await, &TestServer::start(None).await).await;
}

on_both_databases! {
    async fn an_export_without_secrets_has_none_and_changes_nothing(server) {
        furnish(&server).await;
        let file = export(&server, false).await;
        for secret in SECRETS {
            assert!(!file.contains(secret), "{secret}");
        }
        for shown in ["mail.example", "https://hooks.example/", "${keep}", "siteKey: public", "# read:orders"] {
            assert!(file.contains(shown), "{shown} is missing in\n{file}");
        }
        let outcome = dry_run(&server, &file).await;
        assert!(!outcome.is_different(), "{}{}", outcome.summary, outcome.difference);
        assert!(outcome.difference.is_empty());
        assert!(!apply(&server, &file).await.is_different());
        assert_eq!(export(&server, false).await, file);
    }
}

on_both_databases! {
    async fn a_dry_run_shows_the_difference_and_keeps_nothing(server) {
        furnish(&server).await;
        let before = export(&server, true).await;
        let file = export(&server, false).await;
        let changed = file.replace("description: Reads.", "description: Reads all.");
        let outcome = dry_run(&server, &changed).await;
        assert_eq!(outcome.summary, "roles: 0 added, 1 changed, 0 deleted\n");
        assert!(outcome.difference.contains("-    description: Reads."), "{}", outcome.difference);
        assert!(outcome.difference.contains("+    description: Reads all."), "{}", outcome.difference);
        assert_eq!(export(&server, true).await, before);

        // Another secret is told, and not shown.
        let changed = before.replace("smtp-s3cret", "other-s3cret");
        let outcome = dry_run(&server, &changed).await;
        assert!(outcome.difference.contains("pass: (another secret)"), "{}", outcome.difference);
        for secret in ["other-s3cret", "smtp-s3cret", "PRIVATE KEY"] {
            assert!(!outcome.difference.contains(secret), "{secret}");
        }
    }
}

on_both_databases! {
    async fn a_running_server_takes_the_change(server) {
        let version = server.app.catalog.snapshot().version;
        let file = export(&server, false).await;
        let changed = file.replace("primaryColor: \"#4F46E5\"", "primaryColor: \"#123456\"");
        assert_ne!(changed, file);
        assert!(apply(&server, &changed).await.is_different());
        for _ in 0..100 {
            if server.app.catalog.snapshot().version != version {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
        let shown = server.browser().get("/api/.well-known/sign-in-exp").await.json;
        assert_eq!(shown["color"]["primaryColor"], "#123456");
        // Nothing more is read where nothing differs.
        let version = server.app.catalog.snapshot().version;
        apply(&server, &changed).await;
        let mut connection = server.app.store.read().await.unwrap();
        let stored = vestibule_store::configuration::version(&mut connection).await.unwrap();
        assert_eq!(stored, version);
    }
}

on_both_databases! {
    async fn rows_that_the_file_does_not_have_go_only_when_asked(server) {
        furnish(&server).await;
        let file = "version: 1\nroles:\n  - id: only\n    name: only\n    description: One.\n    type: User\n";
        let outcome = apply(&server, file).await;
        assert_eq!(outcome.summary, "roles: 1 added, 0 changed, 0 deleted\n");
        assert_eq!(outcome.left, 1);
        let pruned = transfer::apply(&server.app, file, true, Mode::Apply).await.unwrap();
        assert_eq!(pruned.summary, "roles: 0 added, 0 changed, 1 deleted\nroles_scopes: 0 added, 0 changed, 2 deleted\n");
        // Those that every server has stay, and so do other sections.
        let left = export(&server, false).await;
        for name in ["management-api-access", "id: only", "mail.example", "read:orders"] {
            assert!(left.contains(name), "{name}");
        }
        assert!(!left.contains("reader"));
    }
}

on_both_databases! {
    async fn names_may_be_exchanged_and_relations_are_what_the_file_says(server) {
        let role = |id: &str, name: &str, scopes: &str| {
            format!("  - id: {id}\n    name: {name}\n    description: d\n    type: User\n    scopes: [{scopes}]\n")
        };
        let api = "resources:\n  - id: api\n    name: Api\n    indicator: https://api.example\n    scopes:\n      \
                   - id: s1\n        name: one\n      - id: s2\n        name: two\n";
        let first = format!("version: 1\n{api}roles:\n{}{}", role("a", "A", "s1, s2"), role("b", "B", ""));
        assert!(apply(&server, &first).await.is_different());
        let second = format!(
            "version: 1\n{}roles:\n{}{}",
            api.replace("name: one", "name: x").replace("name: two", "name: one").replace("name: x", "name: two"),
            role("a", "B", "s2"),
            role("b", "A", "s1")
        );
        let outcome = apply(&server, &second).await;
        assert!(outcome.summary.contains("roles: 0 added, 2 changed, 0 deleted"), "{}", outcome.summary);
        assert!(outcome.summary.contains("roles_scopes: 1 added, 0 changed, 1 deleted"), "{}", outcome.summary);
        assert!(!dry_run(&server, &second).await.is_different());
    }
}

on_both_databases! {
    async fn every_stored_setting_moves_or_is_named(server) {
        furnish(&server).await;
        server.app.catalog.refresh(&server.app.store, &server.app.secrets).await.unwrap();
        vestibule::flows::setup::issue_token(&server.app).await.unwrap();
        let shape = vestibule_store::transfer::Shape {
            table: "configuration",
            columns: vec![("key", vestibule_store::transfer::SqlType::Text)],
            key: &["key"],
        };
        let mut connection = server.app.store.scan().await.unwrap();
        let all = vestibule_store::transfer::Rows::All;
        let rows = vestibule_store::transfer::read(&mut connection, &shape, all).await.unwrap();
        assert!(rows.len() >= 4);
        for row in rows {
            let key = row[0].as_str().unwrap();
            let moves = transfer::tables::SETTINGS.iter().any(|setting| setting.key == key);
            assert!(moves || transfer::tables::INTERNAL_SETTINGS.contains(&key), "{key}");
        }
    }
}
