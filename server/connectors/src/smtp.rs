//! E-mail over SMTP (RFC 5321).

mod config;
mod session;

use lettre::message::header::{ContentType as MimeType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};

use crate::error::ConnectorError;
use crate::message::Message;
use crate::outbound::Outbound;
use crate::template::{ContentType, EmailTemplate, RenderedEmail};
use vestibule_shared::email_template::TemplateType;

/// A mail server and the templates of what is sent through it.
#[derive(Clone)]
pub struct SmtpConnector {
    server: session::Server,
    from: Mailbox,
    reply_to: Option<String>,
    templates: Vec<(String, EmailTemplate)>,
    headers: Vec<(HeaderName, String)>,
}

impl SmtpConnector {
    pub(crate) fn from_config(config: &serde_json::Value) -> Result<Self, ConnectorError> {
        config::read(config)
    }

    pub(crate) async fn send(
        &self,
        message: &Message,
        template: Option<&EmailTemplate>,
        outbound: &Outbound,
    ) -> Result<(), ConnectorError> {
        let template = match template {
            Some(template) => template,
            None => self.template(message.usage_type)?,
        };
        let email = self.compose(message, template)?;
        self.server.send(&email, outbound).await
    }

    /// The configured template for this usage, else the one for `Generic`.
    fn template(&self, usage_type: TemplateType) -> Result<&EmailTemplate, ConnectorError> {
        [usage_type, TemplateType::Generic]
            .iter()
            .find_map(|wanted| self.templates.iter().find(|(usage, _)| usage == wanted.as_str()))
            .map(|(_, template)| template)
            .ok_or(ConnectorError::TemplateNotFound(usage_type))
    }

    fn compose(
        &self,
        message: &Message,
        template: &EmailTemplate,
    ) -> Result<lettre::Message, ConnectorError> {
        let rendered = template.render(&message.payload.variables());
        let to =
            message.to.parse().map_err(|_| invalid("the recipient is not an e-mail address"))?;
        let from = self.sender(&rendered);
        let mut builder = lettre::Message::builder()
            .message_id(Some(message_id(from.email.domain())?))
            .to(Mailbox::new(None, to))
            .from(from)
            .subject(rendered.subject);
        let reply_to = rendered.reply_to.as_ref().or(self.reply_to.as_ref());
        if let Some(reply_to) = reply_to.filter(|reply_to| !reply_to.trim().is_empty()) {
            let reply_to =
                reply_to.parse().map_err(|_| invalid("the reply-to is not an e-mail address"))?;
            builder = builder.reply_to(reply_to);
        }
        for (name, value) in &self.headers {
            builder = builder.raw_header(HeaderValue::new(name.clone(), value.clone()));
        }
        let kind = match rendered.content_type {
            ContentType::Plain => MimeType::TEXT_PLAIN,
            ContentType::Html => MimeType::TEXT_HTML,
        };
        builder
            .singlepart(SinglePart::builder().header(kind).body(rendered.content))
            .map_err(|error| invalid(&error.to_string()))
    }

    /// The template's sender: a whole mailbox, or a display name for the configured one.
    fn sender(&self, rendered: &RenderedEmail) -> Mailbox {
        match rendered.send_from.as_deref().map(str::trim) {
            None | Some("") => self.from.clone(),
            Some(send_from) => send_from.parse().unwrap_or_else(|_| {
                Mailbox::new(Some(send_from.to_owned()), self.from.email.clone())
            }),
        }
    }
}

fn invalid(reason: &str) -> ConnectorError {
    ConnectorError::InvalidRequestParameters(reason.to_owned())
}

/// A message identifier of our own (RFC 5322, section 3.6.4), so that no host name leaks.
fn message_id(domain: &str) -> Result<String, ConnectorError> {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| ConnectorError::General {
        message: "no random bytes".to_owned(),
        data: None,
        retryable: true,
    })?;
    Ok(format!("<{:032x}@{domain}>", u128::from_be_bytes(bytes)))
}
