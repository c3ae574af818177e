//! The Management API: everything that administrators and their programs configure.
//!
//! Each handler takes an [`auth::ManagementAccess`] first, which the compiler checks where it is
//! added, so that none can be reached without one. One file per resource.

mod applications;
pub mod auth;
mod connectors;
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
    api
}
