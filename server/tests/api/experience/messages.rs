//! Where codes go: the development outbox, a connector, or nowhere.

use super::*;
use crate::on_both_databases;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

on_both_databases! {
    async fn a_developer_sees_every_message(server) {
        let browser = visitor(&server, "SignIn").await;
        assert_eq!(server.browser().get("/api/dev/outbox").await.json, json!({ "messages": [] }));
        for (kind, value) in [("email", "ann@example.com"), ("phone", "491701234567")] {
            let sent = browser.send_code(kind, value, "SignIn").await.expect(200);
            let message = server.last_message().await;
            assert_eq!((&message["to"], &message["type"]), (&json!(value), &json!("SignIn")));
            let code = message["code"].as_str().unwrap();
            assert!(message["body"].as_str().unwrap().contains(code), "{message}");
            browser.verify_code(kind, value, &sent.json["verificationId"], code).await.expect(200);
        }
        let shown = server.browser().get("/api/dev/outbox").await.expect(200);
        assert_eq!(shown.json["messages"].as_array().unwrap().len(), 2);
        assert_eq!(shown.headers["cache-control"], "no-store");
    }
}

on_both_databases! {
    async fn messages_are_in_the_language_of_the_person(server) {
        let browser = visitor(&server, "SignIn").await;
        let send = async |language: &str| {
            let identifier = json!({ "type": "email", "value": "ann@example.com" });
            let request = browser
                .request("POST", "/api/experience/verification/verification-code")
                .header("accept-language", language)
                .json(&json!({ "identifier": identifier, "interactionEvent": "SignIn" }));
            browser.send(request).await.expect(200);
            server.last_message().await["subject"].as_str().unwrap().to_owned()
        };
        let english = send("en").await;
        let german = send("de-AT,en;q=0.5").await;
        assert_ne!(english, german);
        assert_eq!(send("xx").await, english);
    }
}

/// On an address that is not this machine's own, where no developer looks.
mod without_connector_elsewhere_nothing_is_sent {
    use super::*;

    async fn run(database: Option<String>) {
        let server = TestServer::start_as(Some("http://id.example"), database).await;
        let browser = visitor(&server, "SignIn").await;
        for (kind, value) in [("email", "ann@example.com"), ("phone", "491701234567")] {
            for event in ["SignIn", "Register", "ForgotPassword"] {
                let refused = browser.send_code(kind, value, event).await;
                refused.expect_code(501, "connector.not_found");
            }
        }
        assert_eq!(interaction_of(&browser).await["verificationRecords"], json!([]));
        let outbox = server.browser().get("/api/dev/outbox").await;
        outbox.expect_code(404, "request.not_found");
        let public = server.browser().get("/api/.well-known/sign-in-exp").await.json;
        assert_eq!(public["forgotPassword"], json!({ "email": false, "phone": false }));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        run(None).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        run(Some(crate::support::postgres::new_database().await)).await;
    }
}

/// Takes what an HTTP connector posts: bodies, in the order of arrival. The first `failing`
/// requests are refused.
async fn receiver(failing: usize) -> (u16, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = Arc::new(Mutex::new(Vec::new()));
    let kept = received.clone();
    tokio::spawn(async move {
        let mut seen = 0;
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut text = String::new();
            // The body is one JSON object: it is whole when it parses.
            let body = loop {
                let mut part = [0; 4096];
                let read = stream.read(&mut part).await.unwrap_or(0);
                text += &String::from_utf8_lossy(&part[..read]);
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
                match serde_json::from_str::<Value>(body) {
                    Ok(body) => break Some(body),
                    Err(_) if read == 0 => break None,
                    Err(_) => {}
                }
            };
            seen += 1;
            let status = if seen <= failing { "503 Busy" } else { "200 OK" };
            if let (Some(body), true) = (body, seen > failing) {
                kept.lock().unwrap().push(body);
            }
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.ok();
        }
    });
    (port, received)
}

async fn first_of(received: &Mutex<Vec<Value>>) -> Value {
    for _ in 0..200 {
        if let Some(body) = received.lock().unwrap().first() {
            return body.clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no message came");
}

async fn set_up_http_email(server: &TestServer, port: u16) {
    let token = server.management_token().await;
    let body = json!({
        "connectorId": "http-email",
        "config": { "endpoint": format!("http://127.0.0.1:{port}/") },
    });
    let answer = server.browser().call("POST", "/api/connectors", &token, Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

on_both_databases! {
    async fn a_connector_takes_the_messages(server) {
        // One that is refused at first is tried again.
        let (port, received) = receiver(1).await;
        set_up_http_email(&server, port).await;
        let browser = visitor(&server, "SignIn").await;
        let sent = browser.send_code("email", "ann@example.com", "SignIn").await.expect(200);
        // The pause before the second try is a matter of the server's clock.
        tokio::time::sleep(Duration::from_millis(500)).await;
        server.advance(Duration::from_secs(10));
        let message = first_of(&received).await;
        assert_eq!(message["to"], "ann@example.com");
        assert_eq!(message["type"], "SignIn");
        let code = message["payload"]["code"].as_str().unwrap();
        let id = &sent.json["verificationId"];
        browser.verify_code("email", "ann@example.com", id, code).await.expect(200);
        // A server with a connector has no outbox, and none for SMS either.
        let outbox = server.browser().get("/api/dev/outbox").await;
        outbox.expect_code(404, "request.not_found");
        let refused = browser.send_code("phone", "491701234567", "SignIn").await;
        refused.expect_code(501, "connector.not_found");
    }
}

on_both_databases! {
    async fn a_suppressed_message_does_not_reach_the_connector(server) {
        let (port, received) = receiver(0).await;
        set_up_http_email(&server, port).await;
        server.user(json!({ "primaryEmail": "ann@example.com" })).await;
        let browser = visitor(&server, "ForgotPassword").await;
        browser.send_code("email", "nobody@b.example", "ForgotPassword").await.expect(200);
        browser.send_code("email", "ann@example.com", "ForgotPassword").await.expect(200);
        assert_eq!(first_of(&received).await["to"], "ann@example.com");
        assert_eq!(received.lock().unwrap().len(), 1);
    }
}
