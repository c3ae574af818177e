//! Connectors to message and identity services, as the Management API shows them.

use crate::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Body of `POST /api/connectors`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateConnector {
    /// Which factory makes it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub connector_id: String,
    /// Settings, as the factory defines them.
    #[serde(default)]
    pub config: Option<JsonObject>,
    /// Overrides of the factory's metadata; standard connectors only.
    #[serde(default)]
    pub metadata: Option<JsonObject>,
    /// Copy names and pictures at each sign-in; social connectors only.
    #[serde(default)]
    pub sync_profile: Option<bool>,
    /// Keep the provider's tokens; social connectors only.
    #[serde(default)]
    pub enable_token_storage: Option<bool>,
    /// The id to give it; made up when absent.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    #[serde(default)]
    pub id: Option<String>,
}

/// Body of `PATCH /api/connectors/{id}`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateConnector {
    /// Replaces the settings.
    pub config: Option<JsonObject>,
    /// Replaces the overrides.
    pub metadata: Option<JsonObject>,
    /// Social connectors only.
    pub sync_profile: Option<bool>,
    /// Social connectors only.
    pub enable_token_storage: Option<bool>,
}

/// A connector: its row and its factory's metadata in one object.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Connector {
    /// 12 characters.
    pub id: String,
    /// Which factory made it.
    pub connector_id: String,
    /// Copy names and pictures at each sign-in.
    pub sync_profile: bool,
    /// Keep the provider's tokens.
    pub enable_token_storage: bool,
    /// Settings.
    pub config: JsonObject,
    /// Overrides of the factory's metadata.
    pub metadata: JsonObject,
    /// What the factory says, with the overrides.
    #[serde(flatten)]
    pub factory: ConnectorFactoryMetadata,
}

/// A kind of connector.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectorFactory {
    /// What connectors that it makes refer to.
    pub id: String,
    /// What it says of them.
    #[serde(flatten)]
    pub metadata: ConnectorFactoryMetadata,
}

/// What a connector does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConnectorType {
    /// Sends e-mail.
    Email,
    /// Sends SMS.
    Sms,
    /// Signs people in at a provider.
    Social,
}

/// Where a social connector works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConnectorPlatform {
    /// In native applications.
    Native,
    /// In both.
    Universal,
    /// In browsers.
    Web,
}

/// What a factory says of its connectors.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConnectorFactoryMetadata {
    /// What a connector does.
    #[serde(rename = "type")]
    pub kind: ConnectorType,
    /// The provider that it stands for.
    pub target: String,
    /// Where it works; null except for social connectors.
    pub platform: Option<ConnectorPlatform>,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// What it is for, by language.
    pub description: BTreeMap<String, String>,
    /// Picture as a URL.
    pub logo: String,
    /// Picture on a dark background, where it differs.
    pub logo_dark: Option<String>,
    /// How to set it up, in Markdown.
    pub readme: String,
    /// Settings to start from, as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_template: Option<String>,
    /// The form of its settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_items: Option<Vec<ConnectorFormItem>>,
    /// May be set up more than once, with a target and a name of the administrator's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_standard: Option<bool>,
    /// Can keep the provider's tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_token_storage_supported: Option<bool>,
}

/// What kind of input a field of a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConnectorFormItemType {
    /// One line.
    Text,
    /// A number.
    Number,
    /// Several lines.
    MultilineText,
    /// On or off.
    Switch,
    /// One of some values.
    Select,
    /// Several of some values.
    MultiSelect,
    /// JSON.
    Json,
}

/// A field of the form of a connector's settings.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConnectorFormItem {
    /// Key in the settings.
    pub key: String,
    /// What stands beside it.
    pub label: String,
    /// What kind of input it is.
    #[serde(rename = "type")]
    pub kind: ConnectorFormItemType,
    /// Must be filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// What it holds at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_value: Option<Value>,
    /// Example shown while it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Holds a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_confidential: Option<bool>,
    /// Values to choose from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select_items: Option<Vec<ConnectorSelectItem>>,
    /// When it is shown; always when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_conditions: Option<Vec<ConnectorShowCondition>>,
    /// More about it on demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooltip: Option<String>,
}

/// A value to choose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectorSelectItem {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub title: String,
}

/// When a field of a form is shown.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConnectorShowCondition {
    /// Another field.
    pub target_key: String,
    /// What that field must hold.
    pub expect_value: Value,
}

/// Body of `POST /api/connectors/{connectorId}/authorization-uri`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AskAuthorizationUri {
    /// Comes back from the provider as it is.
    pub state: String,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
}

/// Where a browser signs in at a provider.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationUri {
    /// At the provider.
    pub redirect_to: String,
}

/// Body of `POST /api/connectors/{factoryId}/test`: send a message to see whether it arrives.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestConnector {
    /// Recipient of an SMS.
    #[serde(default)]
    pub phone: Option<String>,
    /// Recipient of an e-mail.
    #[serde(default)]
    pub email: Option<String>,
    /// The settings to try.
    pub config: Value,
    /// Language of the message.
    #[serde(default)]
    pub locale: Option<String>,
}
