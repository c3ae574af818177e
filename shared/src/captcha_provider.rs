//! The service that tells people from programs.

use serde::{Deserialize, Serialize};

/// How a reCAPTCHA shows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum CaptchaMode {
    /// Not at all.
    Invisible,
    /// As a box to tick.
    Checkbox,
}

/// Which service, and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all_fields = "camelCase")]
pub enum CaptchaConfig {
    /// Cloudflare Turnstile.
    Turnstile {
        /// Public.
        site_key: String,
        /// Proves the server to the service.
        secret_key: String,
    },
    /// Google reCAPTCHA Enterprise.
    RecaptchaEnterprise {
        /// Public.
        site_key: String,
        /// Proves the server to the service.
        secret_key: String,
        /// Of the Google Cloud project.
        project_id: String,
        /// Where the script is loaded from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<String>,
        /// Invisible if it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<CaptchaMode>,
    },
}

/// The service that is set up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CaptchaProvider {
    /// Always `default`.
    pub tenant_id: String,
    /// Always `default`.
    pub id: String,
    /// Which service.
    pub config: CaptchaConfig,
    /// When it was set up, epoch milliseconds.
    pub created_at: i64,
    /// When it was changed, epoch milliseconds.
    pub updated_at: i64,
}

/// The service to be set up.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutCaptchaProvider {
    /// Which service.
    pub config: CaptchaConfig,
}
