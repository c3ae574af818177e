//! Organizations and their template, as the Management API shows them.

use crate::JsonObject;
use crate::role::{FeaturedUser, RoleType};
use crate::sign_in_experience::Branding;
use serde::{Deserialize, Serialize};

/// A permission within organizations.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationScope {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Unique.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
}

/// What makes an organization scope.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateOrganizationScope {
    /// Unique.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: String,
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(default)]
    pub description: Option<String>,
}

/// What changes of an organization scope; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct UpdateOrganizationScope {
    /// Unique.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: Option<String>,
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(deserialize_with = "crate::present")]
    pub description: Option<Option<String>>,
}

/// A role that members hold within an organization.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRole {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Unique.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
    /// Who may hold it.
    #[serde(rename = "type")]
    pub kind: RoleType,
}

/// Something by its id and name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A scope of an API resource, by its name.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedResourceScope {
    /// The scope's id.
    pub id: String,
    /// The scope's name.
    pub name: String,
    /// What it is a permission on.
    pub resource: Named,
}

/// An organization role in a list.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleSummary {
    /// The role.
    #[serde(flatten)]
    pub role: OrganizationRole,
    /// What it grants within the organization.
    pub scopes: Vec<Named>,
    /// What it grants on API resources.
    pub resource_scopes: Vec<NamedResourceScope>,
}

/// What makes an organization role.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateOrganizationRole {
    /// Unique.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: String,
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(default)]
    pub description: Option<String>,
    /// Who may hold it.
    #[serde(rename = "type", default)]
    pub kind: RoleType,
    /// What it grants within the organization.
    #[serde(default)]
    pub organization_scope_ids: Vec<String>,
    /// What it grants on API resources.
    #[serde(default)]
    pub resource_scope_ids: Vec<String>,
}

/// What changes of an organization role; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct UpdateOrganizationRole {
    /// Unique.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: Option<String>,
    /// Shown to administrators.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(deserialize_with = "crate::present")]
    pub description: Option<Option<String>>,
    /// Who may hold it; stays while somebody holds it.
    #[serde(rename = "type")]
    pub kind: Option<RoleType>,
}

/// Organization scopes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationScopeIds {
    /// Their ids.
    pub organization_scope_ids: Vec<String>,
}

/// Organization roles.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleIds {
    /// Their ids.
    pub organization_role_ids: Vec<String>,
}

/// Organization roles, by ids, names or both.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct OrganizationRoleReferences {
    /// Their ids.
    pub organization_role_ids: Vec<String>,
    /// Their names.
    pub organization_role_names: Vec<String>,
}

/// Roles for several members at once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UsersOrganizationRoles {
    /// Members.
    pub user_ids: Vec<String>,
    /// What each of them is given.
    pub organization_role_ids: Vec<String>,
}

/// Roles for several applications at once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationsOrganizationRoles {
    /// Applications of the organization.
    pub application_ids: Vec<String>,
    /// What each of them is given.
    pub organization_role_ids: Vec<String>,
}

/// Colours of an organization; absent ones are those of the sign-in experience.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PartialColor {
    /// Brand colour, `#rgb` or `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_color: Option<String>,
    /// Whether a dark theme is offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_dark_mode_enabled: Option<bool>,
    /// Brand colour of the dark theme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_primary_color: Option<String>,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Always `default`.
    pub tenant_id: String,
    /// 12 characters.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// Shown to people.
    pub description: Option<String>,
    /// Free fields.
    pub custom_data: JsonObject,
    /// Members must have a second factor.
    pub is_mfa_required: bool,
    /// Members may skip the second factor on devices they trust.
    pub is_trusted_device_allowed: bool,
    /// Colours of its pages.
    pub color: PartialColor,
    /// Pictures of its pages.
    pub branding: Branding,
    /// Style sheet of its pages.
    pub custom_css: Option<String>,
    /// Epoch milliseconds.
    pub created_at: i64,
}

/// An organization in a list.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationSummary {
    /// The organization.
    #[serde(flatten)]
    pub organization: Organization,
    /// How many users are members, where it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users_count: Option<i64>,
    /// At most three of them, where they are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub featured_users: Option<Vec<FeaturedUser>>,
}

/// What makes an organization.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateOrganization {
    /// Shown to people.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: String,
    /// Shown to people.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(default)]
    pub description: Option<String>,
    /// Free fields.
    #[serde(default)]
    pub custom_data: JsonObject,
    /// Members must have a second factor.
    #[serde(default)]
    pub is_mfa_required: bool,
    /// Members may skip the second factor on devices they trust; yes if it is left out.
    #[serde(default)]
    pub is_trusted_device_allowed: Option<bool>,
    /// Colours of its pages.
    #[serde(default)]
    pub color: PartialColor,
    /// Pictures of its pages.
    #[serde(default)]
    pub branding: Branding,
    /// Style sheet of its pages.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    #[serde(default)]
    pub custom_css: Option<String>,
}

/// What changes of an organization; absent members stay, also those of objects.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateOrganization {
    /// Shown to people.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: Option<String>,
    /// Shown to people.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(deserialize_with = "crate::present")]
    pub description: Option<Option<String>>,
    /// Free fields.
    pub custom_data: Option<JsonObject>,
    /// Members must have a second factor.
    pub is_mfa_required: Option<bool>,
    /// Members may skip the second factor on devices they trust.
    pub is_trusted_device_allowed: Option<bool>,
    /// Colours of its pages.
    pub color: Option<PartialColor>,
    /// Pictures of its pages; an empty address takes one away.
    pub branding: Option<Branding>,
    /// Style sheet of its pages.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    #[serde(deserialize_with = "crate::present")]
    pub custom_css: Option<Option<String>>,
}

/// Somebody or something with the roles held within an organization: a member of an organization,
/// or an organization of a member.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WithOrganizationRoles<T> {
    /// What is shown with the roles.
    #[serde(flatten)]
    pub shown: T,
    /// The roles.
    pub organization_roles: Vec<Named>,
}

/// A domain whose e-mail addresses make members of their owners.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JitEmailDomain {
    /// Always `default`.
    pub tenant_id: String,
    /// Of which organization.
    pub organization_id: String,
    /// In small letters.
    pub email_domain: String,
}

/// A domain to be added.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmailDomain {
    /// Such as `example.com`.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub email_domain: String,
}

/// All domains of an organization.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmailDomains {
    /// Such as `example.com`.
    pub email_domains: Vec<String>,
}

#[cfg(feature = "openapi")]
mod schema {
    use super::{Named, WithOrganizationRoles};
    use std::borrow::Cow;
    use utoipa::openapi::{AllOfBuilder, ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema};
    use utoipa::{PartialSchema, ToSchema};

    /// Written by hand, because a derived schema has the same name whatever is shown.
    impl<T: ToSchema> PartialSchema for WithOrganizationRoles<T> {
        fn schema() -> RefOr<Schema> {
            let roles = ArrayBuilder::new().items(Ref::from_schema_name(Named::name()));
            let roles = ObjectBuilder::new()
                .property("organizationRoles", roles)
                .required("organizationRoles");
            AllOfBuilder::new().item(Ref::from_schema_name(T::name())).item(roles).into()
        }
    }

    impl<T: ToSchema> ToSchema for WithOrganizationRoles<T> {
        fn name() -> Cow<'static, str> {
            format!("{}WithOrganizationRoles", T::name()).into()
        }

        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            T::schemas(schemas);
            schemas.push((T::name().into_owned(), T::schema()));
            schemas.push((Named::name().into_owned(), Named::schema()));
        }
    }
}
