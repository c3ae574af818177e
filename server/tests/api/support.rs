//! A server of its own for every test, and a browser to use it.

pub mod browser;
pub mod captcha_service;
pub mod jwt;
pub mod postgres;
pub mod rows;

pub use browser::{Answer, Browser};

use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::Duration;
use tempfile::TempDir;
use vestibule::config::Settings;
use vestibule::flows::management::applications;
use vestibule::jobs::Jobs;
use vestibule::seed;
use vestibule::server::{self, Opened};
use vestibule::state::App;
use vestibule_shared::application::{ApplicationType, CreateApplication, OidcClientMetadata};

/// Defines a test that runs once on SQLite and once on PostgreSQL.
#[macro_export]
macro_rules! on_both_databases {
    ($(#[$meta:meta])* async fn $name:ident($server:ident) $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[$meta])*
            async fn run($server: $crate::support::TestServer) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::support::TestServer::start(None).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let url = $crate::support::postgres::new_database().await;
                run($crate::support::TestServer::start(Some(url)).await).await;
            }
        }
    };
}

/// Where the applications of tests live; nothing listens there.
pub const CALLBACK: &str = "https://app.example/callback";

/// A page as the build writes it.
const PAGE: &str = "<!doctype html><html><head><base href=\"/\"></head><body>\
                    <script nonce=\"{{__TRUNK NONCE__}}\" src=\"app.js\"></script></body></html>";

/// A running server.
pub struct TestServer {
    pub app: App,
    pub endpoint: String,
    handle: actix_web::dev::ServerHandle,
    jobs: Option<Jobs>,
    _folder: TempDir,
}

/// An application with its secret.
#[derive(Clone, Debug)]
pub struct Client {
    pub id: String,
    pub secret: Option<String>,
}

impl TestServer {
    /// Starts a server on an empty database.
    pub async fn start(database_url: Option<String>) -> Self {
        Self::start_as(None, database_url).await
    }

    /// Starts a server that the public knows at another address than the one it listens on, as
    /// behind a proxy.
    pub async fn start_as(public_address: Option<&str>, database_url: Option<String>) -> Self {
        let (listener, endpoint) = listen("");
        let address = public_address.unwrap_or(&endpoint).to_owned();
        Self::start_at(&address, listener, endpoint, database_url, false).await
    }

    /// Starts a server whose public address has a path.
    pub async fn start_below(path: &str, database_url: Option<String>) -> Self {
        let (listener, endpoint) = listen(path);
        Self::start_at(&endpoint.clone(), listener, endpoint, database_url, false).await
    }

    /// Starts a server that has browser apps to serve: [`PAGE`] stands for each.
    pub async fn start_with_pages(database_url: Option<String>) -> Self {
        let (listener, endpoint) = listen("");
        Self::start_at(&endpoint.clone(), listener, endpoint, database_url, true).await
    }

    async fn start_at(
        public_address: &str,
        listener: TcpListener,
        endpoint: String,
        database_url: Option<String>,
        has_pages: bool,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::for_tests(public_address, folder.path().into(), database_url);
        settings.captcha_gateway = Some(captcha_service::address().parse().unwrap());
        settings.ui_dir = folder.path().join("ui");
        for app in ["experience", "demo"].iter().filter(|_| has_pages) {
            let app = settings.ui_dir.join(app);
            std::fs::create_dir_all(&app).unwrap();
            std::fs::write(app.join("index.html"), PAGE).unwrap();
        }
        let opened: Opened = server::open(settings).await.unwrap();
        let app = opened.app.clone();
        let (server, jobs) = server::serve(opened, listener, false).unwrap();
        let handle = server.handle();
        tokio::spawn(server);
        Self { app, endpoint, handle, jobs: Some(jobs), _folder: folder }
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.endpoint)
    }

    /// The address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.endpoint)
    }

    /// Takes the jobs away: what is to happen without a request waits until others are started.
    pub fn take_jobs(&mut self) -> Option<Jobs> {
        self.jobs.take()
    }

    /// Moves the time.
    pub fn advance(&self, by: Duration) {
        self.app.clock.advance(by);
    }

    /// Makes an application whose redirect URI is [`CALLBACK`].
    pub async fn client(&self, kind: ApplicationType) -> Client {
        self.client_with(kind, &[CALLBACK], None).await
    }

    /// Makes an application that may call the Management API.
    pub async fn manager(&self) -> Client {
        let kind = ApplicationType::MachineToMachine;
        self.client_with(kind, &[], Some(seed::MANAGEMENT_ROLE)).await
    }

    pub async fn client_with(
        &self,
        kind: ApplicationType,
        redirect_uris: &[&str],
        role: Option<&str>,
    ) -> Client {
        let create = CreateApplication {
            name: "Test".into(),
            kind,
            description: None,
            oidc_client_metadata: Some(OidcClientMetadata {
                redirect_uris: redirect_uris.iter().map(ToString::to_string).collect(),
                post_logout_redirect_uris: vec!["https://app.example/".into()],
                ..OidcClientMetadata::default()
            }),
            custom_client_metadata: None,
            custom_data: None,
            is_third_party: None,
            protected_app_metadata: None,
        };
        let made = applications::create_with_secret(&self.app, create, role).await;
        let (application, secret) = made.unwrap();
        Client { id: application.id, secret }
    }

    /// A token for the Management API.
    pub async fn management_token(&self) -> String {
        let manager = self.manager().await;
        let answer = self
            .browser()
            .token(
                &manager,
                &[
                    ("grant_type", "client_credentials"),
                    ("resource", seed::MANAGEMENT_API),
                    ("scope", "all"),
                ],
            )
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json["access_token"].as_str().unwrap().to_owned()
    }

    /// Changes the sign-in experience.
    pub async fn configure(&self, patch: Value) {
        let token = self.management_token().await;
        let answer = self.browser().call("PATCH", "/api/sign-in-exp", &token, Some(patch)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Makes a user; its id.
    pub async fn user(&self, user: Value) -> String {
        let token = self.management_token().await;
        let answer = self.browser().call("POST", "/api/users", &token, Some(user)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json["id"].as_str().unwrap().to_owned()
    }

    /// Makes a user who signs in with this name and [`PASSWORD`].
    pub async fn user_named(&self, username: &str) -> String {
        self.user(json!({ "username": username, "password": PASSWORD })).await
    }

    /// The newest message of the development outbox.
    pub async fn last_message(&self) -> Value {
        let answer = self.browser().get("/api/dev/outbox").await;
        answer.json["messages"][0].clone()
    }
}

/// A password that every policy takes.
pub const PASSWORD: &str = "Correct-Horse-42-Battery";

fn listen(path: &str) -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, format!("http://localhost:{port}{path}"))
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        drop(self.jobs.take());
    }
}
