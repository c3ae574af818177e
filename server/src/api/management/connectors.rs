//! `/api/connectors` and `/api/connector-factories`

use super::auth::ManagementAccess;
use super::path::Id;
use super::query::Query;
use crate::flows::management::connectors;
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use vestibule_connectors::factory;
use vestibule_shared::connector::{Connector, CreateConnector, TestConnector, UpdateConnector};
use vestibule_shared::{ApiError, JsonObject};

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(create)
        .service(read)
        .service(update)
        .service(remove)
        .service(test)
        .service(list_factories)
        .service(read_factory);
}

/// Connectors that are set up.
#[utoipa::path(
    get, path = "/api/connectors", tag = "Connectors",
    params(("target" = Option<String>, Query)),
    responses((status = 200, body = Vec<Connector>), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError)),
)]
#[get("/connectors")]
pub async fn list(
    _: ManagementAccess,
    app: Data<App>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(connectors::list(&app, query.one("target")?).await?))
}

/// Sets a connector up; one that sends the same type of message is replaced.
#[utoipa::path(
    post, path = "/api/connectors", tag = "Connectors",
    request_body = CreateConnector,
    responses((status = 200, body = Connector), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 422, body = ApiError)),
)]
#[post("/connectors")]
pub async fn create(
    _: ManagementAccess,
    app: Data<App>,
    body: Json<CreateConnector>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(connectors::create(&app, body.0).await?))
}

/// One connector.
#[utoipa::path(
    get, path = "/api/connectors/{id}", tag = "Connectors",
    params(("id" = String, Path)),
    responses((status = 200, body = Connector), (status = 401, body = ApiError),
        (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
#[get("/connectors/{id}")]
pub async fn read(_: ManagementAccess, app: Data<App>, id: Id) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(connectors::get(&app, &id.0).await?))
}

/// Changes a connector; what is sent is replaced as a whole.
#[utoipa::path(
    patch, path = "/api/connectors/{id}", tag = "Connectors",
    params(("id" = String, Path)),
    request_body = UpdateConnector,
    responses((status = 200, body = Connector), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[patch("/connectors/{id}")]
pub async fn update(
    _: ManagementAccess,
    app: Data<App>,
    id: Id,
    body: Json<UpdateConnector>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(connectors::update(&app, &id.0, body.0).await?))
}

/// Removes a connector.
#[utoipa::path(
    delete, path = "/api/connectors/{id}", tag = "Connectors",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[delete("/connectors/{id}")]
pub async fn remove(_: ManagementAccess, app: Data<App>, id: Id) -> Result<HttpResponse, Problem> {
    connectors::delete(&app, &id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends a message through settings that are not stored. The id is that of a factory.
#[utoipa::path(
    post, path = "/api/connectors/{id}/test", tag = "Connectors",
    params(("id" = String, Path)),
    request_body = TestConnector,
    responses((status = 204), (status = 400, body = ApiError), (status = 401, body = ApiError),
        (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
#[post("/connectors/{id}/test")]
pub async fn test(
    _: ManagementAccess,
    app: Data<App>,
    id: Id,
    body: Json<TestConnector>,
) -> Result<HttpResponse, Problem> {
    connectors::test(&app, &id.0, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What can be set up.
#[utoipa::path(
    get, path = "/api/connector-factories", tag = "Connector factories",
    responses((status = 200, body = Vec<JsonObject>), (status = 401, body = ApiError),
        (status = 403, body = ApiError)),
)]
#[get("/connector-factories")]
pub async fn list_factories(_: ManagementAccess) -> HttpResponse {
    HttpResponse::Ok().json(factory::factories())
}

/// One kind of connector.
#[utoipa::path(
    get, path = "/api/connector-factories/{id}", tag = "Connector factories",
    params(("id" = String, Path)),
    responses((status = 200, body = JsonObject), (status = 401, body = ApiError),
        (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
#[get("/connector-factories/{id}")]
pub async fn read_factory(_: ManagementAccess, id: Id) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(connectors::get_factory(&id.0)?))
}
