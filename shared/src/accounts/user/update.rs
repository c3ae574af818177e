//! What administrators change of a user.

use super::UserProfile;
use crate::JsonObject;
use serde::{Deserialize, Serialize};

/// Body of `PATCH /api/users/{userId}`: absent members stay, null and the empty text take a value
/// away, objects are replaced.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct UpdateUser {
    #[serde(deserialize_with = "crate::present")]
    pub username: Option<Option<String>>,
    #[serde(deserialize_with = "crate::present")]
    pub primary_email: Option<Option<String>>,
    #[serde(deserialize_with = "crate::present")]
    pub primary_phone: Option<Option<String>>,
    #[serde(deserialize_with = "crate::present")]
    pub name: Option<Option<String>>,
    #[serde(deserialize_with = "crate::present")]
    pub avatar: Option<Option<String>>,
    pub custom_data: Option<JsonObject>,
    pub profile: Option<UserProfile>,
}

/// Free fields to put beside those that are there.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateCustomData {
    /// Members replace those of the same name.
    pub custom_data: JsonObject,
}

/// Profile fields to put beside those that are there.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateProfile {
    /// Members replace those of the same name.
    pub profile: UserProfile,
}

/// A password, to be set or compared.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetPassword {
    /// In clear.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub password: String,
}

/// Whether a new password is demanded at the next sign-in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetExpired {
    /// See above.
    pub is_expired: bool,
}

/// Whether a user is refused everywhere.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetSuspended {
    /// See above.
    pub is_suspended: bool,
}

/// Whether a user has a password.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct HasPassword {
    /// See above.
    pub has_password: bool,
}

/// What a user chose about second factors and passkeys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// Second factors.
    pub mfa: MfaPreferences,
    /// Passkeys as the first factor.
    pub passkey_sign_in: PasskeyPreferences,
}

/// What a user chose about second factors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MfaPreferences {
    /// Wants second factors; absent while the user has not chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Does not want to be asked to set one up.
    pub skipped: bool,
    /// Does not want to be asked for one at sign-in.
    pub skip_mfa_on_sign_in: bool,
}

/// What a user chose about passkeys as the first factor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PasskeyPreferences {
    /// Does not want to be asked to set one up.
    pub skipped: bool,
}

/// What changes of the preferences; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PreferencesPatch {
    /// Second factors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa: Option<MfaPreferencesPatch>,
    /// Passkeys as the first factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passkey_sign_in: Option<PasskeyPreferencesPatch>,
}

/// What changes of the preferences for second factors; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MfaPreferencesPatch {
    /// Wants second factors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Does not want to be asked to set one up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<bool>,
    /// Does not want to be asked to set up another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_binding_suggestion_skipped: Option<bool>,
    /// Does not want to be asked for one at sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_mfa_on_sign_in: Option<bool>,
}

/// What changes of the preferences for passkeys; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PasskeyPreferencesPatch {
    /// Does not want to be asked to set one up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<bool>,
}
