//! Messages to people: what they are for and what they carry.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UsageType {
    /// Code to sign in with.
    SignIn,
    /// Code to register with.
    Register,
    /// Code to set a new password.
    ForgotPassword,
    /// Invitation into an organization.
    OrganizationInvitation,
    /// Anything without a template of its own; also test messages.
    Generic,
    /// Code that confirms a sensitive change.
    UserPermissionValidation,
    /// Code that confirms a new address or number.
    BindNewIdentifier,
    /// Code as a second factor.
    MfaVerification,
    /// Code that sets a second factor up.
    BindMfa,
}

impl UsageType {
    /// Every usage type.
    pub const ALL: [Self; 9] = [
        Self::SignIn,
        Self::Register,
        Self::ForgotPassword,
        Self::OrganizationInvitation,
        Self::Generic,
        Self::UserPermissionValidation,
        Self::BindNewIdentifier,
        Self::MfaVerification,
        Self::BindMfa,
    ];

    /// The name used by the API and in connector configurations.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::Register => "Register",
            Self::ForgotPassword => "ForgotPassword",
            Self::OrganizationInvitation => "OrganizationInvitation",
            Self::Generic => "Generic",
            Self::UserPermissionValidation => "UserPermissionValidation",
            Self::BindNewIdentifier => "BindNewIdentifier",
            Self::MfaVerification => "MfaVerification",
            Self::BindMfa => "BindMfa",
        }
    }

    /// The usage type of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|usage_type| usage_type.as_str() == name)
    }
}

impl std::fmt::Display for UsageType {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A message to one person. It serializes to what the HTTP connectors post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// E-mail address or telephone number.
    pub to: String,
    /// What it is for.
    #[serde(rename = "type")]
    pub usage_type: UsageType,
    /// What it carries.
    pub payload: MessagePayload,
    /// Address of the person who caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
}

/// What a message carries; also the variables of templates, under their wire names.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MessagePayload {
    /// Verification code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Invitation or other magic link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Language the message should be in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// `ui_locales` of the authorization request, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
    /// `{id, name, displayName?, branding?}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Value>,
    /// `{id, name, branding?}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<Value>,
    /// `{id, name, username, primaryEmail, primaryPhone, avatar, profile}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Value>,
    /// Who invites, in the shape of `user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inviter: Option<Value>,
    /// Whatever else the caller passes through.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl MessagePayload {
    /// A payload with a verification code.
    pub fn with_code(code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..Self::default() }
    }

    /// A payload with a link.
    pub fn with_link(link: impl Into<String>) -> Self {
        Self { link: Some(link.into()), ..Self::default() }
    }

    /// The variables for templates.
    pub fn variables(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }

    /// Removes this message's secrets from a text, such as an answer that repeats them.
    pub(crate) fn redact(&self, text: &str) -> String {
        [&self.code, &self.link]
            .into_iter()
            .flatten()
            .filter(|secret| !secret.is_empty())
            .fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "***"))
    }
}

/// Codes and links let people in, so they are left out.
impl std::fmt::Debug for MessagePayload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MessagePayload")
            .field("code", &self.code.as_ref().map(|_| "***"))
            .field("link", &self.link.as_ref().map(|_| "***"))
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_wire_form() {
        let mut message = Message {
            to: "ada@example.com".into(),
            usage_type: UsageType::ForgotPassword,
            payload: MessagePayload {
                locale: Some("de".into()),
                ui_locales: Some("de fr".into()),
                ..MessagePayload::with_code("123456")
            },
            ip: None,
        };
        message.payload.other.insert("team".into(), json!("red"));
        let wire = json!({
            "to": "ada@example.com",
            "type": "ForgotPassword",
            "payload": {"code": "123456", "locale": "de", "uiLocales": "de fr", "team": "red"},
        });
        assert_eq!(serde_json::to_value(&message).unwrap(), wire);
        assert_eq!(serde_json::from_value::<Message>(wire).unwrap(), message);
        assert!(!format!("{message:?}").contains("123456"));
    }

    #[test]
    fn names() {
        for usage_type in UsageType::ALL {
            assert_eq!(UsageType::from_name(usage_type.as_str()), Some(usage_type));
            assert_eq!(serde_json::to_value(usage_type).unwrap(), usage_type.as_str());
        }
        assert_eq!(UsageType::from_name("signin"), None);
    }
}
