//! The OpenAPI document, generated from the handlers.

use crate::api::operations::document::{meaning, refusal};
use crate::api::{dev_outbox, experience, health, management, saml, setup, well_known};
use crate::http::problem::Problem;
use crate::oidc;
use actix_web::http::header::ContentType;
use actix_web::web::ServiceConfig;
use actix_web::{HttpResponse, get};
use std::collections::BTreeSet;
use std::sync::OnceLock;
use utoipa::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{PathItem, RefOr};
use vestibule_shared::JsonObject;

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
        experience::interaction::sso_connectors,
        experience::verification::verify_password,
        experience::verification::send_code,
        experience::verification::verify_code,
        experience::verification::create_password_identity,
        experience::mfa::create_totp,
        experience::mfa::verify_totp,
        experience::mfa::generate_backup_codes,
        experience::mfa::verify_backup_code,
        experience::mfa::send_mfa_code,
        experience::mfa::verify_mfa_code,
        experience::mfa::bind,
        experience::mfa::enable,
        experience::mfa::skip,
        experience::mfa::skip_suggestion,
        experience::mfa::skip_passkey,
        experience::profile::add,
        experience::profile::reset_password,
        well_known::read_sign_in_experience,
        well_known::read_experience,
        well_known::read_phrases,
        read_all,
        read_management_document,
        read_experience_document,
        read_user_document,
        management::account_center::read_public,
        management::authn::hasura,
        management::authn::receive_social_saml,
        management::authn::receive_enterprise_saml,
        dev_outbox::list,
        saml::read_metadata,
        saml::read_callback,
        saml::sign_on_by_query,
        saml::sign_on_by_form,
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
    let management = management::operations().document();
    // Its schemas tell the bounds of bodies, too.
    if let (Some(all), Some(bounded)) = (&mut document.components, &management.components) {
        all.schemas.extend(bounded.schemas.clone());
    }
    document.merge(management);
    for item in document.paths.paths.values_mut() {
        for operation in operations_of(item) {
            complete(operation);
        }
    }
    document
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
    all.into_iter().flatten()
}

/// Says what each status means where the handler says nothing, and what any operation may answer:
/// that the server is broken or its database away.
fn complete(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    for status in [500, 503] {
        responses.entry(status.to_string()).or_insert_with(|| RefOr::T(refusal(status).build()));
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = meaning(status.parse().unwrap_or(500)).to_owned();
        }
    }
}

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(read_all)
        .service(read_management_document)
        .service(read_experience_document)
        .service(read_user_document);
}

/// This document.
#[utoipa::path(
    get, path = "/api/swagger.json", tag = "Swagger.json",
    responses((status = 200, content_type = "application/json", body = JsonObject)),
)]
#[get("/swagger.json")]
async fn read_all() -> Result<HttpResponse, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    answer(&TEXT, |_| true)
}

/// The part of this document that is the Management API.
#[utoipa::path(
    get, path = "/api/.well-known/management.openapi.json", tag = "Well-known",
    responses((status = 200, content_type = "application/json", body = JsonObject)),
)]
#[get("/.well-known/management.openapi.json")]
async fn read_management_document() -> Result<HttpResponse, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    answer(&TEXT, |path| path.starts_with("/api/") && !is_experience(path) && !is_user(path))
}

/// The part of this document that is the Experience API.
#[utoipa::path(
    get, path = "/api/.well-known/experience.openapi.json", tag = "Well-known",
    responses((status = 200, content_type = "application/json", body = JsonObject)),
)]
#[get("/.well-known/experience.openapi.json")]
async fn read_experience_document() -> Result<HttpResponse, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    answer(&TEXT, is_experience)
}

/// Takes out the schemas that no path leads to.
fn leave_out_unused(document: &mut utoipa::openapi::OpenApi) {
    let paths = serde_json::to_string(&document.paths).unwrap_or_default();
    let Some(components) = &mut document.components else { return };
    let mut waiting = references(&paths);
    let mut used = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if let Some(schema) = components.schemas.get(&name)
            && used.insert(name)
        {
            waiting.extend(references(&serde_json::to_string(schema).unwrap_or_default()));
        }
    }
    components.schemas.retain(|name, _| used.contains(name));
}

/// Names of schemas in a part of the document.
fn references(text: &str) -> Vec<String> {
    let parts = text.split("\"#/components/schemas/").skip(1);
    parts.filter_map(|part| part.split('"').next().map(str::to_owned)).collect()
}

/// The part of this document that is what people do with their own account.
#[utoipa::path(
    get, path = "/api/.well-known/user.openapi.json", tag = "Well-known",
    responses((status = 200, content_type = "application/json", body = JsonObject)),
)]
#[get("/.well-known/user.openapi.json")]
async fn read_user_document() -> Result<HttpResponse, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    answer(&TEXT, is_user)
}

fn is_user(path: &str) -> bool {
    path.starts_with("/api/my-account") || path.starts_with("/api/verifications")
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
        leave_out_unused(&mut document);
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
