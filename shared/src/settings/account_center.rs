//! What people may see and change of their own account.

use serde::{Deserialize, Serialize};

/// What somebody may do with a field of their own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FieldAccess {
    /// Nothing.
    Off,
    /// See it.
    ReadOnly,
    /// See and change it.
    Edit,
}

macro_rules! account_fields {
    ($($name:ident $about:literal)+) => {
        /// Access to each field; one that is left out is off.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase", default)]
        pub struct AccountFields {
            $(
                #[doc = $about]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<FieldAccess>,
            )+
        }
    };
}
account_fields! {
    name "Shown name."
    avatar "Picture."
    profile "Claims of OpenID Connect."
    email "Primary e-mail address."
    phone "Primary phone number."
    password "Password."
    username "User name."
    social "Identities of other providers."
    custom_data "Free data."
    mfa "Second factors."
    passkey "Passkeys."
    session "Sessions."
    trusted_device "Devices that need no second factor."
}

/// A field of the profile page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfilePageField {
    /// Which one.
    pub name: String,
}

/// The settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountCenterSettings {
    /// Whether people may see their account at all.
    pub enabled: bool,
    /// Access to each field.
    pub fields: AccountFields,
    /// Other origins that passkeys may be used on.
    pub webauthn_related_origins: Vec<String>,
    /// Where people ask for the deletion of their account.
    pub delete_account_url: Option<String>,
    /// Style sheet of the pages.
    pub custom_css: Option<String>,
    /// Fields of the profile page; all of them if there is no list.
    pub profile_fields: Option<Vec<ProfilePageField>>,
}

/// The settings, as they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountCenter {
    /// Always `default`.
    pub tenant_id: String,
    /// Always `default`.
    pub id: String,
    /// The settings.
    #[serde(flatten)]
    pub settings: AccountCenterSettings,
}

/// What changes of the settings; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateAccountCenter {
    /// Whether people may see their account at all.
    pub enabled: Option<bool>,
    /// Access to each field; replaced as a whole.
    pub fields: Option<AccountFields>,
    /// Other origins that passkeys may be used on.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub webauthn_related_origins: Option<Vec<String>>,
    /// Where people ask for the deletion of their account.
    #[serde(deserialize_with = "crate::present")]
    pub delete_account_url: Option<Option<String>>,
    /// Style sheet of the pages.
    #[serde(deserialize_with = "crate::present")]
    pub custom_css: Option<Option<String>>,
    /// Fields of the profile page.
    #[serde(deserialize_with = "crate::present")]
    pub profile_fields: Option<Option<Vec<ProfilePageField>>>,
}
