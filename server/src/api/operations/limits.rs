//! Bounds of what bodies hold: written into the document, and enforced from there.
//!
//! A wire type says its bounds with `#[schema(min_length = …, max_length = …)]` and the like. A text
//! that says nothing may have [`MAX_TEXT`] characters, a few named ones more.

use crate::flows::error::{Rejection, invalid_input};
use actix_web::http::Method;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, SchemaType, Type};
use utoipa::openapi::{Object, OpenApi, RefOr, Schema};

/// Most characters of a text that says nothing else.
pub const MAX_TEXT: usize = 2048;
/// Most characters of an id that another row is named by.
const MAX_ID: usize = 256;
/// Most characters of texts that are documents: style sheets, templates, certificates, scripts.
const MAX_DOCUMENT: usize = 128 * 1024;
/// Members that hold such.
const DOCUMENTS: &[&str] = &[
    "content",
    "contextSample",
    "customCss",
    "metadata",
    "metadataXml",
    "publicKey",
    "script",
    "signingCertificate",
    "tokenSample",
    "x509Certificate",
];

/// Gives every text in `body` its bound; the names of the schemas that it refers to.
pub fn add(body: &mut RefOr<Schema>) -> BTreeSet<String> {
    let mut waiting = BTreeSet::new();
    bound(body, "", &mut waiting);
    waiting
}

/// Gives every text that can be reached from the schemas of these names its bound.
pub fn add_to_all(mut waiting: BTreeSet<String>, schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let mut seen = BTreeSet::new();
    while let Some(name) = waiting.pop_first() {
        if seen.insert(name.clone())
            && let Some(schema) = schemas.get_mut(&name)
        {
            bound(schema, "", &mut waiting);
        }
    }
}

fn bound(schema: &mut RefOr<Schema>, member: &str, waiting: &mut BTreeSet<String>) {
    let schema = match schema {
        RefOr::Ref(reference) => {
            waiting.extend(reference.ref_location.rsplit('/').next().map(str::to_owned));
            return;
        }
        RefOr::T(schema) => schema,
    };
    match schema {
        Schema::Object(object) => {
            bound_text(object, member);
            for (name, property) in &mut object.properties {
                bound(property, name, waiting);
            }
            if let Some(AdditionalProperties::RefOr(inner)) =
                object.additional_properties.as_deref_mut()
            {
                bound(inner, member, waiting);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                bound(items, member, waiting);
            }
        }
        Schema::OneOf(parts) => {
            parts.items.iter_mut().for_each(|part| bound(part, member, waiting));
        }
        Schema::AllOf(parts) => {
            parts.items.iter_mut().for_each(|part| bound(part, member, waiting));
        }
        Schema::AnyOf(parts) => {
            parts.items.iter_mut().for_each(|part| bound(part, member, waiting));
        }
        _ => {}
    }
}

fn bound_text(object: &mut Object, member: &str) {
    let is_text = match &object.schema_type {
        SchemaType::Type(kind) => *kind == Type::String,
        SchemaType::Array(kinds) => kinds.contains(&Type::String),
        SchemaType::AnyValue => false,
    };
    if !is_text || object.enum_values.is_some() || object.max_length.is_some() {
        return;
    }
    object.max_length = Some(match member {
        name if DOCUMENTS.contains(&name) => MAX_DOCUMENT,
        name if name.ends_with("Id") || name.ends_with("Ids") => MAX_ID,
        _ => MAX_TEXT,
    });
}

/// Bounds of the bodies of operations.
#[derive(Default)]
pub struct Limits {
    /// By path and method.
    bodies: HashMap<(String, String), Value>,
    schemas: Map<String, Value>,
}

/// The path of what is too short, too long, too small or too big, and why.
type Break = (String, String);

/// How a value compares with a schema.
#[derive(Debug, PartialEq)]
enum Verdict {
    Fits,
    Breaks(Break),
    /// It is another kind of value: reading it into its type tells more. What is out of bounds in
    /// it all the same.
    Other(Option<Break>),
}

