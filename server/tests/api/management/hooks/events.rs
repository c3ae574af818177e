//! Every operation of the table tells what it should.

use super::*;
use std::cell::RefCell;
use std::pin::Pin;
use std::time::Duration;
use vestibule::api::events::RULES;
use vestibule::flows::audit::{Who, entry};
use vestibule::flows::management::roles;
use vestibule::flows::management::users::update;
use vestibule_shared::JsonObject;
use vestibule_shared::hook::HookEvent;
use vestibule_store::audit::LogRow;

/// What an operation told: event, method and route.
type Told = (String, String, String);

fn told(body: &Value) -> Told {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (text("event"), text("method"), text("matchedRoute"))
}

/// What an operation answered: method, path, status and body.
type Answered = (String, String, u16, Value);

/// The routes of the contract, with what is to be sent; what they answered.
async fn do_everything(manager: &Manager) -> Vec<Answered> {
    let all = RefCell::new(Vec::new());
    let send = async |method: &str, path: String, body: Value| {
        let answer = manager.send(method, &path, body).await;
        assert!((200..300).contains(&answer.status), "{method} {path}: {}", answer.text);
        all.borrow_mut().push((method.to_owned(), path, answer.status, answer.json.clone()));
        answer.json
    };
    let made = async |path: &str, body: Value| {
        send("POST", path.to_owned(), body).await["id"].as_str().unwrap().to_owned()
    };
    let gone = async |path: String| {
        let answer = manager.delete(&path).await.expect(204);
        all.borrow_mut().push(("DELETE".to_owned(), path, answer.status, answer.json));
    };

    let user =
        made("/api/users", json!({ "username": "ann", "primaryEmail": "ann@example.com" })).await;
    let path = format!("/api/users/{user}");
    send("PATCH", path.clone(), json!({ "name": "Ann" })).await;
    send("PATCH", format!("{path}/custom-data"), json!({ "customData": { "a": 1 } })).await;
    send("PATCH", format!("{path}/profile"), json!({ "profile": { "nickname": "A" } })).await;
    send("PATCH", format!("{path}/password"), json!({ "password": crate::support::PASSWORD }))
        .await;
    send("PATCH", format!("{path}/is-suspended"), json!({ "isSuspended": true })).await;
    send("PATCH", format!("{path}/is-suspended"), json!({ "isSuspended": false })).await;

    let resource =
        made("/api/resources", json!({ "name": "api", "indicator": "https://api.example" })).await;
    let scopes = format!("/api/resources/{resource}/scopes");
    let read = made(&scopes, json!({ "name": "read" })).await;
    let write = made(&scopes, json!({ "name": "write" })).await;
    send("PATCH", format!("{scopes}/{read}"), json!({ "description": "Reads" })).await;
    let role =
        made("/api/roles", json!({ "name": "r", "description": "d", "scopeIds": [read] })).await;
    send("PATCH", format!("/api/roles/{role}"), json!({ "name": "s" })).await;
    send("POST", format!("/api/roles/{role}/scopes"), json!({ "scopeIds": [write] })).await;
    gone(format!("/api/roles/{role}/scopes/{write}")).await;
    gone(format!("/api/roles/{role}")).await;
    gone(format!("{scopes}/{write}")).await;

    let organization = made("/api/organizations", json!({ "name": "o" })).await;
    let path = format!("/api/organizations/{organization}");
    send("PATCH", path.clone(), json!({ "name": "p" })).await;
    let bob = made("/api/users", json!({ "username": "bob" })).await;
    send("POST", format!("{path}/users"), json!({ "userIds": [user] })).await;
    send("PUT", format!("{path}/users"), json!({ "userIds": [bob] })).await;
    gone(format!("{path}/users/{bob}")).await;
    let body = json!({ "name": "job", "type": "MachineToMachine" });
    let one = made("/api/applications", body.clone()).await;
    let two = made("/api/applications", body).await;
    send("POST", format!("{path}/applications"), json!({ "applicationIds": [one] })).await;
    send("PUT", format!("{path}/applications"), json!({ "applicationIds": [two] })).await;
    gone(format!("{path}/applications/{two}")).await;
    let body = json!({ "invitee": "ann@example.com", "organizationId": organization, "expiresAt": 9_000_000_000_000_i64 });
    let invitation = made("/api/organization-invitations", body).await;
    let accepted = json!({ "status": "Accepted", "acceptedUserId": user });
    send("PUT", format!("/api/organization-invitations/{invitation}/status"), accepted).await;

    let scope = made("/api/organization-scopes", json!({ "name": "invite" })).await;
    let other = made("/api/organization-scopes", json!({ "name": "expel" })).await;
    send("PATCH", format!("/api/organization-scopes/{scope}"), json!({ "description": "d" })).await;
    let body = json!({ "name": "owner", "organizationScopeIds": [scope] });
    let role = made("/api/organization-roles", body).await;
    let path = format!("/api/organization-roles/{role}");
    send("PATCH", path.clone(), json!({ "name": "host" })).await;
    send("POST", format!("{path}/scopes"), json!({ "organizationScopeIds": [other] })).await;
    send("PUT", format!("{path}/scopes"), json!({ "organizationScopeIds": [scope] })).await;
    gone(format!("{path}/scopes/{scope}")).await;
    gone(path).await;
    gone(format!("/api/organization-scopes/{other}")).await;
    gone(format!("/api/organizations/{organization}")).await;
    gone(format!("/api/users/{user}")).await;
    all.into_inner()
}

