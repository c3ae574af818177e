//! Users into the database, by batches. A bad line is left out and told; the others go in.

use super::line::{Stored, UserLine, close_factor, open_factor};
use super::reader::{Given, Reader};
use super::{
    ACCESS, BATCH, COLUMNS, MEMBER_ROLES, MEMBERSHIPS, OWNER, Owned, ROLES, SOCIAL, SSO, users,
};
use crate::state::App;
use crate::transfer::{Mode, TransferError};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::BufRead;
use vestibule_shared::JsonObject;
use vestibule_store::transfer::{self as rows, Row, Rows, Shape, SqlType};
use vestibule_store::{
    Connection, Durability, Millis, StoreError, TransactionError, Unique, users as user_rows,
};

/// A line that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from one.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// What an import has done, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Users that are new.
    pub added: u64,
    /// Users that changed.
    pub changed: u64,
    /// Users that were the same already.
    pub same: u64,
    /// Lines that were left out.
    pub bad: u64,
}

/// Reads users line by line; `tell` hears of each line that is left out. Each batch is one
/// transaction. A dry run keeps none of them.
pub async fn import(
    app: &App,
    input: &mut dyn BufRead,
    mode: Mode,
    tell: &mut dyn FnMut(BadLine),
) -> Result<Import, TransferError> {
    let policy = app.catalog.snapshot().experience.username_policy;
    let mut reader = Reader::new(input);
    let mut done = Import::default();
    loop {
        let (mut batch, mut bad) = (Vec::new(), Vec::new());
        let mut is_over = false;
        while !is_over && batch.len() + bad.len() < BATCH {
            match reader.next(&policy).map_err(TransferError::Output)? {
                None => is_over = true,
                Some(Ok(given)) => batch.push(given),
                Some(Err(line)) => bad.push(line),
            }
        }
        write(app, batch, mode, &mut done, &mut bad).await?;
        done.bad += bad.len() as u64;
        bad.sort_by_key(|bad| bad.line);
        bad.into_iter().for_each(&mut *tell);
        if is_over {
            return Ok(done);
        }
        if mode == Mode::Apply {
            reader.forget();
        }
    }
}

/// How the transaction of a batch ends without being committed.
enum Halt {
    DryRun(Import),
    Failed(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl TransactionError for Halt {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Failed(error) => Some(error),
            Self::DryRun(_) => None,
        }
    }
}

/// Writes a batch. When the database refuses it, halves of it, until the line is found.
async fn write(
    app: &App,
    batch: Vec<Given>,
    mode: Mode,
    done: &mut Import,
    bad: &mut Vec<BadLine>,
) -> Result<(), TransferError> {
    let (good, unknown) = known(&mut app.store.scan().await?, batch).await?;
    bad.extend(unknown);
    let mut parts: Vec<&[Given]> = if good.is_empty() { Vec::new() } else { vec![&good] };
    while let Some(part) = parts.pop() {
        let written = app
            .store
            .write::<_, Halt, _>(Durability::Durable, async |connection| {
                let counts = put(app, connection, part).await?;
                if mode == Mode::DryRun { Err(Halt::DryRun(counts)) } else { Ok(counts) }
            })
            .await;
        match written {
            Ok(counts) | Err(Halt::DryRun(counts)) => {
                done.added += counts.added;
                done.changed += counts.changed;
                done.same += counts.same;
            }
            Err(Halt::Failed(error)) => {
                let Some(reason) = refusal(&error) else { return Err(error.into()) };
                if let [given] = part {
                    bad.push(BadLine { line: given.number, reason });
                } else {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.push(second);
                    parts.push(first);
                }
            }
        }
    }
    Ok(())
}

/// What a row was refused for; `None` when it is not the row's fault.
fn refusal(error: &StoreError) -> Option<String> {
    match error {
        StoreError::Taken(Unique::Username) => Some("username: somebody else has it".to_owned()),
        StoreError::Taken(Unique::Email) => Some("primaryEmail: somebody else has it".to_owned()),
        StoreError::Taken(Unique::Phone) => Some("primaryPhone: somebody else has it".to_owned()),
        StoreError::Taken(Unique::ApplicationSecretName | Unique::Other) => {
            Some("somebody else has one of its identities".to_owned())
        }
        StoreError::MissingReference => Some("refers to something unknown".to_owned()),
        StoreError::Constraint(reason) => Some(reason.clone()),
        StoreError::Corrupt { reason, .. } => Some(reason.clone()),
        StoreError::Unavailable(_)
        | StoreError::Serialization(_)
        | StoreError::Migration(_)
        | StoreError::Configuration(_)
        | StoreError::Query(_) => None,
    }
}

