//! People, and what proves who they are.

pub mod one_time_tokens;
pub mod personal_access_tokens;
pub mod token_secrets;
pub mod users;
pub mod verification_codes;