impl Limits {
    /// Those that the document tells.
    pub fn of(document: &OpenApi) -> Self {
        let Ok(mut document) = serde_json::to_value(document) else { return Self::default() };
        let mut limits = Self::default();
        if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
            limits.schemas = std::mem::take(schemas);
        }
        let Some(Value::Object(paths)) = document.get_mut("paths").map(Value::take) else {
            return limits;
        };
        for (path, item) in paths {
            let Value::Object(item) = item else { continue };
            for (method, mut operation) in item {
                let schema = operation.pointer_mut("/requestBody/content/application~1json/schema");
                if let Some(schema) = schema {
                    limits.bodies.insert((path.clone(), method), schema.take());
                }
            }
        }
        limits
    }

    /// Refuses a body in which something is out of bounds.
    ///
    /// # Errors
    /// `guard.invalid_input`, with the path of the first such member.
    pub fn check(&self, method: &Method, path: &str, body: &Value) -> Result<(), Rejection> {
        let key = (format!("/api{path}"), method.as_str().to_ascii_lowercase());
        let Some(schema) = self.bodies.get(&key) else { return Ok(()) };
        self.judge(schema, body, "").into_result()
    }

    /// Refuses members of a request of this name that are out of bounds, where the request comes
    /// another way than as a body. Members may be missing.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn check_members(&self, name: &str, request: &Value) -> Result<(), Rejection> {
        let schema = self.schemas.get(name);
        schema.map_or(Ok(()), |schema| self.judge(schema, request, "").into_result())
    }

    fn judge(&self, schema: &Value, value: &Value, path: &str) -> Verdict {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return self
                .schemas
                .get(name)
                .map_or(Verdict::Fits, |schema| self.judge(schema, value, path));
        }
        let list = |key: &str| schema.get(key).and_then(Value::as_array);
        let is_listed = list("enum").is_none_or(|values| values.contains(value));
        if !is_listed || !schema.get("type").is_none_or(|kind| is_of(kind, value)) {
            return Verdict::Other(None);
        }
        let mut verdict = match value {
            Value::Object(members) => self.members(schema, members, path),
            Value::Array(items) => schema.get("items").map_or(Verdict::Fits, |schema| {
                let each = items.iter().enumerate();
                all(each.map(|(index, item)| self.judge(schema, item, &join(path, index))))
            }),
            _ => Verdict::Fits,
        };
        verdict = verdict.and(bounds(schema, value, path));
        for part in list("allOf").into_iter().flatten() {
            verdict = verdict.and(self.judge(part, value, path));
        }
        for parts in [list("oneOf"), list("anyOf")].into_iter().flatten() {
            let may_be = |part: &&Value| value.is_null() || part["type"] != "null";
            let found = parts.iter().filter(may_be).map(|part| self.judge(part, value, path));
            verdict = verdict.and(found.reduce(Verdict::or).unwrap_or(Verdict::Fits));
        }
        verdict
    }

    fn members(&self, schema: &Value, members: &Map<String, Value>, path: &str) -> Verdict {
        let required = schema.get("required").and_then(Value::as_array);
        let is_there = |name: &Value| name.as_str().is_none_or(|name| members.contains_key(name));
        let is_whole = required.is_none_or(|names| names.iter().all(is_there));
        let known = schema.get("properties");
        let others = schema.get("additionalProperties");
        let verdict = all(members.iter().filter_map(|(name, member)| {
            let schema = known.and_then(|known| known.get(name)).or(others)?;
            Some(self.judge(schema, member, &join(path, name)))
        }));
        if is_whole { verdict } else { verdict.and(Verdict::Other(None)) }
    }
}

impl Verdict {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fits, verdict) | (verdict, Self::Fits) => verdict,
            (Self::Breaks(first), Self::Breaks(_)) => Self::Breaks(first),
            (Self::Breaks(first), Self::Other(_)) => Self::Other(Some(first)),
            (Self::Other(first), Self::Breaks(second)) => Self::Other(first.or(Some(second))),
            (Self::Other(first), Self::Other(second)) => Self::Other(first.or(second)),
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fits, _) | (_, Self::Fits) => Self::Fits,
            (Self::Breaks(broken), _) | (_, Self::Breaks(broken)) => Self::Breaks(broken),
            // Nobody knows which of them is meant.
            (Self::Other(_), Self::Other(_)) => Self::Other(None),
        }
    }

    fn into_result(self) -> Result<(), Rejection> {
        match self {
            Self::Breaks((path, reason)) | Self::Other(Some((path, reason))) => {
                Err(invalid_input(&path, &reason))
            }
            Self::Fits | Self::Other(None) => Ok(()),
        }
    }
}

fn all(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    verdicts.fold(Verdict::Fits, Verdict::and)
}

fn join(path: &str, step: impl std::fmt::Display) -> String {
    if path.is_empty() { step.to_string() } else { format!("{path}.{step}") }
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
        Value::String(kind) => match kind.as_str() {
            "string" => value.is_string(),
            "object" => value.is_object(),
            "array" => value.is_array(),
            "boolean" => value.is_boolean(),
            "integer" | "number" => value.is_number(),
            "null" => value.is_null(),
            _ => true,
        },
        _ => true,
    }
}

