//! The first administrator of a fresh installation.

use serde::{Deserialize, Serialize};

/// Body of `POST /api/setup/administrator`: redeems the one-time link that a fresh server prints.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateAdministrator {
    /// The token from the printed link; works once.
    pub token: String,
    /// The name the administrator signs in with.
    pub username: String,
    /// Checked against the password policy of the sign-in experience.
    pub password: String,
}
