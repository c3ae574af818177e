//! `/api/sign-in-exp`

use super::auth::ManagementAccess;
use super::query::Query;
use crate::flows::error::invalid_input;
use crate::flows::management::sign_in_experience;
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get, patch, post};
use serde::Deserialize;
use serde_json::json;
use vestibule_shared::sign_in_experience::{SignInExperience, SignInExperiencePatch};
use vestibule_shared::{ApiError, JsonObject};

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(read).service(update).service(check_password).service(username_conflicts);
}

/// How signing in looks and works.
#[utoipa::path(
    get, path = "/api/sign-in-exp", tag = "Sign-in experience",
    responses((status = 200, body = SignInExperience), (status = 401, body = ApiError),
        (status = 403, body = ApiError)),
)]
#[get("/sign-in-exp")]
pub async fn read(_: ManagementAccess, app: Data<App>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(sign_in_experience::get(&app).await?))
}

/// Changes what is sent; each column is replaced as a whole.
#[utoipa::path(
    patch, path = "/api/sign-in-exp", tag = "Sign-in experience",
    params(("removeUnusedDemoSocialConnector" = Option<bool>, Query)),
    request_body = SignInExperiencePatch,
    responses((status = 200, body = SignInExperience), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 409, body = ApiError), (status = 422, body = ApiError)),
)]
#[patch("/sign-in-exp")]
pub async fn update(
    _: ManagementAccess,
    app: Data<App>,
    body: Json<SignInExperiencePatch>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(sign_in_experience::update(&app, body.0).await?))
}

/// A password to judge by the rules for new ones.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckPassword {
    password: String,
    /// Whose password it would be.
    user_id: Option<String>,
}

/// Says what is wrong with a password: 200 if nothing is, 400 with the reasons otherwise.
#[utoipa::path(
    post, path = "/api/sign-in-exp/default/check-password", tag = "Sign-in experience",
    request_body = CheckPassword,
    responses((status = 200, body = JsonObject), (status = 400, body = JsonObject),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[post("/sign-in-exp/default/check-password")]
pub async fn check_password(
    _: ManagementAccess,
    app: Data<App>,
    body: Json<CheckPassword>,
) -> Result<HttpResponse, Problem> {
    let CheckPassword { password, user_id } = body.0;
    let issues = sign_in_experience::check_password(&app, &password, user_id.as_deref()).await?;
    Ok(if issues.is_empty() {
        HttpResponse::Ok().json(json!({ "result": true }))
    } else {
        HttpResponse::BadRequest().json(json!({ "result": false, "issues": issues }))
    })
}

/// User names that differ only in case: they stand in the way of ignoring case.
#[utoipa::path(
    get, path = "/api/sign-in-exp/username-policy/case-sensitivity-conflicts",
    tag = "Sign-in experience",
    params(("limit" = Option<usize>, Query)),
    responses((status = 200, body = JsonObject), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError)),
)]
#[get("/sign-in-exp/username-policy/case-sensitivity-conflicts")]
pub async fn username_conflicts(
    _: ManagementAccess,
    app: Data<App>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let limit = match query.one("limit")? {
        None => Some(DEFAULT_LIMIT),
        Some(text) => text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)),
    };
    let limit = limit.ok_or_else(|| invalid_input("limit", "must be 1 to 100"))?;
    Ok(HttpResponse::Ok().json(sign_in_experience::username_conflicts(&app, limit).await?))
}
