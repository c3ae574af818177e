//! What the outbound client reaches and what it does not.

use std::time::{Duration, Instant};

use vestibule_connectors::{Outbound, OutboundError, OutboundRequest};

use crate::servers::{Answer, http_server, local_outbound, strict_outbound};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-test: 1\r\n\r\nok";

#[tokio::test]
async fn addresses_that_are_not_public_are_refused_in_every_spelling() {
    let (port, seen) = http_server(Answer::Bytes(OK)).await;
    let outbound = strict_outbound();
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "0177.0.0.01",
        "0",
        "0.0.0.0",
        "１２７.0.0.1",
        "127。0。0。1",
        "user:pw@127.0.0.1",
        "public.example@127.0.0.1",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "10.0.0.1",
        "172.20.0.1",
        "192.168.0.1",
        "255.255.255.255",
        "224.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
    ] {
        let url = format!("http://{host}:{port}/");
        let answer = outbound.send(OutboundRequest::get(&url)).await;
        assert!(
            matches!(
                answer,
                Err(OutboundError::AddressNotAllowed { .. } | OutboundError::UnknownHost { .. })
            ),
            "{url}: {answer:?}"
        );
    }
    assert_eq!(seen.all(), [""; 0]);
}

#[tokio::test]
async fn a_refusal_says_which_setting_would_allow_it() {
    for url in ["http://localhost/", "http://127.0.0.1/"] {
        let error = strict_outbound().send(OutboundRequest::get(url)).await.unwrap_err();
        assert!(error.to_string().contains("VESTIBULE_OUTBOUND_ALLOW"), "{error}");
        assert!(!error.retryable());
    }
}

#[tokio::test]
async fn urls_of_other_kinds_are_refused() {
    let outbound = local_outbound();
    for url in [
        "",
        "localhost",
        "/path",
        "ftp://localhost/",
        "file:///etc/passwd",
        "gopher://localhost",
        "http://",
    ] {
        let answer = outbound.send(OutboundRequest::get(url)).await;
        assert_eq!(answer.unwrap_err(), OutboundError::InvalidUrl, "{url}");
    }
}

#[tokio::test]
async fn allowed_addresses_are_reached_by_address_and_by_name() {
    let (port, seen) = http_server(Answer::Bytes(OK)).await;
    for (allow, host) in [
        ("127.0.0.0/8", "127.0.0.1"),
        ("127.0.0.0/8", "localhost"),
        ("localhost", "localhost"),
        ("127.0.0.1", "2130706433"),
    ] {
        let outbound = Outbound::new(allow.parse().unwrap()).unwrap();
        let url = format!("http://{host}:{port}/");
        let response = outbound.send(OutboundRequest::get(&url)).await.unwrap();
        assert_eq!(response.status, 200, "{allow} {host}");
        assert_eq!(response.text(), "ok");
        assert_eq!(response.headers["x-test"], "1");
    }
    assert_eq!(seen.all().len(), 4);
    // Allowing the name does not allow the address.
    let outbound = Outbound::new("localhost".parse().unwrap()).unwrap();
    let url = format!("http://127.0.0.1:{port}/");
    assert!(outbound.send(OutboundRequest::get(&url)).await.is_err());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (port, seen) = http_server(Answer::Bytes(
        b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n",
    ))
    .await;
    let url = format!("http://localhost:{port}/");
    let response = local_outbound().send(OutboundRequest::get(&url)).await.unwrap();
    assert_eq!(response.status, 302);
    assert!(seen.only().starts_with("GET / HTTP/1.1\r\n"));
}

#[tokio::test]
async fn slow_answers_are_cut() {
    for answer in
        [Answer::Stall(b""), Answer::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")]
    {
        let (port, _seen) = http_server(answer).await;
        let limit = Duration::from_millis(200);
        let request = OutboundRequest::get(format!("http://localhost:{port}/")).timeout(limit);
        let started = Instant::now();
        let error = local_outbound().send(request).await.unwrap_err();
        assert_eq!(error, OutboundError::Timeout(limit));
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(error.retryable());
    }
}

#[tokio::test]
async fn large_answers_are_cut() {
    let (port, _seen) = http_server(Answer::Endless(3_000_000)).await;
    let url = format!("http://localhost:{port}/");
    let error = local_outbound().send(OutboundRequest::get(&url)).await.unwrap_err();
    assert_eq!(error, OutboundError::BodyTooLarge(1024 * 1024));
    let request = OutboundRequest::get(&url).max_body(3_000_000);
    assert_eq!(local_outbound().send(request).await.unwrap().body.len(), 3_000_000);
}

#[tokio::test]
async fn requests_arrive_as_they_were_made() {
    let (port, seen) = http_server(Answer::Bytes(OK)).await;
    let url = format!("http://localhost:{port}/token?a=1");
    let request = OutboundRequest::post(url)
        .form(&[("grant_type", "x y"), ("code", "ä&=")])
        .header("authorization", "Bearer t")
        .unwrap();
    local_outbound().send(request).await.unwrap();
    let request = seen.only();
    assert!(request.starts_with("POST /token?a=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer t\r\n"), "{request}");
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\ngrant_type=x+y&code=%C3%A4%26%3D"), "{request}");
}

#[test]
fn headers_cannot_be_smuggled() {
    for (name, value) in [("x", "a\r\nb: c"), ("x\r\ny", "a"), ("", "a"), ("x", "\0")] {
        assert!(OutboundRequest::get("http://localhost/").header(name, value).is_err(), "{name:?}");
    }
}

#[tokio::test]
async fn sockets_for_other_protocols_follow_the_same_rules() {
    for host in ["127.0.0.1", "::1", "[::1]", "localhost", "10.0.0.1"] {
        let error = strict_outbound().allowed_sockets(host, 25).await.unwrap_err();
        assert!(matches!(error, OutboundError::AddressNotAllowed { .. }), "{host}: {error}");
    }
    let sockets = local_outbound().allowed_sockets("localhost", 25).await.unwrap();
    assert!(sockets.iter().all(|socket| socket.port() == 25 && socket.ip().is_loopback()));
    assert!(!sockets.is_empty());
    let public = strict_outbound().allowed_sockets("8.8.8.8", 465).await.unwrap();
    assert_eq!(public, ["8.8.8.8:465".parse().unwrap()]);
}

#[tokio::test]
async fn closed_ports_are_connection_errors() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("http://127.0.0.1:{port}/secret?token=1");
    let error = local_outbound().send(OutboundRequest::get(url)).await.unwrap_err();
    assert!(matches!(error, OutboundError::Connection(_)), "{error:?}");
    assert!(error.retryable() && !error.to_string().contains("token"), "{error}");
}
