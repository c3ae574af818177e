//! Personal access tokens, as the Management API shows them.

use serde::{Deserialize, Serialize};

/// A token that stands for a user in a program of the user's own.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PersonalAccessToken {
    /// Always `default`.
    pub tenant_id: String,
    /// Whose it is.
    pub user_id: String,
    /// Unique for the user.
    pub name: String,
    /// `pat_` and 32 characters.
    pub value: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds; null never.
    pub expires_at: Option<i64>,
}

/// What makes a token.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatePersonalAccessToken {
    /// Unique for the user.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
    /// Epoch milliseconds, in the future.
    #[serde(default)]
    pub expires_at: Option<i64>,
}

/// A new name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RenamePersonalAccessToken {
    /// The name it has, where the path does not say it.
    #[serde(default)]
    pub current_name: Option<String>,
    /// The name it gets.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
}

/// Which token.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalAccessTokenName {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
}
