//! OAuth 2 and OpenID Connect rules as plain functions over plain types.
//!
//! Nothing here does I/O or reads a clock: the time is handed in, and only [`random`] draws
//! randomness.

pub mod authorization_request;
pub mod authorization_response;
pub mod claims;
pub mod client;
pub mod client_authentication;
pub mod client_metadata;
pub mod discovery;
pub mod error;
pub mod hash;
pub mod jose;
pub mod pkce;
pub mod prompt;
pub mod random;
pub mod redirect_uri;
pub mod refresh;
pub mod scope;
pub mod seal;
pub mod secret_text;
pub mod ui_location;
