//! Users out of the database.

use super::line::{MembershipLine, SsoLine, Stored, UserLine, open_factor};
use super::{ACCESS, BATCH, MEMBER_ROLES, MEMBERSHIPS, OWNER, Owned, ROLES, SSO, users};
use crate::state::App;
use crate::transfer::TransferError;
use serde_json::Value;
use std::collections::HashMap;
use std::io::Write;
use vestibule_shared::JsonObject;
use vestibule_store::transfer::{self as rows, Row, Rows};
use vestibule_store::{Connection, StoreError};

/// Which secrets of users are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Include {
    /// Digests of passwords.
    pub passwords: bool,
    /// Keys and codes of second factors.
    pub mfa: bool,
}

/// Writes all users, one to a line, by id; how many there are. Those that are made meanwhile may be
/// missing.
pub async fn export(
    app: &App,
    include: Include,
    out: &mut dyn Write,
) -> Result<u64, TransferError> {
    let mut connection = app.store.scan().await?;
    let mut count = 0;
    let mut last = String::new();
    loop {
        let page = Rows::After(&last, BATCH as u32);
        let found = rows::read(&mut connection, &users(), page).await?;
        let ids: Vec<String> = found.iter().filter_map(|row| Stored(row).text("id")).collect();
        let Some(end) = ids.last() else { return Ok(count) };
        last.clone_from(end);
        let mut owned = Related::read(&mut connection, &ids).await?;
        for row in &found {
            let line = line(app, include, row, &mut owned)?;
            serde_json::to_writer(&mut *out, &line)
                .map_err(|error| TransferError::Output(error.into()))?;
            out.write_all(b"\n").map_err(TransferError::Output)?;
            count += 1;
        }
    }
}

/// Rows that belong to some users, by user.
struct Related {
    sso: HashMap<String, Vec<Row>>,
    roles: HashMap<String, Vec<Row>>,
    memberships: HashMap<String, Vec<Row>>,
    member_roles: HashMap<String, Vec<Row>>,
    access: HashMap<String, Vec<Row>>,
}

impl Related {
    async fn read(connection: &mut Connection, ids: &[String]) -> Result<Self, StoreError> {
        Ok(Self {
            sso: of(connection, &SSO, ids).await?,
            roles: of(connection, &ROLES, ids).await?,
            memberships: of(connection, &MEMBERSHIPS, ids).await?,
            member_roles: of(connection, &MEMBER_ROLES, ids).await?,
            access: of(connection, &ACCESS, ids).await?,
        })
    }
}

async fn of(
    connection: &mut Connection,
    owned: &Owned,
    ids: &[String],
) -> Result<HashMap<String, Vec<Row>>, StoreError> {
    let mut by_user: HashMap<String, Vec<Row>> = HashMap::new();
    let mut found = rows::read(connection, &owned.shape(), Rows::With(OWNER, ids)).await?;
    // The same on every database, whatever its collation.
    found.sort_by_key(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>());
    for row in found {
        by_user.entry(text(&row, 0)).or_default().push(row);
    }
    Ok(by_user)
}

fn text(row: &Row, place: usize) -> String {
    row.get(place).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn texts(rows: Option<Vec<Row>>, place: usize) -> Vec<String> {
    rows.into_iter().flatten().map(|row| text(&row, place)).collect()
}

fn line(
    app: &App,
    include: Include,
    row: &Row,
    related: &mut Related,
) -> Result<UserLine, TransferError> {
    let user = Stored(row);
    let id = user.text("id").unwrap_or_default();
    let corrupt =
        |reason: String| StoreError::Corrupt { table: "users", reason: format!("{id}: {reason}") };
    let unread = |error: serde_json::Error| corrupt(error.to_string());
    let memberships = related.memberships.remove(&id).into_iter().flatten();
    let held = related.member_roles.remove(&id).unwrap_or_default();
    let organizations = memberships.map(|row| {
        let id = text(&row, 1);
        let roles = held.iter().filter(|role| text(role, 1) == id);
        MembershipLine { roles: roles.map(|role| text(role, 2)).collect(), id }
    });
    let sso = related.sso.remove(&id).into_iter().flatten().map(|row| {
        let time = |place: usize| row.get(place).and_then(Value::as_i64);
        Ok(SsoLine {
            id: text(&row, 1),
            sso_connector_id: text(&row, 2),
            issuer: text(&row, 3),
            identity_id: text(&row, 4),
            detail: serde_json::from_str(&text(&row, 5)).map_err(unread)?,
            created_at: time(6),
            updated_at: time(7),
        })
    });
    let factors: Vec<JsonObject> = user.document("mfa_verifications").map_err(unread)?;
    let factors = factors.iter().map(|factor| open_factor(factor, &app.secrets).map_err(corrupt));
    let wanted = |text: Option<String>| text.filter(|_| include.passwords);
    Ok(UserLine {
        username: user.text("username"),
        primary_email: user.text("primary_email"),
        primary_phone: user.text("primary_phone"),
        name: user.text("name"),
        avatar: user.text("avatar"),
        profile: user.document("profile").map_err(unread)?,
        custom_data: user.document("custom_data").map_err(unread)?,
        application_id: user.text("application_id"),
        cimd_client_id: user.text("cimd_client_id"),
        identities: user.document("identities").map_err(unread)?,
        sso_identities: sso.collect::<Result<_, StoreError>>()?,
        preferences: user.document("preferences").map_err(unread)?,
        is_suspended: user.flag("is_suspended"),
        roles: texts(related.roles.remove(&id), 1),
        organizations: organizations.collect(),
        applications: texts(related.access.remove(&id), 1),
        last_sign_in_at: user.time("last_sign_in_at"),
        created_at: user.time("created_at"),
        updated_at: user.time("updated_at"),
        password_algorithm: wanted(user.text("password_algorithm")),
        password_digest: wanted(user.text("password_digest")),
        password_updated_at: user.time("password_updated_at").filter(|_| include.passwords),
        is_password_expired: user.flag("is_password_expired"),
        mfa_verifications: if include.mfa {
            Some(factors.collect::<Result<_, _>>()?)
        } else {
            None
        },
        id,
    })
}
