//! Applications of every kind, and what they may ask for.

mod applications;
mod cimd_scopes;
mod saml_applications;
