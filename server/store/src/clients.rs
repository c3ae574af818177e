//! Applications of every kind, and what they may ask for.

pub mod applications;
pub mod cimd;
pub mod saml_applications;
