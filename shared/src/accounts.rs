//! People, and what proves who they are.

pub mod one_time_token;
pub mod sentinel;
pub mod subject_token;
pub mod user;
pub mod user_asset;
pub mod verification_code;
