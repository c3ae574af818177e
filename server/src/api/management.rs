//! The Management API: everything that administrators and their programs configure.
//!
//! Each handler takes an [`auth::ManagementAccess`] first, which the compiler checks where it is
//! added, so that none can be reached without one. One file per resource.

mod account_center;
mod applications;
pub mod auth;
mod captcha_provider;
mod configs;
mod connectors;
mod custom_phrases;
mod dashboard;
mod email_templates;
mod logs;
mod one_time_tokens;
mod organizations;
mod path;
mod query;
mod resources;
mod roles;
mod sign_in_experience;
mod users;

use super::operations::Operations;
use auth::ManagementAccess;

/// Every operation.
pub fn operations() -> Operations<ManagementAccess> {
    let mut api = Operations::default();
    sign_in_experience::operations(&mut api);
    connectors::operations(&mut api);
    applications::operations(&mut api);
    users::operations(&mut api);
    roles::operations(&mut api);
    resources::operations(&mut api);
    organizations::operations(&mut api);
    logs::operations(&mut api);
    dashboard::operations(&mut api);
    email_templates::operations(&mut api);
    custom_phrases::operations(&mut api);
    captcha_provider::operations(&mut api);
    account_center::operations(&mut api);
    configs::operations(&mut api);
    one_time_tokens::operations(&mut api);
    api
}
