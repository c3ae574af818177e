//! Who may use an application.

use serde::{Deserialize, Serialize};

/// Rules of an application: a user whom one of them lets in may use it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessControl {
    /// These users.
    pub user_ids: Vec<String>,
    /// Whoever has one of these roles.
    pub user_role_ids: Vec<String>,
    /// Members of these organizations.
    pub organization_ids: Vec<String>,
    /// Members of organizations who hold certain roles there.
    pub organization_role_rules: Vec<OrganizationRoleRule>,
}

/// Members of one organization who hold one of these roles there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleRule {
    /// The organization.
    pub organization_id: String,
    /// At least one.
    pub organization_role_ids: Vec<String>,
}
