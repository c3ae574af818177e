//! Tokens by which others act as a user.

use crate::JsonObject;
use serde::{Deserialize, Serialize};

/// What a token is made for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateSubjectToken {
    /// Whom it stands for.
    pub user_id: String,
    /// Free facts for whoever uses it.
    #[serde(default)]
    pub context: JsonObject,
}

/// A token. It is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectToken {
    /// The token.
    pub subject_token: String,
    /// Seconds until it ends.
    pub expires_in: i64,
}
