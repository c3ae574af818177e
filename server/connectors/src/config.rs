//! Reads connector configurations: JSON objects of known keys, each checked once and
//! named in the error when it does not fit. Unknown keys are let pass, as older and newer
//! versions of a form may bring some.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::error::ConnectorError;

/// An object of a configuration and where it is.
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The configuration itself.
    pub(crate) fn root(config: &'a Value) -> Result<Self, ConnectorError> {
        Self::of(config, String::new())
    }

    fn of(value: &'a Value, path: String) -> Result<Self, ConnectorError> {
        match value {
            Value::Object(map) => Ok(Self { map, path }),
            _ if path.is_empty() => {
                Err(ConnectorError::invalid_config("config", "must be an object"))
            }
            _ => Err(ConnectorError::invalid_config(path, "must be an object")),
        }
    }

    /// The error that a key of this object is wrong.
    pub(crate) fn error(&self, key: &str, reason: &str) -> ConnectorError {
        ConnectorError::invalid_config(self.path_of(key), reason)
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// A key's value; null counts as absent.
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.map.keys().map(String::as_str)
    }

    pub(crate) fn optional_string(&self, key: &str) -> Result<Option<&'a str>, ConnectorError> {
        self.get(key)
            .map(|value| value.as_str().ok_or_else(|| self.error(key, "must be a string")))
            .transpose()
    }

    /// A string; absent and empty are the same, as forms send either.
    pub(crate) fn filled_string(&self, key: &str) -> Result<Option<&'a str>, ConnectorError> {
        Ok(self.optional_string(key)?.filter(|text| !text.trim().is_empty()))
    }

    pub(crate) fn required_string(&self, key: &str) -> Result<&'a str, ConnectorError> {
        self.filled_string(key)?.ok_or_else(|| self.error(key, "is required"))
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, ConnectorError> {
        self.get(key)
            .map(|value| value.as_bool().ok_or_else(|| self.error(key, "must be true or false")))
            .transpose()
    }

    pub(crate) fn port(&self, key: &str) -> Result<u16, ConnectorError> {
        let value = self.get(key).ok_or_else(|| self.error(key, "is required"))?;
        value
            .as_u64()
            .and_then(|number| u16::try_from(number).ok())
            .filter(|port| *port > 0)
            .ok_or_else(|| self.error(key, "must be a number from 1 to 65535"))
    }

    /// A time in milliseconds.
    pub(crate) fn milliseconds(&self, key: &str, default: u64) -> Result<Duration, ConnectorError> {
        let number = match self.get(key) {
            None => Some(default),
            Some(value) => value.as_u64().filter(|number| *number > 0),
        };
        number
            .map(Duration::from_millis)
            .ok_or_else(|| self.error(key, "must be a number of milliseconds above 0"))
    }

    pub(crate) fn object(&self, key: &str) -> Result<Option<Fields<'a>>, ConnectorError> {
        self.get(key).map(|value| Fields::of(value, self.path_of(key))).transpose()
    }

    pub(crate) fn objects(&self, key: &str) -> Result<Vec<Fields<'a>>, ConnectorError> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let items = value.as_array().ok_or_else(|| self.error(key, "must be an array"))?;
        let path = self.path_of(key);
        items
            .iter()
            .enumerate()
            .map(|(index, item)| Fields::of(item, format!("{path}[{index}]")))
            .collect()
    }

    /// A string, or strings in an array.
    pub(crate) fn strings(&self, key: &str) -> Result<Vec<&'a str>, ConnectorError> {
        let invalid = || self.error(key, "must be a string or an array of strings");
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().ok_or_else(invalid)).collect()
            }
            Some(_) => Err(invalid()),
        }
    }
}
