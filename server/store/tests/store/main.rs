//! The queries on both databases, with real concurrency.

#![expect(clippy::disallowed_methods, reason = "the database server of the tests is named so")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails with it; its name is its doc")]

mod support;

mod consumed_once;
mod counters;
mod errors;
mod grants;
mod migrations;
mod schema;
mod sweep;
mod transactions;
