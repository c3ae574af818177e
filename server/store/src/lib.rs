//! Everything that is kept: schema, models, queries and migrations, for SQLite and PostgreSQL from
//! one source text.
//!
//! [`Store`] hands out connections; the modules named after things hold the queries on them. No
//! policy is decided here: a query says what is there, a flow says what that means.
//!
//! Times are epoch milliseconds throughout.

mod connection;
mod error;
mod json;
mod migrations;
mod outbox;
mod plan;
mod row_counts;
mod rows;
mod schema;
mod sqlite_thread;
mod tls;

pub mod account_center;
pub mod activity;
pub mod applications;
pub mod audit;
pub mod captcha_provider;
pub mod cimd;
pub mod configuration;
pub mod connectors;
pub mod custom_phrases;
pub mod email_templates;
pub mod grants;
pub mod hooks;
pub mod interactions;
pub mod janitor;
pub mod messages;
pub mod one_time_tokens;
pub mod organizations;
pub mod personal_access_tokens;
pub mod profile_fields;
pub mod rate_limits;
pub mod resources;
pub mod roles;
pub mod saml_applications;
pub mod search;
pub mod sentinel;
pub mod sessions;
pub mod sign_in_experience;
pub mod signing_keys;
pub mod sso_connectors;
pub mod subject_tokens;
pub mod token_secrets;
pub mod tokens;
pub mod transfer;
pub mod users;
pub mod verification_codes;

pub use connection::{Connection, Durability, Store, StoreOptions, TransactionError};
pub use error::{StoreError, Unique};
pub use json::Json;
pub use tls::{RootCertificates, RootCertificatesError};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
