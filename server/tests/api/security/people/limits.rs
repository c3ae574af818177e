//! How often somebody may try, and who counts as the same somebody.

use super::*;
use std::net::TcpListener;
use tempfile::TempDir;
use vestibule::config::Settings;
use vestibule::flows::management::applications;
use vestibule::jobs::Jobs;
use vestibule::server;
use vestibule::state::App;
use vestibule_store::rate_limits;

const BLOCKED: &str = "session.verification_blocked_too_many_attempts";

/// A server that believes the proxies on this machine and in one network.
struct Proxied {
    app: App,
    endpoint: String,
    handle: actix_web::dev::ServerHandle,
    jobs: Option<Jobs>,
    _folder: TempDir,
}

impl Proxied {
    async fn start(database_url: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::for_tests(&endpoint, folder.path().into(), database_url);
        let networks = ["127.0.0.0/8", "10.0.0.0/8"];
        settings.trusted_proxies = networks.iter().map(|it| it.parse().unwrap()).collect();
        let opened = server::open(settings).await.unwrap();
        let app = opened.app.clone();
        let (server, jobs) = server::serve(opened, listener, false).unwrap();
        let handle = server.handle();
        tokio::spawn(server);
        Self { app, endpoint, handle, jobs: Some(jobs), _folder: folder }
    }

    async fn visitor(&self) -> Browser {
        let application = serde_json::from_value(json!({
            "name": "Test", "type": "SPA",
            "oidcClientMetadata": {
                "redirectUris": [CALLBACK], "postLogoutRedirectUris": [],
            },
        }));
        let made = applications::create_with_secret(&self.app, application.unwrap(), None).await;
        let client = Client { id: made.unwrap().0.id, secret: None };
        let browser = Browser::new(&self.endpoint);
        browser.authorize(&client, &[]).await.expect(303);
        browser.begin("SignIn").await;
        browser
    }
}

impl Drop for Proxied {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        drop(self.jobs.take());
    }
}

/// So many failures of a client that have been.
async fn fail(app: &App, client: &str, times: usize) {
    let (key, now) = (format!("failures:{client}"), app.clock.now());
    for _ in 0..times {
        let counted = app.store.write::<_, StoreError, _>(Durability::Relaxed, async |rows| {
            rate_limits::count(rows, &key, 600_000, now).await
        });
        counted.await.unwrap();
    }
}

async fn failures(app: &App, client: &str) -> i32 {
    let mut rows = app.store.read().await.unwrap();
    let key = format!("failures:{client}");
    rate_limits::current(&mut rows, &key, app.clock.now()).await.unwrap()
}

/// Tries the password of a name that nobody has, with these headers.
async fn attempt(browser: &Browser, name: &str, headers: &[(&str, &str)]) -> Answer {
    let identifier = json!({ "type": "username", "value": name });
    let mut request = browser
        .request("POST", "/api/experience/verification/password")
        .json(&json!({ "identifier": identifier, "password": "wrong" }));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request).await
}

