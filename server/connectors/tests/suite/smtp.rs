//! E-mail over SMTP.

use serde_json::{Value, json};
use vestibule_connectors::{
    ConnectorError, ContentType, EmailTemplate, Message, MessageConnector, MessagePayload,
};
use vestibule_shared::email_template::TemplateType;

use crate::servers::{Smtp, local_outbound, smtp_server, strict_outbound};

fn config(port: u16) -> Value {
    let template = |usage: &str, content_type: &str| {
        json!({
            "usageType": usage,
            "contentType": content_type,
            "subject": format!("{usage}: {{{{application.name}}}}"),
            "content": "<p>Code {{code}} for {{user.name}}</p>",
        })
    };
    json!({
        "host": "localhost",
        "port": port,
        "auth": {},
        "fromEmail": "Störung <noreply@example.com>",
        "replyTo": "help@example.com",
        "templates": [
            template("SignIn", "text/html"),
            template("Register", "text/plain"),
            template("ForgotPassword", "text/plain"),
            template("Generic", "text/plain"),
        ],
    })
}

fn with(port: u16, changes: Value) -> Value {
    let mut config = config(port);
    for (key, value) in changes.as_object().unwrap() {
        config[key] = value.clone();
    }
    config
}

fn message() -> Message {
    Message {
        to: "ada@example.org".into(),
        usage_type: TemplateType::SignIn,
        payload: MessagePayload {
            application: Some(json!({"name": "Shop"})),
            user: Some(json!({"name": "<Ada>"})),
            ..MessagePayload::with_code("271828")
        },
        ip: None,
    }
}

fn connector(config: &Value) -> MessageConnector {
    MessageConnector::from_config("simple-mail-transfer-protocol", config).unwrap()
}

async fn send(config: &Value, message: &Message) -> Result<(), ConnectorError> {
    connector(config).send(message, &local_outbound()).await
}

#[tokio::test]
async fn a_message_arrives() {
    let server = smtp_server(Smtp::default()).await;
    let config = with(
        server.port,
        json!({"customHeaders": {"X-Campaign": "none"}, "name": "id.example.com"}),
    );
    send(&config, &message()).await.unwrap();
    let seen = server.seen.all();
    assert_eq!(seen[0], "EHLO id.example.com");
    assert_eq!(seen[1], "MAIL FROM:<noreply@example.com>");
    assert_eq!(seen[2], "RCPT TO:<ada@example.org>");
    let mail = &seen[4];
    for line in [
        "To: ada@example.org\r\n",
        "Subject: SignIn: Shop\r\n",
        "Reply-To: help@example.com\r\n",
        "X-Campaign: none\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
        "@example.com>\r\n",
    ] {
        assert!(mail.contains(line), "{line}: {mail}");
    }
    assert!(mail.contains("From: =?utf-8?"), "{mail}");
    assert!(mail.contains("\r\n\r\n<p>Code 271828 for &lt;Ada&gt;</p>\r\n"), "{mail}");
}

#[tokio::test]
async fn usages_without_a_template_get_the_generic_one() {
    let server = smtp_server(Smtp::default()).await;
    let message = Message { usage_type: TemplateType::BindMfa, ..message() };
    send(&config(server.port), &message).await.unwrap();
    let mail = server.seen.all().join("\n");
    assert!(mail.contains("Subject: Generic: Shop\r\n"), "{mail}");
    assert!(mail.contains("Content-Type: text/plain; charset=utf-8\r\n"), "{mail}");
    assert!(mail.contains("Code 271828 for <Ada>"), "{mail}");
}

#[tokio::test]
async fn a_given_template_takes_the_place_of_the_configured_one() {
    let server = smtp_server(Smtp::default()).await;
    let mut template = EmailTemplate {
        subject: "Hallo {{user.name}}".into(),
        content: "{{code}}".into(),
        content_type: ContentType::Plain,
        reply_to: Some("{{organization.mail}}".into()),
        send_from: Some("{{application.name}} Team".into()),
    };
    let connector = connector(&config(server.port));
    assert!(connector.uses_stored_templates());
    let mut message = message();
    message.payload.organization = Some(json!({"mail": "org@example.net"}));
    connector.send_with(&message, Some(&template), &local_outbound()).await.unwrap();
    template.send_from = Some("{{application.name}} <shop@example.net>".into());
    connector.send_with(&message, Some(&template), &local_outbound()).await.unwrap();
    let seen = server.seen.all().join("\n");
    assert!(seen.contains("From: \"Shop Team\" <noreply@example.com>\r\n"), "{seen}");
    assert!(seen.contains("From: Shop <shop@example.net>\r\n"), "{seen}");
    assert!(seen.contains("MAIL FROM:<shop@example.net>"), "{seen}");
    assert!(seen.contains("Reply-To: org@example.net\r\n"), "{seen}");
    assert!(seen.contains("Subject: Hallo <Ada>\r\n"), "{seen}");
}

