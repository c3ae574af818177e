//! `/api/users`

use super::auth::ManagementAccess;
use super::path::Id;
use super::query::Query;
use crate::flows::error::Rejection;
use crate::flows::management::users::{self, Include};
use crate::http::body::Json;
use crate::http::pagination::Page;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post};
use vestibule_shared::ApiError;
use vestibule_shared::user::{CreateUser, User};

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list).service(create).service(read).service(remove);
}

/// Users, newest first, page by page.
#[utoipa::path(
    get, path = "/api/users", tag = "Users",
    params(("page" = Option<i64>, Query), ("page_size" = Option<i64>, Query),
        ("includePasswordHash" = Option<bool>, Query)),
    responses((status = 200, body = Vec<User>), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError)),
)]
#[get("/users")]
pub async fn list(
    _: ManagementAccess,
    app: Data<App>,
    page: Page,
    query: Query,
) -> Result<HttpResponse, Problem> {
    query.refuse(&["search", "excludeRoleId", "excludeOrganizationId"])?;
    let (users, total) = users::list(&app, page.offset(), page.limit(), include(&query)?).await?;
    Ok(page.answer(total, &users))
}

/// Makes a user.
#[utoipa::path(
    post, path = "/api/users", tag = "Users",
    request_body = CreateUser,
    responses((status = 200, body = User), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 422, body = ApiError)),
)]
#[post("/users")]
pub async fn create(
    _: ManagementAccess,
    app: Data<App>,
    body: Json<CreateUser>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(users::create(&app, body.0).await?))
}

/// One user.
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "Users",
    params(("id" = String, Path), ("includeSsoIdentities" = Option<bool>, Query),
        ("includePasswordHash" = Option<bool>, Query)),
    responses((status = 200, body = User), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[get("/users/{id}")]
pub async fn read(
    _: ManagementAccess,
    app: Data<App>,
    id: Id,
    query: Query,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(users::get(&app, &id.0, include(&query)?).await?))
}

/// Deletes a user, and everything that hangs on the account.
#[utoipa::path(
    delete, path = "/api/users/{id}", tag = "Users",
    params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = ApiError), (status = 401, body = ApiError),
        (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
#[delete("/users/{id}")]
pub async fn remove(
    access: ManagementAccess,
    app: Data<App>,
    id: Id,
) -> Result<HttpResponse, Problem> {
    users::delete(&app, &id.0, access.user_id()).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn include(query: &Query) -> Result<Include, Rejection> {
    Ok(Include {
        password_hash: query.flag("includePasswordHash")?.unwrap_or(false),
        sso_identities: query.flag("includeSsoIdentities")?.unwrap_or(false),
    })
}
