//! What an application of a third party may ask people for.

use crate::organization::Organization;
use serde::{Deserialize, Serialize};

macro_rules! user_scopes {
    ($($name:ident = $text:tt, $about:literal;)*) => {
        /// A scope of OpenID Connect that people are asked for.
        // The text is one token: of a `literal` the derived schema takes no notice.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum UserScope {
            $(#[doc = $about] #[serde(rename = $text)] $name,)*
        }

        impl UserScope {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name on the wire and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

user_scopes! {
    Profile = "profile", "Name, user name, picture and the like.";
    Email = "email", "The e-mail address.";
    Phone = "phone", "The phone number.";
    Address = "address", "The postal address.";
    CustomData = "custom_data", "Free fields.";
    Identities = "identities", "Accounts elsewhere.";
    Roles = "roles", "Roles.";
    Organizations = "urn:logto:scope:organizations", "Organizations.";
    OrganizationRoles = "urn:logto:scope:organization_roles", "Roles in organizations.";
    Sessions = "urn:logto:scope:sessions", "Sessions.";
    TrustedDevices = "urn:logto:scope:trusted_devices", "Trusted devices.";
}

impl UserScope {
    /// The scope with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == name)
    }
}

/// Scopes to be added to what an application may ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AddConsentScopes {
    /// Ids of organization scopes.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub organization_scopes: Vec<String>,
    /// Ids of scopes of resources.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub resource_scopes: Vec<String>,
    /// Ids of scopes of resources that are held within organizations.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub organization_resource_scopes: Vec<String>,
    /// Scopes of OpenID Connect.
    pub user_scopes: Vec<UserScope>,
}

/// What an application may ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConsentScopes {
    /// Organization scopes, by name.
    pub organization_scopes: Vec<ConsentScope>,
    /// Scopes of resources, by resource.
    pub resource_scopes: Vec<ConsentResource>,
    /// Scopes of resources that are held within organizations, by resource.
    pub organization_resource_scopes: Vec<ConsentResource>,
    /// Scopes of OpenID Connect.
    pub user_scopes: Vec<UserScope>,
}

/// A scope of an organization or a resource.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentScope {
    /// 21 characters.
    pub id: String,
    /// What tokens carry.
    pub name: String,
    /// What people read.
    pub description: Option<String>,
}

/// A resource with those of its scopes that may be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentResource {
    /// The resource.
    pub resource: ConsentResourceName,
    /// Its scopes, by name.
    pub scopes: Vec<ConsentScope>,
}

/// A resource, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentResourceName {
    /// 21 characters.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Absolute URI.
    pub indicator: String,
}

/// Organizations whose membership a user shows an application.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentOrganizations {
    /// Newest first.
    pub organizations: Vec<Organization>,
}

/// Organizations, by their ids.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConsentOrganizationIds {
    /// The user must be a member of each of them.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub organization_ids: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_scopes_are_spelled_alike_everywhere() {
        for scope in UserScope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
            assert_eq!(UserScope::parse(scope.as_str()), Some(*scope));
        }
        assert_eq!(UserScope::parse("openid"), None);
    }
}
