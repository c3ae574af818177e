//! `/api/user-assets`

use crate::api::management::auth::ManagementAccess;
use crate::api::operations::{Answer, Found, Operations};
use crate::flows::management::user_assets;
use crate::http::upload::Form;
use vestibule_shared::user_asset::{CustomUiAsset, UserAsset, UserAssetService};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("User assets");
    api.get("/user-assets/service-status", "What can be uploaded", service);
    api.post("/user-assets", "Uploads a picture", upload);
    api.tag("Sign-in experience");
    api.post(
        "/sign-in-exp/default/custom-ui-assets",
        "Uploads sign-in pages as a ZIP archive",
        upload_pages,
    );
}

async fn service(access: ManagementAccess) -> Answer<Found<UserAssetService>> {
    Ok(Found(user_assets::service(&access.app)))
}

async fn upload(access: ManagementAccess, form: Form) -> Answer<Found<UserAsset>> {
    Ok(Found(user_assets::upload(&access.app, form).await?))
}

async fn upload_pages(access: ManagementAccess, form: Form) -> Answer<Found<CustomUiAsset>> {
    Ok(Found(user_assets::upload_pages(&access.app, form).await?))
}