/// Splits off lines that refer to what is not there, by a query for each kind.
async fn known(
    connection: &mut Connection,
    batch: Vec<Given>,
) -> Result<(Vec<Given>, Vec<BadLine>), StoreError> {
    type Ids = fn(&UserLine) -> Vec<String>;
    let kinds: [(&'static str, Option<&'static str>, Ids); 5] = [
        ("roles", Some("User"), |user| user.roles.clone()),
        ("organizations", None, |user| user.organizations.iter().map(|it| it.id.clone()).collect()),
        ("organization_roles", Some("User"), |user| {
            user.organizations.iter().flat_map(|it| it.roles.clone()).collect()
        }),
        ("sso_connectors", None, |user| {
            user.sso_identities.iter().map(|it| it.sso_connector_id.clone()).collect()
        }),
        ("applications", None, |user| user.applications.clone()),
    ];
    let mut good = batch;
    let mut bad = Vec::new();
    for (table, kind, ids) in kinds {
        let wanted: BTreeSet<String> = good.iter().flat_map(|given| ids(&given.user)).collect();
        if wanted.is_empty() {
            continue;
        }
        let wanted: Vec<String> = wanted.into_iter().collect();
        let mut columns = vec![("id", SqlType::Text)];
        columns.extend(kind.map(|_| ("type", SqlType::Text)));
        let shape = Shape { table, columns, key: &["id"] };
        let found = rows::read(connection, &shape, Rows::With("id", &wanted)).await?;
        let fits =
            |row: &&Row| kind.is_none_or(|kind| row.get(1).and_then(Value::as_str) == Some(kind));
        let found: HashSet<String> = found
            .iter()
            .filter(fits)
            .filter_map(|row| row.first()?.as_str().map(str::to_owned))
            .collect();
        let (fitting, others): (Vec<Given>, Vec<Given>) = good
            .into_iter()
            .partition(|given| ids(&given.user).iter().all(|id| found.contains(id)));
        good = fitting;
        bad.extend(others.into_iter().map(|given| {
            let missing = ids(&given.user).into_iter().find(|id| !found.contains(id));
            let missing = missing.unwrap_or_default();
            let of = kind.map(|kind| format!(" of the type {kind}")).unwrap_or_default();
            let reason = format!("there is no row of {table}{of} with the id {missing:?}");
            BadLine { line: given.number, reason }
        }));
    }
    Ok((good, bad))
}

/// Writes what differs.
async fn put(
    app: &App,
    connection: &mut Connection,
    batch: &[Given],
) -> Result<Import, StoreError> {
    let now = app.clock.now();
    let ids: Vec<String> = batch.iter().map(|given| given.user.id.clone()).collect();
    let mut counts = Import::default();
    let held = rows::read(connection, &users(), Rows::With("id", &ids)).await?;
    let held: HashMap<String, Row> =
        held.into_iter().filter_map(|row| Some((Stored(&row).text("id")?, row))).collect();
    let mut written = Vec::new();
    let mut suspended = Vec::new();
    let mut touched = HashSet::new();
    for given in batch {
        let before = held.get(&given.user.id);
        let row = row(app, given, before, now)?;
        if before == Some(&row) {
            continue;
        }
        touched.insert(given.user.id.clone());
        let was_suspended = before.is_some_and(|row| Stored(row).flag("is_suspended"));
        if before.is_some() && given.user.is_suspended && !was_suspended {
            suspended.push(given.user.id.clone());
        }
        written.push(row);
    }
    rows::put(connection, &users(), &written).await?;
    for id in &suspended {
        user_rows::revoke_all(connection, id).await?;
    }
    let related = Related::of(batch, now)?;
    for (owned, wanted) in related.tables() {
        touched.extend(replace(connection, owned, &ids, wanted).await?);
    }
    for id in &ids {
        match (held.contains_key(id), touched.contains(id)) {
            (false, _) => counts.added += 1,
            (true, true) => counts.changed += 1,
            (true, false) => counts.same += 1,
        }
    }
    Ok(counts)
}

