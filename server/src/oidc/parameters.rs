//! Parameters of the OAuth endpoints: a form or a JSON object in the body, or the query.

use crate::http::body::{self, OAUTH_LIMIT};
use crate::http::problem::Problem;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use vestibule_protocol::error::OAuthError;

/// Longest value.
const MAX_VALUE: usize = 8 * 1024;
/// Most parameters.
const MAX_COUNT: usize = 100;

/// The parameters of a request, in order. Only `resource` may be there twice.
#[derive(Clone, Debug, Default)]
pub struct Parameters(pub Vec<(String, String)>);

impl Parameters {
    /// The value of a parameter; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(held, _)| held == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there.
    pub fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| {
            OAuthError::invalid_request(format!("missing required parameter(s) ({name})"))
        })
    }

    /// The one resource indicator of a token request.
    pub fn resource(&self) -> Result<Option<&str>, OAuthError> {
        let given = self.0.iter().filter(|(name, _)| name == "resource");
        let mut indicators = given
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|it| !it.is_empty());
        let first = indicators.next();
        if indicators.next().is_some() {
            return Err(OAuthError::invalid_target(
                "only a single resource indicator value is supported for this grant type",
            ));
        }
        Ok(first)
    }

    /// Parameters of the query.
    pub fn of_query(request: &HttpRequest) -> Result<Self, OAuthError> {
        form(request.query_string().as_bytes())
    }
}

impl FromRequest for Parameters {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    /// From the body.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = payload.take();
        let content_type = request.headers().get(CONTENT_TYPE).cloned();
        Box::pin(async move {
            let bytes = body::collect(payload, OAUTH_LIMIT).await?;
            let kind = content_type.as_ref().and_then(|it| it.to_str().ok()).unwrap_or_default();
            let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            Ok(match kind.as_str() {
                "application/json" => json(&bytes)?,
                "application/x-www-form-urlencoded" => form(&bytes)?,
                "" if bytes.is_empty() => Self::default(),
                _ => {
                    return Err(OAuthError::invalid_request(
                        "only application/x-www-form-urlencoded and application/json bodies are \
                         supported",
                    )
                    .into());
                }
            })
        })
    }
}

fn form(text: &[u8]) -> Result<Parameters, OAuthError> {
    let pairs = form_urlencoded::parse(text).into_owned().take(MAX_COUNT + 1).collect();
    checked(pairs)
}

fn json(bytes: &Bytes) -> Result<Parameters, OAuthError> {
    let wrong = || OAuthError::invalid_request("failed to parse the request body");
    let parsed: Value = serde_json::from_slice(bytes).map_err(|_| wrong())?;
    let Value::Object(members) = parsed else { return Err(wrong()) };
    let mut pairs = Vec::new();
    for (name, value) in members {
        let values = match value {
            Value::Array(values) if name == "resource" => values,
            Value::Null => continue,
            value => vec![value],
        };
        for value in values {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => return Err(wrong()),
            };
            pairs.push((name.clone(), text));
        }
    }
    checked(pairs)
}

fn checked(pairs: Vec<(String, String)>) -> Result<Parameters, OAuthError> {
    if pairs.len() > MAX_COUNT {
        return Err(OAuthError::invalid_request("too many parameters"));
    }
    for (position, (name, value)) in pairs.iter().enumerate() {
        if name.contains('\0') || value.contains('\0') {
            return Err(OAuthError::invalid_request("parameters must not hold null bytes"));
        }
        if name.len() > 256 || value.len() > MAX_VALUE {
            return Err(OAuthError::invalid_request("a parameter is too long"));
        }
        let is_repeated = pairs.iter().take(position).any(|(earlier, _)| earlier == name);
        if is_repeated && name != "resource" {
            let text = format!("'{name}' parameter must not be provided twice");
            return Err(OAuthError::invalid_request(text));
        }
    }
    Ok(Parameters(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Parameters, OAuthError> {
        json(&Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn json_and_forms_are_the_same() {
        let parameters =
            of(r#"{"grant_type":"x","resource":["a","b"],"max":1,"no":null}"#).unwrap();
        assert_eq!(parameters.get("grant_type"), Some("x"));
        assert_eq!(parameters.get("max"), Some("1"));
        assert_eq!(parameters.0.iter().filter(|(name, _)| name == "resource").count(), 2);
        let parameters = form(b"grant_type=x&empty=&resource=a").unwrap();
        assert_eq!(parameters.resource().unwrap(), Some("a"));
        assert_eq!(parameters.get("empty"), None);
    }

    #[test]
    fn hostile_parameters_are_refused() {
        for text in ["[]", "1", "{", r#"{"a":{"b":1}}"#, r#"{"a":[1]}"#, r#"{"a":"\u0000"}"#] {
            assert!(of(text).is_err(), "{text}");
        }
        assert!(form(b"a=1&a=2").is_err());
        assert!(form(b"a=%00").is_err());
        assert!(form("a=1&".repeat(101).as_bytes()).is_err());
        assert!(form(format!("a={}", "x".repeat(MAX_VALUE + 1)).as_bytes()).is_err());
        assert!(form(b"resource=a,b").unwrap().resource().is_err());
    }
}
