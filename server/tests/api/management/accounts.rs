//! People, and what proves who they are.

mod one_time_tokens;
mod sentinel;
mod subject_tokens;
mod users;
mod verification_codes;
