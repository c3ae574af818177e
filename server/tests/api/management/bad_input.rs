//! What does not fit is refused by every operation of the document with the contract's error, and
//! changes nothing.

mod operations;

use super::*;
use crate::support::rows;
use operations::{Document, Operation};
use std::path::Path;
use std::time::{Duration, Instant};
use vestibule::config::Database;

/// Everything that is stored, but for what every request may write.
async fn picture(server: &TestServer) -> Vec<String> {
    let dump = match &server.app.settings.database {
        Database::Sqlite(path) => rows::of_sqlite(Path::new(path)),
        Database::Postgres(url) => rows::of_postgres(url).await,
    };
    let counts = ["logs", "row_counts", "rate_limits", "daily_active_users", "sentinel_activities"];
    let of = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    dump.lines().filter(|line| !counts.contains(&of(line).as_str())).map(str::to_owned).collect()
}

fn refused(answer: &Answer, about: &str) {
    let shown: String = answer.text.chars().take(300).collect();
    assert!((400..500).contains(&answer.status), "{about}: {} {shown}", answer.status);
    assert!(answer.json["message"].is_string(), "{about}: {} {shown}", answer.status);
    assert!(!answer.code().is_empty(), "{about}: {} {shown}", answer.status);
}

on_both_databases! {
    async fn bodies_that_break_the_document_are_refused(server) {
        let manager = Manager::new(&server).await;
        let document = Document::new();
        let before = picture(&server).await;
        let (mut sent, mut wrong) = (0, Vec::new());
        for operation in document.operations() {
            let Some(schema) = &operation.body else { continue };
            for (what, body) in document.broken(schema) {
                let answer = manager.send(&operation.method, &operation.path, body).await;
                sent += 1;
                // A bound is found before anything else that may be wrong with the body.
                let is_bound = ["long", "empty", "small", "big", "many"].iter().any(|it| what.ends_with(it));
                let is_told = !is_bound || answer.text.contains("must be at ");
                if (answer.status, answer.code()) != (400, "guard.invalid_input") || !is_told {
                    let shown: String = answer.text.chars().take(200).collect();
                    let (method, path) = (&operation.method, &operation.path);
                    wrong.push(format!("{method} {path} {what}: {} {shown}", answer.status));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {sent}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(sent > 1000, "{sent}");
        assert_eq!(picture(&server).await, before);
    }
}

on_both_databases! {
    async fn bodies_that_are_no_json_are_refused(server) {
        let manager = Manager::new(&server).await;
        let before = picture(&server).await;
        for operation in Document::new().operations() {
            let Operation { method, path, body: Some(_), .. } = operation else { continue };
            for text in ["{", "\0", "name=a", "{\"name\":\"a\0b\"}", "{\"name\":\"\\ud800\"}"] {
                let request = manager.browser.request(&method, &path).bearer_auth(&manager.token);
                let request = request.header("content-type", "application/json").body(text);
                let answer = manager.browser.send(request).await;
                assert_eq!(answer.status, 400, "{method} {path} {text}: {}", answer.text);
                assert!(answer.json["message"].is_string(), "{method} {path}: {}", answer.text);
            }
            let long = "x".repeat(300 * 1024);
            let answer = manager.send(&method, &path, json!({ "name": long })).await;
            let found = (answer.status, answer.code());
            assert_eq!(found, (413, "guard.invalid_input"), "{method} {path}");
        }
        assert_eq!(picture(&server).await, before);
    }
}

on_both_databases! {
    async fn queries_that_break_the_document_are_refused(server) {
        let manager = Manager::new(&server).await;
        let before = picture(&server).await;
        let mut sent = 0;
        for Operation { method, path, has_ids, query, .. } in Document::new().operations() {
            if method != "GET" {
                continue;
            }
            for (name, schema) in query {
                let mut values = vec!["%00".to_owned(), "x".repeat(10_000)];
                let kind = schema["type"].as_str().unwrap_or_default();
                if kind != "string" || schema["enum"].is_array() {
                    values.extend(["Dance".to_owned(), String::new()]);
                }
                if kind == "integer" {
                    let least = schema["minimum"].as_i64().unwrap();
                    values.extend([(least - 1).to_string(), "1.5".into(), "1e300".into()]);
                }
                if name == "page_size" {
                    values.extend(["101".to_owned(), "1000".to_owned()]);
                }
                for value in values {
                    let mut target = format!("{path}?{name}={value}");
                    if name == "mode" {
                        target.push_str("&search=a");
                    }
                    let answer = manager.get(&target).await;
                    sent += 1;
                    let about: String = target.chars().take(100).collect();
                    refused(&answer, &about);
                    // Whether there is such a thing at all may be asked first.
                    if !(has_ids && answer.status == 404) {
                        assert_eq!(answer.status, 400, "{about}: {}", answer.text);
                        let is_page = name.starts_with("page") && !value.contains('%');
                        if is_page && value.len() < 100 {
                            assert_eq!(answer.code(), "guard.invalid_pagination", "{about}");
                        }
                    }
                }
            }
        }
        assert!(sent > 300, "{sent}");
        assert_eq!(picture(&server).await, before);
    }
}

on_both_databases! {
    async fn searches_that_break_the_grammar_are_refused(server) {
        let manager = Manager::new(&server).await;
        let role = manager.create("/api/roles", json!({ "name": "a", "description": "a" })).await;
        let user = server.user_named("ann").await;
        let mut lists = 0;
        for Operation { method, path, query, .. } in Document::new().operations() {
            if method != "GET" || !query.iter().any(|(name, _)| name == "search") {
                continue;
            }
            lists += 1;
            let path = path
                .replace("/roles/none", &format!("/roles/{role}"))
                .replace("/users/none", &format!("/users/{user}"));
            for query in [
                "search=a&mode=guess",
                "search=a&joint=xor",
                "search=a&search=b",
                "search=a&mode=similar_to",
                "search=%28&mode=posix",
                "search=%5Ba&mode=posix",
                "search=a%7B99999%7D&mode=posix",
                "search.secret=a",
                "search.name=",
                "search=a&isCaseSensitive=perhaps",
            ] {
                let answer = manager.get(&format!("{path}?{query}")).await;
                let found = (answer.status, answer.code());
                let allowed = [(400, "request.invalid_input"), (404, "entity.not_exists_with_id")];
                assert!(allowed.contains(&found), "{path}?{query}: {}", answer.text);
            }
        }
        assert!(lists >= 6, "{lists}");
    }
}

on_both_databases! {
    async fn expressions_that_explode_are_bounded(server) {
        let manager = Manager::new(&server).await;
        for number in 0..30 {
            let name = format!("{}{number}!", "a".repeat(100));
            manager.create("/api/roles", json!({ "name": name, "description": "d" })).await;
        }
        for expression in [
            "(a+)+$",
            "(a|a)*$",
            "(a|aa)+$",
            "^(([a-z])+.)+[A-Z]([a-z])+$",
            "(.*a){20}$",
            "((a{1,30}){1,30}){1,30}",
            "(a*)*b",
            "a{0,100}a{0,100}a{0,100}a{0,100}b",
            "(?=(a+))\\1b",
        ] {
            let started = Instant::now();
            let encoded: String =
                form_urlencoded::byte_serialize(expression.as_bytes()).collect();
            let answer = manager.get(&format!("/api/roles?mode=posix&search={encoded}")).await;
            let took = started.elapsed();
            assert!(answer.status == 200 || answer.status == 400, "{expression}: {}", answer.text);
            assert!(took < Duration::from_secs(3), "{expression}: {took:?}");
        }
        manager.get("/api/roles").await.expect(200);
    }
}

on_both_databases! {
    async fn ids_that_nothing_has_are_not_found(server) {
        let manager = Manager::new(&server).await;
        let document = Document::new();
        let before = picture(&server).await;
        // A language may be any; deliveries of a hook that is gone are none.
        let lenient = [
            ("PUT", "/api/custom-phrases/none"),
            ("GET", "/api/hooks/none/recent-logs"),
        ];
        let mut wrong = Vec::new();
        for operation in document.operations() {
            let Operation { method, path, has_ids: true, body, .. } = operation else { continue };
            if lenient.contains(&(method.as_str(), path.as_str())) {
                continue;
            }
            for id in ["none", "%00", "a%2Fb", "..%2F..", "%F0%9F%98%80", "%27%3B--", &"x".repeat(300)] {
                let path = path.replace("/none", &format!("/{id}"));
                let body = body.as_ref().map(|schema| document.sample(schema));
                let answer =
                    manager.browser.call(&method, &path, &manager.token, body).await;
                let is_refused = (400..500).contains(&answer.status) && !answer.code().is_empty();
                if !is_refused {
                    wrong.push(format!("{method} {path}: {} {}", answer.status, answer.text));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(picture(&server).await, before);
    }
}

/// What is there once, and can be had no second time: where it is made, how, and the refusal.
fn unique() -> Vec<(&'static str, Value, u16, &'static str)> {
    vec![
        ("/api/roles", json!({ "name": "r", "description": "d" }), 422, "role.name_in_use"),
        (
            "/api/resources",
            json!({ "name": "r", "indicator": "https://api.example/" }),
            422,
            "resource.resource_identifier_in_use",
        ),
        ("/api/users", json!({ "username": "ann" }), 422, "user.username_already_in_use"),
        (
            "/api/users",
            json!({ "primaryEmail": "ann@example.com" }),
            422,
            "user.email_already_in_use",
        ),
        (
            "/api/users",
            json!({ "primaryPhone": "4915112345678" }),
            422,
            "user.phone_already_in_use",
        ),
        (
            "/api/organization-roles",
            json!({ "name": "r" }),
            422,
            "entity.unique_integrity_violation",
        ),
        (
            "/api/organization-scopes",
            json!({ "name": "s" }),
            422,
            "entity.unique_integrity_violation",
        ),
        (
            "/api/custom-profile-fields",
            json!({ "type": "Text", "name": "shoeSize", "label": "Shoe size", "required": false }),
            422,
            "custom_profile_fields.name_exists",
        ),
        (
            "/api/users/{user}/personal-access-tokens",
            json!({ "name": "t" }),
            422,
            "user.personal_access_token_name_exists",
        ),
        (
            "/api/applications/{application}/secrets",
            json!({ "name": "s" }),
            422,
            "application.secret_name_exists",
        ),
        (
            "/api/resources/{resource}/scopes",
            json!({ "name": "s", "description": "d" }),
            422,
            "scope.name_exists",
        ),
        ("/api/roles/{role}/users", json!({ "userIds": ["{user}"] }), 422, "role.user_exists"),
        (
            "/api/roles/{machines}/applications",
            json!({ "applicationIds": ["{application}"] }),
            422,
            "role.application_exists",
        ),
        ("/api/roles/{role}/scopes", json!({ "scopeIds": ["{scope}"] }), 422, "role.scope_exists"),
    ]
}

/// Relations to something that is not there, and the refusal.
fn unknown() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("POST", "/api/roles", json!({ "name": "x", "description": "d", "scopeIds": ["none"] })),
        ("POST", "/api/roles/{role}/users", json!({ "userIds": ["{user}", "none"] })),
        ("POST", "/api/roles/{machines}/applications", json!({ "applicationIds": ["none"] })),
        ("POST", "/api/roles/{role}/scopes", json!({ "scopeIds": ["{scope}", "none"] })),
        ("POST", "/api/users/{user}/roles", json!({ "roleIds": ["{role}", "none"] })),
        ("PUT", "/api/users/{user}/roles", json!({ "roleIds": ["{role}", "none"] })),
        ("POST", "/api/applications/{application}/roles", json!({ "roleIds": ["none"] })),
        ("PUT", "/api/applications/{application}/roles", json!({ "roleIds": ["none"] })),
        (
            "POST",
            "/api/organizations/{organization}/users",
            json!({ "userIds": ["{user}", "none"] }),
        ),
        (
            "PUT",
            "/api/organizations/{organization}/users",
            json!({ "userIds": ["{user}", "none"] }),
        ),
        (
            "POST",
            "/api/organizations/{organization}/applications",
            json!({ "applicationIds": ["{application}", "none"] }),
        ),
        (
            "POST",
            "/api/organizations/{organization}/jit/roles",
            json!({ "organizationRoleIds": ["none"] }),
        ),
        (
            "POST",
            "/api/organizations/{organization}/users/{user}/roles",
            json!({ "organizationRoleIds": ["none"] }),
        ),
        (
            "POST",
            "/api/organization-roles/{organizationRole}/scopes",
            json!({ "organizationScopeIds": ["none"] }),
        ),
        (
            "POST",
            "/api/organization-roles/{organizationRole}/resource-scopes",
            json!({ "scopeIds": ["{scope}", "none"] }),
        ),
        (
            "POST",
            "/api/organization-roles",
            json!({ "name": "x", "organizationScopeIds": ["none"], "resourceScopeIds": [] }),
        ),
        (
            "POST",
            "/api/organization-invitations",
            json!({ "invitee": "x@example.com", "organizationId": "none", "expiresAt": 4_000_000_000_000_i64 }),
        ),
    ]
}

/// Ids of things that the cases above name in braces.
async fn things(server: &TestServer, manager: &Manager) -> Vec<(&'static str, String)> {
    let user = server.user_named("bob").await;
    let named = |name: &str| json!({ "name": name, "description": "d" });
    let machine = |name: &str| json!({ "name": name, "type": "MachineToMachine" });
    let role = manager.create("/api/roles", named("people")).await;
    let body = json!({ "name": "machines", "description": "d", "type": "MachineToMachine" });
    let machines = manager.create("/api/roles", body).await;
    let application = manager.create("/api/applications", machine("job")).await;
    let body = json!({ "name": "api", "indicator": "https://other.example/" });
    let resource = manager.create("/api/resources", body).await;
    let scopes = format!("/api/resources/{resource}/scopes");
    let scope = manager.create(&scopes, named("read")).await;
    let organization = manager.create("/api/organizations", named("acme")).await;
    let organization_role = manager.create("/api/organization-roles", named("member")).await;
    let members = format!("/api/organizations/{organization}/users");
    manager.send("POST", &members, json!({ "userIds": [user] })).await.expect(201);
    vec![
        ("{user}", user),
        ("{role}", role),
        ("{machines}", machines),
        ("{application}", application),
        ("{resource}", resource),
        ("{scope}", scope),
        ("{organization}", organization),
        ("{organizationRole}", organization_role),
    ]
}

fn filled(things: &[(&str, String)], path: &str, body: &Value) -> (String, Value) {
    let (mut path, mut body) = (path.to_owned(), body.to_string());
    for (name, id) in things {
        path = path.replace(name, id);
        body = body.replace(name, id);
    }
    (path, serde_json::from_str(&body).unwrap())
}

on_both_databases! {
    async fn nothing_is_there_twice(server) {
        let manager = Manager::new(&server).await;
        let things = things(&server, &manager).await;
        for (path, body, status, code) in unique() {
            let (path, body) = filled(&things, path, &body);
            let made = manager.send("POST", &path, body.clone()).await;
            assert!(made.status < 300, "{path}: {}", made.text);
            let before = picture(&server).await;
            let again = manager.send("POST", &path, body).await;
            assert_eq!((again.status, again.code()), (status, code), "{path}: {}", again.text);
            assert_eq!(picture(&server).await, before, "{path}");
        }
    }
}

on_both_databases! {
    async fn relations_to_nothing_are_not_half_made(server) {
        let manager = Manager::new(&server).await;
        let things = things(&server, &manager).await;
        let before = picture(&server).await;
        for (method, path, body) in unknown() {
            let (path, body) = filled(&things, path, &body);
            let answer = manager.send(method, &path, body).await;
            let about = format!("{method} {path}: {}", answer.text);
            refused(&answer, &about);
            assert!(matches!(answer.status, 404 | 422), "{about}");
            assert!(answer.code().starts_with("entity."), "{about}");
        }
        assert_eq!(picture(&server).await, before);
    }
}
