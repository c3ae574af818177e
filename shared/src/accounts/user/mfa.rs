//! Second factors that administrators give to users, and devices that users trust.

use serde::{Deserialize, Serialize};

/// Body of `POST /api/users/{userId}/mfa-verifications`.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type")]
pub enum CreateMfaVerification {
    /// One-time passwords of an app.
    Totp {
        /// 16 to 32 characters of base32; made up when absent.
        #[serde(default)]
        secret: Option<String>,
    },
    /// Codes for when the other factors are out of reach.
    BackupCode {
        /// Ten codes of ten hexadecimal digits; made up when absent.
        #[serde(default)]
        codes: Option<Vec<String>>,
    },
}

/// A second factor that was made, with what proves it; that is shown this once.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type")]
pub enum CreatedMfaVerification {
    /// One-time passwords of an app.
    #[serde(rename_all = "camelCase")]
    Totp {
        /// In base32.
        secret: String,
        /// The same as a QR code for apps, the data URL of a PNG.
        secret_qr_code: String,
    },
    /// Codes for when the other factors are out of reach.
    BackupCode {
        /// Each works once.
        codes: Vec<String>,
    },
}

/// A browser on which a user need not show the second factor again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TrustedDevice {
    /// 21 characters.
    pub id: String,
    /// What the browser says it is.
    pub user_agent: Option<String>,
    /// Where it was used, a country code.
    pub country: Option<String>,
    /// Where it was used.
    pub city: Option<String>,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub last_used_at: i64,
    /// Epoch milliseconds.
    pub expires_at: i64,
}
