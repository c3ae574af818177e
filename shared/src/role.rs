//! Roles, API resources and their scopes, as the Management API shows them.

use serde::{Deserialize, Serialize};

/// Who may hold a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RoleType {
    /// Users.
    #[default]
    User,
    /// Applications that act for themselves.
    MachineToMachine,
}

impl RoleType {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::MachineToMachine => "MachineToMachine",
        }
    }

    /// The type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::User, Self::MachineToMachine].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A role.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Unique.
    pub name: String,
    /// Shown to administrators.
    pub description: String,
    /// Who may hold it.
    #[serde(rename = "type")]
    pub kind: RoleType,
    /// Given to every new user.
    pub is_default: bool,
}

/// A role in a list.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RoleSummary {
    /// The role.
    #[serde(flatten)]
    pub role: Role,
    /// How many users hold it.
    pub users_count: i64,
    /// At most three of them.
    pub featured_users: Vec<FeaturedUser>,
    /// How many applications hold it.
    pub applications_count: i64,
    /// At most three of them.
    pub featured_applications: Vec<FeaturedApplication>,
}

/// A user who stands for others in a list.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FeaturedUser {
    /// 12 characters.
    pub id: String,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Shown name.
    pub name: Option<String>,
}

/// An application that stands for others in a list.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FeaturedApplication {
    /// 21 characters.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What makes a role.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateRole {
    /// Unique.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: String,
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub description: String,
    /// Who may hold it.
    #[serde(rename = "type", default)]
    pub kind: RoleType,
    /// Given to every new user.
    #[serde(default)]
    pub is_default: bool,
    /// What it grants.
    #[serde(default)]
    pub scope_ids: Vec<String>,
}

/// What changes of a role; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateRole {
    /// Unique.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: Option<String>,
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub description: Option<String>,
    /// Given to every new user.
    pub is_default: Option<bool>,
}

/// Users.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserIds {
    /// Their ids.
    pub user_ids: Vec<String>,
}

/// Applications.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationIds {
    /// Their ids.
    pub application_ids: Vec<String>,
}

/// Scopes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScopeIds {
    /// Their ids.
    pub scope_ids: Vec<String>,
}

/// Roles.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RoleIds {
    /// Their ids.
    pub role_ids: Vec<String>,
}

/// Roles that somebody was given.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AddedRoleIds {
    /// What was asked for.
    pub role_ids: Vec<String>,
    /// What was not held before.
    pub added_role_ids: Vec<String>,
}

/// An API that access tokens are for.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Shown to administrators.
    pub name: String,
    /// The `aud` of its tokens (RFC 8707).
    pub indicator: String,
    /// Used when a request names none.
    pub is_default: bool,
    /// Seconds.
    pub access_token_ttl: i64,
    /// Its scopes, where they are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}

/// A permission on a resource.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Of which resource.
    pub resource_id: String,
    /// Unique within the resource.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
    /// When it was made, epoch milliseconds.
    pub created_at: i64,
}

/// A scope with its resource.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScopeWithResource {
    /// The scope.
    #[serde(flatten)]
    pub scope: Scope,
    /// What it is a permission on.
    pub resource: Resource,
}

/// What makes a resource.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateResource {
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
    /// An absolute URI.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub indicator: String,
    /// Seconds; an hour if it is left out.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub access_token_ttl: Option<i64>,
}

/// What changes of a resource; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateResource {
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: Option<String>,
    /// Seconds.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub access_token_ttl: Option<i64>,
}

/// Whether a resource is used when a request names none.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetDefault {
    /// See above.
    pub is_default: bool,
}

/// What makes a scope.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateScope {
    /// Unique within the resource, without spaces.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
    /// Shown to administrators.
    #[serde(default)]
    pub description: Option<String>,
}

/// What changes of a scope; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct UpdateScope {
    /// Unique within the resource, without spaces.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: Option<String>,
    /// Shown to administrators.
    #[serde(deserialize_with = "crate::present")]
    pub description: Option<Option<String>>,
}