async fn addresses_are_those_that_the_proxy_saw(server: Proxied) {
    const FORWARDED: &str = "x-forwarded-for";
    let browser = server.visitor().await;
    fail(&server.app, "2001:db8:1:2::/64", 298).await;
    for (name, address) in [("a", "2001:db8:1:2:a::1"), ("b", "2001:db8:1:2:b::2")] {
        let answer = attempt(&browser, name, &[(FORWARDED, address)]).await;
        answer.expect_code(422, "session.invalid_credentials");
    }
    // These were three hundred: the whole network of that client has to wait.
    for headers in [
        &[(FORWARDED, "2001:db8:1:2:c::3")][..],
        &[(FORWARDED, "2001:db8:1:2::")],
        // What the client itself wrote, in one line or in another, is to the left.
        &[(FORWARDED, "198.51.100.7, 2001:db8:1:2:d::4")],
        &[(FORWARDED, "198.51.100.7"), (FORWARDED, "2001:db8:1:2:d::4")],
        &[(FORWARDED, "2001:db8:1:2:e::5, 10.1.2.3")],
    ] {
        attempt(&browser, "c", headers).await.expect_code(429, "request.rate_limited");
    }
    for (name, forwarded) in [
        ("d", "2001:db8:1:3::1"),
        ("e", "198.51.100.7"),
        ("f", "2001:db8:1:2::1, 198.51.100.8"),
        ("g", "::ffff:198.51.100.8"),
    ] {
        let answer = attempt(&browser, name, &[(FORWARDED, forwarded)]).await;
        answer.expect_code(422, "session.invalid_credentials");
    }
    assert_eq!(failures(&server.app, "2001:db8:1:3::/64").await, 1);
    assert_eq!(failures(&server.app, "198.51.100.8").await, 2);
    assert_eq!(failures(&server.app, "127.0.0.1").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_proxy_each_client_has_its_own_count_on_sqlite() {
    addresses_are_those_that_the_proxy_saw(Proxied::start(None).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_proxy_each_client_has_its_own_count_on_postgres() {
    let url = crate::support::postgres::new_database().await;
    addresses_are_those_that_the_proxy_saw(Proxied::start(Some(url)).await).await;
}

on_both_databases! {
    async fn who_is_no_proxy_cannot_choose_an_address(server) {
        let client = server.client(SPA).await;
        let browser = visitor(&server, &client, "SignIn").await;
        let headers = [
            ("x-forwarded-for", "198.51.100.7"),
            ("forwarded", "for=198.51.100.7"),
            ("x-real-ip", "198.51.100.7"),
            ("client-ip", "198.51.100.7"),
            ("cf-connecting-ip", "198.51.100.7"),
        ];
        fail(&server.app, "127.0.0.1", 295).await;
        for header in headers {
            attempt(&browser, "nobody", &[header]).await.expect(422);
        }
        for header in headers {
            let answer = attempt(&browser, "nobody", &[header]).await;
            answer.expect_code(429, "request.rate_limited");
        }
        assert_eq!(failures(&server.app, "198.51.100.7").await, 0);
    }
}

on_both_databases! {
    async fn however_a_name_is_written_it_is_locked_as_one(server) {
        allow_codes(&server).await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 3 } })).await;
        let user = json!({
            "primaryEmail": "Ann@example.com", "primaryPhone": "491701234567",
            "password": PASSWORD,
        });
        server.user(user).await;
        let client = server.client(SPA).await;
        let browser = visitor(&server, &client, "SignIn").await;
        let prove = async |kind: &str, value: &str, password: &str| {
            let identifier = json!({ "type": kind, "value": value });
            let body = json!({ "identifier": identifier, "password": password });
            browser.experience("POST", "/verification/password", body).await
        };
        for (kind, spellings) in [
            ("email", ["ann@example.com", "ANN@EXAMPLE.COM", "Ann@example.com"]),
            ("phone", ["491701234567", "4901701234567", "491701234567"]),
        ] {
            for spelling in spellings {
                prove(kind, spelling, "wrong").await;
            }
            for spelling in spellings {
                prove(kind, spelling, PASSWORD).await.expect_code(400, BLOCKED);
            }
        }
    }
}

on_both_databases! {
    async fn messages_that_nobody_gets_count_for_their_recipient(server) {
        // Where nobody may register, an address without account gets nothing.
        allow_codes(&server).await;
        server.configure(json!({ "signInMode": "SignIn" })).await;
        server.user(json!({ "primaryEmail": "ann@example.com" })).await;
        let client = server.client(SPA).await;
        let mut refusals = Vec::new();
        for (kind, spellings, is_sent) in [
            ("phone", ["491707654321", "4901707654321"], false),
            ("email", ["nobody@example.com", "NOBODY@example.com"], false),
            ("email", ["ann@example.com", "Ann@Example.com"], true),
        ] {
            let before = server.browser().get("/api/dev/outbox").await.json;
            for number in 0..10 {
                let event = if number < 5 { "SignIn" } else { "ForgotPassword" };
                let browser = visitor(&server, &client, event).await;
                browser.send_code(kind, spellings[number % 2], event).await.expect(200);
            }
            let after = server.browser().get("/api/dev/outbox").await.json;
            assert_eq!(before != after, is_sent, "{spellings:?}");
            for spelling in spellings {
                let browser = visitor(&server, &client, "SignIn").await;
                refusals.push(browser.send_code(kind, spelling, "SignIn").await);
            }
        }
        // Known or not, the refusal is the same.
        for refusal in &refusals {
            assert_eq!((refusal.status, &refusal.text), (429, &refusals[0].text));
        }
    }
}
