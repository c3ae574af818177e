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
#[serde(tag = "type")]
pub enum CaptchaConfig {
    /// Cloudflare Turnstile.
    #[serde(rename_all = "camelCase")]
    Turnstile {
        /// Public.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2048))]
        site_key: String,
        /// Proves the server to the service.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2048))]
        secret_key: String,
    },
    /// Google reCAPTCHA Enterprise.
    #[serde(rename_all = "camelCase")]
    RecaptchaEnterprise {
        /// Public.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2048))]
        site_key: String,
        /// Proves the server to the service.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2048))]
        secret_key: String,
        /// Of the Google Cloud project.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2048))]
        project_id: String,
        /// Where the script is loaded from.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2048))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<String>,
        /// Invisible if it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<CaptchaMode>,
    },
}

/// Which service it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CaptchaType {
    /// Cloudflare Turnstile.
    Turnstile,
    /// Google reCAPTCHA Enterprise.
    RecaptchaEnterprise,
}

/// What pages need to know of the service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PublicCaptchaConfig {
    /// Which service it is.
    #[serde(rename = "type")]
    pub kind: CaptchaType,
    /// Public.
    pub site_key: String,
    /// Where the script is loaded from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Invisible if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<CaptchaMode>,
}

impl CaptchaConfig {
    /// Without what proves the server to the service.
    pub fn to_public(&self) -> PublicCaptchaConfig {
        match self.clone() {
            Self::Turnstile { site_key, .. } => PublicCaptchaConfig {
                kind: CaptchaType::Turnstile,
                site_key,
                domain: None,
                mode: None,
            },
            Self::RecaptchaEnterprise { site_key, domain, mode, .. } => PublicCaptchaConfig {
                kind: CaptchaType::RecaptchaEnterprise,
                site_key,
                domain,
                mode,
            },
        }
    }
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