/// Whether the payload is not simply the answer: what is gone is told as it was, and a second event
/// of an operation, or one about members, tells of something else.
fn is_special(body: &Value) -> bool {
    let route = (body["event"].as_str().unwrap(), body["matchedRoute"].as_str().unwrap());
    matches!(
        route,
        ("User.Deleted" | "Organization.Membership.Updated", _)
            | ("Role.Scopes.Updated", "/roles")
            | ("OrganizationRole.Scopes.Updated", "/organization-roles")
    )
}

on_both_databases! {
    async fn every_route_of_the_table_tells_its_event(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        let all: Vec<&str> = HookEvent::ALL.iter().map(|event| event.as_str()).collect();
        listen(&manager, &receiver, &all).await;
        let answered = do_everything(&manager).await;
        // 37 rows, of which four are gone through twice: users, suspension, scopes of either kind.
        let expected = RULES.len() + 4;
        let received = receiver.take(expected).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let seen: Vec<Told> = received.iter().map(|request| told(&request.json)).collect();
        assert_eq!((seen.len(), receiver.count()), (expected, 0), "{seen:#?}");
        for (method, path, event, _) in RULES {
            let route = path.replace('{', ":").replace('}', "");
            let row = (event.as_str().to_owned(), (*method).to_owned(), route);
            assert!(seen.contains(&row), "{row:?} in {seen:#?}");
        }
        for request in &received {
            let status = request.json["status"].as_u64().unwrap();
            assert!((200..300).contains(&status), "{request:?}");
            let shown = |it: &&Answered| {
                request.json["method"] == it.0 && request.json["path"] == it.1 && status == u64::from(it.2)
            };
            let mut shown = answered.iter().filter(shown).map(|it| &it.3).peekable();
            assert!(shown.peek().is_some(), "{request:?}");
            let data = request.json.get("data").unwrap_or(&Value::Null);
            assert!(is_special(&request.json) || shown.any(|it| it == data), "{request:?}");
            // Nothing that proves who somebody is.
            for secret in ["password", "Digest", "secret", "signingKey", "$argon2"] {
                let told = request.body.replace("hasPassword", "").replace("/users/:userId/password", "");
                let told = told.replace("/password\"", "");
                assert!(!told.contains(secret), "{secret} in {}", request.body);
            }
        }
        let of = |event: &str, route: &str, method: &str| {
            let row = (event.to_owned(), method.to_owned(), route.to_owned());
            received.iter().find(|request| told(&request.json) == row).unwrap().json.clone()
        };
        let deleted = of("User.Deleted", "/users/:userId", "DELETE");
        assert_eq!((&deleted["data"]["username"], &deleted["status"]), (&json!("ann"), &json!(204)));
        assert_eq!(deleted["params"]["userId"], deleted["data"]["id"]);
        assert!(deleted["path"].as_str().unwrap().starts_with("/api/users/"));
        let granted = of("Role.Scopes.Updated", "/roles", "POST");
        assert_eq!((&granted["data"][0]["name"], &granted["status"]), (&json!("read"), &json!(200)));
        let moved = of("Organization.Membership.Updated", "/organizations/:id/users", "PUT");
        assert_eq!(moved["organizationId"], moved["params"]["id"]);
        assert_eq!((moved["addedUserIds"].as_array().unwrap().len(), moved["removedUserIds"].as_array().unwrap().len()), (1, 1));
        assert!(moved["addedApplicationIds"].is_null() && moved["data"].is_null());
        let gone = of("Role.Deleted", "/roles/:id", "DELETE");
        assert!(gone.get("data").is_none() && gone["status"] == 204);
    }
}

on_both_databases! {
    async fn an_event_is_kept_with_its_change_or_not_at_all(server) {
        let manager = Manager::new(&server).await;
        let receiver = Receiver::start().await;
        listen(&manager, &receiver, &["Role.Created", "User.Created", "User.Data.Updated"]).await;
        let app = &server.app;
        // The audit entry comes last in the transaction. Where its id is taken, all is rolled back.
        let spoilt = async |taken: String, change: Pin<Box<dyn Future<Output = bool> + '_>>| {
            let changing = async {
                entry::begin(app, Who { user_id: Some("ann"), ..Who::default() });
                let entry = entry::take().map(|entry| LogRow { id: taken, ..entry });
                entry::put_back(entry);
                change.await
            };
            let (is_made, _) = entry::follow("Management.test".into(), JsonObject::default(), changing).await;
            assert!(!is_made);
        };
        let ann = manager.create("/api/users", json!({ "username": "ann" })).await;
        let taken = manager.listed("/api/logs?logKey=Management.postUsers", "id").await.remove(0);
        let role = serde_json::from_value(json!({ "name": "editor", "description": "d" })).unwrap();
        let role = async { roles::create(app, role).await.is_ok() };
        spoilt(taken.clone(), Box::pin(role)).await;
        let user = serde_json::from_value(json!({ "name": "Ann" })).unwrap();
        let user = async { update::update(app, &ann, user).await.is_ok() };
        spoilt(taken, Box::pin(user)).await;
        assert!(manager.get(&format!("/api/users/{ann}")).await.expect(200).json["name"].is_null());

        manager.create("/api/roles", json!({ "name": "editor", "description": "d" })).await;
        let received = receiver.take(2).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut events: Vec<String> = received.iter().map(|it| told(&it.json).0).collect();
        events.sort_unstable();
        assert_eq!((events, receiver.count()), (vec!["Role.Created".to_owned(), "User.Created".to_owned()], 0));
    }
}
