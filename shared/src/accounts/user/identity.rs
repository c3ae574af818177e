//! Identities that users have elsewhere.

use crate::JsonObject;
use serde::{Deserialize, Serialize};

/// An identity at a social provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SocialIdentity {
    /// The user's id there.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub user_id: String,
    /// What the provider says of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<JsonObject>,
}

/// An identity at an enterprise's provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoIdentity {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// Who says so.
    pub issuer: String,
    /// The user's id there.
    pub identity_id: String,
    /// What the provider says of the user.
    pub detail: JsonObject,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub updated_at: i64,
    /// The connector to the provider.
    pub sso_connector_id: String,
}

/// Body of `POST /api/users/{userId}/identities`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LinkIdentity {
    /// A social connector.
    pub connector_id: String,
    /// What the provider sent back.
    pub connector_data: JsonObject,
}

/// That tokens of a provider are kept for a user; not the tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenSecret {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Whose they are.
    pub user_id: String,
    /// `federated_token_set`
    #[serde(rename = "type")]
    pub kind: String,
    /// Scope, end and type of the tokens.
    pub metadata: JsonObject,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub updated_at: i64,
    /// Of a social identity: the connector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector_id: Option<String>,
    /// Of a social identity: the user's id there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<String>,
    /// Of a social identity: the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// A social identity with what is kept for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SocialIdentityOfUser {
    /// The identity.
    pub identity: SocialIdentity,
    /// When it is asked for and there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_secret: Option<TokenSecret>,
}

/// A social identity with its provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetedSocialIdentity {
    /// The provider.
    pub target: String,
    /// The identity.
    #[serde(flatten)]
    pub identity: SocialIdentityOfUser,
}

/// An enterprise identity with what is kept for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoIdentityOfUser {
    /// The connector to the provider, in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sso_connector_id: Option<String>,
    /// The identity.
    pub sso_identity: SsoIdentity,
    /// When it is asked for and there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_secret: Option<TokenSecret>,
}

/// All identities that a user has elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AllIdentities {
    /// At social providers.
    pub social_identities: Vec<TargetedSocialIdentity>,
    /// At enterprises' providers.
    pub sso_identities: Vec<SsoIdentityOfUser>,
}
