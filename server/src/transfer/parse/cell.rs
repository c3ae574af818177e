//! Values of columns.

use crate::transfer::conceal;
use crate::transfer::tables::{Column, Kind};
use crate::transfer::yaml::Node;
use serde_json::Value;

/// Texts are bounded by their rules; this is what no rule allows.
const MAX_TEXT: usize = 1 << 20;

/// The value of a column. `held` is the one that the database has.
pub(super) fn cell(column: &Column, node: &Node, held: Option<&Value>) -> Result<Value, String> {
    let value = node.to_value();
    if value.is_null() {
        return column.fallback.value().ok_or_else(|| "must not be empty".to_owned());
    }
    let (wanted, fits) = match column.kind {
        Kind::Text | Kind::Choice(_) | Kind::Sealed(_) => ("a text", value.is_string()),
        Kind::Boolean => ("true or false", value.is_boolean()),
        Kind::Integer | Kind::Created => ("a whole number", value.is_i64()),
        Kind::Touched | Kind::Digest(_) => ("left out", false),
        Kind::Json(_) | Kind::SealedJson(..) | Kind::Setting => ("a document", true),
    };
    if !fits {
        return Err(format!("must be {wanted}"));
    }
    check_texts(&value)?;
    match column.kind {
        Kind::Choice(choices) if !choices.iter().any(|choice| value == *choice) => {
            Err(format!("must be one of {}", choices.join(", ")))
        }
        Kind::Json(document) => document(&value),
        Kind::SealedJson(_, document, _) => document(&conceal::resolve_document(&value, held)?),
        Kind::Sealed(_) => {
            let text = value.as_str().unwrap_or_default();
            Ok(Value::String(conceal::resolve(text, held.and_then(Value::as_str))?))
        }
        Kind::Text
        | Kind::Choice(_)
        | Kind::Boolean
        | Kind::Integer
        | Kind::Created
        | Kind::Touched
        | Kind::Digest(_)
        | Kind::Setting => Ok(value),
    }
}

/// No database takes NUL.
fn check_texts(value: &Value) -> Result<(), String> {
    match value {
        Value::String(text) if text.contains('\0') => Err("must not contain NUL".to_owned()),
        Value::String(text) if text.len() > MAX_TEXT => Err("is too long".to_owned()),
        Value::Array(items) => items.iter().try_for_each(check_texts),
        Value::Object(members) => members.iter().try_for_each(|(key, value)| {
            check_texts(&Value::String(key.clone()))?;
            check_texts(value)
        }),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}
