//! Settings of the provider and of the administrators' pages, and the provider's keys.

use serde::{Deserialize, Serialize};

/// What the administrators' pages remember.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AdminConsole {
    /// Whether the sign-in experience was ever changed.
    pub sign_in_experience_customized: bool,
    /// Whether an organization was ever made.
    pub organization_created: bool,
    /// A notice of the hosted edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub development_tenant_migration_notification: Option<MigrationNotification>,
    /// Notices of the hosted edition that were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_charge_notification: Option<CheckedNotifications>,
}

/// That a tenant of the hosted edition moves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MigrationNotification {
    /// Whether the tenant is paid for.
    pub is_paid_tenant: bool,
    /// What kind of tenant it was.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    pub tag: String,
    /// When the notice was read, epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<i64>,
}

/// Notices that were read, by what they are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CheckedNotifications {
    /// Tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<bool>,
    /// API resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_resource: Option<bool>,
    /// Applications that act for themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_to_machine_app: Option<bool>,
    /// Administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_member: Option<bool>,
}

/// What changes of what the administrators' pages remember; absent members stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateAdminConsole {
    /// Whether the sign-in experience was ever changed.
    pub sign_in_experience_customized: Option<bool>,
    /// Whether an organization was ever made.
    pub organization_created: Option<bool>,
    /// A notice of the hosted edition.
    pub development_tenant_migration_notification: Option<MigrationNotification>,
    /// Notices of the hosted edition that were read.
    pub checked_charge_notification: Option<CheckedNotifications>,
}

/// Sessions of people at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSettings {
    /// Seconds that a session lives after its last use.
    pub ttl: u32,
}

impl Default for SessionSettings {
    /// 14 days.
    fn default() -> Self {
        Self { ttl: 14 * 24 * 60 * 60 }
    }
}

/// What changes of the sessions; absent members stay.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct UpdateSessionSettings {
    /// Seconds that a session lives after its last use.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub ttl: Option<u32>,
}

/// A claim that userinfo always gives where the scope is there, and ID tokens where it is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExtendedClaim {
    /// Free fields of the account.
    CustomData,
    /// Identities at social providers.
    Identities,
    /// Identities at enterprise providers.
    SsoIdentities,
    /// Names of roles.
    Roles,
    /// Ids of organizations.
    Organizations,
    /// Ids, names and descriptions of organizations.
    OrganizationData,
    /// Names of roles within organizations.
    OrganizationRoles,
}

impl ExtendedClaim {
    /// The name of the claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CustomData => "custom_data",
            Self::Identities => "identities",
            Self::SsoIdentities => "sso_identities",
            Self::Roles => "roles",
            Self::Organizations => "organizations",
            Self::OrganizationData => "organization_data",
            Self::OrganizationRoles => "organization_roles",
        }
    }
}

/// What ID tokens say beyond the claims of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdTokenSettings {
    /// Extended claims in ID tokens; none if there is no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_extended_claims: Option<Vec<ExtendedClaim>>,
}

impl Default for IdTokenSettings {
    /// What a fresh installation has.
    fn default() -> Self {
        Self {
            enabled_extended_claims: Some(vec![
                ExtendedClaim::Roles,
                ExtendedClaim::Organizations,
                ExtendedClaim::OrganizationRoles,
            ]),
        }
    }
}

/// Whether clients may describe themselves by a document at their client id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CimdSettings {
    /// Whether they may.
    pub enabled: bool,
}

/// What changes of that; absent members stay.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct UpdateCimdSettings {
    /// Whether they may.
    pub enabled: Option<bool>,
}

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

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OidcKeyStatus {
    /// Is published, and signs from `effectiveAt` on.
    Next,
    /// Signs.
    Current,
    /// Still verifies what it has signed.
    Previous,
}

impl OidcKeyStatus {
    /// The status as it is stored and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "Next",
            Self::Current => "Current",
            Self::Previous => "Previous",
        }
    }

    /// The status with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Next, Self::Current, Self::Previous].into_iter().find(|it| it.as_str() == name)
    }
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
    /// Its kind; keys of cookies have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_key_algorithm: Option<SigningKeyAlgorithm>,
    /// What it does; keys of cookies have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<OidcKeyStatus>,
    /// When it signs from, epoch seconds, if it was published ahead of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_at: Option<i64>,
}

/// How a new key is made.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct RotateOidcKey {
    /// As the server is set up, if it is left out.
    pub signing_key_algorithm: Option<SigningKeyAlgorithm>,
    /// Seconds for which it is published before it is used.
    #[cfg_attr(feature = "openapi", schema(maximum = 31_536_000))]
    pub rotation_grace_period: Option<u32>,
}
