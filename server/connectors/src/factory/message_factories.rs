//! Connectors that send e-mail and SMS.

use serde_json::{Value, json};

use super::form::{FormItem, FormItemType};
use super::{ConnectorFactory, ConnectorType, HTTP_EMAIL, HTTP_SMS, SMTP, Translations};

const ENVELOPE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
    viewBox='0 0 48 48'%3E%3Crect x='4' y='9' width='40' height='30' rx='6' fill='%233f6ad8'/%3E\
    %3Cpath d='M9 15l15 12 15-12' fill='none' stroke='%23fff' stroke-width='3' \
    stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E";

const ENVELOPE_OUT: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
    viewBox='0 0 48 48'%3E%3Crect x='4' y='9' width='40' height='30' rx='6' fill='%23137a63'/%3E\
    %3Cpath d='M12 24h22M26 16l8 8-8 8' fill='none' stroke='%23fff' stroke-width='3' \
    stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E";

const BUBBLE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
    viewBox='0 0 48 48'%3E%3Cpath d='M10 6h28a6 6 0 016 6v18a6 6 0 01-6 6H22l-10 8v-8h-2a6 6 0 \
    01-6-6V12a6 6 0 016-6z' fill='%23b4561f'/%3E%3Cg fill='%23fff'%3E%3Ccircle cx='15' cy='21' \
    r='3'/%3E%3Ccircle cx='24' cy='21' r='3'/%3E%3Ccircle cx='33' cy='21' r='3'/%3E%3C/g%3E\
    %3C/svg%3E";

const SMTP_README: &str = "# SMTP\n\n\
    Sends e-mail through any mail server.\n\n\
    1. Fill in `host` and `port` of your mail server: 465 with `secure` on, or 587 with it off \
    and `requireTLS` on.\n\
    2. Fill in `auth`: `{\"user\": \"…\", \"pass\": \"…\"}`, or \
    `{\"type\": \"oauth2\", \"user\": \"…\", \"accessToken\": \"…\"}`, or `{}` for none.\n\
    3. Fill in `fromEmail`: an address that the server lets you send from, alone or as \
    `Name <address>`.\n\
    4. Write the templates. `{{code}}` becomes the verification code; `{{link}}`, \
    `{{application.name}}`, `{{organization.name}}` and `{{user.name}}` are there as well when \
    they are known. `Register`, `SignIn`, `ForgotPassword` and `Generic` are required.\n\n\
    A mail server at a private address is only reached when `VESTIBULE_OUTBOUND_ALLOW` names \
    its host or network.\n";

const HTTP_README: &str = "# HTTP\n\n\
    Hands every message to an HTTP endpoint of yours, which sends it.\n\n\
    1. Fill in `endpoint`: each message is posted there as JSON \
    `{\"to\": \"…\", \"type\": \"SignIn\", \"payload\": {\"code\": \"…\"}, \"ip\": \"…\"}`.\n\
    2. Fill in `authorization` to have it sent as the `Authorization` header.\n\n\
    Answer with a status from 200 to 299 once you have taken the message; everything else counts \
    as a failure. An endpoint at a private address is only reached when \
    `VESTIBULE_OUTBOUND_ALLOW` names its host or network.\n";

pub(super) fn all() -> Vec<ConnectorFactory> {
    vec![smtp(), http_email(), http_sms()]
}

fn smtp() -> ConnectorFactory {
    ConnectorFactory {
        id: SMTP,
        connector_type: ConnectorType::Email,
        target: "smtp",
        platform: None,
        name: translations(["SMTP", "SMTP", "SMTP", "SMTP", "SMTP"]),
        logo: ENVELOPE,
        logo_dark: None,
        description: translations([
            "Sends e-mail through a mail server of your choice.",
            "Versendet E-Mails über einen Mailserver Ihrer Wahl.",
            "Envoie des e-mails par le serveur de votre choix.",
            "Отправляет письма через выбранный вами почтовый сервер.",
            "원하는 메일 서버로 이메일을 보냅니다.",
        ]),
        is_standard: None,
        is_token_storage_supported: None,
        readme: SMTP_README,
        config_template: Some(format!("{:#}", smtp_config())),
        form_items: Some(smtp_form()),
    }
}

fn http_email() -> ConnectorFactory {
    ConnectorFactory {
        id: HTTP_EMAIL,
        connector_type: ConnectorType::Email,
        target: "http-email",
        platform: None,
        name: translations([
            "HTTP e-mail",
            "E-Mail über HTTP",
            "E-mail par HTTP",
            "Почта через HTTP",
            "HTTP 이메일",
        ]),
        logo: ENVELOPE_OUT,
        logo_dark: None,
        description: translations([
            "Hands e-mail to an HTTP endpoint of yours.",
            "Übergibt E-Mails an einen eigenen HTTP-Endpunkt.",
            "Remet les e-mails à votre propre point d'accès HTTP.",
            "Передаёт письма на ваш собственный HTTP-адрес.",
            "직접 운영하는 HTTP 엔드포인트로 이메일을 넘깁니다.",
        ]),
        is_standard: None,
        is_token_storage_supported: None,
        readme: HTTP_README,
        config_template: Some(format!("{:#}", http_config())),
        form_items: Some(http_form()),
    }
}

