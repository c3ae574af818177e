//! Proofs that come from or go to other systems.

use serde::{Deserialize, Serialize};

/// What a Hasura server is told of whoever sends it a request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HasuraSession {
    /// The user, unless nobody has signed in.
    #[serde(rename = "X-Hasura-User-Id", default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The role that the request has.
    #[serde(rename = "X-Hasura-Role")]
    pub role: String,
}

/// What a SAML provider posts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SamlResponse {
    /// The response, in base64.
    #[serde(rename = "SAMLResponse")]
    pub saml_response: String,
    /// What the request has told the provider to give back.
    #[serde(rename = "RelayState", default, skip_serializing_if = "Option::is_none")]
    pub relay_state: Option<String>,
}
