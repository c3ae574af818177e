//! Applications of every kind, and what they may ask for.

pub mod application;
pub mod domain;
pub mod saml_application;
