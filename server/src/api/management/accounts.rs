//! People, and what proves who they are.

pub mod one_time_tokens;
pub mod sentinel;
pub mod subject_tokens;
pub mod users;
pub mod verification_codes;
