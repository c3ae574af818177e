//! The queries on both databases, with real concurrency.

#![expect(clippy::disallowed_methods, reason = "the database server of the tests is named so")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails with it")]
#![allow(missing_docs, reason = "the names of tests say what they show")]

mod support;

mod consumed_once;
mod counters;
mod errors;
mod grants;
mod members;
mod migrations;
mod row_counts;
mod schema;
mod searches;
mod sweep;
mod tls;
mod transactions;
