//! Keys of the provider, as the Management API shows them.

use serde::{Deserialize, Serialize};

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum SigningKeyAlgorithm {
    /// RSA.
    Rsa,
    /// On an elliptic curve.
    Ec,
}

/// A key, without its value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OidcKey {
    /// The `kid` of what it signs.
    pub id: String,
    /// When it was made, epoch seconds.
    pub created_at: i64,
    /// Its kind.
    pub signing_key_algorithm: SigningKeyAlgorithm,
    /// `Next`, `Current` or `Previous`
    pub status: String,
}

/// How a new key is made.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct RotateOidcKey {
    /// As the server is set up, if it is left out.
    pub signing_key_algorithm: Option<SigningKeyAlgorithm>,
    /// Seconds for which it is published before it is used.
    pub rotation_grace_period: Option<i64>,
}
