//! The configuration of the SMTP connector.

use lettre::message::Mailbox;
use lettre::message::header::HeaderName;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    Certificate, TlsParameters, TlsParametersBuilder, TlsVersion,
};
use lettre::transport::smtp::extension::ClientId;
use serde_json::Value;

use super::SmtpConnector;
use super::session::{Encryption, Login, Server, Timeouts};
use crate::config::Fields;
use crate::error::ConnectorError;
use crate::template::{ContentType, EmailTemplate};
use vestibule_shared::email_template::TemplateType;

/// Templates that a configuration must have.
const REQUIRED_TEMPLATES: [TemplateType; 4] = [
    TemplateType::Register,
    TemplateType::SignIn,
    TemplateType::ForgotPassword,
    TemplateType::Generic,
];

/// Headers that the message itself has; a configuration cannot set them.
const OWN_HEADERS: [&str; 13] = [
    "from",
    "to",
    "cc",
    "bcc",
    "sender",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
];

pub(super) fn read(config: &Value) -> Result<SmtpConnector, ConnectorError> {
    let fields = Fields::root(config)?;
    // Switches of another mail library that mean nothing here but must be well formed.
    for key in ["logger", "debug", "disableFileAccess", "disableUrlAccess"] {
        fields.flag(key)?;
    }
    let reply_to = fields.filled_string("replyTo")?;
    // With placeholders in it, it can only be judged when a message is sent.
    if reply_to.is_some_and(|text| !text.contains("{{") && text.parse::<Mailbox>().is_err()) {
        return Err(fields.error("replyTo", "must be an e-mail address"));
    }
    Ok(SmtpConnector {
        server: server(&fields)?,
        from: fields
            .required_string("fromEmail")?
            .parse()
            .map_err(|_| fields.error("fromEmail", "must be `address` or `Name <address>`"))?,
        reply_to: reply_to.map(str::to_owned),
        templates: templates(&fields)?,
        headers: headers(&fields)?,
    })
}

fn server(fields: &Fields<'_>) -> Result<Server, ConnectorError> {
    let host = fields.required_string("host")?.trim();
    if host.contains(|character: char| character.is_whitespace() || "/@".contains(character)) {
        return Err(fields.error("host", "must be a host name or an address"));
    }
    let local_address = fields
        .filled_string("localAddress")?
        .map(|text| text.parse().map_err(|_| fields.error("localAddress", "must be an IP address")))
        .transpose()?;
    Ok(Server {
        host: host.to_owned(),
        port: fields.port("port")?,
        hello: hello(fields)?,
        login: login(fields)?,
        encryption: encryption(fields)?,
        tls: tls(fields, host)?,
        local_address,
        timeouts: Timeouts {
            dns: fields.milliseconds("dnsTimeout", 30_000)?,
            connection: fields.milliseconds("connectionTimeout", 120_000)?,
            greeting: fields.milliseconds("greetingTimeout", 30_000)?,
            socket: fields.milliseconds("socketTimeout", 600_000)?,
        },
    })
}

/// The name for EHLO goes into a command line, so it must be a host name or an address.
fn hello(fields: &Fields<'_>) -> Result<ClientId, ConnectorError> {
    let Some(name) = fields.filled_string("name")? else {
        return Ok(ClientId::default());
    };
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte)) {
        return Err(fields.error("name", "must be a host name"));
    }
    Ok(ClientId::Domain(name.to_owned()))
}

fn encryption(fields: &Fields<'_>) -> Result<Encryption, ConnectorError> {
    let flag = |key| Ok::<_, ConnectorError>(fields.flag(key)?.unwrap_or(false));
    let (secure, require, ignore) = (flag("secure")?, flag("requireTLS")?, flag("ignoreTLS")?);
    match (secure, require, ignore) {
        (true, _, _) => Ok(Encryption::FromTheStart),
        (false, true, true) => Err(fields.error("ignoreTLS", "contradicts `requireTLS`")),
        (false, true, false) => Ok(Encryption::Required),
        (false, false, true) => Ok(Encryption::Never),
        (false, false, false) => Ok(Encryption::WhenOffered),
    }
}

fn tls(fields: &Fields<'_>, host: &str) -> Result<TlsParameters, ConnectorError> {
    let options = fields.object("tls")?;
    let nested = options.as_ref().map(|tls| tls.filled_string("servername")).transpose()?.flatten();
    let name = fields.filled_string("servername")?.or(nested).unwrap_or(host);
    let mut builder = TlsParametersBuilder::new(name.trim_matches(['[', ']']).to_owned());
    if let Some(options) = &options {
        builder = tls_options(builder, options)?;
    }
    builder
        .build_rustls()
        .map_err(|error| ConnectorError::invalid_config("tls", format!("does not fit: {error}")))
}

