//! The Management API: everything that administrators and their programs configure.
//!
//! Each handler takes a [`auth::ManagementAccess`] first, so that it cannot be reached without
//! one. One file per resource.

pub mod applications;
pub mod auth;
pub mod connectors;
mod openapi;
mod path;
mod query;
pub mod sign_in_experience;
pub mod users;

pub use openapi::document as openapi;

use actix_web::web::ServiceConfig;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .configure(sign_in_experience::routes)
        .configure(connectors::routes)
        .configure(applications::routes)
        .configure(users::routes);
}