fn http_sms() -> ConnectorFactory {
    ConnectorFactory {
        id: HTTP_SMS,
        connector_type: ConnectorType::Sms,
        target: "http-sms",
        platform: None,
        name: translations([
            "HTTP SMS",
            "SMS über HTTP",
            "SMS par HTTP",
            "SMS через HTTP",
            "HTTP 문자 메시지",
        ]),
        logo: BUBBLE,
        logo_dark: None,
        description: translations([
            "Hands SMS to an HTTP endpoint of yours.",
            "Übergibt SMS an einen eigenen HTTP-Endpunkt.",
            "Remet les SMS à votre propre point d'accès HTTP.",
            "Передаёт SMS на ваш собственный HTTP-адрес.",
            "직접 운영하는 HTTP 엔드포인트로 문자 메시지를 넘깁니다.",
        ]),
        is_standard: None,
        is_token_storage_supported: None,
        readme: HTTP_README,
        config_template: Some(format!("{:#}", http_config())),
        form_items: Some(http_form()),
    }
}

/// Texts in English, German, French, Russian and Korean.
fn translations(texts: [&'static str; 5]) -> Translations {
    ["en", "de", "fr", "ru", "ko"].into_iter().zip(texts).collect()
}

fn http_config() -> Value {
    json!({ "endpoint": "https://messages.example.com/send", "authorization": "Bearer your-token" })
}

fn http_form() -> Vec<FormItem> {
    vec![
        FormItem::new("endpoint", "Endpoint", FormItemType::Text)
            .required()
            .placeholder("https://messages.example.com/send"),
        FormItem::new("authorization", "Authorization header", FormItemType::Text)
            .confidential()
            .placeholder("Bearer your-token")
            .description("Sent with every message; leave empty for none."),
    ]
}

fn smtp_config() -> Value {
    json!({
        "host": "smtp.example.com",
        "port": 587,
        "auth": { "user": "your-user", "pass": "your-password" },
        "fromEmail": "Example <no-reply@example.com>",
        "requireTLS": true,
        "templates": smtp_templates(),
    })
}

fn smtp_templates() -> Value {
    let template = |usage_type: &str, subject: &str, content: &str| {
        json!({
            "usageType": usage_type,
            "contentType": "text/plain",
            "subject": subject,
            "content": content,
        })
    };
    json!([
        template("SignIn", "Your sign-in code", "Sign in with this code: {{code}}"),
        template("Register", "Welcome", "Create your account with this code: {{code}}"),
        template("ForgotPassword", "A new password", "Choose a new password with: {{code}}"),
        template("Generic", "Your code", "Here is your code: {{code}}"),
        template("OrganizationInvitation", "You are invited", "Join here: {{link}}"),
    ])
}

fn smtp_form() -> Vec<FormItem> {
    use FormItemType::{Json, Number, Switch, Text};
    vec![
        FormItem::new("host", "Host", Text).required().placeholder("smtp.example.com"),
        FormItem::new("port", "Port", Number).required().placeholder("587"),
        FormItem::new("auth", "Login", Json)
            .required()
            .confidential()
            .default(json!({ "type": "login", "user": "", "pass": "" }))
            .description("User and password, or user and OAuth2 access token; empty for none."),
        FormItem::new("fromEmail", "Sender", Text)
            .required()
            .placeholder("Example <no-reply@example.com>"),
        FormItem::new("replyTo", "Reply to", Text).placeholder("help@example.com"),
        FormItem::new("templates", "Templates", Json).required().default(smtp_templates()),
        FormItem::new("secure", "TLS from the start", Switch)
            .default(false)
            .description("On for port 465."),
        FormItem::new("requireTLS", "Require STARTTLS", Switch)
            .default(false)
            .when("secure", false),
        FormItem::new("ignoreTLS", "Never use STARTTLS", Switch)
            .default(false)
            .when("secure", false),
        FormItem::new("servername", "Name in the certificate", Text)
            .description("Where it differs from the host."),
        FormItem::new("tls", "TLS options", Json)
            .default(json!({}))
            .description("`rejectUnauthorized`, `minVersion`, `ca`."),
        FormItem::new("name", "Name for EHLO", Text),
        FormItem::new("localAddress", "Local address", Text)
            .description("IP address to connect from."),
        FormItem::new("connectionTimeout", "Connection timeout in ms", Number).default(120_000),
        FormItem::new("greetingTimeout", "Greeting timeout in ms", Number).default(30_000),
        FormItem::new("socketTimeout", "Socket timeout in ms", Number).default(600_000),
        FormItem::new("dnsTimeout", "Name look-up timeout in ms", Number).default(30_000),
        FormItem::new("customHeaders", "Additional headers", Json).default(json!({})),
    ]
}
