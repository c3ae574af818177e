//! How an application looks.

use crate::organization::PartialColor;
use crate::sign_in_experience::Branding;
use serde::{Deserialize, Serialize};

/// How the pages look when they are shown for an application. What it does not set is taken from
/// the sign-in experience of the server.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSignInExperience {
    /// Always `default`.
    pub tenant_id: String,
    /// Whose it is.
    pub application_id: String,
    /// Colours.
    pub color: PartialColor,
    /// Pictures.
    pub branding: Branding,
    /// Style sheet in the place of the server's.
    pub custom_css: Option<String>,
    /// Address of the terms of use; people who are asked for consent see it.
    pub terms_of_use_url: Option<String>,
    /// Address of the privacy policy; people who are asked for consent see it.
    pub privacy_policy_url: Option<String>,
    /// The name that people who are asked for consent see.
    pub display_name: Option<String>,
}

/// What changes of how an application looks; absent members stay as they are.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PutApplicationSignInExperience {
    /// Colours, all of them.
    pub color: Option<PartialColor>,
    /// Pictures, all of them; an empty address is none.
    pub branding: Option<Branding>,
    /// Style sheet in the place of the server's.
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    #[serde(deserialize_with = "crate::present")]
    pub custom_css: Option<Option<String>>,
    /// An `http(s)` URL, empty or null.
    #[serde(deserialize_with = "crate::present")]
    pub terms_of_use_url: Option<Option<String>>,
    /// An `http(s)` URL, empty or null.
    #[serde(deserialize_with = "crate::present")]
    pub privacy_policy_url: Option<Option<String>>,
    /// At most 256 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    #[serde(deserialize_with = "crate::present")]
    pub display_name: Option<Option<String>>,
}
