//! Rows of any table, for moving whole databases: tables and columns are described by values, and a
//! row is a list of JSON scalars. One statement reads or writes as many rows as it is given.

use crate::connection::on;
use crate::rows::by_name;
use crate::{Connection, StoreError};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::Value;

/// Rows of one statement.
const CHUNK: usize = 500;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlType {
    /// `text`
    Text,
    /// `boolean`
    Boolean,
    /// `integer` and `bigint`
    Integer,
}

impl SqlType {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean => "boolean",
            Self::Integer => "bigint",
        }
    }
}

/// A table, or those of its columns that are read and written. Names come from the program's text,
/// never from outside.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its name.
    pub table: &'static str,
    /// Names and types of columns.
    pub columns: Vec<(&'static str, SqlType)>,
    /// Names of those that make up the primary key.
    pub key: &'static [&'static str],
}

/// Values of the columns of a [`Shape`], in its order: null, a text, a boolean or an integer.
pub type Row = Vec<Value>;

/// Which rows are read.
#[derive(Clone, Debug)]
pub enum Rows<'a> {
    /// All of them.
    All,
    /// The first so many whose key of one column comes after this one; for going through a table
    /// that is larger than memory.
    After(&'a str, u32),
    /// Those with one of these values in a text column.
    With(&'static str, &'a [String]),
}

#[derive(QueryableByName)]
struct Text1 {
    #[diesel(sql_type = Text)]
    row_text: String,
}

/// Reads rows, ordered by key.
pub async fn read(
    connection: &mut Connection,
    shape: &Shape,
    rows: Rows<'_>,
) -> Result<Vec<Row>, StoreError> {
    let function = match connection {
        Connection::Sqlite(_) => "json_array",
        Connection::Postgres(_) => "json_build_array",
    };
    let columns: Vec<&str> = shape.columns.iter().map(|(name, _)| *name).collect();
    let mut query = format!(
        "select cast({function}({}) as text) as row_text from {}",
        columns.join(", "),
        shape.table
    );
    let key = shape.key.join(", ");
    let mut binds = Vec::new();
    match rows {
        Rows::All => query.push_str(&format!(" order by {key}")),
        Rows::After(last, limit) => {
            // By bytes on both databases, whatever the collation.
            query.push_str(&match connection {
                Connection::Sqlite(_) => {
                    format!(" where {key} > $1 order by {key} limit {limit}")
                }
                Connection::Postgres(_) => {
                    format!(" where {key} ~>~ $1 order by {key} using ~<~ limit {limit}")
                }
            });
            binds.push(last.to_owned());
        }
        Rows::With(column, values) => {
            let element = element(0, SqlType::Text);
            let list = list(connection);
            query.push_str(&format!(
                " where {column} in (select {element} from {list}) order by {key}"
            ));
            binds.push(texts(values));
        }
    }
    let found: Vec<Text1> = by_name(connection, &query, &binds).await?;
    found.into_iter().map(|row| decode(shape, &row.row_text)).collect()
}

/// Inserts rows, each in the place of the one with the same key.
pub async fn put(
    connection: &mut Connection,
    shape: &Shape,
    rows: &[Row],
) -> Result<(), StoreError> {
    let names: Vec<&str> = shape.columns.iter().map(|(name, _)| *name).collect();
    let values = shape.columns.iter().enumerate();
    let values: Vec<String> = values.map(|(place, (_, kind))| element(place, *kind)).collect();
    let others = names.iter().filter(|name| !shape.key.contains(name));
    let replaced: Vec<String> = others.map(|name| format!("{name} = excluded.{name}")).collect();
    let conflict = if replaced.is_empty() {
        "nothing".to_owned()
    } else {
        format!("update set {}", replaced.join(", "))
    };
    // Without `where`, SQLite would read `on conflict` as the condition of a join.
    let query = format!(
        "insert into {} ({}) select {} from {} where true on conflict ({}) do {conflict}",
        shape.table,
        names.join(", "),
        values.join(", "),
        list(connection),
        shape.key.join(", "),
    );
    for chunk in rows.chunks(CHUNK) {
        execute(connection, &query, &json(chunk)).await?;
    }
    Ok(())
}

/// Deletes the rows with these keys, and what hangs on them.
pub async fn delete(
    connection: &mut Connection,
    shape: &Shape,
    keys: &[Vec<String>],
) -> Result<(), StoreError> {
    let query = format!("delete from {} where {}", shape.table, is_listed(connection, shape));
    for chunk in keys.chunks(CHUNK) {
        execute(connection, &query, &json(chunk)).await?;
    }
    Ok(())
}

/// Gives a column of the rows with these keys another value, as an SQL expression.
pub async fn set(
    connection: &mut Connection,
    shape: &Shape,
    (column, expression): (&'static str, &'static str),
    keys: &[Vec<String>],
) -> Result<(), StoreError> {
    let query = format!(
        "update {} set {column} = {expression} where {}",
        shape.table,
        is_listed(connection, shape)
    );
    for chunk in keys.chunks(CHUNK) {
        execute(connection, &query, &json(chunk)).await?;
    }
    Ok(())
}

async fn execute(connection: &mut Connection, query: &str, bind: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::sql_query(query).bind::<Text, _>(bind).execute(inner).await?;
        Ok(())
    })
}

/// The condition that a row's key is among the bound ones.
fn is_listed(connection: &Connection, shape: &Shape) -> String {
    let elements: Vec<String> =
        (0..shape.key.len()).map(|place| element(place, SqlType::Text)).collect();
    format!(
        "({}) in (select {} from {})",
        shape.key.join(", "),
        elements.join(", "),
        list(connection)
    )
}

/// The bound JSON array as rows with one column `value`.
fn list(connection: &Connection) -> &'static str {
    match connection {
        Connection::Sqlite(_) => "json_each($1) as given",
        Connection::Postgres(_) => "json_array_elements(cast($1 as json)) as given(value)",
    }
}

/// One value of a bound row.
fn element(place: usize, kind: SqlType) -> String {
    format!("cast(given.value ->> {place} as {})", kind.name())
}

fn json<T: serde::Serialize>(rows: &[T]) -> String {
    // Lists of JSON values can always be written.
    serde_json::to_string(rows).unwrap_or_default()
}

fn texts(values: &[String]) -> String {
    let rows: Vec<[&String; 1]> = values.iter().map(|value| [value]).collect();
    json(&rows)
}

fn decode(shape: &Shape, text: &str) -> Result<Row, StoreError> {
    let corrupt = |reason: String| StoreError::Corrupt { table: shape.table, reason };
    let row: Row = serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?;
    let typed =
        row.into_iter().zip(&shape.columns).map(|(value, (name, kind))| match (kind, value) {
            (_, Value::Null) => Ok(Value::Null),
            // SQLite has no type of its own for these.
            (SqlType::Boolean, Value::Number(number)) => {
                Ok(Value::Bool(number.as_i64() != Some(0)))
            }
            (SqlType::Boolean, value @ Value::Bool(_))
            | (SqlType::Text, value @ Value::String(_))
            | (SqlType::Integer, value @ Value::Number(_)) => Ok(value),
            (SqlType::Text | SqlType::Boolean | SqlType::Integer, value) => {
                Err(corrupt(format!("{name} holds {value}")))
            }
        });
    typed.collect()
}
