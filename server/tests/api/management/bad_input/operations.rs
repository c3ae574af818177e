//! Operations as the document has them, and bodies that break what it says.

use serde_json::{Map, Value, json};
use vestibule::api::management;

/// Schemas that hold themselves are followed so far.
const DEEP: usize = 6;

/// An operation, with ids that nothing has.
pub struct Operation {
    pub method: String,
    pub path: String,
    pub has_ids: bool,
    pub body: Option<Value>,
    /// Names and schemas.
    pub query: Vec<(String, Value)>,
}

pub struct Document(Value);

impl Document {
    pub fn new() -> Self {
        Self(serde_json::to_value(management::operations().document()).unwrap())
    }

    pub fn operations(&self) -> Vec<Operation> {
        let mut found = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            let parts = path.split('/');
            let parts = parts.map(|part| if part.starts_with('{') { "none" } else { part });
            let (given, has_ids) = (parts.collect::<Vec<_>>().join("/"), path.contains('{'));
            for (method, operation) in item.as_object().unwrap() {
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let query = parameters
                    .filter(|it| it["in"] == "query")
                    .map(|it| (it["name"].as_str().unwrap().to_owned(), it["schema"].clone()));
                let body = operation.pointer("/requestBody/content/application~1json/schema");
                found.push(Operation {
                    method: method.to_uppercase(),
                    path: given.clone(),
                    has_ids,
                    body: body.cloned(),
                    query: query.collect(),
                });
            }
        }
        assert!(found.len() >= 150, "{}", found.len());
        found
    }

    /// The schema itself where this is a reference, the first alternative that is not null where
    /// there are several, all parts in one where they belong together.
    fn resolve(&self, schema: &Value) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.resolve(self.0.pointer(&reference[1..]).unwrap());
        }
        for several in ["oneOf", "anyOf"] {
            if let Some(parts) = schema[several].as_array() {
                let part = parts.iter().find(|part| part["type"] != "null").unwrap();
                return self.resolve(part);
            }
        }
        let Some(parts) = schema["allOf"].as_array() else { return schema.clone() };
        let mut whole = json!({ "type": "object", "properties": {}, "required": [] });
        for part in parts.iter().map(|part| self.resolve(part)) {
            for (name, member) in part["properties"].as_object().into_iter().flatten() {
                whole["properties"][name] = member.clone();
            }
            let required = part["required"].as_array().cloned().unwrap_or_default();
            whole["required"].as_array_mut().unwrap().extend(required);
        }
        whole
    }

    /// A value that keeps to the schema, with every member.
    pub fn sample(&self, schema: &Value) -> Value {
        self.sample_at(schema, 0)
    }

    fn sample_at(&self, schema: &Value, depth: usize) -> Value {
        let schema = self.resolve(schema);
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        match kind(&schema) {
            "string" => {
                json!("a".repeat(schema["minLength"].as_u64().unwrap_or(1).max(1) as usize))
            }
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
            "boolean" => json!(true),
            "array" if depth > DEEP => json!([]),
            "array" => json!([self.sample_at(&schema["items"], depth + 1)]),
            _ => {
                let members = schema["properties"].as_object().into_iter().flatten();
                members
                    .map(|(name, member)| (name.clone(), self.sample_at(member, depth + 1)))
                    .collect()
            }
        }
    }

    /// Bodies each of which breaks the schema at one place, and what is wrong with them.
    pub fn broken(&self, schema: &Value) -> Vec<(String, Value)> {
        self.broken_at(schema, 0)
    }

    fn broken_at(&self, schema: &Value, depth: usize) -> Vec<(String, Value)> {
        let resolved = self.resolve(schema);
        let sample = self.sample(schema);
        let mut found = Vec::new();
        if depth > DEEP {
            return found;
        }
        let here = |what: &str, value: Value| (what.to_owned(), value);
        match kind(&resolved) {
            _ if resolved["enum"].is_array() => found.push(here("unknown", json!("Dance"))),
            "string" => {
                let most = resolved["maxLength"].as_u64().expect("texts have bounds") as usize;
                found.push(here("long", json!("x".repeat(most + 1))));
                found.push(here("NUL", json!("a\0b")));
                if resolved["minLength"].as_u64() > Some(0) {
                    found.push(here("empty", json!("")));
                }
            }
            "integer" => {
                let number = |name: &str| resolved[name].as_f64();
                let small = number("minimum").map(|least| json!(least as i64 - 1));
                let big = number("maximum").map(|most| json!(most as i64 + 1));
                found.extend(small.map(|value| here("small", value)));
                found.extend(big.map(|value| here("big", value)));
                found.push(here("no integer", json!(1.5)));
                found.push(here("huge", json!(1e300)));
            }
            "array" => {
                let items = self.broken_at(&resolved["items"], depth + 1).into_iter();
                found.extend(items.map(|(what, item)| (format!("[] {what}"), json!([item]))));
                if let Some(most) = resolved["maxItems"].as_u64() {
                    let item = self.sample(&resolved["items"]);
                    found.push(here("many", json!(vec![item; most as usize + 1])));
                }
            }
            "object" => {
                if resolved["properties"].is_null() {
                    found.push(here("NUL within", json!({ "a": [{ "b": "\0" }] })));
                }
                for (name, member) in resolved["properties"].as_object().into_iter().flatten() {
                    for (what, value) in self.broken_at(member, depth + 1) {
                        found.push((format!("{name} {what}"), with(&sample, name, value)));
                    }
                }
                for name in resolved["required"].as_array().into_iter().flatten() {
                    let name = name.as_str().unwrap();
                    found.push((format!("no {name}"), without(&sample, name)));
                    let null = with(&sample, name, Value::Null);
                    if !self.takes_null(&resolved["properties"][name]) {
                        found.push((format!("{name} null"), null));
                    }
                }
            }
            _ => {}
        }
        if !kind(&resolved).is_empty() {
            found.push(here("another type", another(&resolved)));
        }
        found
    }

    fn takes_null(&self, schema: &Value) -> bool {
        let mut alternatives = schema["oneOf"].as_array().into_iter().flatten();
        let has = |kind: &Value| *kind == "null" || kind[1] == "null";
        // Any value may be null.
        kind(&self.resolve(schema)).is_empty()
            || has(&schema["type"])
            || alternatives.any(|part| has(&part["type"]))
    }
}

/// The type, null aside; nothing for any value.
fn kind(schema: &Value) -> &str {
    let list = schema["type"].as_array().into_iter().flatten();
    let first = list.filter_map(Value::as_str).find(|kind| *kind != "null");
    schema["type"].as_str().or(first).unwrap_or_default()
}

/// A value of another type.
fn another(schema: &Value) -> Value {
    match kind(schema) {
        "string" => json!({ "is": "no text" }),
        "object" => json!("text"),
        _ => json!({ "is": "something else" }),
    }
}

fn with(whole: &Value, name: &str, value: Value) -> Value {
    let mut members: Map<String, Value> = whole.as_object().unwrap().clone();
    members.insert(name.to_owned(), value);
    Value::Object(members)
}

fn without(whole: &Value, name: &str) -> Value {
    let mut members: Map<String, Value> = whole.as_object().unwrap().clone();
    members.remove(name);
    Value::Object(members)
}
