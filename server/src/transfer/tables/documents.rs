//! JSON documents of columns, each in the form in which the server writes it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Any object.
pub fn object(value: &Value) -> Result<Value, String> {
    if value.is_object() { Ok(value.clone()) } else { Err("must be an object".to_owned()) }
}

/// A list of texts.
pub fn texts(value: &Value) -> Result<Value, String> {
    let is_list = value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    if is_list { Ok(value.clone()) } else { Err("must be a list of texts".to_owned()) }
}

/// A list of anything.
pub fn list(value: &Value) -> Result<Value, String> {
    if value.is_array() { Ok(value.clone()) } else { Err("must be a list".to_owned()) }
}

/// A document of a type: what the type does not know is refused, and null is the same as missing
/// where the type says so.
pub fn typed<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, String> {
    let parsed: T = serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner().to_string();
        if path == "." { reason } else { format!("{path}: {reason}") }
    })?;
    let written = serde_json::to_value(&parsed).map_err(|error| error.to_string())?;
    if let Some(path) = unknown(value, &written, "") {
        return Err(format!("unknown key {path}"));
    }
    let short = without_null(&written);
    // Only where that means the same.
    let again: Result<T, _> = serde_json::from_value(short.clone());
    match again.map(|it| serde_json::to_value(it)) {
        Ok(Ok(same)) if same == written => Ok(short),
        Ok(_) | Err(_) => Ok(written),
    }
}

/// The path of the first key that was given and is not there any more.
fn unknown(given: &Value, kept: &Value, path: &str) -> Option<String> {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => given.iter().find_map(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match kept.get(key) {
                Some(kept) => unknown(value, kept, &path),
                None => (!value.is_null()).then_some(path),
            }
        }),
        (Value::Array(given), Value::Array(kept)) => {
            let pairs = given.iter().zip(kept).enumerate();
            pairs.into_iter().find_map(|(place, (given, kept))| {
                unknown(given, kept, &format!("{path}[{place}]"))
            })
        }
        _ => None,
    }
}

/// Without members that are null, except within free objects, where nobody could tell.
fn without_null(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key.clone(), without_null(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_null).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use vestibule_shared::application::OidcClientMetadata;
    use vestibule_shared::email_template::EmailTemplateDetails;

    #[test]
    fn what_a_type_does_not_know_is_told_by_its_path() {
        let good = json!({ "redirectUris": ["https://a.example"], "postLogoutRedirectUris": [] });
        assert!(typed::<OidcClientMetadata>(&good).is_ok());
        let bad = json!({ "redirectUris": [], "postLogoutRedirectUris": [], "redirectUri": "x" });
        assert_eq!(typed::<OidcClientMetadata>(&bad), Err("unknown key redirectUri".to_owned()));
        let bad = json!({ "redirectUris": "x", "postLogoutRedirectUris": [] });
        assert!(typed::<OidcClientMetadata>(&bad).unwrap_err().starts_with("redirectUris: "));
    }

    #[test]
    fn null_is_missing_where_the_type_says_so() {
        let given = json!({ "subject": "s", "content": "c", "replyTo": null });
        let short = json!({ "subject": "s", "content": "c" });
        assert_eq!(typed::<EmailTemplateDetails>(&given), Ok(short));
    }
}
