//! Request bodies, parsed once.

use crate::flows::error::{Rejection, invalid_input, reject};
use crate::http::problem::Problem;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use vestibule_shared::ErrorCode;

/// The most that a JSON body may hold, in bytes.
const JSON_LIMIT: usize = 256 * 1024;
/// The most that a body of an OAuth endpoint may hold, in bytes.
pub const OAUTH_LIMIT: usize = 56 * 1024;

/// A JSON body. Malformed JSON, a type that does not fit, a NUL byte and too many bytes are
/// refused with the contract's errors.
pub struct Json<T>(pub T);

/// What the bodies of a resource must keep beside their types; its `app_data` holds it.
#[derive(Clone)]
pub struct BodyRule(Rc<Rule>);

type Rule = dyn Fn(&Method, &Value) -> Result<(), Rejection>;

impl BodyRule {
    /// The rule that `check` knows, by the method of the request.
    pub fn new(check: impl Fn(&Method, &Value) -> Result<(), Rejection> + 'static) -> Self {
        Self(Rc::new(check))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let value = value_of(request, payload, read);
        Box::pin(async move { of_type(value.await?).map(Self) })
    }
}

/// A JSON body that is a list, under the same rules.
pub struct JsonList<T>(pub Vec<T>);

impl<T: DeserializeOwned + 'static> FromRequest for JsonList<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let value = value_of(request, payload, read_list);
        Box::pin(async move { of_type(value.await?).map(Self) })
    }
}

/// The body as `read` sees it, if it keeps the rule of the resource.
fn value_of(
    request: &HttpRequest,
    payload: &mut Payload,
    read: fn(&[u8]) -> Result<Value, Problem>,
) -> impl Future<Output = Result<Value, Problem>> + use<> {
    let payload = payload.take();
    let rule = request.app_data::<BodyRule>().cloned();
    let method = request.method().clone();
    async move {
        let value = read(&collect(payload, JSON_LIMIT).await?)?;
        if let Some(rule) = rule {
            rule.0(&method, &value)?;
        }
        Ok(value)
    }
}

/// Reads a body of at most `limit` bytes.
pub async fn collect(mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let mut body = actix_web::web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::Malformed(error.to_string()))?;
        if body.len() + chunk.len() > limit {
            return Err(Rejection { status: 413, ..reject(413, ErrorCode::GuardInvalidInput) }
                .with_details(format!("the body has more than {limit} bytes"))
                .into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Parses JSON text into a type.
pub fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    of_type(read(text)?)
}

/// Parses the text of a JSON object.
fn read(text: &[u8]) -> Result<Value, Problem> {
    // An empty body stands for an empty object: clients send none where all is optional.
    let text = if text.is_empty() { b"{}" } else { text };
    let value = parse_value(text)?;
    // A list could stand for an object whose members it gives in order.
    if !value.is_object() {
        return Err(invalid_input("", "the body is no object").into());
    }
    without_nul(value)
}

/// Parses the text of a list of JSON objects.
fn read_list(text: &[u8]) -> Result<Value, Problem> {
    let value = parse_value(text)?;
    if !value.as_array().is_some_and(|items| items.iter().all(Value::is_object)) {
        return Err(invalid_input("", "the body is no list of objects").into());
    }
    without_nul(value)
}

fn parse_value(text: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(text).map_err(|error| Problem::Malformed(error.to_string()))
}

fn without_nul(value: Value) -> Result<Value, Problem> {
    if holds_nul(&value) {
        return Err(invalid_input("", "a text holds the character U+0000").into());
    }
    Ok(value)
}

fn of_type<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        invalid_input(&path, &without_value(&error.inner().to_string())).into()
    })
}

/// What was expected, without what came instead, which may be a secret in the wrong place.
fn without_value(reason: &str) -> String {
    match reason.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => reason.to_owned(),
    }
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => {
            members.iter().any(|(name, member)| name.contains('\0') || holds_nul(member))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vestibule_shared::experience::CreateInteraction;

    fn error(text: &str) -> Problem {
        parse::<CreateInteraction>(text.as_bytes()).map(|_| ()).unwrap_err()
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        assert!(matches!(error("{"), Problem::Malformed(_)));
        assert!(matches!(error("\u{feff}{}"), Problem::Malformed(_)));
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(matches!(error(&deep), Problem::Malformed(_)));
        assert!(parse::<Value>(b"\"\xff\"").is_err());
    }

    #[test]
    fn what_does_not_fit_names_the_field() {
        for text in [r#"{"interactionEvent":"Dance"}"#, r#"{"interactionEvent":1}"#, "{}", "", "[]"]
        {
            let Problem::Rejected(rejection) = error(text) else { panic!("{text}") };
            assert_eq!(rejection.code, ErrorCode::GuardInvalidInput, "{text}");
        }
        let Problem::Rejected(rejection) = error(r#"{"interactionEvent":"Dance"}"#) else {
            panic!()
        };
        assert!(rejection.details.unwrap().contains("interactionEvent"));
    }

    #[test]
    fn a_list_holds_objects() {
        let list = |text: &str| -> Result<Vec<CreateInteraction>, Problem> {
            of_type(read_list(text.as_bytes())?)
        };
        assert_eq!(list("[]").unwrap().len(), 0);
        assert_eq!(list(r#"[{"interactionEvent":"SignIn"}]"#).unwrap().len(), 1);
        for text in ["{}", "null", r#"["SignIn"]"#, r#"[["SignIn"]]"#, r#"[{}]"#] {
            let refused = list(text).map(|_| ()).unwrap_err();
            assert!(matches!(refused, Problem::Rejected(_)), "{text}");
        }
        assert!(matches!(list("").map(|_| ()).unwrap_err(), Problem::Malformed(_)));
    }

    #[test]
    fn nul_is_refused_wherever_it_stands() {
        for text in [r#"{"a":"\u0000"}"#, r#"{"a":[{"b\u0000":1}]}"#] {
            assert!(matches!(parse::<Value>(text.as_bytes()), Err(Problem::Rejected(_))), "{text}");
        }
    }
}
