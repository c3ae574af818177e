//! Accounts.

mod access;
mod identities;
mod listing;
mod trusted_devices;

pub use access::{
    GrantOfUser, SessionOfUser, delete_grant, delete_session, detach_grants, grants, revoke_all,
    revoke_grants, session, session_grants, sessions,
};
pub use identities::{
    SsoIdentityRow, TokenSecretRow, link_identity, sso_identities, token_secrets, unlink_identity,
};
pub use listing::{UserFilter, page, plan};
pub use trusted_devices::{
    TrustedDeviceRow, delete_trusted_device, insert_trusted_device, trusted_devices,
};

use crate::connection::{Connection, on};
use crate::schema::{roles, users, users_roles};
use crate::{Json, Millis, StoreError, row_counts};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;
use vestibule_shared::user::UserProfile;

diesel::define_sql_function! {
    /// ASCII lower case on SQLite, which is all that a user name can hold.
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

/// An account.
#[derive(Clone, Debug, Default, Queryable, Selectable, Insertable, Identifiable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true)]
pub struct UserRow {
    /// 12 characters.
    pub id: String,
    /// As it was typed.
    pub username: Option<String>,
    /// As it is compared: unique.
    pub username_key: Option<String>,
    /// As it was typed.
    pub primary_email: Option<String>,
    /// Lower case: unique.
    pub email_key: Option<String>,
    /// Digits, as they were typed.
    pub primary_phone: Option<String>,
    /// Digits of the international form: unique.
    pub phone_key: Option<String>,
    /// PHC string, or the digest of another system.
    pub password_digest: Option<String>,
    /// Name of the digest's algorithm.
    pub password_algorithm: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// OpenID Connect profile fields.
    pub profile: Json<UserProfile>,
    /// The application the user first came from.
    pub application_id: Option<String>,
    /// The same for a client that is known by a document.
    pub cimd_client_id: Option<String>,
    /// Social identities by target.
    pub identities: Json<JsonObject>,
    /// Free fields.
    pub custom_data: Json<JsonObject>,
    /// What the user chose about second factors and passkeys.
    pub preferences: Json<JsonObject>,
    /// Second factors.
    pub mfa_verifications: Json<Vec<JsonObject>>,
    /// Refused everywhere.
    pub is_suspended: bool,
    /// An administrator wants a new password.
    pub is_password_expired: bool,
    /// When the user last signed in.
    pub last_sign_in_at: Option<Millis>,
    /// When the password was set.
    pub password_updated_at: Option<Millis>,
    /// When the account was made.
    pub created_at: Millis,
    /// When the row last changed.
    pub updated_at: Millis,
}

/// Columns to change; `None` leaves a column as it is.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = users)]
#[expect(missing_docs, reason = "the fields are those of UserRow")]
pub struct UserChange {
    pub username: Option<String>,
    pub username_key: Option<String>,
    pub primary_email: Option<String>,
    pub email_key: Option<String>,
    pub primary_phone: Option<String>,
    pub phone_key: Option<String>,
    pub password_digest: Option<String>,
    pub password_algorithm: Option<String>,
    pub name: Option<String>,
    pub avatar: Option<String>,
    pub application_id: Option<String>,
    pub is_password_expired: Option<bool>,
    pub is_suspended: Option<bool>,
    pub last_sign_in_at: Option<Millis>,
    pub password_updated_at: Option<Millis>,
    pub updated_at: Option<Millis>,
}

/// A column by which one account is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserKey {
    /// `username_key`
    Username(String),
    /// `email_key`
    Email(String),
    /// `phone_key`
    Phone(String),
}

/// Columns that may be searched, by their names on the wire.
pub const SEARCH: &[(&str, &str)] = &[
    ("id", "users.id"),
    ("primaryEmail", "users.primary_email"),
    ("primaryPhone", "users.primary_phone"),
    ("username", "users.username"),
    ("name", "users.name"),
];

/// Those of the ids that accounts have.
pub async fn existing(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<String>, StoreError> {
    on!(connection, |inner| {
        Ok(users::table.filter(users::id.eq_any(ids)).select(users::id).load(inner).await?)
    })
}

/// Inserts an account. `StoreError::Taken` tells which identifier somebody else has.
pub async fn insert(connection: &mut Connection, user: &UserRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(users::table).values(user).execute(inner).await?;
        Ok(())
    })
}

/// Attaches the roles that are given to every new user.
pub async fn attach_default_roles(
    connection: &mut Connection,
    user_id: &str,
) -> Result<(), StoreError> {
    let defaults: Vec<String> = on!(&mut *connection, |inner| {
        roles::table
            .filter(roles::is_default.eq(true).and(roles::kind.eq("User")))
            .select(roles::id)
            .load(inner)
            .await?
    });
    for role_id in defaults {
        attach_role(connection, user_id, &role_id).await?;
    }
    Ok(())
}

