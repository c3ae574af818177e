//! What happens: signing in, registering, resetting a password, and the tokens that follow.
//!
//! A flow never sees an HTTP request and never writes SQL.

pub mod accounts;
pub mod appearance;
pub mod audit;
pub mod authn;
pub mod captcha;
pub mod enterprise_sso;
pub mod error;
pub mod extra_profile;
pub mod identification;
pub mod identifier;
pub mod interaction;
pub mod management;
pub mod messages;
pub mod mfa;
pub mod policy;
pub mod profile;
pub mod provider;
pub mod sentinel;
pub mod setup;
pub mod submit;
pub mod verification;
pub mod webhooks;
