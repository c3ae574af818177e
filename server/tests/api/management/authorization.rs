//! Every operation of the document, so that a new one cannot be forgotten.

use super::*;
use vestibule::api::management::operations;
use vestibule_shared::application::ApplicationType;

/// Method and path of every operation, with ids that nothing has.
fn all() -> Vec<(String, String)> {
    let document = serde_json::to_value(operations().document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut found = Vec::new();
    for (path, item) in paths {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "none" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        for method in item.as_object().unwrap().keys() {
            found.push((method.to_uppercase(), path.clone()));
        }
    }
    assert!(found.len() >= 50, "{}", found.len());
    found
}

on_both_databases! {
    async fn nothing_answers_without_the_right_token(server) {
        let browser = server.browser();
        let manager = server.manager().await;
        let token = |fields: Vec<(&'static str, String)>| {
            let (browser, manager) = (server.browser(), &manager);
            async move {
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let answer = browser.token(manager, &fields).await.expect(200);
                answer.json["access_token"].as_str().unwrap().to_owned()
            }
        };
        let grant = ("grant_type", "client_credentials".to_owned());
        let api = ("resource", "https://default.logto.app/api".to_owned());
        let good = server.management_token().await;
        let no_scope = token(vec![grant, api]).await;
        let (rest, end) = good.split_at(good.len() - 10);
        let tampered = format!("{rest}{}{}", if end.starts_with('A') { "B" } else { "A" }, &end[1..]);
        for (method, path) in all() {
            let about = format!("{method} {path}");
            let bare = browser.send(browser.request(&method, &path)).await;
            assert_eq!((bare.status, bare.code()), (401, "auth.authorization_header_missing"), "{about}");
            for token in ["nonsense", tampered.as_str()] {
                let answer = browser.call(&method, &path, token, Some(json!({}))).await;
                assert_eq!((answer.status, answer.code()), (401, "auth.unauthorized"), "{about}");
            }
            let answer = browser.call(&method, &path, &no_scope, Some(json!({}))).await;
            assert_eq!((answer.status, answer.code()), (403, "auth.forbidden"), "{about}");
        }
        server.advance(std::time::Duration::from_secs(2 * 86_400));
        for (method, path) in all() {
            let answer = browser.call(&method, &path, &good, Some(json!({}))).await;
            assert_eq!((answer.status, answer.code()), (401, "auth.unauthorized"), "{method} {path}");
        }
    }
}

on_both_databases! {
    async fn tokens_for_another_api_and_of_suspended_people_open_nothing(server) {
        let browser = server.browser();
        let manager = Manager::new(&server).await;
        let body = json!({ "name": "other", "indicator": "https://other.example/" });
        manager.create("/api/resources", body).await;
        let grant = [("grant_type", "client_credentials"), ("resource", "https://other.example/")];
        let answer = browser.token(&server.manager().await, &grant).await.expect(200);
        let other = answer.json["access_token"].as_str().unwrap().to_owned();

        // An administrator in the console, by the role that the server begins with.
        let user = server.user_named("ann").await;
        let roles = format!("/api/users/{user}/roles");
        let body = json!({ "roleIds": [vestibule::seed::ADMINISTRATOR_ROLE] });
        manager.send("POST", &roles, body).await.expect(201);
        let client = server.client(ApplicationType::SPA).await;
        let asked = [("scope", "all"), ("resource", vestibule::seed::MANAGEMENT_API)];
        let tokens = browser.tokens(&client, "ann", &asked).await;
        let person = tokens["access_token"].as_str().unwrap().to_owned();
        browser.call("GET", "/api/roles", &person, None).await.expect(200);
        let suspension = format!("/api/users/{user}/is-suspended");
        manager.send("PATCH", &suspension, json!({ "isSuspended": true })).await.expect(200);

        for (method, path) in all() {
            let answer = browser.call(&method, &path, &other, Some(json!({}))).await;
            let found = (answer.status, answer.code());
            assert_eq!(found, (401, "auth.unauthorized"), "{method} {path}");
            let answer = browser.call(&method, &path, &person, Some(json!({}))).await;
            let found = (answer.status, answer.code());
            // While the account is looked up, a body that does not fit may be found out first.
            let is_body = method != "GET" && found == (400, "guard.invalid_input");
            assert!(is_body || found == (401, "auth.unauthorized"), "{method} {path}: {found:?}");
        }
    }
}

on_both_databases! {
    async fn unknown_ids_and_bodies_that_do_not_fit_are_refused_alike(server) {
        let manager = Manager::new(&server).await;
        for (method, path) in all() {
            for body in [json!({}), json!([1]), json!({ "name": 1 }), json!({ "name": "a\u{0}b" })] {
                let sent = if method == "GET" || method == "DELETE" { None } else { Some(body) };
                let answer = manager.browser.call(&method, &path, &manager.token, sent).await;
                let about = format!("{method} {path}: {} {}", answer.status, answer.text);
                // What the server is not set up for is 501.
                assert!(answer.status < 500 || answer.status == 501, "{about}");
                if answer.status >= 400 {
                    assert!(!answer.code().is_empty() || answer.json["result"] == false, "{about}");
                }
            }
            for query in ["page=0", "page_size=101", "page=-1", "page=a", "search=%00"] {
                if method == "GET" {
                    let answer = manager.get(&format!("{path}?{query}")).await;
                    let about = format!("{path}?{query}: {}", answer.text);
                    assert!(answer.status < 500 || answer.status == 501, "{about}");
                }
            }
        }
    }
}
