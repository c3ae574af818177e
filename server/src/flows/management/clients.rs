//! Applications of every kind, and what they may ask for.

pub mod applications;
pub mod cimd_scopes;
pub mod domains;
pub mod saml_applications;
