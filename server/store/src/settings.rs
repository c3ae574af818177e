//! What holds for everybody: one row, or one row of a kind.

pub mod account_center;
pub mod captcha_provider;
pub mod configuration;
pub mod custom_phrases;
pub mod email_templates;
pub mod profile_fields;
pub mod sign_in_experience;
