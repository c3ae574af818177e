//! The OpenAPI document, generated from the handlers.

use crate::api::{dev_outbox, experience, health, management, setup, well_known};
use crate::oidc;
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
