//! The Experience API: what a sign-in page asks and what it is told.

mod mfa;

pub use mfa::*;

use crate::JsonObject;
use serde::{Deserialize, Serialize};

/// What the person came to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum InteractionEvent {
    /// Sign in to an existing account.
    SignIn,
    /// Create an account.
    Register,
    /// Set a new password with the help of a verification code.
    ForgotPassword,
}

/// The kind of name by which a person is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum IdentifierType {
    /// A user name.
    Username,
    /// A primary e-mail address.
    Email,
    /// A primary phone number, digits with country code and without `+`.
    Phone,
}

/// A name by which a person is found. The value is raw input: the server parses it once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identifier {
    /// Which kind of name it is.
    #[serde(rename = "type")]
    pub kind: IdentifierType,
    /// The name itself.
    pub value: String,
}

/// Body of `PUT /api/experience`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateInteraction {
    /// What the person came to do.
    pub interaction_event: InteractionEvent,
    /// The answer of a captcha widget, where one is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captcha_token: Option<String>,
}

/// Body of `PUT /api/experience/interaction-event`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangeInteractionEvent {
    /// The new event.
    pub interaction_event: InteractionEvent,
}

/// Body of `POST /api/experience/verification/password`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordVerification {
    /// Whose password it is.
    pub identifier: Identifier,
    /// The password as typed.
    pub password: String,
}

/// Answer of every verification step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerificationResponse {
    /// Names the verification record in later steps.
    pub verification_id: String,
}

/// Body of `POST /api/experience/verification/verification-code`: send a code.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendVerificationCode {
    /// An e-mail address or a phone number.
    pub identifier: Identifier,
    /// Chooses the message template.
    pub interaction_event: InteractionEvent,
}

/// Body of `POST /api/experience/verification/verification-code/verify`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerifyVerificationCode {
    /// The recipient the code was sent to.
    pub identifier: Identifier,
    /// The record that sending answered with.
    pub verification_id: String,
    /// The code as typed.
    pub code: String,
}

/// Body of `POST /api/experience/verification/new-password-identity`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPasswordIdentity {
    /// A user name that is not taken.
    pub identifier: Identifier,
    /// The password to set.
    pub password: String,
}

/// Body of `POST /api/experience/identification`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Identification {
    /// The record that proves who it is; may be left out when registering from the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_id: Option<String>,
    /// Link a social identity to the related account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_social_identity: Option<bool>,
}

/// Body of `POST /api/experience/profile`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ProfileUpdate {
    /// Choose a user name.
    Username {
        /// The name.
        value: String,
    },
    /// Choose a password.
    Password {
        /// The password.
        value: String,
    },
    /// Add the address that a code record has verified.
    #[serde(rename_all = "camelCase")]
    Email {
        /// The code record.
        verification_id: String,
    },
    /// Add the phone number that a code record has verified.
    #[serde(rename_all = "camelCase")]
    Phone {
        /// The code record.
        verification_id: String,
    },
    /// Answer the administrator's own questions.
    ExtraProfile {
        /// Answers by the names of the fields.
        values: JsonObject,
    },
}

/// Body of `PUT /api/experience/profile/password`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetPassword {
    /// The new password.
    pub password: String,
}

/// Answer of `POST /api/experience/submit`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubmitResponse {
    /// Where the browser goes next: the authorization request is resumed there.
    pub redirect_to: String,
}

/// The public face of a verification record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type")]
pub enum PublicVerificationRecord {
    /// A password that was checked.
    Password {
        /// Names the record.
        id: String,
        /// Whose password.
        identifier: Identifier,
        /// Whether it was right.
        verified: bool,
    },
    /// A code sent by e-mail.
    #[serde(rename_all = "camelCase")]
    EmailVerificationCode {
        /// Names the record.
        id: String,
        /// The recipient.
        identifier: Identifier,
        /// The message template that was used.
        template_type: String,
        /// Whether the code was given back.
        verified: bool,
    },
    /// A code sent to a phone.
    #[serde(rename_all = "camelCase")]
    PhoneVerificationCode {
        /// Names the record.
        id: String,
        /// The recipient.
        identifier: Identifier,
        /// The message template that was used.
        template_type: String,
        /// Whether the code was given back.
        verified: bool,
    },
    /// A code sent to the account's e-mail address, as second factor.
    #[serde(rename_all = "camelCase")]
    MfaEmailVerificationCode {
        /// Names the record.
        id: String,
        /// The recipient.
        identifier: Identifier,
        /// The message template that was used.
        template_type: String,
        /// Whether the code was given back.
        verified: bool,
    },
    /// A code sent to the account's phone, as second factor.
    #[serde(rename_all = "camelCase")]
    MfaPhoneVerificationCode {
        /// Names the record.
        id: String,
        /// The recipient.
        identifier: Identifier,
        /// The message template that was used.
        template_type: String,
        /// Whether the code was given back.
        verified: bool,
    },
    /// A code of an authenticator app.
    #[serde(rename_all = "camelCase")]
    Totp {
        /// Names the record.
        id: String,
        /// Whose app.
        user_id: String,
        /// Whether the code was right.
        verified: bool,
    },
    /// A backup code, or a set of new ones.
    #[serde(rename_all = "camelCase")]
    BackupCode {
        /// Names the record.
        id: String,
        /// Whose code.
        user_id: String,
        /// The code that was used up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// A user name with a password that will be set.
    NewPasswordIdentity {
        /// Names the record.
        id: String,
        /// The user name.
        identifier: Identifier,
    },
}

/// What has been collected for the account so far, without secrets.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PublicProfile {
    /// User name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_email: Option<String>,
    /// Phone number, digits only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_phone: Option<String>,
    /// Display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// OpenID Connect profile fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<JsonObject>,
    /// Free fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<JsonObject>,
}

/// Whether a captcha was asked and answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaptchaState {
    /// A provider accepted the answer.
    pub verified: bool,
    /// Another proof made it unnecessary.
    pub skipped: bool,
}

/// Answer of `GET /api/experience/interaction`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InteractionState {
    /// What the person came to do.
    pub interaction_event: InteractionEvent,
    /// Set once somebody is identified or created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Staged changes to the account.
    pub profile: PublicProfile,
    /// Staged second factors.
    pub mfa: MfaState,
    /// Proofs collected so far, at most one of a type.
    pub verification_records: Vec<PublicVerificationRecord>,
    /// State of the captcha.
    pub captcha: CaptchaState,
}

/// Answer of `GET /api/experience/sso-connectors`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorIds {
    /// Enterprise connectors for the domain of the address.
    pub connector_ids: Vec<String>,
}

/// One of the `ssoConnectors` in the `data` of `session.sso_enabled`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorOfDomain {
    /// Its id.
    pub id: String,
    /// What people read.
    pub connector_name: String,
    /// Address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The same on dark pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dark_logo: Option<String>,
}

/// `data` of `user.missing_profile`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MissingProfile {
    /// What is still to be given, in the order in which to ask.
    pub missing_profile: Vec<MissingProfileField>,
}

/// A part of the profile that the sign-in experience demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum MissingProfileField {
    /// A user name.
    Username,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A password.
    Password,
    /// Either an e-mail address or a phone number.
    EmailOrPhone,
}

/// `data` of `password.rejected`: one entry per rule that the password breaks.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordIssue {
    /// `password_rejected.*`
    pub code: String,
    /// Figures for the sentence, such as `min`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpolation: Option<JsonObject>,
}
