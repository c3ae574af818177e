//! Users: accounts, as administrators see and change them.

use crate::management::*;

mod access;
mod credentials;
mod identities;
mod mfa;
mod personal_access_tokens;

on_both_databases! {
    async fn users_are_searched_and_left_out(server) {
        let manager = Manager::new(&server).await;
        for user in [
            json!({ "username": "ann", "primaryEmail": "Ann@Example.com", "name": "Änn Able" }),
            json!({ "username": "ben", "primaryPhone": "491701234567" }),
            json!({ "username": "cam", "name": "ann" }),
        ] {
            server.advance(std::time::Duration::from_millis(5));
            server.user(user).await;
        }
        for (query, expected) in [
            ("", vec!["cam", "ben", "ann"]),
            ("search=ann", vec!["cam", "ann"]),
            ("search.username=ann", vec!["ann"]),
            ("search.primaryEmail=%25@example.com", vec!["ann"]),
            ("search.primaryPhone=49170%25", vec!["ben"]),
            ("search.name=%C3%A4%25", vec!["ann"]),
            ("search.name=ann&search.username=cam&joint=and&mode=exact", vec!["cam"]),
            ("search=%25zoe%25", vec![]),
        ] {
            let path = format!("/api/users?{query}");
            assert_eq!(manager.listed(&path, "username").await, expected, "{query}");
            let total = manager.get(&path).await.headers["total-number"].clone();
            assert_eq!(total, expected.len().to_string(), "{query}");
        }
        let page = manager.listed("/api/users?page=2&page_size=2", "username").await;
        assert_eq!(page, ["ann"]);
        manager.get("/api/users?search.password=a").await.expect_code(400, "request.invalid_input");

        let role = manager.create("/api/roles", json!({ "name": "r", "description": "d" })).await;
        let id = manager.get("/api/users?search.username=ben").await.json[0]["id"].clone();
        let holders = format!("/api/roles/{role}/users");
        manager.send("POST", &holders, json!({ "userIds": [id] })).await.expect(201);
        let others = manager.listed(&format!("/api/users?excludeRoleId={role}"), "username").await;
        assert_eq!(others, ["cam", "ann"]);
        let others = manager.listed("/api/users?excludeOrganizationId=none", "username").await;
        assert_eq!(others.len(), 3);
        let both = "/api/users?excludeRoleId=a&excludeOrganizationId=b";
        manager.get(both).await.expect_code(400, "request.invalid_input");
    }
}

on_both_databases! {
    async fn a_user_is_changed(server) {
        let manager = Manager::new(&server).await;
        server.user(json!({ "username": "ben", "primaryEmail": "ben@example.com",
            "primaryPhone": "491701234567" })).await;
        let id = server.user(json!({ "username": "ann", "name": "Ann", "customData": { "a": 1 },
            "profile": { "givenName": "Ann" } })).await;
        let path = format!("/api/users/{id}");
        let body = json!({ "username": "Anna", "primaryEmail": "Anna@Example.com",
            "primaryPhone": "491707654321", "avatar": "https://example.com/a.png",
            "customData": { "b": 2 }, "profile": { "familyName": "Able" } });
        let changed = manager.send("PATCH", &path, body.clone()).await.expect(200).json;
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&changed[name], value, "{name}");
        }
        assert_eq!(changed["name"], "Ann");
        assert_eq!(manager.get(&path).await.expect(200).json, changed);

        for (field, value, code) in [
            ("username", "ben", "user.username_already_in_use"),
            ("primaryEmail", "BEN@example.com", "user.email_already_in_use"),
            ("primaryPhone", "4901701234567", "user.phone_already_in_use"),
        ] {
            manager.send("PATCH", &path, json!({ field: value })).await.expect_code(422, code);
        }
        // The keys were written with the names: nobody else can take what this user has now.
        for (field, value) in [("username", "Anna"), ("primaryEmail", "anna@example.com")] {
            manager.send("POST", "/api/users", json!({ field: value })).await.expect(422);
        }
        for (field, value) in [
            ("username", json!("1a")), ("primaryEmail", json!("a")), ("primaryPhone", json!("+1")),
            ("avatar", json!("javascript:x")), ("customData", json!(1)), ("profile", json!(1)),
        ] {
            let body = json!({ field: value });
            manager.send("PATCH", &path, body).await.expect_code(400, "guard.invalid_input");
        }
        let long = json!({ "name": "n".repeat(129) });
        manager.send("PATCH", &path, long).await.expect_code(422, "entity.value_too_long");
        assert_eq!(manager.get(&path).await.json["username"], "Anna");

        let body = json!({ "username": null, "primaryEmail": "", "primaryPhone": "", "name": "",
            "avatar": null });
        let cleared = manager.send("PATCH", &path, body.clone()).await.expect(200).json;
        for name in body.as_object().unwrap().keys() {
            assert_eq!(cleared[name], Value::Null, "{name}");
        }
        server.user(json!({ "username": "Anna", "primaryEmail": "anna@example.com" })).await;
        let unknown = manager.send("PATCH", "/api/users/none", json!({ "name": "n" })).await;
        unknown.expect_code(404, "entity.not_exists_with_id");
    }
}

