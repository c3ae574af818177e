//! Vestibule, an identity server: an OpenID Connect provider with Experience, Account and
//! Management APIs.
//!
//! Start reading at [`server`], which puts the routes together, or follow one sign-in through
//! `docs/architecture.md`.

pub mod api;
pub mod assets;
pub mod catalog;
pub mod certificates;
pub mod cli;
pub mod clock;
pub mod config;
pub mod flows;
pub mod http;
pub mod jobs;
pub mod oidc;
pub mod secrets;
pub mod seed;
pub mod server;
pub mod state;
pub mod transfer;
pub mod ui;
