//! The OpenID Connect provider: authorization, tokens, userinfo, logout.

pub mod access;
pub mod admission;
pub mod authorization;
pub mod claims;
pub mod client_credentials;
pub mod code_exchange;
pub mod logout;
pub mod refresh;
pub mod resume;
pub mod sessions;
pub mod token_script;
pub mod tokens;
