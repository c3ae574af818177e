//! The difference of two configurations, and how one becomes the other.

use super::TransferError;
use super::state::{Key, Row, State, close};
use super::tables::{Table, all};
use crate::flows::management::sign_in_experience;
use crate::state::App;
use std::fmt::Write;
use vestibule_store::transfer as rows;
use vestibule_store::{Connection, StoreError, grants};

/// What to do in one table.
struct Step {
    table: &'static Table,
    /// Rows that go.
    deleted: Vec<Key>,
    /// Rows that come.
    added: Vec<Row>,
    /// Rows that change.
    changed: Vec<Row>,
    /// Unique columns, with the keys of the rows whose value of it changes.
    released: Vec<((&'static str, &'static str), Vec<Key>)>,
}

impl Step {
    fn is_empty(&self) -> bool {
        self.deleted.is_empty() && self.added.is_empty() && self.changed.is_empty()
    }
}

/// What to do.
pub struct Plan {
    steps: Vec<Step>,
}

impl Plan {
    /// How `current` becomes `target`.
    pub fn between(current: &State, target: &State) -> Self {
        let steps = all().into_iter().map(|table| step(table, current, target));
        Self { steps: steps.filter(|step| !step.is_empty()).collect() }
    }

    /// A line for each table.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            let (added, changed) = (step.added.len(), step.changed.len());
            let deleted = step.deleted.len();
            let name = step.table.name;
            let line = format!("{name}: {added} added, {changed} changed, {deleted} deleted");
            // A text never refuses.
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// Does it, in the transaction of this connection.
    pub async fn execute(
        &self,
        connection: &mut Connection,
        app: &App,
    ) -> Result<(), TransferError> {
        let before = sign_in_experience::read(connection).await?;
        // Those that refer to others first.
        for step in self.steps.iter().rev() {
            rows::delete(connection, &step.table.shape(), &step.deleted).await?;
            if step.table.name == "applications" {
                for id in step.deleted.iter().flatten() {
                    grants::delete_of_client(connection, id).await?;
                }
            }
        }
        for step in &self.steps {
            for (column, keys) in &step.released {
                rows::set(connection, &step.table.shape(), *column, keys).await?;
            }
        }
        let now = app.clock.now();
        for step in &self.steps {
            let written = step.added.iter().chain(&step.changed);
            let written: Vec<Row> =
                written.map(|row| close(step.table, row, &app.secrets, now)).collect();
            let put = rows::put(connection, &step.table.full_shape(), &written).await;
            put.map_err(|error| refused(step.table, error))?;
        }
        let after = sign_in_experience::read(connection).await?;
        Ok(sign_in_experience::rekey_usernames(connection, &before, &after).await?)
    }
}

/// What the parser cannot see: flags that only one row may have, and values of a column.
fn refused(table: &Table, error: StoreError) -> TransferError {
    match error {
        StoreError::Taken(_) => {
            TransferError::Refused(format!("{}: two rows have what only one may have", table.name))
        }
        StoreError::Constraint(reason) => {
            TransferError::Refused(format!("{}: {reason}", table.name))
        }
        other => other.into(),
    }
}

fn step(table: &'static Table, current: &State, target: &State) -> Step {
    let mut step = Step {
        table,
        deleted: Vec::new(),
        added: Vec::new(),
        changed: Vec::new(),
        released: table.unique.iter().map(|column| (*column, Vec::new())).collect(),
    };
    for (key, _) in current.rows(table.name) {
        if target.get(table.name, key).is_none() {
            step.deleted.push(key.clone());
        }
    }
    for (key, row) in target.rows(table.name) {
        let Some(held) = current.get(table.name, key) else {
            step.added.push(row.clone());
            continue;
        };
        if held == row {
            continue;
        }
        step.changed.push(row.clone());
        for ((name, _), keys) in &mut step.released {
            let place = table.place(name);
            let value = |row: &Row| place.and_then(|place| row.get(place)).cloned();
            if value(held) != value(row) {
                keys.push(key.clone());
            }
        }
    }
    step
}