#[tokio::test]
async fn nothing_in_a_message_starts_a_header() {
    let server = smtp_server(Smtp::default()).await;
    let mut hostile = message();
    hostile.payload.application =
        Some(json!({"name": "Shop\r\nBcc: victim@example.net\r\n\r\nbody"}));
    send(&config(server.port), &hostile).await.unwrap();
    let mail = server.seen.all().join("\n");
    assert!(!mail.contains("\nBcc:"), "{mail}");
    assert!(mail.contains("Subject: SignIn: Shop Bcc: victim@example.net body\r\n"), "{mail}");

    let server = smtp_server(Smtp::default()).await;
    for to in [
        "ada@example.org\r\nRCPT TO:<victim@example.net>",
        "ada@example.org>\r\nDATA",
        "ada@example.org, victim@example.net",
        "Ada <ada@example.org>",
        "",
        "ada",
        "\0@example.org",
    ] {
        let error =
            send(&config(server.port), &Message { to: to.into(), ..message() }).await.unwrap_err();
        assert_eq!(error.code(), "invalid_request_parameters", "{to:?}");
        assert!(!error.retryable());
    }
    assert!(server.seen.all().is_empty(), "refused before anything is connected to");
}

#[tokio::test]
async fn logins() {
    let server = smtp_server(Smtp::default()).await;
    let auth = json!({"auth": {"user": "me", "pass": "secret"}});
    send(&with(server.port, auth), &message()).await.unwrap();
    let auth = json!({"auth": {"type": "oauth2", "user": "me", "accessToken": "tok"}});
    send(&with(server.port, auth), &message()).await.unwrap();
    let commands = server.seen.all();
    assert!(commands.contains(&"AUTH PLAIN AG1lAHNlY3JldA==".to_owned()), "{commands:?}");
    // base64("user=me\x01auth=Bearer tok\x01\x01")
    assert!(
        commands.contains(&"AUTH XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciB0b2sBAQ==".to_owned()),
        "{commands:?}"
    );
}

#[tokio::test]
async fn tls_from_the_start_and_by_starttls() {
    for (behaviour, switch) in [
        (Smtp { implicit_tls: true, ..Smtp::default() }, "secure"),
        (Smtp { offers_starttls: true, ..Smtp::default() }, "requireTLS"),
    ] {
        let server = smtp_server(behaviour.clone()).await;
        let trusted = json!({switch: true, "tls": {"ca": server.certificate}});
        send(&with(server.port, trusted), &message()).await.unwrap();
        let seen = server.seen.all().join("\n");
        assert!(seen.contains("Code 271828"), "{seen}");
        if behaviour.offers_starttls {
            let (clear, _) = seen.split_once("(encrypted)").unwrap();
            assert!(!clear.contains("MAIL FROM"), "{seen}");
        }

        // Unknown issuer, and a name that is not in the certificate.
        for tls in [json!({}), json!({"ca": server.certificate, "servername": "mail.example.com"})]
        {
            let before = server.seen.all().iter().filter(|line| line.starts_with("MAIL")).count();
            let untrusted = json!({switch: true, "tls": tls});
            let error = send(&with(server.port, untrusted), &message()).await.unwrap_err();
            assert_eq!(error.code(), "general", "{error}");
            let after = server.seen.all().iter().filter(|line| line.starts_with("MAIL")).count();
            assert_eq!(before, after);
        }

        let careless = json!({switch: true, "tls": {"rejectUnauthorized": false}});
        send(&with(server.port, careless), &message()).await.unwrap();
    }
}

#[tokio::test]
async fn required_tls_is_required_and_ignored_tls_ignored() {
    let plain = smtp_server(Smtp::default()).await;
    let required = with(plain.port, json!({"requireTLS": true}));
    send(&required, &message()).await.unwrap_err();
    assert!(!plain.seen.all().iter().any(|line| line.starts_with("MAIL")));

    let offering = smtp_server(Smtp { offers_starttls: true, ..Smtp::default() }).await;
    let ignored = with(offering.port, json!({"ignoreTLS": true}));
    send(&ignored, &message()).await.unwrap();
    assert!(!offering.seen.all().contains(&"STARTTLS".to_owned()));
    // Offered and neither required nor ignored: used, so a certificate nobody vouches for fails.
    send(&config(offering.port), &message()).await.unwrap_err();
    assert!(offering.seen.all().contains(&"STARTTLS".to_owned()));
}

