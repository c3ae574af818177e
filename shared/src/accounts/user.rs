//! Users, as the Management API shows them.

mod access;
mod identity;
mod mfa;
mod personal_access_token;
mod update;

pub use access::{
    GrantApplication, GrantPayload, MfaVerification, SessionAuthorization, SessionPayload,
    UserGrant, UserGrants, UserSession, UserSessions,
};
pub use identity::{
    AllIdentities, LinkIdentity, SocialIdentity, SocialIdentityOfUser, SsoIdentity,
    SsoIdentityOfUser, TargetedSocialIdentity, TokenSecret,
};
pub use mfa::{CreateMfaVerification, CreatedMfaVerification, TrustedDevice};
pub use personal_access_token::{
    CreatePersonalAccessToken, PersonalAccessToken, PersonalAccessTokenName,
    RenamePersonalAccessToken,
};
pub use update::{
    HasPassword, MfaPreferences, MfaPreferencesPatch, PasskeyPreferences, PasskeyPreferencesPatch,
    Preferences, PreferencesPatch, SetExpired, SetPassword, SetSuspended, UpdateCustomData,
    UpdateProfile, UpdateUser,
};

use crate::JsonObject;
use serde::{Deserialize, Serialize};

/// OpenID Connect profile fields of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names are those of OpenID Connect Core, section 5.1")]
pub struct UserProfile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names are those of OpenID Connect Core, section 5.1.1")]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// 12 characters.
    pub id: String,
    /// User name.
    pub username: Option<String>,
    /// E-mail address.
    pub primary_email: Option<String>,
    /// Phone number, digits with country code.
    pub primary_phone: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Free fields.
    pub custom_data: JsonObject,
    /// Social identities by target.
    pub identities: JsonObject,
    /// Epoch milliseconds.
    pub last_sign_in_at: Option<i64>,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub updated_at: i64,
    /// OpenID Connect profile fields.
    pub profile: UserProfile,
    /// The application the user first came from.
    pub application_id: Option<String>,
    /// The same, where that was a client known by a document.
    pub cimd_client_id: Option<String>,
    /// Refused everywhere.
    pub is_suspended: bool,
    /// Whether a password is set.
    pub has_password: bool,
    /// Whether the user can prove who they are before a delicate change: by a password, or by a
    /// code to their e-mail address or phone.
    pub has_security_verification_method: bool,
    /// Only when `includePasswordHash` asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_digest: Option<String>,
    /// Only when `includePasswordHash` asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_algorithm: Option<String>,
    /// Enterprise identities, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sso_identities: Option<Vec<SsoIdentity>>,
}

/// Body of `POST /api/users`. Everything may be left out.
#[derive(Clone, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct CreateUser {
    pub primary_phone: Option<String>,
    pub primary_email: Option<String>,
    pub username: Option<String>,
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub password: Option<String>,
    /// A digest from another system; not together with `password`.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub password_digest: Option<String>,
    /// The algorithm of the digest.
    pub password_algorithm: Option<String>,
    pub name: Option<String>,
    pub avatar: Option<String>,
    pub custom_data: Option<JsonObject>,
    pub profile: Option<UserProfile>,
}
