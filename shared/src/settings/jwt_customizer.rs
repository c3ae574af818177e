//! Scripts that add claims to access tokens.

use crate::JsonObject;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whose tokens a script is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum JwtCustomizerType {
    /// Tokens that stand for a user.
    AccessToken,
    /// Tokens of applications that act for themselves.
    ClientCredentials,
}

impl JwtCustomizerType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AccessToken, Self::ClientCredentials];

    /// The type by its name in a path.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "access-token" => Some(Self::AccessToken),
            "client-credentials" => Some(Self::ClientCredentials),
            _ => None,
        }
    }

    /// The name that lists have for it.
    pub fn key(self) -> &'static str {
        match self {
            Self::AccessToken => "jwt.accessToken",
            Self::ClientCredentials => "jwt.clientCredentials",
        }
    }
}

/// A script, with what it is tried out on. Nothing else is taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JwtCustomizer {
    /// Its text.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    pub script: String,
    /// Values that it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_variables: Option<BTreeMap<String, String>>,
    /// A context to try it out on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_sample: Option<ContextSample>,
    /// A token to try it out on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_sample: Option<TokenSample>,
    /// Whether no token is issued when the script fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_issuance_on_error: Option<bool>,
}

/// What changes of a script; absent members stay. Nothing else is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct UpdateJwtCustomizer {
    /// Its text.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    pub script: Option<String>,
    /// Values that it reads; replaced as a whole.
    pub environment_variables: Option<BTreeMap<String, String>>,
    /// A context to try it out on.
    pub context_sample: Option<ContextSample>,
    /// A token to try it out on.
    pub token_sample: Option<TokenSample>,
    /// Whether no token is issued when the script fails.
    pub block_issuance_on_error: Option<bool>,
}

/// What a script is told beside the token. Scripts for users' tokens are told of the user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContextSample {
    /// The user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<JsonObject>,
    /// How the token was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<JsonObject>,
    /// How the user signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction: Option<JsonObject>,
    /// The application that the token is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<JsonObject>,
    /// The organization that the token is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<JsonObject>,
}

/// Whom a token is meant for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// What a script is told of the token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TokenSample {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// Whom it is meant for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    /// Scopes, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Whether it ends with the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_with_session: Option<bool>,
    /// The grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// The type of the grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gty: Option<String>,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_uid: Option<String>,
    /// The session, as clients know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// `AccessToken` or `ClientCredentials`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A script in a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JwtCustomizerEntry {
    /// `jwt.accessToken` or `jwt.clientCredentials`
    pub key: String,
    /// The script.
    pub value: JwtCustomizer,
}

/// A script to try out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TestJwtCustomizer {
    /// Whose tokens it is for.
    pub token_type: JwtCustomizerType,
    /// Its text.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    pub script: String,
    /// Values that it reads.
    #[serde(default)]
    pub environment_variables: Option<BTreeMap<String, String>>,
    /// The token.
    pub token: TokenSample,
    /// The context.
    #[serde(default)]
    pub context: Option<ContextSample>,
}