on_both_databases! {
    async fn objects_of_a_user_are_merged(server) {
        let manager = Manager::new(&server).await;
        let id = server.user(json!({ "username": "ann", "customData": { "a": { "b": 1 }, "c": 1 },
            "profile": { "givenName": "Ann", "address": { "region": "R", "country": "C" } } })).await;
        let custom = format!("/api/users/{id}/custom-data");
        let patch = json!({ "customData": { "a": { "d": 2 }, "e": null } });
        let merged = manager.send("PATCH", &custom, patch).await.expect(200).json;
        assert_eq!(merged, json!({ "a": { "d": 2 }, "c": 1, "e": null }));
        assert_eq!(manager.get(&custom).await.expect(200).json, merged);

        let profile = format!("/api/users/{id}/profile");
        let patch = json!({ "profile": { "nickname": "A", "address": { "region": "S" } } });
        let merged = manager.send("PATCH", &profile, patch).await.expect(200).json;
        let expected = json!({ "givenName": "Ann", "nickname": "A", "address": { "region": "S" } });
        assert_eq!(merged, expected);
        assert_eq!(manager.get(&format!("/api/users/{id}")).await.json["profile"], expected);

        let choices = format!("/api/users/{id}/logto-configs");
        let nothing = json!({ "mfa": { "skipped": false, "skipMfaOnSignIn": false },
            "passkeySignIn": { "skipped": false } });
        assert_eq!(manager.get(&choices).await.expect(200).json, nothing);
        manager.send("PATCH", &choices, json!({ "mfa": { "enabled": true } })).await.expect(200);
        let patch = json!({ "mfa": { "skipped": true }, "passkeySignIn": { "skipped": true } });
        let expected = json!({ "mfa": { "enabled": true, "skipped": true, "skipMfaOnSignIn": false },
            "passkeySignIn": { "skipped": true } });
        assert_eq!(manager.send("PATCH", &choices, patch).await.expect(200).json, expected);
        assert_eq!(manager.get(&choices).await.expect(200).json, expected);

        for (path, body) in [
            ("custom-data", json!({ "customData": {} })), ("profile", json!({ "profile": {} })),
            ("logto-configs", json!({})),
        ] {
            let path = format!("/api/users/none/{path}");
            manager.send("PATCH", &path, body).await.expect_code(404, "entity.not_exists_with_id");
        }
        manager.send("PATCH", &custom, json!({})).await.expect_code(400, "guard.invalid_input");
    }
}

on_both_databases! {
    async fn changes_at_the_same_time_are_all_kept(server) {
        let manager = Manager::new(&server).await;
        let id = server.user_named("ann").await;
        let path = format!("/api/users/{id}/custom-data");
        let patches = (0..8).map(|number| {
            let body = json!({ "customData": { format!("key{number}"): number } });
            manager.send("PATCH", &path, body)
        });
        for answer in futures_util::future::join_all(patches).await {
            answer.expect(200);
        }
        assert_eq!(manager.get(&path).await.json.as_object().unwrap().len(), 8);
    }
}

on_both_databases! {
    async fn new_users_get_the_default_roles(server) {
        let manager = Manager::new(&server).await;
        for (name, kind, is_default) in
            [("all", "User", true), ("some", "User", false), ("job", "MachineToMachine", true)]
        {
            let body = json!({ "name": name, "description": "d", "type": kind, "isDefault": is_default });
            manager.create("/api/roles", body).await;
        }
        let id = manager.create("/api/users", json!({ "username": "ann" })).await;
        assert_eq!(manager.listed(&format!("/api/users/{id}/roles"), "name").await, ["all"]);
    }
}
