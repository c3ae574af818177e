//! Files that administrators upload.

use crate::assets::{self, IMAGE_LIMIT, ImageKind};
use crate::flows::error::FlowError;
use crate::http::upload::Form;
use crate::state::App;
use vestibule_shared::user_asset::{
    CustomUiAsset, UserAsset, UserAssetService, UserAssetServiceStatus,
};

/// What can be uploaded.
pub fn service(app: &App) -> UserAssetService {
    let is_ready = app.assets.is_configured();
    let types = || ImageKind::ALL.map(|kind| kind.media_type().to_owned()).to_vec();
    UserAssetService {
        status: if is_ready {
            UserAssetServiceStatus::Ready
        } else {
            UserAssetServiceStatus::NotConfigured
        },
        allow_upload_mime_types: is_ready.then(types),
        max_upload_file_size: is_ready.then_some(IMAGE_LIMIT as u64),
        is_experience_avatar_upload_enabled: false,
    }
}

/// Stores a picture.
pub async fn upload(app: &App, form: Form) -> Result<UserAsset, FlowError> {
    let name = assets::store_image(&app.assets, form.file().await?, &ImageKind::ALL).await?;
    Ok(UserAsset { url: app.settings.endpoint.at(&format!("/user-assets/{name}")) })
}

/// Stores sign-in pages; they are shown once the sign-in experience names them.
pub async fn upload_pages(app: &App, form: Form) -> Result<CustomUiAsset, FlowError> {
    let file = form.file().await?;
    let id = assets::store_pages(&app.assets, file, &app.settings.data_dir).await?;
    Ok(CustomUiAsset { custom_ui_asset_id: id })
}
