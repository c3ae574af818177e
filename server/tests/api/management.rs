//! The Management API: who may use it, and what each resource does.

mod accounts;
mod audit;
mod authorization;
mod bad_input;
mod clients;
mod federation;
mod hooks;
mod openapi;
mod organizations;
mod resources;
mod roles;
mod search;
mod settings;

use crate::on_both_databases;
use crate::support::{Answer, Browser, TestServer};
use serde_json::{Value, json};

/// Somebody with a token for the Management API.
struct Manager {
    browser: Browser,
    token: String,
}

impl Manager {
    async fn new(server: &TestServer) -> Self {
        Self { browser: server.browser(), token: server.management_token().await }
    }

    async fn get(&self, path: &str) -> Answer {
        self.browser.call("GET", path, &self.token, None).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.browser.call("DELETE", path, &self.token, None).await
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.browser.call(method, path, &self.token, Some(body)).await
    }

    /// Makes something and answers with its id.
    async fn create(&self, path: &str, body: Value) -> String {
        let answer = self.send("POST", path, body).await;
        assert!(matches!(answer.status, 200 | 201), "{path}: {}", answer.text);
        answer.json["id"].as_str().unwrap().to_owned()
    }

    /// The values of a field of a list, in its order.
    async fn listed(&self, path: &str, field: &str) -> Vec<String> {
        let rows = self.get(path).await.expect(200).json;
        let value = |row: &Value| row[field].as_str().unwrap_or("null").to_owned();
        rows.as_array().unwrap().iter().map(value).collect()
    }
}
