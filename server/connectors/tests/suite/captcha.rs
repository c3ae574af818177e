//! What captcha services are told, and what their silence means.

use serde_json::{Value, json};
use url::Url;
use vestibule_connectors::captcha::{CaptchaError, CaptchaService};
use vestibule_connectors::{Outbound, OutboundError};

use crate::servers::{Answer, Seen, http_server, local_outbound, strict_outbound};

const YES: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"success\":true}";
const VALID: &[u8] =
    b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"tokenProperties\":{\"valid\":true}}";

fn turnstile() -> CaptchaService {
    CaptchaService::Turnstile { secret_key: "s3cret".into() }
}

async fn verify(
    service: &CaptchaService,
    port: u16,
    outbound: &Outbound,
) -> Result<(), CaptchaError> {
    let gateway = Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    service.verify("the token", Some(&gateway), outbound).await
}

/// The head, and the body as JSON.
fn parts(seen: &Seen) -> (String, Value) {
    let request = seen.only();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn turnstile_is_told_the_secret_and_the_token() {
    let (port, seen) = http_server(Answer::Bytes(YES)).await;
    verify(&turnstile(), port, &local_outbound()).await.unwrap();
    let (head, body) = parts(&seen);
    assert!(head.starts_with("POST /turnstile/v0/siteverify HTTP/1.1\r\n"), "{head}");
    assert_eq!(body, json!({ "secret": "s3cret", "response": "the token" }));
}

#[tokio::test]
async fn the_key_of_recaptcha_is_in_no_address() {
    let (port, seen) = http_server(Answer::Bytes(VALID)).await;
    let service = CaptchaService::RecaptchaEnterprise {
        site_key: "site".into(),
        secret_key: "s3cret".into(),
        project_id: "a/project".into(),
        is_invisible: false,
    };
    verify(&service, port, &local_outbound()).await.unwrap();
    let (head, body) = parts(&seen);
    assert!(head.starts_with("POST /v1/projects/a%2Fproject/assessments HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("x-goog-api-key: s3cret"), "{head}");
    let event = json!({ "token": "the token", "siteKey": "site", "expectedAction": "interaction" });
    assert_eq!(body, json!({ "event": event }));
}

#[tokio::test]
async fn without_an_answer_nobody_is_a_person() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = verify(&turnstile(), closed, &local_outbound()).await.unwrap_err();
    assert!(matches!(error, CaptchaError::Outbound(OutboundError::Connection(_))), "{error}");
    let (port, seen) = http_server(Answer::Bytes(YES)).await;
    let error = verify(&turnstile(), port, &strict_outbound()).await.unwrap_err();
    let refused = matches!(error, CaptchaError::Outbound(OutboundError::AddressNotAllowed { .. }));
    assert!(refused, "{error}");
    assert!(seen.all().is_empty());
    let (port, _) = http_server(Answer::Endless(1_000_000)).await;
    let error = verify(&turnstile(), port, &local_outbound()).await.unwrap_err();
    assert!(matches!(error, CaptchaError::Outbound(OutboundError::BodyTooLarge(_))), "{error}");
    assert!(!error.to_string().contains("s3cret"));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_is_no_yes() {
    let answer = b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\nconnection: close\r\n\r\n";
    let (port, seen) = http_server(Answer::Bytes(answer)).await;
    let error = verify(&turnstile(), port, &local_outbound()).await.unwrap_err();
    assert!(matches!(error, CaptchaError::Refused(_)), "{error}");
    assert_eq!(seen.all().len(), 1);
}
