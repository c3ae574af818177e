//! Codes that an application sends and checks for purposes of its own.

use serde::{Deserialize, Serialize};

/// Where a code is sent to: one of the two.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestVerificationCode {
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A phone number: digits with country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A code as somebody has read it, and where it was sent to.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckVerificationCode {
    /// Where it was sent to.
    #[serde(flatten)]
    pub recipient: RequestVerificationCode,
    /// The code.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub verification_code: String,
}
