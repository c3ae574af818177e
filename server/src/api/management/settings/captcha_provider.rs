//! `/api/captcha-provider`

use crate::api::management::auth::ManagementAccess;
use crate::api::operations::{Answer, Done, Found, Operations};
use crate::flows::management::captcha_provider;
use crate::http::body::Json;
use vestibule_shared::captcha_provider::{CaptchaProvider, PutCaptchaProvider};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Captcha provider");
    api.get("/captcha-provider", "The service that tells people from programs", read)
        .refuses(&[404]);
    api.put("/captcha-provider", "Sets the service up", put);
    api.delete("/captcha-provider", "Removes the service", remove).refuses(&[404]);
}

async fn read(access: ManagementAccess) -> Answer<Found<CaptchaProvider>> {
    Ok(Found(captcha_provider::get(&access.app).await?))
}

async fn put(
    access: ManagementAccess,
    body: Json<PutCaptchaProvider>,
) -> Answer<Found<CaptchaProvider>> {
    Ok(Found(captcha_provider::put(&access.app, body.0.config).await?))
}

async fn remove(access: ManagementAccess) -> Answer<Done> {
    captcha_provider::delete(&access.app).await?;
    Ok(Done)
}
