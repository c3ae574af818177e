//! Which tables are configuration, and how their rows look in the file.
//!
//! A new table is a [`Table`] and a [`Section`] or a [`Child`] here, or a line in [`DATA`] that says
//! why it does not move; a test finds one that is forgotten, and every column that is not declared.

mod definitions;
mod documents;
mod sections;

pub use sections::{DATA, DERIVED, INTERNAL_SETTINGS, SECTIONS, SETTINGS};

use serde_json::{Value, json};
use vestibule_store::transfer::{Shape, SqlType};

/// Turns a JSON document into the one that the server would store, or says what is wrong with it.
pub type Document = fn(&Value) -> Result<Value, String>;

/// What a column holds.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Text.
    Text,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// `true` or `false`
    Boolean,
    /// A number.
    Integer,
    /// Epoch milliseconds of the row's beginning; now, where the file does not tell.
    Created,
    /// Epoch milliseconds of the last change; not in the file.
    Touched,
    /// JSON in a text.
    Json(Document),
    /// A text that is stored sealed.
    Sealed(Purpose),
    /// JSON that is stored sealed, and what of it is no secret.
    SealedJson(Purpose, Document, Visible),
    /// SHA-256 of a sealed column; not in the file.
    Digest(&'static str),
    /// The value of a setting, see [`Setting`].
    Setting,
}

/// What a value is sealed for.
#[derive(Clone, Copy)]
pub enum Purpose {
    /// The same in every row.
    Fixed(&'static str),
    /// Depends on the row's id.
    Of(fn(&str) -> String),
}

impl Purpose {
    /// In the row with this key.
    pub fn of(self, key: &[String]) -> String {
        match self {
            Self::Fixed(purpose) => purpose.to_owned(),
            Self::Of(purpose) => purpose(key.first().map(String::as_str).unwrap_or_default()),
        }
    }
}

/// What may be shown of a sealed document. Numbers and booleans always are.
#[derive(Clone, Copy)]
pub enum Visible {
    /// The texts under these keys, at whatever depth.
    Only(&'static [&'static str]),
    /// All texts but those under these keys.
    AllBut(&'static [&'static str]),
}

/// What a column holds where the file does not tell.
#[derive(Clone, Copy)]
pub enum Fallback {
    /// The file must tell.
    Required,
    /// Nothing.
    Null,
    /// This.
    Boolean(bool),
    /// This.
    Integer(i64),
    /// This.
    Text(&'static str),
    /// `{}`
    Object,
    /// `[]`
    List,
}

impl Fallback {
    /// The value; `None` when the file must tell.
    pub fn value(self) -> Option<Value> {
        match self {
            Self::Required => None,
            Self::Null => Some(Value::Null),
            Self::Boolean(value) => Some(json!(value)),
            Self::Integer(value) => Some(json!(value)),
            Self::Text(text) => Some(json!(text)),
            Self::Object => Some(json!({})),
            Self::List => Some(json!([])),
        }
    }
}

/// A column.
#[derive(Clone, Copy)]
pub struct Column {
    /// In the database.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it holds where the file does not tell.
    pub fallback: Fallback,
    /// The table whose id it holds.
    pub refers: Option<&'static str>,
}

const fn column(name: &'static str, kind: Kind, fallback: Fallback) -> Column {
    Column { name, kind, fallback, refers: None }
}

impl Column {
    /// Its name in the file: `sealed_config` is `config`, `is_default` is `isDefault`.
    pub fn key(&self) -> String {
        let name = self.name.strip_prefix("sealed_").unwrap_or(self.name);
        let mut words = name.split('_');
        let mut key = words.next().unwrap_or_default().to_owned();
        for word in words {
            let mut letters = word.chars();
            key.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            key.push_str(letters.as_str());
        }
        key
    }

    /// Whether the file has it.
    pub fn is_in_file(&self) -> bool {
        !matches!(self.kind, Kind::Touched | Kind::Digest(_))
    }

