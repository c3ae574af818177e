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

/// Asks every operation with bodies that fit and that do not. The caller is judged before the body
/// is looked at.
async fn refuses_everywhere(browser: &Browser, token: Option<&str>, status: u16, code: &str) {
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(300 * 1024));
    for (method, path) in all() {
        for body in ["{}", "{", "[1]", "{\"name\":1}", &long] {
            let request = browser.request(&method, &path).body(body.to_owned());
            let request = request.header("content-type", "application/json");
            let request = match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            };
            let answer = browser.send(request).await;
            let shown: String = body.chars().take(20).collect();
            let found = (answer.status, answer.code());
            assert_eq!(found, (status, code), "{method} {path} with {shown}");
        }
    }
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
        refuses_everywhere(&browser, None, 401, "auth.authorization_header_missing").await;
        for token in ["nonsense", tampered.as_str()] {
            refuses_everywhere(&browser, Some(token), 401, "auth.unauthorized").await;
        }
        refuses_everywhere(&browser, Some(&no_scope), 403, "auth.forbidden").await;
        server.advance(std::time::Duration::from_secs(2 * 86_400));
        refuses_everywhere(&browser, Some(&good), 401, "auth.unauthorized").await;
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

        refuses_everywhere(&browser, Some(&other), 401, "auth.unauthorized").await;
        refuses_everywhere(&browser, Some(&person), 401, "auth.unauthorized").await;
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