/// Makes the rows of these users exactly these; the users for whom that changed something.
async fn replace(
    connection: &mut Connection,
    owned: &Owned,
    ids: &[String],
    mut wanted: BTreeMap<Vec<String>, Row>,
) -> Result<Vec<String>, StoreError> {
    let shape = owned.shape();
    let mut changed = Vec::new();
    let mut gone = Vec::new();
    let user = |row: &Row| row.first().and_then(Value::as_str).unwrap_or_default().to_owned();
    for held in rows::read(connection, &shape, Rows::With(OWNER, ids)).await? {
        let key = key(&shape, &held);
        match wanted.get(&key).map(|row| is_same(row, &held)) {
            Some(true) => {
                wanted.remove(&key);
            }
            Some(false) => {}
            None => {
                changed.push(user(&held));
                gone.push(key);
            }
        }
    }
    changed.extend(wanted.values().map(user));
    let wanted: Vec<Row> = wanted.into_values().collect();
    rows::delete(connection, &shape, &gone).await?;
    rows::put(connection, &shape, &wanted).await?;
    Ok(changed)
}

/// Documents are compared by what they say.
fn is_same(wanted: &Row, held: &Row) -> bool {
    let normal = |value: &Value| match value.as_str().filter(|text| text.starts_with('{')) {
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        None => value.clone(),
    };
    wanted.len() == held.len()
        && wanted.iter().zip(held).all(|(wanted, held)| normal(wanted) == normal(held))
}

