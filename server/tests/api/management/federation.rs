//! Others that this server works with: e-mail and SMS services, identity providers.

mod authn;
mod sso_connectors;
