//! Messages to people: what they are for and what they carry.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vestibule_shared::email_template::TemplateType;

/// A message to one person. It serializes to what the HTTP connectors post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// E-mail address or telephone number.
    pub to: String,
    /// What it is for.
    #[serde(rename = "type")]
    pub usage_type: TemplateType,
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
            usage_type: TemplateType::ForgotPassword,
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
}
