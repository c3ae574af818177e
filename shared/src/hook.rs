//! Webhooks: which events a receiver is told of, and how it is reached.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! events {
    ($($name:ident = $text:tt $about:literal)*) => {
        /// Something that a receiver can be told of.
        // The text is one token: of a `literal` the derived schema takes no notice.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum HookEvent {
            $(
                #[doc = $about]
                #[serde(rename = $text)]
                $name,
            )*
        }

        impl HookEvent {
            /// Every event.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name on the wire and in the database.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

events! {
    PostRegister = "PostRegister" "Somebody has registered."
    PostSignIn = "PostSignIn" "Somebody has signed in."
    PostSignInAdaptiveMfaTriggered = "PostSignInAdaptiveMfaTriggered"
        "A sign-in looked unusual, and a second factor was asked for."
    PostResetPassword = "PostResetPassword" "Somebody has set a new password without the old one."
    UserCreated = "User.Created" "There is a new account."
    UserDeleted = "User.Deleted" "An account is gone."
    UserDataUpdated = "User.Data.Updated" "An account has changed."
    UserSuspensionStatusUpdated = "User.SuspensionStatus.Updated"
        "An account was suspended, or is not any more."
    TrustedDeviceCreated = "TrustedDevice.Created" "A device is trusted."
    TrustedDeviceDeleted = "TrustedDevice.Deleted" "A device is not trusted any more."
    RoleCreated = "Role.Created" "There is a new role."
    RoleDeleted = "Role.Deleted" "A role is gone."
    RoleDataUpdated = "Role.Data.Updated" "A role has changed."
    RoleScopesUpdated = "Role.Scopes.Updated" "A role grants something else."
    ScopeCreated = "Scope.Created" "There is a new scope of a resource."
    ScopeDeleted = "Scope.Deleted" "A scope of a resource is gone."
    ScopeDataUpdated = "Scope.Data.Updated" "A scope of a resource has changed."
    OrganizationCreated = "Organization.Created" "There is a new organization."
    OrganizationDeleted = "Organization.Deleted" "An organization is gone."
    OrganizationDataUpdated = "Organization.Data.Updated" "An organization has changed."
    OrganizationMembershipUpdated = "Organization.Membership.Updated"
        "An organization has other members."
    OrganizationRoleCreated = "OrganizationRole.Created" "There is a new organization role."
    OrganizationRoleDeleted = "OrganizationRole.Deleted" "An organization role is gone."
    OrganizationRoleDataUpdated = "OrganizationRole.Data.Updated"
        "An organization role has changed."
    OrganizationRoleScopesUpdated = "OrganizationRole.Scopes.Updated"
        "An organization role grants something else."
    OrganizationScopeCreated = "OrganizationScope.Created" "There is a new organization scope."
    OrganizationScopeDeleted = "OrganizationScope.Deleted" "An organization scope is gone."
    OrganizationScopeDataUpdated = "OrganizationScope.Data.Updated"
        "An organization scope has changed."
    IdentifierLockout = "Identifier.Lockout" "Too many proofs of an identifier have failed."
    MessageRateLimited = "Message.RateLimited" "A recipient would have got too many messages."
    GrantLimitExceeded = "Grant.LimitExceeded"
        "Somebody had more grants of an application than it allows; the oldest were revoked."
}

impl HookEvent {
    /// The event with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.as_str() == name)
    }

    /// Whether a person caused it by the end of an interaction, which has a payload of its own.
    pub const fn is_interaction(self) -> bool {
        matches!(
            self,
            Self::PostRegister
                | Self::PostSignIn
                | Self::PostSignInAdaptiveMfaTriggered
                | Self::PostResetPassword
        )
    }
}

/// Where and how a receiver is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HookConfig {
    /// An http(s) address.
    pub url: String,
    /// Sent with each request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<BTreeMap<String, String>>,
    /// How often it is tried again; 3 times if it is left out.
    #[cfg_attr(feature = "openapi", schema(maximum = 3))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Hook {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Shown to administrators.
    pub name: String,
    /// The only event of a webhook without `events`.
    pub event: Option<HookEvent>,
    /// What the receiver is told of.
    pub events: Vec<HookEvent>,
    /// Where and how.
    pub config: HookConfig,
    /// Key of the signature of each request.
    pub signing_key: String,
    /// Whether the receiver is told at all.
    pub enabled: bool,
    /// When it was made, epoch milliseconds.
    pub created_at: i64,
    /// Where it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_stats: Option<ExecutionStats>,
}

/// Deliveries of the last 24 hours that have ended, one way or the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExecutionStats {
    /// Those that the receiver took.
    pub success_count: i64,
    /// All of them.
    pub request_count: i64,
}

/// What makes a webhook.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateHook {
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    #[serde(default)]
    pub name: Option<String>,
    /// The only event, if there are no `events`.
    #[serde(default)]
    pub event: Option<HookEvent>,
    /// What the receiver is told of.
    #[cfg_attr(feature = "openapi", schema(max_items = 64))]
    #[serde(default)]
    pub events: Option<Vec<HookEvent>>,
    /// Where and how.
    pub config: HookConfig,
    /// Enabled if it is left out.
    #[serde(default)]
    pub enabled: Option<bool>,
}

/// What changes of a webhook; absent members stay, those that are there are replaced as a whole.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct UpdateHook {
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: Option<String>,
    /// The only event, if there are no `events`.
    #[serde(deserialize_with = "crate::present")]
    pub event: Option<Option<HookEvent>>,
    /// What the receiver is told of.
    #[cfg_attr(feature = "openapi", schema(max_items = 64))]
    pub events: Option<Vec<HookEvent>>,
    /// Where and how.
    pub config: Option<HookConfig>,
    /// Whether the receiver is told at all.
    pub enabled: Option<bool>,
}

/// A test of settings that need not be stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestHook {
    /// One request is sent for each.
    #[cfg_attr(feature = "openapi", schema(max_items = 64))]
    pub events: Vec<HookEvent>,
    /// Where and how.
    pub config: HookConfig,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        assert_eq!(HookEvent::ALL.len(), 31);
        for event in HookEvent::ALL {
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
            assert_eq!(HookEvent::parse(event.as_str()), Some(*event));
        }
        assert_eq!(HookEvent::parse("User.Renamed"), None);
        assert_eq!(HookEvent::ALL.iter().filter(|event| event.is_interaction()).count(), 4);
    }
}