#[tokio::test]
async fn refusals_are_final_or_temporary() {
    for (reply, retryable) in [("550 no such person", false), ("451 try later", true)] {
        let server = smtp_server(Smtp { refuse_recipient: Some(reply), ..Smtp::default() }).await;
        let error = send(&config(server.port), &message()).await.unwrap_err();
        assert_eq!((error.code(), error.retryable()), ("general", retryable), "{error}");
        assert!(error.to_string().contains(&reply[4..]), "{error}");
        assert!(!error.to_string().contains("271828"));
    }
}

#[tokio::test]
async fn silence_is_cut() {
    let server = smtp_server(Smtp { silent: true, ..Smtp::default() }).await;
    let hasty = json!({"connectionTimeout": 100, "greetingTimeout": 100, "socketTimeout": 100});
    let error = send(&with(server.port, hasty), &message()).await.unwrap_err();
    assert!(error.retryable(), "{error}");
}

#[tokio::test]
async fn private_mail_servers_need_to_be_allowed() {
    let server = smtp_server(Smtp::default()).await;
    for host in ["localhost", "127.0.0.1"] {
        let config = with(server.port, json!({"host": host}));
        let error = connector(&config).send(&message(), &strict_outbound()).await.unwrap_err();
        assert!(error.to_string().contains("VESTIBULE_OUTBOUND_ALLOW"), "{error}");
        assert!(!error.retryable());
    }
    assert!(server.seen.all().is_empty());
}

#[test]
fn configurations_that_do_not_fit_name_the_field() {
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    for (changes, field) in [
        (json!({"host": null}), "host"),
        (json!({"host": "a b"}), "host"),
        (json!({"host": 1}), "host"),
        (json!({"port": "25"}), "port"),
        (json!({"port": 0}), "port"),
        (json!({"port": 65536}), "port"),
        (json!({"auth": "x"}), "auth"),
        (json!({"auth": {"user": "me"}}), "auth.pass"),
        (json!({"auth": {"user": "me", "pass": "x", "domain": "y"}}), "auth.domain"),
        (json!({"auth": {"type": "ntlm"}}), "auth.type"),
        (
            json!({"auth": {"type": "oauth2", "user": "me", "refreshToken": "r"}}),
            "auth.accessToken",
        ),
        (
            json!({"auth": {"type": "oauth2", "user": "me", "privateKey": "k", "serviceClient": "c"}}),
            "auth.privateKey",
        ),
        (json!({"fromEmail": "nobody"}), "fromEmail"),
        (json!({"fromEmail": "a@example.com\r\nBcc: b@example.com"}), "fromEmail"),
        (json!({"replyTo": "nobody"}), "replyTo"),
        (json!({"templates": []}), "templates"),
        (json!({"templates": {}}), "templates"),
        (
            json!({"templates": [{"usageType": "Generic", "contentType": "text/rtf"}]}),
            "templates[0].contentType",
        ),
        (
            json!({"templates": [{"usageType": "Generic", "contentType": "text/plain"}]}),
            "templates[0].subject",
        ),
        (json!({"secure": "yes"}), "secure"),
        (json!({"requireTLS": true, "ignoreTLS": true}), "ignoreTLS"),
        (json!({"tls": {"ciphers": "ALL"}}), "tls.ciphers"),
        (json!({"tls": {"minVersion": "TLSv1"}}), "tls.minVersion"),
        (json!({"tls": {"ca": pem}}), "tls"),
        (json!({"tls": {"ca": [1]}}), "tls.ca"),
        (json!({"name": "a\r\nMAIL FROM:<x>"}), "name"),
        (json!({"localAddress": "here"}), "localAddress"),
        (json!({"socketTimeout": -1}), "socketTimeout"),
        (json!({"customHeaders": {"X-A": "a\r\nb: c"}}), "customHeaders.X-A"),
        (json!({"customHeaders": {"X A": "a"}}), "customHeaders.X A"),
        (json!({"customHeaders": {"bcc": "a@example.com"}}), "customHeaders.bcc"),
        (json!({"customHeaders": {"X-A": 1}}), "customHeaders.X-A"),
        (json!({"debug": 1}), "debug"),
    ] {
        let config = with(25, changes.clone());
        let error = MessageConnector::from_config("simple-mail-transfer-protocol", &config)
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error.code(), "invalid_config");
        assert_eq!(error.data().unwrap()["field"], field, "{changes}: {error}");
    }
}
