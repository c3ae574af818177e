//! The OpenAPI document, generated from the handlers.

use crate::api::{dev_outbox, experience, health, management, setup, well_known};
use crate::http::problem::Problem;
use crate::oidc;
use actix_web::http::header::ContentType;
use actix_web::web::ServiceConfig;
use actix_web::{HttpResponse, get};
use std::sync::OnceLock;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vestibule",
        description = "OpenID Connect provider, Experience API and Management API.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        experience::interaction::begin,
        experience::interaction::change_event,
        experience::interaction::identify,
        experience::interaction::submit_interaction,
        experience::interaction::read,
        experience::interaction::abort,
        experience::verification::verify_password,
        experience::verification::send_code,
        experience::verification::verify_code,
        experience::verification::create_password_identity,
        experience::profile::add,
        experience::profile::reset_password,
        well_known::read_sign_in_experience,
        well_known::read_experience,
        well_known::read_phrases,
        read_all,
        read_management_document,
        read_experience_document,
        dev_outbox::list,
        setup::create_administrator,
        health::status,
        health::live,
        health::ready,
    )
)]
struct Document;

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(oidc::openapi::document());
    document.merge(management::operations().document());
    document
}

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(read_all).service(read_management_document).service(read_experience_document);
}

/// This document.
#[utoipa::path(
    get, path = "/api/swagger.json", tag = "Swagger.json",
    responses((status = 200, content_type = "application/json", body = String)),
)]
#[get("/swagger.json")]
async fn read_all() -> Result<HttpResponse, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    answer(&TEXT, |_| true)
}

/// The part of this document that is the Management API.
#[utoipa::path(
    get, path = "/api/.well-known/management.openapi.json", tag = "Well-known",
    responses((status = 200, content_type = "application/json", body = String)),
)]
#[get("/.well-known/management.openapi.json")]
async fn read_management_document() -> Result<HttpResponse, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    answer(&TEXT, |path| path.starts_with("/api/") && !is_experience(path))
}

/// The part of this document that is the Experience API.
#[utoipa::path(
    get, path = "/api/.well-known/experience.openapi.json", tag = "Well-known",
    responses((status = 200, content_type = "application/json", body = String)),
)]
#[get("/.well-known/experience.openapi.json")]
async fn read_experience_document() -> Result<HttpResponse, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    answer(&TEXT, is_experience)
}

fn is_experience(path: &str) -> bool {
    path == "/api/interaction" || path.starts_with("/api/experience")
}

/// The document with these paths. It is the same as long as the program runs, and made when
/// somebody asks for it first.
fn answer(
    text: &'static OnceLock<String>,
    keeps: impl Fn(&str) -> bool,
) -> Result<HttpResponse, Problem> {
    if text.get().is_none() {
        let mut document = document();
        document.paths.paths.retain(|path, _| keeps(path));
        let made = document.to_json().map_err(|error| {
            tracing::error!(%error, "the OpenAPI document cannot be written");
            Problem::Internal
        })?;
        // Another request may have been faster with the same text.
        let _ = text.set(made);
    }
    let text = text.get().ok_or(Problem::Internal)?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(text.as_str()))
}
