//! PostgreSQL goes away and comes back.

use super::*;
use crate::support::postgres::new_database;
use crate::support::{Answer, PASSWORD};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

/// The administrator of the database server.
struct Administrator {
    connection: AsyncPgConnection,
    database: String,
}

impl Administrator {
    async fn of(url: &str) -> Self {
        let mut url: url::Url = url.parse().unwrap();
        let database = url.path().trim_start_matches('/').to_owned();
        url.set_path("postgres");
        Self { connection: AsyncPgConnection::establish(url.as_str()).await.unwrap(), database }
    }

    /// Nobody gets in, and whoever is in is thrown out.
    async fn stop(&mut self) {
        let name = &self.database;
        let statements = format!(
            "ALTER DATABASE {name} ALLOW_CONNECTIONS false; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        self.connection.batch_execute(&statements).await.unwrap();
    }

    async fn start(&mut self) {
        let statement = format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.database);
        self.connection.batch_execute(&statement).await.unwrap();
    }
}

#[track_caller]
fn assert_told_to_come_back(answer: Answer, about: &str) {
    assert_eq!((answer.status, answer.code()), (503, "request.busy"), "{about}: {}", answer.text);
    assert!(answer.headers["retry-after"].parse::<u32>().unwrap() >= 1, "{about}");
    assert!(answer.json["message"].is_string(), "{about}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_told_and_over_when_it_is_over() {
    let url = new_database().await;
    let mut administrator = Administrator::of(&url).await;
    let server = TestServer::start(Some(url)).await;
    server.user_named("ann").await;
    let client = server.client(SPA).await;
    let browser = server.browser();
    browser.authorize(&client, &[]).await.expect(303);
    browser.begin("SignIn").await;
    let verified = browser.verify_password("ann", PASSWORD).await.expect(200);
    let record = verified.json["verificationId"].clone();
    browser.get("/health/ready").await.expect(200);

    administrator.stop().await;
    // More often than there are connections, so that each of them is found dead once.
    for _ in 0..6 {
        assert_told_to_come_back(browser.identify(&record).await, "identify");
        let interaction = browser.get("/api/experience/interaction").await;
        assert_told_to_come_back(interaction, "interaction");
        assert_told_to_come_back(browser.verify_password("ann", PASSWORD).await, "password");
        let sent = browser.send_code("email", "ann@example.com", "SignIn").await;
        assert_told_to_come_back(sent, "code");
        assert_told_to_come_back(browser.submit().await, "submit");
        assert_told_to_come_back(browser.authorize(&client, &[]).await, "authorize");
        let ready = browser.get("/health/ready").await;
        assert_told_to_come_back(ready, "ready");
    }
    // The process lives, and serves what it holds in memory.
    browser.get("/health/live").await.expect(200);
    browser.get("/oidc/.well-known/openid-configuration").await.expect(200);
    browser.get("/api/.well-known/sign-in-exp").await.expect(200);

    administrator.start().await;
    browser.get("/health/ready").await.expect(200);
    // Nothing was lost: the interaction goes on where it was.
    browser.identify(&record).await.expect(204);
    let redirect = browser.finish().await.expect(303);
    let code = redirect.parameter("code").expect("a code");
    browser.exchange(&client, &code).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_in_the_middle_of_load_breaks_nothing() {
    let url = new_database().await;
    let mut administrator = Administrator::of(&url).await;
    let server = TestServer::start(Some(url)).await;
    server.user_named("ann").await;
    let browser = visitor(&server, "SignIn").await;
    let load = async {
        let mut answers = Vec::new();
        for _ in 0..30 {
            let requests = (0..8).map(|_| browser.get("/api/experience/interaction"));
            answers.extend(futures_util::future::join_all(requests).await);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        answers
    };
    let interrupt = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(80)).await;
            administrator.stop().await;
            tokio::time::sleep(Duration::from_millis(80)).await;
            administrator.start().await;
        }
    };
    let (answers, ()) = tokio::join!(load, interrupt);
    let well = answers.iter().filter(|it| it.status == 200).count();
    assert!(well > 0 && well < answers.len(), "{well} of {}", answers.len());
    for answer in answers.into_iter().filter(|it| it.status != 200) {
        assert_told_to_come_back(answer, "under load");
    }
    browser.prove_password("ann", PASSWORD).await.expect(200);
}