fn key(shape: &Shape, row: &Row) -> Vec<String> {
    let value = |name: &&str| {
        let place = shape.columns.iter().position(|(column, _)| column == name);
        let value = place.and_then(|place| row.get(place)).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    shape.key.iter().map(value).collect()
}

/// Rows that belong to the users of a batch, by their keys.
#[derive(Default)]
struct Related {
    social: BTreeMap<Vec<String>, Row>,
    sso: BTreeMap<Vec<String>, Row>,
    roles: BTreeMap<Vec<String>, Row>,
    memberships: BTreeMap<Vec<String>, Row>,
    member_roles: BTreeMap<Vec<String>, Row>,
    access: BTreeMap<Vec<String>, Row>,
}

impl Related {
    fn of(batch: &[Given], now: Millis) -> Result<Self, StoreError> {
        let mut related = Self::default();
        for given in batch {
            let user = &given.user;
            let id = json!(user.id);
            for (target, identity) in &user.identities {
                let row = vec![id.clone(), json!(target), json!(identity.user_id)];
                add(&mut related.social, &SOCIAL, row);
            }
            for sso in &user.sso_identities {
                let row = vec![
                    id.clone(),
                    json!(sso.id),
                    json!(sso.sso_connector_id),
                    json!(sso.issuer),
                    json!(sso.identity_id),
                    text(&sso.detail)?,
                    json!(sso.created_at.unwrap_or(now)),
                    json!(sso.updated_at.unwrap_or(now)),
                ];
                add(&mut related.sso, &SSO, row);
            }
            for role in &user.roles {
                add(&mut related.roles, &ROLES, vec![id.clone(), json!(role)]);
            }
            for membership in &user.organizations {
                let row = vec![id.clone(), json!(membership.id)];
                add(&mut related.memberships, &MEMBERSHIPS, row.clone());
                for role in &membership.roles {
                    let mut row = row.clone();
                    row.push(json!(role));
                    add(&mut related.member_roles, &MEMBER_ROLES, row);
                }
            }
            for application in &user.applications {
                add(&mut related.access, &ACCESS, vec![id.clone(), json!(application)]);
            }
        }
        Ok(related)
    }

    fn tables(self) -> [(&'static Owned, BTreeMap<Vec<String>, Row>); 6] {
        [
            (&SOCIAL, self.social),
            (&SSO, self.sso),
            (&ROLES, self.roles),
            (&MEMBERSHIPS, self.memberships),
            (&MEMBER_ROLES, self.member_roles),
            (&ACCESS, self.access),
        ]
    }
}

fn add(rows: &mut BTreeMap<Vec<String>, Row>, owned: &Owned, row: Row) {
    rows.insert(key(&owned.shape(), &row), row);
}

fn text(value: &impl serde::Serialize) -> Result<Value, StoreError> {
    serde_json::to_string(value).map(Value::String).map_err(|error| corrupt(&error))
}

fn corrupt(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt { table: "users", reason: error.to_string() }
}

/// The row of a user; the one from before where it says the same.
fn row(app: &App, given: &Given, before: Option<&Row>, now: Millis) -> Result<Row, StoreError> {
    let user = &given.user;
    let held = before.map(Stored);
    let kept =
        |column: &str| held.as_ref().map(|row| row.value(column).clone()).unwrap_or_default();
    // A document that says the same stays as it is written.
    let document = |column: &str, text: Value| {
        let parse = |value: &Value| {
            value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
        };
        let before = kept(column);
        if parse(&before).is_some_and(|before| parse(&text) == Some(before)) {
            before
        } else {
            text
        }
    };
    let with_password = user.password_digest.is_some();
    let factors = factors(app, user, held.as_ref())?;
    let mut row: Row = Vec::new();
    for (column, _) in COLUMNS {
        row.push(match column {
            "id" => json!(user.id),
            "username" => json!(user.username),
            "username_key" => json!(given.keys.username),
            "primary_email" => json!(user.primary_email),
            "email_key" => json!(given.keys.email),
            "primary_phone" => json!(user.primary_phone),
            "phone_key" => json!(given.keys.phone),
            "password_digest" if with_password => json!(user.password_digest),
            "password_algorithm" if with_password => json!(user.password_algorithm),
            "password_updated_at" if with_password => match user.password_updated_at {
                Some(time) => json!(time),
                None if kept("password_digest") == json!(user.password_digest) => kept(column),
                None => json!(now),
            },
            "password_digest" | "password_algorithm" | "password_updated_at" => kept(column),
            "name" => json!(user.name),
            "avatar" => json!(user.avatar),
            "profile" => document(column, text(&user.profile)?),
            "application_id" => json!(user.application_id),
            "cimd_client_id" => json!(user.cimd_client_id),
            "identities" => document(column, text(&user.identities)?),
            "custom_data" => document(column, text(&user.custom_data)?),
            "preferences" => document(column, text(&user.preferences)?),
            "mfa_verifications" => factors.clone(),
            "is_suspended" => json!(user.is_suspended),
            "is_password_expired" => json!(user.is_password_expired),
            "last_sign_in_at" => json!(user.last_sign_in_at),
            "created_at" => match (user.created_at, before) {
                (Some(time), _) => json!(time),
                (None, Some(_)) => kept(column),
                (None, None) => json!(now),
            },
            _ => user.updated_at.map_or_else(|| kept(column), |time| json!(time)),
        });
    }
    if user.updated_at.is_none() && before != Some(&row) {
        // The last column.
        row.pop();
        row.push(json!(now));
    }
    Ok(row)
}

/// Second factors as they are stored: those from before where they say the same, since a secret is
/// sealed differently each time.
fn factors(app: &App, user: &UserLine, held: Option<&Stored<'_>>) -> Result<Value, StoreError> {
    let before = held.map(|row| row.value("mfa_verifications").clone());
    let Some(factors) = &user.mfa_verifications else {
        return Ok(before.unwrap_or_else(|| json!("[]")));
    };
    let stored: Vec<JsonObject> = match held {
        Some(row) => row.document("mfa_verifications").map_err(|error| corrupt(&error))?,
        None => Vec::new(),
    };
    let clear: Result<Vec<JsonObject>, String> =
        stored.iter().map(|factor| open_factor(factor, &app.secrets)).collect();
    if let Some(before) = before
        && clear.is_ok_and(|clear| clear == *factors)
    {
        return Ok(before);
    }
    let sealed: Result<Vec<JsonObject>, String> =
        factors.iter().map(|factor| close_factor(factor, &app.secrets)).collect();
    text(&sealed.map_err(|error| corrupt(&error))?)
}
