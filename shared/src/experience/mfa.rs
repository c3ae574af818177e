//! Second factors in the Experience API.

use crate::sign_in_experience::MfaFactor;
use serde::{Deserialize, Serialize};

/// Answer of `POST /api/experience/verification/totp/secret`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TotpSecretResponse {
    /// Names the verification record in later steps.
    pub verification_id: String,
    /// What the authenticator app is given, in base32.
    pub secret: String,
    /// The same as a picture for the app's camera: a PNG in a data URL.
    pub secret_qr_code: String,
}

/// Body of `POST /api/experience/verification/totp/verify`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerifyTotp {
    /// What the app shows.
    pub code: String,
    /// The new secret that is tried; left out where it is the one of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_id: Option<String>,
}

/// Answer of `POST /api/experience/verification/backup-code/generate`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BackupCodesResponse {
    /// Names the verification record in later steps.
    pub verification_id: String,
    /// Each is good once.
    pub codes: Vec<String>,
}

/// Body of `POST /api/experience/verification/backup-code/verify`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyBackupCode {
    /// One of the codes.
    pub code: String,
}

/// Where a code as second factor goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum MfaCodeIdentifier {
    /// The account's e-mail address.
    Email,
    /// The account's phone.
    Phone,
}

/// Body of `POST /api/experience/verification/mfa-verification-code`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendMfaCode {
    /// Where the code goes.
    pub identifier_type: MfaCodeIdentifier,
}

/// Body of `POST /api/experience/verification/mfa-verification-code/verify`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerifyMfaCode {
    /// The record that sending answered with.
    pub verification_id: String,
    /// The code as typed.
    pub code: String,
    /// Where it went.
    pub identifier_type: MfaCodeIdentifier,
}

/// Body of `POST /api/experience/profile/mfa`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BindMfa {
    /// What is added to the account.
    #[serde(rename = "type")]
    pub factor: MfaFactor,
    /// The record that proves it.
    pub verification_id: String,
}

/// Addresses of the account, so that people know which is meant and strangers do not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub struct MaskedIdentifiers {
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verification_code: Option<String>,
    /// The phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_verification_code: Option<String>,
}

/// `data` of `session.mfa.require_mfa_verification`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MfaRequired {
    /// What the account has, the best first.
    pub available_factors: Vec<MfaFactor>,
    /// Where codes would go.
    pub masked_identifiers: MaskedIdentifiers,
}

/// `data` of `user.missing_mfa` and `session.mfa.suggest_additional_mfa`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MfaMissing {
    /// What can be added, in the order in which it is shown.
    pub available_factors: Vec<MfaFactor>,
    /// The person may do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skippable: Option<bool>,
    /// It is only a suggestion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<bool>,
    /// Addresses that the account has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_identifiers: Option<MaskedIdentifiers>,
    /// Whether the account's passkey also signs in without a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_web_authn_used_as_sign_in_passkey: Option<bool>,
}

/// A factor that waits for the end of the interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StagedFactor {
    /// Which one.
    #[serde(rename = "type")]
    pub factor: MfaFactor,
}

/// What the person has decided about second factors in this interaction, without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MfaState {
    /// Wants them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_enabled: Option<bool>,
    /// Does without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_skipped: Option<bool>,
    /// Wants no further one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_binding_suggestion_skipped: Option<bool>,
    /// Wants no passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey_skipped: Option<bool>,
    /// An authenticator app was set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<StagedFactor>,
    /// Backup codes were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_code: Option<StagedFactor>,
}
