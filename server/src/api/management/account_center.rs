//! `/api/account-center`

use super::auth::ManagementAccess;
use crate::api::operations::{Answer, Found, Operations};
use crate::flows::management::account_center;
use crate::http::body::Json;
use vestibule_shared::account_center::{AccountCenter, UpdateAccountCenter};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Account center");
    api.get("/account-center", "What people may change of their own account", read);
    api.patch("/account-center", "Changes what people may change", update);
}

async fn read(access: ManagementAccess) -> Answer<Found<AccountCenter>> {
    Ok(Found(account_center::get(&access.app).await?))
}

async fn update(
    access: ManagementAccess,
    body: Json<UpdateAccountCenter>,
) -> Answer<Found<AccountCenter>> {
    Ok(Found(account_center::update(&access.app, body.0).await?))
}
