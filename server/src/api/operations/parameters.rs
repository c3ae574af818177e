//! Parameters of paths and queries: their types and bounds, by their names.

use crate::flows::management::search;
use crate::http::pagination;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required, Schema};

/// Longest id or name in a path, in characters.
pub const MAX_SEGMENT: usize = 256;
/// Longest value of a query parameter, in characters.
pub const MAX_VALUE: usize = 2048;

/// What one query parameter may be, if that is a closed list.
pub type Choice = (&'static str, &'static [&'static str]);

/// A segment of the path.
pub fn of_path(name: &str) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(MAX_SEGMENT));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(schema))
        .build()
}

/// A query parameter.
pub fn of_query(name: &str, choices: &[Choice]) -> Parameter {
    let choice = choices.iter().find(|(of, _)| *of == name).map(|(_, values)| *values);
    let schema: RefOr<Schema> = match (name, choice) {
        ("types", Some(values)) => {
            RefOr::T(Schema::Array(ArrayBuilder::new().items(one_of(values)).build()))
        }
        (_, Some(values)) => one_of(values).into(),
        (name, None) => of_name(name).into(),
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .schema(Some(schema))
        .build()
}

fn one_of(values: &[&str]) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.iter().copied()))
}

fn of_name(name: &str) -> ObjectBuilder {
    let number = |least: i64, most: Option<i64>| {
        let schema = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(least));
        most.into_iter().fold(schema, |schema, most| schema.maximum(Some(most)))
    };
    let text = |most| ObjectBuilder::new().schema_type(Type::String).max_length(Some(most));
    match name {
        "page" => number(1, Some(pagination::MAX_NUMBER)),
        "page_size" => number(1, Some(pagination::MAX_SIZE)),
        "limit" => number(1, Some(100)),
        "start_time" | "end_time" => number(0, None),
        "date" => text(10).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))),
        "search" => text(search::MAX_VALUE).min_length(Some(1)),
        "q" => text(search::MAX_VALUE),
        "mode" => one_of(&["exact", "like", "similar_to", "posix"]),
        "joint" => one_of(&["or", "and"]),
        _ if is_flag(name) => ObjectBuilder::new().schema_type(Type::Boolean),
        _ => text(MAX_VALUE),
    }
}

fn is_flag(name: &str) -> bool {
    ["is", "include", "show", "enable", "remove"].iter().any(|verb| {
        let rest = name.strip_prefix(verb);
        rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn schema(name: &str, choices: &[Choice]) -> Value {
        serde_json::to_value(of_query(name, choices)).unwrap()["schema"].clone()
    }

    #[test]
    fn parameters_have_types_and_bounds() {
        assert_eq!(schema("page_size", &[])["maximum"], 100);
        assert_eq!(schema("isThirdParty", &[]), json!({ "type": "boolean" }));
        assert_eq!(schema("isolation", &[])["type"], "string");
        let kinds: &[Choice] = &[("type", &["User"]), ("types", &["SPA"])];
        assert_eq!(schema("type", kinds), json!({ "type": "string", "enum": ["User"] }));
        assert_eq!(schema("types", kinds)["items"]["enum"], json!(["SPA"]));
    }
}
