//! The catalogue of connectors: what can be set up, and how a form for it looks.

mod form;
mod message_factories;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

pub use form::{FormItem, FormItemType, SelectItem, ShowCondition};

/// E-mail over SMTP.
pub const SMTP: &str = "simple-mail-transfer-protocol";
/// E-mail through an HTTP endpoint of the operator.
pub const HTTP_EMAIL: &str = "http-email";
/// SMS through an HTTP endpoint of the operator.
pub const HTTP_SMS: &str = "http-sms";

/// What a connector does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum ConnectorType {
    /// Sends e-mail.
    Email,
    /// Sends SMS.
    Sms,
    /// Signs people in at an identity provider.
    Social,
}

/// Where a social connector works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum ConnectorPlatform {
    /// In native applications.
    Native,
    /// In browsers.
    Web,
    /// In both.
    Universal,
}

/// A text by language tag; `en` is always there.
pub type Translations = BTreeMap<&'static str, &'static str>;

/// One kind of connector, in the form of the Management API.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorFactory {
    /// Identifier; stored with each connector as `connectorId`.
    pub id: &'static str,
    /// What it does.
    #[serde(rename = "type")]
    pub connector_type: ConnectorType,
    /// The provider that it stands for.
    pub target: &'static str,
    /// Where it works; null except for social connectors.
    pub platform: Option<ConnectorPlatform>,
    /// Name by language.
    pub name: Translations,
    /// Picture as a URL.
    pub logo: &'static str,
    /// Picture on a dark background, where it differs.
    pub logo_dark: Option<&'static str>,
    /// What it is for, by language.
    pub description: Translations,
    /// May be set up more than once, with a target and a name of the administrator's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_standard: Option<bool>,
    /// Can keep the provider's tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_token_storage_supported: Option<bool>,
    /// How to set it up, in Markdown.
    pub readme: &'static str,
    /// A configuration to start from, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_template: Option<String>,
    /// The fields of its configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_items: Option<Vec<FormItem>>,
}

static FACTORIES: LazyLock<Vec<ConnectorFactory>> = LazyLock::new(message_factories::all);

/// Every kind of connector there is.
pub fn factories() -> &'static [ConnectorFactory] {
    &FACTORIES
}

/// The kind of connector with this identifier.
pub fn factory(id: &str) -> Option<&'static ConnectorFactory> {
    FACTORIES.iter().find(|factory| factory.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector::MessageConnector;
    use serde_json::Value;

    #[test]
    fn every_factory_is_complete_and_makes_a_connector() {
        for factory in factories() {
            let wire = serde_json::to_value(factory).unwrap();
            assert_eq!(wire["platform"], Value::Null);
            assert!(wire["type"] == "Email" || wire["type"] == "Sms");
            for language in ["en", "de", "fr", "ru", "ko"] {
                assert!(factory.name.contains_key(language), "{} {language}", factory.id);
                assert!(factory.description.contains_key(language), "{} {language}", factory.id);
            }
            assert!(factory.logo.starts_with("data:image/svg+xml,%3Csvg"));
            assert!(factory.readme.starts_with("# "));
            let template = factory.config_template.as_deref().unwrap();
            let config = serde_json::from_str(template).unwrap();
            let connector = MessageConnector::from_config(factory.id, &config).unwrap();
            assert_eq!(connector.connector_type(), factory.connector_type);
        }
        assert_eq!(factories().len(), 3);
        assert_eq!(factory(SMTP).unwrap().target, "smtp");
        assert!(factory("nothing").is_none());
    }

    #[test]
    fn secrets_are_marked() {
        let confidential: Vec<_> = factories()
            .iter()
            .flat_map(|factory| factory.form_items.iter().flatten())
            .filter(|item| item.is_confidential == Some(true))
            .map(|item| item.key)
            .collect();
        assert_eq!(confidential, ["auth", "authorization", "authorization"]);
    }

    #[test]
    fn form_items_have_the_wire_form() {
        let wire = serde_json::to_value(factory(SMTP).unwrap()).unwrap();
        let items = wire["formItems"].as_array().unwrap();
        let port = items.iter().find(|item| item["key"] == "port").unwrap();
        assert_eq!(
            *port,
            serde_json::json!({
                "key": "port", "label": "Port", "type": "Number", "required": true,
                "placeholder": "587",
            })
        );
    }
}
