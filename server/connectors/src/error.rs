//! What can go wrong in a connector.

use serde_json::{Value, json};

use crate::outbound::OutboundError;
use vestibule_shared::email_template::TemplateType;

/// An error of a connector. Its wire code is `connector.` and [`ConnectorError::code`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConnectorError {
    /// The other side refused or could not be reached.
    #[error("{message}")]
    General {
        /// What happened, for the log and the administrator.
        message: String,
        /// What the other side answered.
        data: Option<Value>,
        /// The same call may succeed later.
        retryable: bool,
    },
    /// The connector's own description is wrong.
    #[error("invalid connector metadata: {0}")]
    InvalidMetadata(String),
    /// The connector is of another type than the call needs.
    #[error("unexpected connector type: {0}")]
    UnexpectedType(String),
    /// The rule that checks the configuration is wrong.
    #[error("invalid configuration guard: {0}")]
    InvalidConfigGuard(String),
    /// The request to the connector has wrong parameters.
    #[error("invalid request parameters: {0}")]
    InvalidRequestParameters(String),
    /// The request to the connector lacks parameters.
    #[error("insufficient request parameters: {0}")]
    InsufficientRequestParameters(String),
    /// The stored or given configuration does not fit.
    #[error("invalid connector configuration: `{field}` {reason}")]
    InvalidConfig {
        /// Path of the field, such as `templates[0].subject`.
        field: String,
        /// What is wrong with it, as the rest of a sentence.
        reason: String,
    },
    /// A certificate does not fit.
    #[error("invalid certificate: {0}")]
    InvalidCertificate(String),
    /// The other side answered something that cannot be read.
    #[error("invalid response: {0}")]
    InvalidResponse(String),
    /// There is no template for this kind of message.
    #[error("no message template for `{0}` or `Generic`")]
    TemplateNotFound(TemplateType),
    /// The connector cannot use this template.
    #[error("template not supported: {0}")]
    TemplateNotSupported(String),
    /// Too many calls in a short time.
    #[error("rate limit exceeded: {0}")]
    RateLimitExceeded(String),
    /// The quota of the service is used up.
    #[error("usage limit exceeded: {0}")]
    UsageLimitExceeded(String),
    /// The connector cannot do this.
    #[error("not implemented: {0}")]
    NotImplemented(String),
    /// The authorization code of the identity provider is missing or wrong.
    #[error("invalid authorization code: {0}")]
    SocialAuthCodeInvalid(String),
    /// The identity provider does not accept the access token.
    #[error("invalid access token: {0}")]
    SocialInvalidAccessToken(String),
    /// The ID token of the identity provider does not verify.
    #[error("invalid ID token: {0}")]
    SocialInvalidIdToken(String),
    /// The identity provider answered an error, or the person refused.
    #[error("authorization failed: {0}")]
    AuthorizationFailed(String),
}

impl ConnectorError {
    /// The configuration's `field` is wrong for this reason.
    pub fn invalid_config(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::InvalidConfig { field: field.into(), reason: reason.into() }
    }

    /// The code of the wire without its prefix `connector.`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::General { .. } => "general",
            Self::InvalidMetadata(_) => "invalid_metadata",
            Self::UnexpectedType(_) => "unexpected_type",
            Self::InvalidConfigGuard(_) => "invalid_config_guard",
            Self::InvalidRequestParameters(_) => "invalid_request_parameters",
            Self::InsufficientRequestParameters(_) => "insufficient_request_parameters",
            Self::InvalidConfig { .. } => "invalid_config",
            Self::InvalidCertificate(_) => "invalid_certificate",
            Self::InvalidResponse(_) => "invalid_response",
            Self::TemplateNotFound(_) => "template_not_found",
            Self::TemplateNotSupported(_) => "template_not_supported",
            Self::RateLimitExceeded(_) => "rate_limit_exceeded",
            Self::UsageLimitExceeded(_) => "usage_limit_exceeded",
            Self::NotImplemented(_) => "not_implemented",
            Self::SocialAuthCodeInvalid(_) => "social_auth_code_invalid",
            Self::SocialInvalidAccessToken(_) => "social_invalid_access_token",
            Self::SocialInvalidIdToken(_) => "social_invalid_id_token",
            Self::AuthorizationFailed(_) => "authorization_failed",
        }
    }

    /// The HTTP status that the API answers with.
    pub const fn status(&self) -> u16 {
        match self {
            Self::General { .. }
            | Self::InvalidMetadata(_)
            | Self::UnexpectedType(_)
            | Self::InvalidConfigGuard(_)
            | Self::InvalidRequestParameters(_)
            | Self::InsufficientRequestParameters(_)
            | Self::InvalidConfig { .. }
            | Self::InvalidCertificate(_)
            | Self::InvalidResponse(_)
            | Self::TemplateNotFound(_)
            | Self::TemplateNotSupported(_) => 400,
            Self::SocialAuthCodeInvalid(_)
            | Self::SocialInvalidAccessToken(_)
            | Self::SocialInvalidIdToken(_)
            | Self::AuthorizationFailed(_) => 401,
            Self::RateLimitExceeded(_) | Self::UsageLimitExceeded(_) => 429,
            Self::NotImplemented(_) => 501,
        }
    }

    /// What the API answers besides the code.
    pub fn data(&self) -> Option<Value> {
        match self {
            Self::General { data: Some(data), .. } => Some(data.clone()),
            Self::InvalidConfig { field, reason } => {
                Some(json!({ "field": field, "message": format!("`{field}` {reason}") }))
            }
            Self::TemplateNotFound(usage_type) => {
                Some(json!({ "message": self.to_string(), "usageType": usage_type }))
            }
            other => Some(json!({ "message": other.to_string() })),
        }
    }

    /// Whether sending the same message again later makes sense.
    pub const fn retryable(&self) -> bool {
        matches!(
            self,
            Self::General { retryable: true, .. }
                | Self::RateLimitExceeded(_)
                | Self::UsageLimitExceeded(_)
        )
    }
}

impl From<OutboundError> for ConnectorError {
    fn from(error: OutboundError) -> Self {
        Self::General { message: error.to_string(), data: None, retryable: error.retryable() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_statuses_and_data() {
        let error = ConnectorError::invalid_config("port", "must be a number");
        assert_eq!((error.code(), error.status()), ("invalid_config", 400));
        assert_eq!(error.data().unwrap()["field"], "port");
        assert!(!error.retryable());
        let error = ConnectorError::NotImplemented("postmark-mail".into());
        assert_eq!((error.code(), error.status()), ("not_implemented", 501));
        let error = ConnectorError::RateLimitExceeded("later".into());
        assert_eq!(
            (error.code(), error.status(), error.retryable()),
            ("rate_limit_exceeded", 429, true)
        );
        let error = ConnectorError::SocialInvalidIdToken("nonce".into());
        assert_eq!((error.code(), error.status()), ("social_invalid_id_token", 401));
        let error = ConnectorError::from(OutboundError::AddressNotAllowed { host: "db".into() });
        assert_eq!((error.code(), error.retryable()), ("general", false));
        assert!(error.to_string().contains("VESTIBULE_OUTBOUND_ALLOW"));
    }
}
