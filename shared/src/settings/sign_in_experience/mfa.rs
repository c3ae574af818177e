//! Second factors, passkeys and trusted devices in the sign-in experience.

use serde::{Deserialize, Serialize};

/// Devices on which the second factor is not asked for again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct TrustedDevicePolicy {
    /// On or off; absent is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Days that a device is trusted; absent is 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub duration_days: Option<u32>,
}

/// Passkeys instead of passwords.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct PasskeySignIn {
    /// On or off; absent is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether pages show a button for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_passkey_button: Option<bool>,
    /// Whether browsers may offer passkeys while a name is typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_autofill: Option<bool>,
}

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MfaFactor {
    /// A code of an authenticator app (RFC 6238).
    Totp,
    /// A passkey or security key.
    WebAuthn,
    /// One of a set of codes, each good once.
    BackupCode,
    /// A code sent to the account's e-mail address.
    EmailVerificationCode,
    /// A code sent to the account's phone.
    PhoneVerificationCode,
}

impl MfaFactor {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "Totp",
            Self::WebAuthn => "WebAuthn",
            Self::BackupCode => "BackupCode",
            Self::EmailVerificationCode => "EmailVerificationCode",
            Self::PhoneVerificationCode => "PhoneVerificationCode",
        }
    }
}

/// When people are asked to set up a second factor. Who has one is asked for it at every sign-in,
/// unless the policy lets people do without and this one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MfaPolicy {
    /// At sign-in and registration; may be skipped. An older name.
    UserControlled,
    /// Nobody does without. An older name.
    Mandatory,
    /// At sign-in; may be skipped.
    PromptOnlyAtSignIn,
    /// At sign-in and registration; may be skipped.
    PromptAtSignInAndSignUp,
    /// Never.
    NoPrompt,
    /// At sign-in and registration, nobody does without; with factors that are asked for by risk.
    PromptAtSignInAndSignUpMandatory,
    /// At sign-in, nobody does without; with factors that are asked for by risk.
    PromptOnlyAtSignInMandatory,
}

impl MfaPolicy {
    /// Whether people may do without.
    pub const fn is_skippable(self) -> bool {
        !matches!(
            self,
            Self::Mandatory
                | Self::PromptAtSignInAndSignUpMandatory
                | Self::PromptOnlyAtSignInMandatory
        )
    }

    /// Whether nobody is asked while registering.
    pub const fn is_only_at_sign_in(self) -> bool {
        matches!(self, Self::PromptOnlyAtSignIn | Self::PromptOnlyAtSignInMandatory)
    }
}

/// What holds for members of organizations that require a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OrganizationMfaPolicy {
    /// Nothing more than for everybody.
    NoPrompt,
    /// They cannot do without.
    Mandatory,
}

/// Second factors.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Mfa {
    /// The factors that are offered.
    pub factors: Vec<MfaFactor>,
    /// When they are asked for.
    pub policy: MfaPolicy,
    /// The same for members of organizations that require it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_required_mfa_policy: Option<OrganizationMfaPolicy>,
}
