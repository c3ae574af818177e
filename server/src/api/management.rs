//! The Management API: everything that administrators and their programs configure.
//!
//! Each handler takes an [`auth::ManagementAccess`] first, which the compiler checks where it is
//! added, so that none can be reached without one. One file per resource.

mod accounts;
mod clients;
mod federation;
mod settings;

pub mod auth;
mod dashboard;
mod hooks;
mod logs;
mod organizations;
pub(super) mod path;
mod query;
mod resources;
mod roles;

// The folders group files; the names stay short.
use accounts::{one_time_tokens, sentinel, subject_tokens, users, verification_codes};
use clients::{applications, cimd_scopes, domains, saml_applications};
pub use federation::authn;
use federation::{connectors, sso_connectors};
pub use settings::account_center;
use settings::{
    captcha_provider, configs, custom_phrases, email_templates, profile_fields, sign_in_experience,
    user_assets,
};

use super::operations::Operations;
use super::operations::limits::Limits;
use actix_web::web::ServiceConfig;
use std::sync::OnceLock;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.configure(authn::routes).configure(account_center::routes);
    operations().configure(config, limits);
}

/// Bounds of bodies, read from the document when they are first asked for.
pub fn limits() -> &'static Limits {
    static LIMITS: OnceLock<Limits> = OnceLock::new();
    LIMITS.get_or_init(|| Limits::of(&operations().document()))
}

/// Every operation.
pub fn operations() -> Operations {
    let mut api = Operations::default();
    sign_in_experience::operations(&mut api);
    connectors::operations(&mut api);
    sso_connectors::operations(&mut api);
    applications::operations(&mut api);
    domains::operations(&mut api);
    saml_applications::operations(&mut api);
    users::operations(&mut api);
    roles::operations(&mut api);
    resources::operations(&mut api);
    organizations::operations(&mut api);
    hooks::operations(&mut api);
    logs::operations(&mut api);
    dashboard::operations(&mut api);
    email_templates::operations(&mut api);
    custom_phrases::operations(&mut api);
    captcha_provider::operations(&mut api);
    account_center::operations(&mut api);
    configs::operations(&mut api);
    cimd_scopes::operations(&mut api);
    subject_tokens::operations(&mut api);
    one_time_tokens::operations(&mut api);
    profile_fields::operations(&mut api);
    sentinel::operations(&mut api);
    verification_codes::operations(&mut api);
    user_assets::operations(&mut api);
    api
}