    /// Its type in the database.
    pub fn sql_type(&self) -> SqlType {
        match self.kind {
            Kind::Boolean => SqlType::Boolean,
            Kind::Integer | Kind::Created | Kind::Touched => SqlType::Integer,
            Kind::Text
            | Kind::Choice(_)
            | Kind::Json(_)
            | Kind::Sealed(_)
            | Kind::SealedJson(..)
            | Kind::Digest(_)
            | Kind::Setting => SqlType::Text,
        }
    }
}

/// A text that must be there.
const fn text(name: &'static str) -> Column {
    column(name, Kind::Text, Fallback::Required)
}

/// A text that may be missing.
const fn optional(name: &'static str) -> Column {
    column(name, Kind::Text, Fallback::Null)
}

/// The id of a row of another table, which must be there.
const fn reference(name: &'static str, table: &'static str) -> Column {
    Column { refers: Some(table), ..text(name) }
}

const fn flag(name: &'static str) -> Column {
    column(name, Kind::Boolean, Fallback::Boolean(false))
}

const fn object(name: &'static str, document: Document) -> Column {
    column(name, Kind::Json(document), Fallback::Object)
}

const fn created(name: &'static str) -> Column {
    column(name, Kind::Created, Fallback::Required)
}

const fn touched(name: &'static str) -> Column {
    column(name, Kind::Touched, Fallback::Required)
}

const fn sealed(name: &'static str, purpose: Purpose) -> Column {
    column(name, Kind::Sealed(purpose), Fallback::Required)
}

/// A table that is configuration.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns of its primary key.
    pub key: &'static [&'static str],
    /// All columns, in the order of the file.
    pub columns: &'static [Column],
    /// What rows are ordered by before their key.
    pub order: Option<&'static str>,
    /// Sets of columns by which no two rows may be the same.
    pub distinct: &'static [&'static [&'static str]],
    /// Columns that are part of a unique index, with the SQL expression that takes the place of their value while
    /// rows exchange theirs.
    pub unique: &'static [(&'static str, &'static str)],
    /// Keys of rows that every installation has, and that are never deleted.
    pub kept: &'static [&'static str],
}

impl Table {
    const fn new(
        name: &'static str,
        key: &'static [&'static str],
        columns: &'static [Column],
    ) -> Self {
        Self { name, key, columns, order: None, distinct: &[], unique: &[], kept: &[] }
    }

    /// The columns that are in the file, and so in a row of a [`super::state::State`].
    pub fn in_file(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(|column| column.is_in_file())
    }

    /// The place of a column in a row.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.in_file().position(|column| column.name == name)
    }

    /// What is read.
    pub fn shape(&self) -> Shape {
        let columns = self.in_file().map(|column| (column.name, column.sql_type())).collect();
        Shape { table: self.name, columns, key: self.key }
    }

    /// What is written.
    pub fn full_shape(&self) -> Shape {
        let columns = self.columns.iter().map(|column| (column.name, column.sql_type())).collect();
        Shape { table: self.name, columns, key: self.key }
    }
}

/// A part of the file.
pub struct Section {
    /// Its key.
    pub key: &'static str,
    /// The comment above it.
    pub title: &'static str,
    /// Whose rows it has.
    pub table: &'static Table,
    /// How they look.
    pub form: Form,
    /// What is nested in a row.
    pub children: &'static [Child],
    /// In the file only with secrets, and then all there is: rows that are not in it are deleted.
    pub is_secret: bool,
}

/// How the rows of a section look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A list of rows.
    Rows,
    /// The only row, whose key is `default`.
    Row,
    /// The JSON document in the column `document` of the only row, without `tenantId` and `id`.
    Document,
    /// Documents by their key.
    Settings,
    /// A list of the only column.
    Ids,
}

/// Rows that belong to a row.
pub struct Child {
    /// The key under which they are.
    pub key: &'static str,
    /// Their table.
    pub table: &'static Table,
    /// The column with the owner's id.
    pub owner: &'static str,
    /// How they look.
    pub form: ChildForm,
}

/// How nested rows look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ChildForm {
    /// One row at most, which goes when the file does not have it.
    Row,
    /// Rows with an identity of their own: deleted only when that is asked for.
    Rows,
    /// A relation: exactly what the file has. Ids where the key has one more column than the
    /// owner, objects where it has more.
    Relation,
}

/// A key of the table `configuration` that is configuration.
pub struct Setting {
    /// The key, here and there.
    pub key: &'static str,
    /// The document.
    pub document: Document,
    /// What it is sealed for, and what of it may be shown.
    pub seal: Option<(&'static str, Visible)>,
}

/// Every table that is configuration, those first that others refer to.
pub fn all() -> Vec<&'static Table> {
    let mut left: Vec<&'static Table> = Vec::new();
    for section in SECTIONS {
        left.push(section.table);
        left.extend(section.children.iter().map(|child| child.table));
    }
    left.extend(DERIVED);
    let mut sorted: Vec<&'static Table> = Vec::new();
    while !left.is_empty() {
        let refers = |table: &&Table| {
            let mut referred = table.columns.iter().filter_map(|column| column.refers);
            referred.all(|name| name == table.name || sorted.iter().any(|it| it.name == name))
        };
        let (ready, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(refers);
        let is_stuck = ready.is_empty();
        sorted.extend(ready);
        left = rest;
        if is_stuck {
            // A circle; no order would do.
            sorted.append(&mut left);
        }
    }
    sorted
}

/// The table with this name.
pub fn find(name: &str) -> Option<&'static Table> {
    all().into_iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests;
