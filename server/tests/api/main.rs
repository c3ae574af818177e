//! The server over real HTTP, on both databases.

#![expect(clippy::disallowed_methods, reason = "these clients and settings are the tests' own")]
#![allow(missing_docs, reason = "the names of tests say what they show")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails with it")]

mod support;

mod cli;
mod experience;
mod faults;
mod management;
mod oidc;
mod oidc_basic;
mod security;
mod transfer;
