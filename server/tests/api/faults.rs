//! Bad input, many at once, and parts that go away: a clear error, and nothing lost.

mod bad_input;
mod concurrency;
mod database_outage;
mod oauth_input;
mod overload;

use crate::support::{Browser, TestServer};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vestibule_shared::application::ApplicationType::SPA;

/// A browser in which somebody has begun.
async fn visitor(server: &TestServer, event: &str) -> Browser {
    let client = server.client(SPA).await;
    let browser = server.browser();
    browser.authorize(&client, &[]).await.expect(303);
    browser.begin(event).await;
    browser
}

/// Sends these very bytes; the status of the answer, and its text. Status 0 says that the server
/// hung up without one.
async fn send_raw(server: &TestServer, bytes: &[u8]) -> (u16, String) {
    let address = server.endpoint.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(address.replace("localhost", "127.0.0.1")).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let bytes = bytes.to_vec();
    // A server that has heard enough stops listening, so writing may fail.
    let writer = tokio::spawn(async move {
        writing.write_all(&bytes).await.ok();
        writing
    });
    let mut answer = Vec::new();
    let read = async {
        let mut part = [0; 8192];
        while let Ok(count @ 1..) = reading.read(&mut part).await {
            answer.extend_from_slice(&part[..count]);
        }
    };
    tokio::time::timeout(Duration::from_secs(30), read).await.expect("the server hung");
    drop(writer.await);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split_whitespace().nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
    (status, text)
}

/// The head of a request that is the only one of its connection.
fn head(method: &str, target: &str, headers: &str, length: usize) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\
         content-length: {length}\r\n\r\n"
    )
}