/// Gives a user a role; a role that is held already stays.
pub async fn attach_role(
    connection: &mut Connection,
    user_id: &str,
    role_id: &str,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(users_roles::table)
            .values((users_roles::user_id.eq(user_id), users_roles::role_id.eq(role_id)))
            .on_conflict_do_nothing()
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// The account with this id.
pub async fn by_id(connection: &mut Connection, id: &str) -> Result<Option<UserRow>, StoreError> {
    on!(connection, |inner| {
        Ok(users::table.find(id).select(UserRow::as_select()).first(inner).await.optional()?)
    })
}

/// The account with this id, kept from others until the transaction ends: what is written with
/// [`save`] undoes nothing that was written meanwhile.
pub async fn lock(connection: &mut Connection, id: &str) -> Result<Option<UserRow>, StoreError> {
    match connection {
        // There is one writer.
        Connection::Sqlite(_) => by_id(connection, id).await,
        Connection::Postgres(inner) => {
            let locked = users::table.find(id).select(UserRow::as_select()).for_update();
            Ok(locked.first(&mut **inner).await.optional()?)
        }
    }
}

/// Writes every column of an account that was read with [`lock`]. `StoreError::Taken` tells which
/// identifier somebody else has.
pub async fn save(connection: &mut Connection, user: &UserRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(users::table.find(&user.id)).set(user).execute(inner).await?;
        Ok(())
    })
}

/// The account with this identifier.
pub async fn by_key(
    connection: &mut Connection,
    key: &UserKey,
) -> Result<Option<UserRow>, StoreError> {
    on!(connection, |inner| {
        let mut query = users::table.select(UserRow::as_select()).into_boxed();
        query = match key {
            UserKey::Username(value) => query.filter(users::username_key.eq(value)),
            UserKey::Email(value) => query.filter(users::email_key.eq(value)),
            UserKey::Phone(value) => query.filter(users::phone_key.eq(value)),
        };
        Ok(query.first(inner).await.optional()?)
    })
}

/// Changes columns of an account; false when it is not there.
pub async fn update(
    connection: &mut Connection,
    id: &str,
    change: &UserChange,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let changed = diesel::update(users::table.find(id)).set(change).execute(inner).await?;
        Ok(changed == 1)
    })
}

/// Replaces a password digest only if it is still the one that was verified, so that an upgrade
/// of an old digest never undoes a change of the password.
pub async fn upgrade_password(
    connection: &mut Connection,
    id: &str,
    verified_digest: &str,
    new_digest: &str,
    new_algorithm: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = users::table.find(id).filter(users::password_digest.eq(verified_digest));
        let changed = diesel::update(target)
            .set((
                users::password_digest.eq(new_digest),
                users::password_algorithm.eq(new_algorithm),
            ))
            .execute(inner)
            .await?;
        Ok(changed == 1)
    })
}

/// Deletes an account with everything that hangs on it; false when it is not there.
pub async fn delete(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::delete(users::table.find(id)).execute(inner).await? == 1)
    })
}

/// How many accounts there are.
pub async fn count(connection: &mut Connection) -> Result<i64, StoreError> {
    row_counts::users(connection).await
}

/// Rewrites what user names are compared by: all in lower case, or as they were typed.
/// `StoreError::Taken` when two names then are the same.
pub async fn rekey_usernames(
    connection: &mut Connection,
    case_sensitive: bool,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        if case_sensitive {
            diesel::update(users::table)
                .set(users::username_key.eq(users::username))
                .execute(inner)
                .await?;
        } else {
            diesel::update(users::table)
                .set(users::username_key.eq(lower(users::username)))
                .execute(inner)
                .await?;
        }
        Ok(())
    })
}

/// Groups of accounts whose names differ only in case: `(lower-case name, ids)`, at most `limit`
/// groups, and how many groups there are.
pub async fn case_conflicts(
    connection: &mut Connection,
    limit: usize,
) -> Result<(usize, Vec<(String, Vec<String>)>), StoreError> {
    let names: Vec<Option<String>> = on!(&mut *connection, |inner| {
        users::table
            .filter(users::username.is_not_null())
            .group_by(sql::<Nullable<Text>>("lower(username)"))
            .having(diesel::dsl::count_star().gt(1))
            .select(sql::<Nullable<Text>>("lower(username)"))
            .load(inner)
            .await?
    });
    let mut groups = Vec::new();
    for name in names.iter().flatten().take(limit) {
        let ids = on!(&mut *connection, |inner| {
            users::table
                .filter(lower(users::username).eq(name))
                .select(users::id)
                .order(users::id)
                .load(inner)
                .await?
        });
        groups.push((name.clone(), ids));
    }
    Ok((names.len(), groups))
}

/// Whether an account is suspended; `None` when it is not there.
pub async fn is_suspended(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<bool>, StoreError> {
    on!(connection, |inner| {
        Ok(users::table.find(id).select(users::is_suspended).first(inner).await.optional()?)
    })
}
