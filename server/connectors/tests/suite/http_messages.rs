//! The HTTP connectors for e-mail and SMS.

use serde_json::{Value, json};
use vestibule_connectors::{Message, MessageConnector, MessagePayload};
use vestibule_shared::email_template::TemplateType;

use crate::servers::{Answer, http_server, local_outbound, strict_outbound};

fn message() -> Message {
    Message {
        to: "+4915112345".into(),
        usage_type: TemplateType::SignIn,
        payload: MessagePayload {
            locale: Some("de".into()),
            ..MessagePayload::with_code("271828")
        },
        ip: Some("203.0.113.7".into()),
    }
}

#[tokio::test]
async fn messages_are_posted() {
    let (port, seen) = http_server(Answer::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n")).await;
    let config =
        json!({"endpoint": format!("http://localhost:{port}/sms"), "authorization": "Key k"});
    for factory in ["http-sms", "http-email"] {
        let connector = MessageConnector::from_config(factory, &config).unwrap();
        assert!(!connector.uses_stored_templates());
        connector.send(&message(), &local_outbound()).await.unwrap();
    }
    let requests = seen.all();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(request.starts_with("POST /sms HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("authorization: Key k\r\n"), "{request}");
        assert!(request.contains("content-type: application/json\r\n"), "{request}");
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(body).unwrap(),
            json!({
                "to": "+4915112345",
                "type": "SignIn",
                "payload": {"code": "271828", "locale": "de"},
                "ip": "203.0.113.7",
            })
        );
    }
}

#[tokio::test]
async fn refusals_are_general_errors_without_the_code() {
    for (answer, retryable) in [
        (&b"HTTP/1.1 500 Oops\r\ncontent-length: 23\r\n\r\ncannot send code 271828"[..], true),
        (&b"HTTP/1.1 400 No\r\ncontent-length: 23\r\n\r\ncannot send code 271828"[..], false),
    ] {
        let (port, _seen) = http_server(Answer::Bytes(answer)).await;
        let config = json!({"endpoint": format!("http://localhost:{port}/")});
        let connector = MessageConnector::from_config("http-email", &config).unwrap();
        let error = connector.send(&message(), &local_outbound()).await.unwrap_err();
        assert_eq!((error.code(), error.status()), ("general", 400));
        assert_eq!(error.retryable(), retryable);
        assert_eq!(error.data().unwrap(), "cannot send code ***");
    }
}

#[tokio::test]
async fn redirects_count_as_failures() {
    let (port, seen) = http_server(Answer::Bytes(
        b"HTTP/1.1 307 Elsewhere\r\nlocation: /else\r\ncontent-length: 0\r\n\r\n",
    ))
    .await;
    let config = json!({"endpoint": format!("http://localhost:{port}/")});
    let connector = MessageConnector::from_config("http-sms", &config).unwrap();
    assert!(connector.send(&message(), &local_outbound()).await.is_err());
    assert_eq!(seen.all().len(), 1);
}

#[tokio::test]
async fn private_endpoints_need_to_be_allowed() {
    let (port, seen) = http_server(Answer::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n")).await;
    let config = json!({"endpoint": format!("http://localhost:{port}/")});
    let connector = MessageConnector::from_config("http-email", &config).unwrap();
    let error = connector.send(&message(), &strict_outbound()).await.unwrap_err();
    assert!(error.to_string().contains("VESTIBULE_OUTBOUND_ALLOW"), "{error}");
    assert!(seen.all().is_empty());
}

#[test]
fn other_factories_are_not_implemented() {
    let error = MessageConnector::from_config("postmark-mail", &json!({})).unwrap_err();
    assert_eq!((error.code(), error.status()), ("not_implemented", 501));
}
