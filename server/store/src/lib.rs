//! Everything that is kept: schema, models, queries and migrations, for SQLite and PostgreSQL from
//! one source text.
//!
//! [`Store`] hands out connections; the modules named after things hold the queries on them. No
//! policy is decided here: a query says what is there, a flow says what that means.
//!
//! Times are epoch milliseconds throughout.

mod accounts;
mod clients;
mod federation;
mod provider;
mod settings;
mod traffic;

mod connection;
mod error;
mod json;
mod migrations;
mod plan;
mod row_counts;
mod rows;
mod schema;

pub mod janitor;
pub mod organizations;
pub mod resources;
pub mod roles;
pub mod search;
pub mod transfer;

// The folders group files; the names stay short.
pub use accounts::{
    one_time_tokens, personal_access_tokens, token_secrets, users, verification_codes,
};
pub use clients::{applications, cimd, saml_applications};
pub use federation::{connectors, sso_connectors};
pub use provider::{
    cookie_keys, grants, interactions, sessions, signing_keys, subject_tokens, tokens,
};
pub use settings::{
    account_center, captcha_provider, configuration, custom_phrases, email_templates,
    profile_fields, sign_in_experience,
};
use traffic::outbox;
pub use traffic::{activity, audit, hooks, messages, rate_limits, sentinel};

pub use connection::tls::{RootCertificates, RootCertificatesError};
pub use connection::{
    Connection, Durability, STATEMENT_LIMIT, Store, StoreOptions, TransactionError,
};
pub use error::{StoreError, Unique};
pub use json::Json;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
