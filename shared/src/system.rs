//! What this installation offers.

use serde::{Deserialize, Serialize};

/// What it offers applications.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSystem {
    /// For protected applications.
    pub protected_apps: ProtectedApps,
}

/// What it offers protected applications.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProtectedApps {
    /// Below which their addresses are.
    pub default_domain: String,
}
