//! `/api/applications`

use super::auth::ManagementAccess;
use super::path::{Id, Name};
use super::query::Query;
use crate::flows::error::Rejection;
use crate::flows::error::invalid_input;
use crate::flows::management::applications;
use crate::http::body::Json;
use crate::http::pagination::Page;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use vestibule_shared::ApiError;
use vestibule_shared::application::{
    Application, ApplicationSecret, ApplicationType, CreateApplication, CreateApplicationSecret,
    RenameApplicationSecret,
};
use vestibule_store::applications::ApplicationFilter;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(create)
        .service(read)
        .service(remove)
        .service(list_secrets)
        .service(create_secret)
        .service(rename_secret)
        .service(remove_secret);
}

/// Applications, newest first: all of them, or a page if one is asked for.
#[utoipa::path(
    get, path = "/api/applications", tag = "Applications",
    params(("types" = Option<Vec<ApplicationType>>, Query),
        ("isThirdParty" = Option<bool>, Query), ("page" = Option<i64>, Query),
        ("page_size" = Option<i64>, Query)),
    responses((status = 200, body = Vec<Application>), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError)),
)]
#[get("/applications")]
pub async fn list(
    _: ManagementAccess,
    app: Data<App>,
    page: Page,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let (found, total) = applications::list(&app, &filter(&query)?, page.if_asked()).await?;
    Ok(match total {
        Some(total) => page.answer(total, &found),
        None => HttpResponse::Ok().json(found),
    })
}

/// Makes an application.
#[utoipa::path(
    post, path = "/api/applications", tag = "Applications",
    request_body = CreateApplication,
    responses((status = 200, body = Application), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 422, body = ApiError)),
)]
#[post("/applications")]
pub async fn create(
    _: ManagementAccess,
    app: Data<App>,
    body: Json<CreateApplication>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(applications::create(&app, body.0).await?))
}

/// One application; built-in clients, too.
#[utoipa::path(
    get, path = "/api/applications/{id}", tag = "Applications",
    params(("id" = String, Path)),
    responses((status = 200, body = Application), (status = 401, body = ApiError),
        (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
#[get("/applications/{id}")]
pub async fn read(_: ManagementAccess, app: Data<App>, id: Id) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(applications::get(&app, &id.0).await?))
}

/// Deletes an application.
#[utoipa::path(
    delete, path = "/api/applications/{id}", tag = "Applications",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[delete("/applications/{id}")]
pub async fn remove(_: ManagementAccess, app: Data<App>, id: Id) -> Result<HttpResponse, Problem> {
    applications::delete(&app, &id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Secrets of an application, with their values.
#[utoipa::path(
    get, path = "/api/applications/{id}/secrets", tag = "Applications",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<ApplicationSecret>), (status = 401, body = ApiError),
        (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
#[get("/applications/{id}/secrets")]
pub async fn list_secrets(
    _: ManagementAccess,
    app: Data<App>,
    id: Id,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(applications::secrets(&app, &id.0).await?))
}

/// Adds a secret.
#[utoipa::path(
    post, path = "/api/applications/{id}/secrets", tag = "Applications",
    params(("id" = String, Path)),
    request_body = CreateApplicationSecret,
    responses((status = 201, body = ApplicationSecret), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/applications/{id}/secrets")]
pub async fn create_secret(
    _: ManagementAccess,
    app: Data<App>,
    id: Id,
    body: Json<CreateApplicationSecret>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Created().json(applications::create_secret(&app, &id.0, body.0).await?))
}

/// Renames a secret.
#[utoipa::path(
    patch, path = "/api/applications/{id}/secrets/{name}", tag = "Applications",
    params(("id" = String, Path), ("name" = String, Path)),
    request_body = RenameApplicationSecret,
    responses((status = 200, body = ApplicationSecret), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[patch("/applications/{id}/secrets/{name}")]
pub async fn rename_secret(
    _: ManagementAccess,
    app: Data<App>,
    id: Id,
    name: Name,
    body: Json<RenameApplicationSecret>,
) -> Result<HttpResponse, Problem> {
    let renamed = applications::rename_secret(&app, &id.0, &name.0, &body.0.name).await?;
    Ok(HttpResponse::Ok().json(renamed))
}

/// Deletes a secret.
#[utoipa::path(
    delete, path = "/api/applications/{id}/secrets/{name}", tag = "Applications",
    params(("id" = String, Path), ("name" = String, Path)),
    responses((status = 204), (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[delete("/applications/{id}/secrets/{name}")]
pub async fn remove_secret(
    _: ManagementAccess,
    app: Data<App>,
    id: Id,
    name: Name,
) -> Result<HttpResponse, Problem> {
    applications::delete_secret(&app, &id.0, &name.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn filter(query: &Query) -> Result<ApplicationFilter, Rejection> {
    query.refuse(&["search", "excludeRoleId", "excludeOrganizationId"])?;
    let kind = |name: &str| {
        let kind = ApplicationType::parse(name);
        let kind = kind.ok_or_else(|| invalid_input("types", "is no type of application"))?;
        Ok(kind.as_str().to_owned())
    };
    Ok(ApplicationFilter {
        kinds: query.all("types").map(kind).collect::<Result<_, Rejection>>()?,
        is_third_party: query.flag("isThirdParty")?,
    })
}