fn tls_options(
    mut builder: TlsParametersBuilder,
    options: &Fields<'_>,
) -> Result<TlsParametersBuilder, ConnectorError> {
    for key in options.keys() {
        builder = match key {
            "servername" => builder,
            "rejectUnauthorized" => {
                let reject = options.flag(key)?.unwrap_or(true);
                builder.dangerous_accept_invalid_certs(!reject)
            }
            "minVersion" => match options.optional_string(key)? {
                None | Some("TLSv1.2") => builder.set_min_tls_version(TlsVersion::Tlsv12),
                Some("TLSv1.3") => builder.set_min_tls_version(TlsVersion::Tlsv13),
                Some(_) => return Err(options.error(key, "must be TLSv1.2 or TLSv1.3")),
            },
            "ca" => {
                for pem in options.strings(key)? {
                    let certificate = Certificate::from_pem(pem.as_bytes())
                        .map_err(|_| options.error(key, "must be certificates in PEM form"))?;
                    builder = builder.add_root_certificate(certificate);
                }
                builder
            }
            _ => {
                return Err(options.error(
                    key,
                    "is not supported; `servername`, `rejectUnauthorized`, `minVersion` and \
                     `ca` are",
                ));
            }
        };
    }
    Ok(builder)
}

fn login(fields: &Fields<'_>) -> Result<Option<Login>, ConnectorError> {
    let Some(auth) = fields.object("auth")? else {
        return Ok(None);
    };
    match auth.filled_string("type")? {
        None | Some("login") => password_login(&auth),
        Some("oauth2" | "OAuth2") => oauth_login(&auth).map(Some),
        Some(_) => Err(auth.error("type", "must be login or oauth2")),
    }
}

fn password_login(auth: &Fields<'_>) -> Result<Option<Login>, ConnectorError> {
    if let Some(key) = auth.keys().find(|key| !["type", "user", "pass"].contains(key)) {
        return Err(auth.error(key, "is not part of a login; `user` and `pass` are"));
    }
    // A password may well be white space; a user may not.
    let pass = auth.optional_string("pass")?.filter(|pass| !pass.is_empty());
    match (auth.filled_string("user")?, pass) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(auth.error("pass", "is required with `user`")),
        (None, Some(_)) => Err(auth.error("user", "is required with `pass`")),
        (Some(user), Some(pass)) => Ok(Some(Login {
            credentials: Credentials::new(user.to_owned(), pass.to_owned()),
            mechanisms: vec![Mechanism::Plain, Mechanism::Login],
        })),
    }
}

fn oauth_login(auth: &Fields<'_>) -> Result<Login, ConnectorError> {
    const KEYS: [&str; 10] = [
        "type",
        "user",
        "clientId",
        "clientSecret",
        "refreshToken",
        "accessToken",
        "expires",
        "accessUrl",
        "privateKey",
        "serviceClient",
    ];
    if let Some(key) = auth.keys().find(|key| !KEYS.contains(key)) {
        return Err(auth.error(key, "is not part of an OAuth2 login"));
    }
    if auth.filled_string("privateKey")?.is_some() || auth.filled_string("serviceClient")?.is_some()
    {
        return Err(auth.error(
            "privateKey",
            "and `serviceClient` are not supported; give `user` and `accessToken`",
        ));
    }
    let user = auth.required_string("user")?;
    let token = auth.filled_string("accessToken")?.ok_or_else(|| {
        auth.error("accessToken", "is required; tokens are not fetched with `refreshToken`")
    })?;
    Ok(Login {
        credentials: Credentials::new(user.to_owned(), token.to_owned()),
        mechanisms: vec![Mechanism::Xoauth2],
    })
}

fn templates(fields: &Fields<'_>) -> Result<Vec<(String, EmailTemplate)>, ConnectorError> {
    let mut templates = Vec::new();
    for item in fields.objects("templates")? {
        let usage = item.required_string("usageType")?.to_owned();
        let text = |key| item.optional_string(key)?.ok_or_else(|| item.error(key, "is required"));
        let content_type = match item.required_string("contentType")? {
            "text/plain" => ContentType::Plain,
            "text/html" => ContentType::Html,
            _ => return Err(item.error("contentType", "must be text/plain or text/html")),
        };
        let template = EmailTemplate {
            subject: text("subject")?.to_owned(),
            content: text("content")?.to_owned(),
            content_type,
            reply_to: None,
            send_from: None,
        };
        templates.push((usage, template));
    }
    for required in REQUIRED_TEMPLATES {
        if !templates.iter().any(|(usage, _)| usage == required.as_str()) {
            let reason = format!("must have one for usage type {required}");
            return Err(fields.error("templates", &reason));
        }
    }
    Ok(templates)
}

fn headers(fields: &Fields<'_>) -> Result<Vec<(HeaderName, String)>, ConnectorError> {
    let Some(custom) = fields.object("customHeaders")? else {
        return Ok(Vec::new());
    };
    let mut headers = Vec::new();
    for name in custom.keys() {
        let value = custom.optional_string(name)?.unwrap_or_default();
        if value.contains(char::is_control) {
            return Err(custom.error(name, "must be one line"));
        }
        if OWN_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return Err(custom.error(name, "is set by the message itself"));
        }
        if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(custom.error(name, "is not the name of a header"));
        }
        let header = HeaderName::new_from_ascii(name.to_owned())
            .map_err(|_| custom.error(name, "is not the name of a header"))?;
        headers.push((header, value.to_owned()));
    }
    Ok(headers)
}
