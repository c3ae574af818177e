//! `/api/account-center`

use crate::api::management::auth::ManagementAccess;
use crate::api::operations::{Answer, Found, Operations};
use crate::flows::management::account_center;
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use vestibule_shared::account_center::{AccountCenter, UpdateAccountCenter};

/// Routes below `/api` that need no token.
pub fn routes(config: &mut ServiceConfig) {
    config.service(read_public);
}

/// What people may see and change of their own account, for the pages.
#[utoipa::path(
    get, path = "/api/.well-known/account-center", tag = "Well-known",
    responses((status = 200, body = AccountCenter)),
)]
#[get("/.well-known/account-center")]
pub async fn read_public(app: Data<App>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(account_center::get(&app).await?))
}

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
