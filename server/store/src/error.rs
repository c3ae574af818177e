//! What can go wrong between a query and its answer.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A unique column that a write would have repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// `users.username_key`
    Username,
    /// `users.email_key`
    Email,
    /// `users.phone_key`
    Phone,
    /// The name of an application's secret.
    ApplicationSecretName,
    /// Any other unique index.
    Other,
}

/// A query that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or no connection became free in time.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Another transaction got in the way; the same work may be tried again.
    #[error("the transaction lost against another one: {0}")]
    Serialization(String),
    /// The row would repeat what must be unique.
    #[error("{0:?} is taken")]
    Taken(Unique),
    /// A row that is referred to is not there.
    #[error("a row that is referred to does not exist")]
    MissingReference,
    /// A check constraint refuses the row.
    #[error("a constraint refuses the row: {0}")]
    Constraint(String),
    /// A row holds what this version cannot read.
    #[error("a row of {table} cannot be read: {reason}")]
    Corrupt {
        /// Where the row is.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A migration failed.
    #[error("the database schema cannot be brought up to date: {0}")]
    Migration(String),
    /// The database URL, or the database behind it, cannot be used.
    #[error("{0}")]
    Configuration(String),
    /// Anything else that the database says.
    #[error("the database refused a query: {0}")]
    Query(#[source] DieselError),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, details) => {
                let text = details.message().to_owned();
                match kind {
                    DatabaseErrorKind::UniqueViolation => {
                        Self::Taken(unique(details.constraint_name().unwrap_or(&text)))
                    }
                    DatabaseErrorKind::ForeignKeyViolation => Self::MissingReference,
                    DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation => {
                        Self::Constraint(text)
                    }
                    DatabaseErrorKind::SerializationFailure => Self::Serialization(text),
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand => Self::Unavailable(text),
                    _ if text.contains("deadlock") => Self::Serialization(text),
                    _ if is_outage(&text) => Self::Unavailable(text),
                    kind => Self::Query(DieselError::DatabaseError(kind, details)),
                }
            }
            other => Self::Query(other),
        }
    }
}

/// Words by which both drivers tell that nobody is there, or that a lock was held for too long.
fn is_outage(text: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "connection closed",
        "error communicating",
        "terminating connection",
        "the database system is",
        "database is locked",
        "statement timeout",
        "too many clients",
        "disk I/O error",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// PostgreSQL names the index, SQLite the columns.
fn unique(place: &str) -> Unique {
    if place.contains("users__username") || place.contains("users.username_key") {
        Unique::Username
    } else if place.contains("users__email") || place.contains("users.email_key") {
        Unique::Email
    } else if place.contains("users__phone") || place.contains("users.phone_key") {
        Unique::Phone
    } else if place.contains("application_secrets") {
        Unique::ApplicationSecretName
    } else {
        Unique::Other
    }
}
