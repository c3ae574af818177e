//! Preparing a run through the Management API.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::server::Application;

/// The resource that stands for the Management API.
pub const RESOURCE: &str = "https://default.logto.app/api";
/// Servers learn of a new application within a second or two.
const PATIENCE: Duration = Duration::from_secs(10);
const CONCURRENCY: usize = 16;

/// The password of every user that has one.
pub const PASSWORD: &str = "Vestibule bench 4711";

/// The Management API with a token.
pub struct Management<'a> {
    http: &'a reqwest::Client,
    endpoint: String,
    token: String,
}

impl<'a> Management<'a> {
    /// Gets a token by client credentials; waits a moment for a server that has just been told of
    /// the application.
    ///
    /// # Errors
    /// When the server answers with something else than a token.
    pub async fn open(
        http: &'a reqwest::Client,
        endpoint: String,
        application: &Application,
    ) -> Result<Self> {
        let asked = Instant::now();
        loop {
            let answer = http
                .post(format!("{endpoint}/oidc/token"))
                .basic_auth(&application.id, Some(&application.secret))
                .form(&client_credentials())
                .send()
                .await?;
            let status = answer.status();
            let body: Value = answer.json().await?;
            if let Some(token) = body["access_token"].as_str() {
                return Ok(Self { http, endpoint, token: token.to_owned() });
            }
            if asked.elapsed() > PATIENCE {
                bail!("no Management API token: {status} {body}");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The header that carries the token.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }

    /// The address of an operation.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.endpoint)
    }

    /// Creates users with these numbers; `password` for those who will sign in.
    ///
    /// # Errors
    /// When the server refuses one.
    pub async fn create_users(
        &self,
        numbers: std::ops::Range<usize>,
        password: Option<&str>,
    ) -> Result<()> {
        stream::iter(numbers)
            .map(|number| self.create_user(number, password))
            .buffer_unordered(CONCURRENCY)
            .try_collect()
            .await
    }

    async fn create_user(&self, number: usize, password: Option<&str>) -> Result<()> {
        let mut user = json!({
            "username": username(number),
            "primaryEmail": format!("{}@example.com", username(number)),
            "name": format!("Person {number}"),
        });
        if let Some(password) = password {
            user["password"] = password.into();
        }
        let answer = self
            .http
            .post(format!("{}/api/users", self.endpoint))
            .bearer_auth(&self.token)
            .json(&user)
            .send()
            .await?;
        let status = answer.status();
        if !status.is_success() {
            bail!("creating a user: {status} {}", answer.text().await?);
        }
        Ok(())
    }

    /// How many users the server counts.
    ///
    /// # Errors
    /// When the server does not answer with a count.
    pub async fn count_users(&self) -> Result<usize> {
        let url = format!("{}/api/users?page_size=20", self.endpoint);
        let answer = self.http.get(url).bearer_auth(&self.token).send().await?;
        let count = answer.headers().get("total-number").context("there is no Total-Number")?;
        Ok(count.to_str()?.parse()?)
    }
}

/// The form that asks for a Management API token.
pub fn client_credentials() -> [(&'static str, &'static str); 3] {
    [("grant_type", "client_credentials"), ("resource", RESOURCE), ("scope", "all")]
}

/// The user name of this number.
pub fn username(number: usize) -> String {
    format!("person_{number:07}")
}
