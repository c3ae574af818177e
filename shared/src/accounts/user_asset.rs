//! Files that are uploaded.

use serde::{Deserialize, Serialize};

/// Whether files can be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserAssetServiceStatus {
    /// They can.
    Ready,
    /// There is no place for them.
    NotConfigured,
}

/// What can be uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserAssetService {
    /// Whether anything can.
    pub status: UserAssetServiceStatus,
    /// Media types of pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_upload_mime_types: Option<Vec<String>>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_upload_file_size: Option<u64>,
    /// Whether people may upload a picture of themselves while they register.
    pub is_experience_avatar_upload_enabled: bool,
}

/// A picture that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserAsset {
    /// Where it is.
    pub url: String,
}

/// Sign-in pages that were uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomUiAsset {
    /// To be named in `customUiAssets` of the sign-in experience.
    pub custom_ui_asset_id: String,
}
