//! Configuration in memory: every row of every table, opened and parsed.

use super::tables::{self, Column, Kind, SETTINGS, Setting, Table};
use super::{TransferError, corrupt};
use crate::secrets::Secrets;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vestibule_protocol::hash;
use vestibule_store::transfer::{self as rows, Rows};
use vestibule_store::{Connection, Millis};

/// Values of the columns of a primary key.
pub type Key = Vec<String>;
/// Values of the columns that are in the file, in their order; what is stored sealed is in clear.
pub type Row = Vec<Value>;

/// All rows of all tables that are configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    tables: BTreeMap<&'static str, BTreeMap<Key, Row>>,
}

impl State {
    /// Reads the database.
    pub async fn read(
        connection: &mut Connection,
        secrets: &Secrets,
    ) -> Result<Self, TransferError> {
        let mut state = Self::default();
        for table in tables::all() {
            for stored in rows::read(connection, &table.shape(), Rows::All).await? {
                if let Some(row) = open(table, stored, secrets)? {
                    state.put(table, row);
                }
            }
        }
        Ok(state)
    }

    /// Rows of a table by their keys.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = (&Key, &Row)> {
        self.tables.get(table).into_iter().flatten()
    }

    /// One row.
    pub fn get(&self, table: &str, key: &[String]) -> Option<&Row> {
        self.tables.get(table)?.get(key)
    }

    /// One value of a row.
    pub fn value(&self, table: &Table, key: &[String], column: &str) -> Option<&Value> {
        self.get(table.name, key)?.get(table.place(column)?)
    }

    /// Puts a row in the place of the one with the same key.
    pub fn put(&mut self, table: &Table, row: Row) {
        let key = key_of(table, &row);
        self.tables.entry(table.name).or_default().insert(key, row);
    }

    /// Removes a row.
    pub fn remove(&mut self, table: &str, key: &[String]) {
        if let Some(rows) = self.tables.get_mut(table) {
            rows.remove(key);
        }
    }

    /// Rows of a table in the order of the file. With an `owner`, only those of the row with this id.
    pub fn ordered<'a>(
        &'a self,
        table: &Table,
        owner: Option<(&str, &str)>,
    ) -> Vec<(&'a Key, &'a Row)> {
        let owner = owner.and_then(|(column, id)| Some((table.place(column)?, id)));
        let is_own = |row: &Row| {
            owner.is_none_or(|(place, id)| row.get(place).and_then(Value::as_str) == Some(id))
        };
        let mut found: Vec<_> = self.rows(table.name).filter(|(_, row)| is_own(row)).collect();
        if let Some(place) = table.order.and_then(|name| table.place(name)) {
            // Stable, so that equal ones stay in the order of their keys.
            found.sort_by_key(|(_, row)| row.get(place).map(|it| (it.as_i64(), it.to_string())));
        }
        found
    }
}

/// The values of the key columns.
pub fn key_of(table: &Table, row: &[Value]) -> Key {
    let column = |name: &&str| {
        let value = table.place(name).and_then(|place| row.get(place));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    table.key.iter().map(column).collect()
}

/// The setting with this key.
pub fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// A stored row in clear; `None` for settings that do not move.
fn open(
    table: &'static Table,
    stored: Row,
    secrets: &Secrets,
) -> Result<Option<Row>, TransferError> {
    let key = key_of(table, &stored);
    let cells = table.in_file().zip(stored).map(|(column, value)| {
        let Value::String(text) = &value else { return Ok(Some(value)) };
        let failed = |reason: String| corrupt(table, &key, column.name, &reason);
        let parse = |text: &str| -> Result<Value, TransferError> {
            serde_json::from_str(text).map_err(|error| failed(error.to_string()))
        };
        let unseal = |purpose: &str| -> Result<String, TransferError> {
            let opened = secrets.sealer.open(purpose, text);
            let opened = opened.map_err(|error| failed(error.to_string()))?;
            String::from_utf8(opened).map_err(|error| failed(error.to_string()))
        };
        // What an older version has stored may not be what this one would.
        let normal = |document: tables::Document, value: Value| document(&value).unwrap_or(value);
        Ok(Some(match column.kind {
            Kind::Json(document) => normal(document, parse(text)?),
            Kind::Sealed(purpose) => Value::String(unseal(&purpose.of(&key))?),
            Kind::SealedJson(purpose, document, _) => {
                normal(document, parse(&unseal(&purpose.of(&key))?)?)
            }
            Kind::Setting => match key.first().and_then(|key| setting(key)) {
                None => return Ok(None),
                Some(Setting { document, seal: None, .. }) => normal(*document, parse(text)?),
                Some(Setting { document, seal: Some((purpose, _)), .. }) => {
                    normal(*document, parse(&unseal(purpose)?)?)
                }
            },
            Kind::Text
            | Kind::Choice(_)
            | Kind::Boolean
            | Kind::Integer
            | Kind::Created
            | Kind::Touched
            | Kind::Digest(_) => value,
        }))
    });
    cells.collect()
}

/// A row as it is stored, with all columns.
pub fn close(table: &Table, row: &Row, secrets: &Secrets, now: Millis) -> Row {
    let clear = |name: &str| table.place(name).and_then(|place| row.get(place));
    let key = key_of(table, row);
    let cell = |column: &Column| {
        let value = clear(column.name).cloned().unwrap_or_default();
        let text = || match &value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let seal = |purpose: &str, text: &str| secrets.sealer.seal(purpose, text.as_bytes());
        match column.kind {
            Kind::Touched => json!(now),
            Kind::Digest(of) => {
                let of = clear(of).and_then(Value::as_str).unwrap_or_default();
                json!(hash::sha256_hex(of))
            }
            _ if value.is_null() => Value::Null,
            Kind::Text | Kind::Choice(_) | Kind::Boolean | Kind::Integer | Kind::Created => value,
            Kind::Json(_) => json!(value.to_string()),
            Kind::Sealed(purpose) => json!(seal(&purpose.of(&key), &text())),
            Kind::SealedJson(purpose, ..) => {
                json!(seal(&purpose.of(&key), &value.to_string()))
            }
            Kind::Setting => match key.first().and_then(|key| setting(key)) {
                Some(Setting { seal: Some((purpose, _)), .. }) => {
                    json!(seal(purpose, &value.to_string()))
                }
                _ => json!(value.to_string()),
            },
        }
    };
    table.columns.iter().map(cell).collect()
}
