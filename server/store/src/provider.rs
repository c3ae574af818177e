//! What the OpenID Connect provider remembers between requests.

pub mod cookie_keys;
pub mod grants;
pub mod interactions;
pub mod sessions;
pub mod signing_keys;
pub mod subject_tokens;
pub mod tokens;
