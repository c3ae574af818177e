//! Users as lines of JSON: out of one database, into another, a batch at a time.

mod export;
mod import;
mod line;
mod reader;

pub use export::{Include, export};
pub use import::{BadLine, Import, import};

use vestibule_store::transfer::Shape;
use vestibule_store::transfer::SqlType::{self, Boolean, Integer, Text};

/// Users of one statement, and of one transaction.
const BATCH: usize = 500;

/// Columns of `users`.
const COLUMNS: [(&str, SqlType); 24] = [
    ("id", Text),
    ("username", Text),
    ("username_key", Text),
    ("primary_email", Text),
    ("email_key", Text),
    ("primary_phone", Text),
    ("phone_key", Text),
    ("password_digest", Text),
    ("password_algorithm", Text),
    ("name", Text),
    ("avatar", Text),
    ("profile", Text),
    ("application_id", Text),
    ("cimd_client_id", Text),
    ("identities", Text),
    ("custom_data", Text),
    ("preferences", Text),
    ("mfa_verifications", Text),
    ("is_suspended", Boolean),
    ("is_password_expired", Boolean),
    ("last_sign_in_at", Integer),
    ("password_updated_at", Integer),
    ("created_at", Integer),
    ("updated_at", Integer),
];

fn users() -> Shape {
    Shape { table: "users", columns: COLUMNS.to_vec(), key: &["id"] }
}

/// A table whose rows belong to users.
struct Owned {
    table: &'static str,
    columns: &'static [(&'static str, SqlType)],
    key: &'static [&'static str],
}

impl Owned {
    fn shape(&self) -> Shape {
        Shape { table: self.table, columns: self.columns.to_vec(), key: self.key }
    }
}

/// The owner is the column `user_id`, the first everywhere.
const OWNER: &str = "user_id";

const SOCIAL: Owned = Owned {
    table: "user_social_identities",
    columns: &[("user_id", Text), ("target", Text), ("identity_id", Text)],
    key: &["user_id", "target"],
};

const SSO: Owned = Owned {
    table: "user_sso_identities",
    columns: &[
        ("user_id", Text),
        ("id", Text),
        ("sso_connector_id", Text),
        ("issuer", Text),
        ("identity_id", Text),
        ("detail", Text),
        ("created_at", Integer),
        ("updated_at", Integer),
    ],
    key: &["id"],
};

const ROLES: Owned = Owned {
    table: "users_roles",
    columns: &[("user_id", Text), ("role_id", Text)],
    key: &["user_id", "role_id"],
};

const MEMBERSHIPS: Owned = Owned {
    table: "organization_user_relations",
    columns: &[("user_id", Text), ("organization_id", Text)],
    key: &["user_id", "organization_id"],
};

const MEMBER_ROLES: Owned = Owned {
    table: "organization_role_user_relations",
    columns: &[("user_id", Text), ("organization_id", Text), ("organization_role_id", Text)],
    key: &["user_id", "organization_id", "organization_role_id"],
};

const ACCESS: Owned = Owned {
    table: "application_access_control_users",
    columns: &[("user_id", Text), ("application_id", Text)],
    key: &["user_id", "application_id"],
};

#[cfg(test)]
mod tests;
