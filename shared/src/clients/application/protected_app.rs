//! Protected applications: web servers behind a proxy that signs people in.

use crate::domain::{DnsRecord, DomainStatus};
use serde::{Deserialize, Serialize};

/// Settings of a protected application.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProtectedAppMetadata {
    /// The proxy's host name.
    pub host: String,
    /// The web server behind it.
    pub origin: String,
    /// Seconds.
    pub session_duration: u32,
    /// Pages that need a sign-in.
    pub page_rules: Vec<PageRule>,
    /// Scopes that are asked for beside the usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_scopes: Option<Vec<AdditionalScope>>,
    /// Other host names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_domains: Option<Vec<CustomDomain>>,
}

/// Pages that need a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageRule {
    /// A pattern of paths.
    pub path: String,
}

/// A scope that is asked for beside the usual ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AdditionalScope {
    /// Free fields.
    #[serde(rename = "custom_data")]
    CustomData,
    /// Accounts elsewhere.
    #[serde(rename = "identities")]
    Identities,
    /// Roles.
    #[serde(rename = "roles")]
    Roles,
    /// Organizations.
    #[serde(rename = "urn:logto:scope:organizations")]
    Organizations,
    /// Roles in organizations.
    #[serde(rename = "urn:logto:scope:organization_roles")]
    OrganizationRoles,
}

/// Another host name of a protected application.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomDomain {
    /// The host name.
    pub domain: String,
    /// Whether it works.
    pub status: DomainStatus,
    /// Why it does not.
    pub error_message: Option<String>,
    /// What its name servers must say.
    pub dns_records: Vec<DnsRecord>,
}

/// What makes a protected application.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateProtectedAppMetadata {
    /// The first label of the proxy's host name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 63))]
    pub sub_domain: String,
    /// The web server behind the proxy.
    pub origin: String,
}

/// What changes of a protected application; absent members stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateProtectedAppMetadata {
    /// The web server behind the proxy.
    pub origin: Option<String>,
    /// Seconds.
    pub session_duration: Option<u32>,
    /// Pages that need a sign-in.
    pub page_rules: Option<Vec<PageRule>>,
    /// Scopes that are asked for beside the usual ones.
    pub additional_scopes: Option<Vec<AdditionalScope>>,
}

/// A host name to be added.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddCustomDomain {
    /// The host name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub domain: String,
}
