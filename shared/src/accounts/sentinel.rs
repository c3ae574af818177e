//! Lock-outs.

use serde::{Deserialize, Serialize};

/// Who is given another chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SentinelTargetType {
    /// Somebody who signs in.
    User,
    /// An application.
    App,
}

/// Whose failed attempts are forgotten.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteSentinelActivities {
    /// What the targets are.
    pub target_type: SentinelTargetType,
    /// User names, e-mail addresses and phone numbers; at most 500.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub targets: Vec<String>,
}
