//! What leaves the house: e-mail, SMS, questions to captcha services and the one outbound HTTP
//! client.
//!
//! Nothing else in the server opens a connection to an address that somebody typed in:
//! [`outbound::Outbound`] decides which addresses may be reached, for HTTP and for SMTP.

pub mod captcha;
mod config;
pub mod connector;
pub mod error;
pub mod factory;
mod http_connector;
pub mod message;
pub mod outbound;
mod smtp;
pub mod sso;
pub mod template;

pub use connector::MessageConnector;
pub use error::ConnectorError;
pub use factory::{ConnectorFactory, ConnectorType, factories, factory};
pub use message::{Message, MessagePayload};
pub use outbound::{Outbound, OutboundAllow, OutboundError, OutboundRequest, OutboundResponse};
pub use template::{ContentType, EmailTemplate};
