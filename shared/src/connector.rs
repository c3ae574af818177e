//! Connectors to message and identity services, as the Management API shows them.

use crate::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Body of `POST /api/connectors`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateConnector {
    /// Which factory makes it.
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
    /// The factory: type, target, platform, name, logo, description, form items.
    #[serde(flatten)]
    pub factory: JsonObject,
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
