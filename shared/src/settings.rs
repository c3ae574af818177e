//! What holds for everybody: one row, or one row of a kind.

pub mod account_center;
pub mod action;
pub mod captcha_provider;
pub mod configs;
pub mod custom_phrase;
pub mod email_template;
pub mod jwt_customizer;
pub mod profile_field;
pub mod sign_in_experience;
