//! What holds for everybody: one row, or one row of a kind.

mod account_center;
mod captcha_provider;
mod configs;
mod custom_phrases;
mod email_templates;
mod profile_fields;
mod sign_in_experience;
mod user_assets;