fn bounds(schema: &Value, value: &Value, path: &str) -> Verdict {
    let (least, most, unit, size) = match value {
        Value::String(text) => ("minLength", "maxLength", " characters", count(text.chars())),
        Value::Array(items) => ("minItems", "maxItems", " entries", count(items.iter())),
        Value::Number(number) => ("minimum", "maximum", "", number.as_f64()),
        _ => return Verdict::Fits,
    };
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let broken = |relation: &str, bound: f64| {
        Verdict::Breaks((path.to_owned(), format!("must be at {relation} {bound}{unit}")))
    };
    match (size, bound(least), bound(most)) {
        (Some(size), Some(least), _) if size < least => broken("least", least),
        (Some(size), _, Some(most)) if size > most => broken("most", most),
        _ => Verdict::Fits,
    }
}

fn count(items: impl Iterator) -> Option<f64> {
    u32::try_from(items.count()).ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judge(schema: Value, value: Value) -> Verdict {
        let schemas = json!({ "Name": { "type": "string", "minLength": 1, "maxLength": 3 } });
        let Value::Object(schemas) = schemas else { panic!() };
        Limits { schemas, bodies: HashMap::new() }.judge(&schema, &value, "")
    }

    fn broken(path: &str, reason: &str) -> Verdict {
        Verdict::Breaks((path.into(), reason.into()))
    }

    #[test]
    fn bounds_are_found_in_the_depth() {
        let name = json!({ "$ref": "#/components/schemas/Name" });
        let schema = json!({ "type": "object", "properties": {
            "names": { "type": ["array", "null"], "items": name, "maxItems": 2 },
            "age": { "type": "integer", "minimum": 1 } } });
        assert_eq!(judge(schema.clone(), json!({ "names": ["äöü"], "x": 1 })), Verdict::Fits);
        assert_eq!(judge(schema.clone(), json!({ "names": null })), Verdict::Fits);
        let long = judge(schema.clone(), json!({ "names": ["a", "abcd"] }));
        assert_eq!(long, broken("names.1", "must be at most 3 characters"));
        let short = judge(schema.clone(), json!({ "names": [""] }));
        assert_eq!(short, broken("names.0", "must be at least 1 characters"));
        let many = judge(schema.clone(), json!({ "names": ["a", "b", "c"] }));
        assert_eq!(many, broken("names", "must be at most 2 entries"));
        assert_eq!(judge(schema.clone(), json!({ "age": 0 })), broken("age", "must be at least 1"));
        assert_eq!(judge(schema.clone(), json!({ "age": "x" })), Verdict::Other(None));
        // A member of another type hides no other.
        let Verdict::Other(Some((path, _))) = judge(schema, json!({ "age": "x", "names": [""] }))
        else {
            panic!()
        };
        assert_eq!(path, "names.0");
    }

    #[test]
    fn of_alternatives_the_one_that_is_meant_decides() {
        let kind = |name: &str, most: i32| {
            json!({ "type": "object", "required": ["type"], "properties": {
                "type": { "type": "string", "enum": [name] },
                "text": { "type": "string", "maxLength": most } } })
        };
        let schema = json!({ "oneOf": [{ "type": "null" }, kind("a", 1), kind("b", 9)] });
        assert_eq!(judge(schema.clone(), json!(null)), Verdict::Fits);
        assert_eq!(judge(schema.clone(), json!({ "type": "b", "text": "long" })), Verdict::Fits);
        let long = judge(schema.clone(), json!({ "type": "a", "text": "long" }));
        assert_eq!(long, broken("text", "must be at most 1 characters"));
        assert_eq!(judge(schema, json!({ "type": "c", "text": "long" })), Verdict::Other(None));
    }

    #[test]
    fn a_member_that_is_missing_hides_no_other() {
        let text = |most: i32| json!({ "type": ["string", "null"], "maxLength": most });
        let Value::Object(schemas) = json!({
            "Part": { "type": "object", "required": ["kind"], "properties": { "b": text(2) } },
            "Whole": { "allOf": [
                { "$ref": "#/components/schemas/Part" },
                { "type": "object", "required": ["name"], "properties": { "a": text(1) } },
            ] },
        }) else {
            panic!()
        };
        let limits = Limits { schemas, bodies: HashMap::new() };
        let refused = |request: Value| {
            limits.check_members("Whole", &request).err().and_then(|it| it.details)
        };
        assert_eq!(refused(json!({ "a": "1", "b": "12", "c": "123" })), None);
        assert_eq!(refused(json!({ "a": null, "b": 123 })), None);
        assert!(refused(json!({ "a": "12" })).unwrap().contains("\"a\""));
        assert!(refused(json!({ "a": false, "b": "123" })).unwrap().contains("\"b\""));
    }
}
