//! One user as one line.

use super::COLUMNS;
use crate::flows::mfa::factors as mfa;
use crate::secrets::Secrets;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use vestibule_shared::JsonObject;
use vestibule_shared::user::{SocialIdentity, UserProfile};
use vestibule_store::Millis;
use vestibule_store::transfer::Row;

/// A user. What is left out is empty, but password and second factors, which stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserLine {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub profile: UserProfile,
    #[serde(default, skip_serializing_if = "is_default")]
    pub custom_data: JsonObject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cimd_client_id: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub identities: BTreeMap<String, SocialIdentity>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sso_identities: Vec<SsoLine>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub preferences: JsonObject,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_suspended: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<MembershipLine>,
    /// Applications with rules that let this user in by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_algorithm: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_digest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_updated_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_password_expired: bool,
    /// With their secrets in clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_verifications: Option<Vec<JsonObject>>,
}

/// An identity at an enterprise's provider.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SsoLine {
    pub id: String,
    pub sso_connector_id: String,
    pub issuer: String,
    pub identity_id: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub detail: JsonObject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Millis>,
}

/// Membership of an organization.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MembershipLine {
    pub id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A row of `users`, column by column.
pub struct Stored<'a>(pub &'a Row);

impl Stored<'_> {
    /// The value of a column.
    pub fn value(&self, column: &str) -> &Value {
        let place = COLUMNS.iter().position(|(name, _)| *name == column);
        place.and_then(|place| self.0.get(place)).unwrap_or(&Value::Null)
    }

    /// A text, if there is one.
    pub fn text(&self, column: &str) -> Option<String> {
        self.value(column).as_str().map(str::to_owned)
    }

    /// A time, if there is one.
    pub fn time(&self, column: &str) -> Option<Millis> {
        self.value(column).as_i64()
    }

    /// A flag.
    pub fn flag(&self, column: &str) -> bool {
        self.value(column).as_bool().unwrap_or_default()
    }

    /// A document; an empty one where it cannot be read.
    pub fn document<T: serde::de::DeserializeOwned + Default>(
        &self,
        column: &str,
    ) -> Result<T, serde_json::Error> {
        let text = self.value(column).as_str();
        text.map_or_else(|| Ok(T::default()), serde_json::from_str)
    }
}

/// Secrets of second factors, by their names in clear and as they are stored.
const SECRETS: [(&str, &str); 2] = [("key", "sealedKey"), ("code", "sealedCode")];

/// A second factor with its secrets in clear.
pub fn open_factor(factor: &JsonObject, secrets: &Secrets) -> Result<JsonObject, String> {
    convert(factor, &|name, value| {
        let Some((clear, _)) = SECRETS.iter().find(|(_, sealed)| *sealed == name) else {
            return Ok(None);
        };
        let sealed = value.as_str().unwrap_or_default();
        let opened = secrets.sealer.open(&mfa::purpose(id(factor)), sealed);
        let opened = opened.map_err(|error| error.to_string())?;
        let text = String::from_utf8(opened).map_err(|error| error.to_string())?;
        Ok(Some(((*clear).to_owned(), Value::String(text))))
    })
}

/// A second factor as it is stored.
pub fn close_factor(factor: &JsonObject, secrets: &Secrets) -> Result<JsonObject, String> {
    if id(factor).is_empty() {
        return Err("a second factor has no id".to_owned());
    }
    convert(factor, &|name, value| {
        let Some((_, sealed)) = SECRETS.iter().find(|(clear, _)| *clear == name) else {
            return Ok(None);
        };
        let clear = value.as_str().ok_or_else(|| format!("{name} must be a text"))?;
        let text = secrets.sealer.seal(&mfa::purpose(id(factor)), clear.as_bytes());
        Ok(Some(((*sealed).to_owned(), Value::String(text))))
    })
}

fn id(factor: &JsonObject) -> &str {
    factor.get("id").and_then(Value::as_str).unwrap_or_default()
}

type Member<'a> = &'a dyn Fn(&str, &Value) -> Result<Option<(String, Value)>, String>;

/// Members of a factor, and of its codes, changed where `member` says so.
fn convert(factor: &JsonObject, member: Member<'_>) -> Result<JsonObject, String> {
    let members = |object: &Map<String, Value>| {
        let members = object.iter().map(|(name, value)| {
            Ok(member(name, value)?.unwrap_or_else(|| (name.clone(), value.clone())))
        });
        members.collect::<Result<Map<String, Value>, String>>()
    };
    let mut converted = members(&factor.0)?;
    if let Some(Value::Array(codes)) = converted.get_mut("codes") {
        for code in codes {
            if let Value::Object(code_members) = code {
                *code = Value::Object(members(code_members)?);
            }
        }
    }
    Ok(JsonObject(converted))
}
