//! What the browser apps share: API client, theme, languages, form controls.
//!
//! The rules (which identifier was typed, whether a password is worth sending, which colours
//! follow from a brand colour) are plain functions that are tested natively; everything that
//! touches the browser is thin.

pub mod api;
pub mod browser;
pub mod calling_codes;
pub mod color;
pub mod controls;
pub mod identifier;
pub mod json;
pub mod language;
pub mod password;
pub mod phrases;
pub mod settings;
pub mod theme;
pub mod wire;

pub use phrases::{t, t_with};
