//! Others that this server works with: e-mail and SMS services, identity providers.

pub mod connectors;
pub mod sso_connectors;
