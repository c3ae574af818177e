//! Connectors that send messages.

use serde_json::Value;

use crate::error::ConnectorError;
use crate::factory::{self, ConnectorType};
use crate::http_connector::HttpConnector;
use crate::message::Message;
use crate::outbound::Outbound;
use crate::smtp::SmtpConnector;
use crate::template::EmailTemplate;

/// A configured connector that sends messages.
#[derive(Clone)]
pub enum MessageConnector {
    /// E-mail over SMTP.
    Smtp(Box<SmtpConnector>),
    /// E-mail through an HTTP endpoint of the operator.
    HttpEmail(HttpConnector),
    /// SMS through an HTTP endpoint of the operator.
    HttpSms(HttpConnector),
}

impl MessageConnector {
    /// Reads the configuration of a connector made from this factory. An error names the
    /// field that does not fit; a factory that sends no messages is `not_implemented`.
    pub fn from_config(factory_id: &str, config: &Value) -> Result<Self, ConnectorError> {
        match factory_id {
            factory::SMTP => Ok(Self::Smtp(Box::new(SmtpConnector::from_config(config)?))),
            factory::HTTP_EMAIL => Ok(Self::HttpEmail(HttpConnector::from_config(config)?)),
            factory::HTTP_SMS => Ok(Self::HttpSms(HttpConnector::from_config(config)?)),
            _ => Err(ConnectorError::NotImplemented(format!("connector `{factory_id}`"))),
        }
    }

    /// Whether it sends e-mail or SMS.
    pub const fn connector_type(&self) -> ConnectorType {
        match self {
            Self::Smtp(_) | Self::HttpEmail(_) => ConnectorType::Email,
            Self::HttpSms(_) => ConnectorType::Sms,
        }
    }

    /// Whether templates stored through the Management API are to be looked up and given
    /// to [`MessageConnector::send_with`].
    pub const fn uses_stored_templates(&self) -> bool {
        match self {
            Self::Smtp(_) => true,
            Self::HttpEmail(_) | Self::HttpSms(_) => false,
        }
    }

    /// Sends a message with the template of the connector's own configuration.
    pub async fn send(&self, message: &Message, outbound: &Outbound) -> Result<(), ConnectorError> {
        self.send_with(message, None, outbound).await
    }

    /// Sends a message, with `template` in place of the configured one where the connector
    /// uses stored templates.
    pub async fn send_with(
        &self,
        message: &Message,
        template: Option<&EmailTemplate>,
        outbound: &Outbound,
    ) -> Result<(), ConnectorError> {
        match self {
            Self::Smtp(smtp) => smtp.send(message, template, outbound).await,
            Self::HttpEmail(http) | Self::HttpSms(http) => http.send(message, outbound).await,
        }
    }
}

/// Configurations hold passwords, so only the kind is shown.
impl std::fmt::Debug for MessageConnector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Smtp(_) => "Smtp",
            Self::HttpEmail(_) => "HttpEmail",
            Self::HttpSms(_) => "HttpSms",
        })
    }
}
