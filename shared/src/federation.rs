//! Others that this server works with: e-mail and SMS services, identity providers.

pub mod authn;
pub mod connector;
pub mod sso_connector;
