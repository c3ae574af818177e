//! Answers to an administrator's own questions, given while somebody registers.

use crate::catalog::Snapshot;
use crate::flows::error::{Rejection, invalid_input, reject};
use crate::flows::interaction::Experience;
use crate::flows::management::profile_fields::check_key;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vestibule_shared::profile_field::{ProfileField, ProfileFieldType};
use vestibule_shared::user::UserProfile;
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::users::UserRow;
use vestibule_store::{Json, StoreError};

/// Claims of OpenID Connect that an account keeps as its profile.
const PROFILE_KEYS: [&str; 12] = [
    "address",
    "birthdate",
    "familyName",
    "gender",
    "givenName",
    "locale",
    "middleName",
    "nickname",
    "preferredUsername",
    "profile",
    "website",
    "zoneinfo",
];
const MAX_NAME: usize = 128;
const MAX_AVATAR: usize = 2048;

/// Answers, sorted by where an account keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ExtraProfile {
    /// Shown name.
    pub name: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Claims of OpenID Connect.
    pub profile: JsonObject,
    /// Everything else.
    pub custom_data: JsonObject,
}

impl ExtraProfile {
    /// Sorts answers. Besides the properties that every account has, only questions that there are
    /// can be answered: programs trust what is in custom data.
    pub fn parse(values: JsonObject, fields: &[ProfileField]) -> Result<Self, Rejection> {
        let mut sorted = Self::default();
        for (key, value) in values.0 {
            if key.is_empty() || !key.bytes().all(|each| each.is_ascii_alphanumeric()) {
                return Err(invalid_input("values", "the names have letters and digits only"));
            }
            check_key(&key)?;
            if value.is_null() {
                continue;
            }
            if key == "name" {
                sorted.name = text(&key, value, MAX_NAME)?;
            } else if key == "avatar" {
                sorted.avatar = text(&key, value, MAX_AVATAR)?;
            } else if PROFILE_KEYS.contains(&key.as_str()) {
                sorted.profile.insert(key, value);
            } else if fields.iter().any(|field| field.name == key) {
                sorted.custom_data.insert(key, value);
            } else {
                let code = ErrorCode::CustomProfileFieldsEntityNotExistsWithNames;
                return Err(reject(400, code).with("names", key));
            }
        }
        let fits = serde_json::from_value::<UserProfile>(Value::Object(sorted.profile.0.clone()));
        fits.map_err(|error| invalid_input("values", &error.to_string()))?;
        Ok(sorted)
    }

    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds answers; a newer one takes the place of an older one.
    pub fn merge(&mut self, newer: Self) {
        self.name = newer.name.or(self.name.take());
        self.avatar = newer.avatar.or(self.avatar.take());
        self.profile.extend(newer.profile.0);
        self.custom_data.extend(newer.custom_data.0);
    }

    /// Writes the answers into an account.
    pub fn write(&self, user: &mut UserRow) -> Result<(), StoreError> {
        let corrupt = |error: serde_json::Error| StoreError::Corrupt {
            table: "users",
            reason: error.to_string(),
        };
        user.name = self.name.clone().or(user.name.take());
        user.avatar = self.avatar.clone().or(user.avatar.take());
        let mut profile = serde_json::to_value(&user.profile.0).map_err(corrupt)?;
        if let Some(members) = profile.as_object_mut() {
            members.extend(self.profile.0.clone());
        }
        user.profile = Json(serde_json::from_value(profile).map_err(corrupt)?);
        user.custom_data.0.extend(self.custom_data.0.clone());
        Ok(())
    }

    fn answers(&self, key: &str) -> bool {
        match key {
            "name" => self.name.is_some(),
            "avatar" => self.avatar.is_some(),
            _ => self.profile.contains_key(key) || self.custom_data.contains_key(key),
        }
    }
}

fn text(key: &str, value: Value, limit: usize) -> Result<Option<String>, Rejection> {
    match value {
        Value::String(text) if text.chars().count() <= limit => {
            Ok(Some(text).filter(|text| !text.is_empty()))
        }
        _ => Err(invalid_input(&format!("values.{key}"), "must be a text that is not too long")),
    }
}

/// The questions that registration asks, in their order.
pub fn asked(snapshot: &Snapshot) -> Vec<&ProfileField> {
    let all = &snapshot.profile_fields;
    match &snapshot.experience.sign_up_profile_fields {
        None => all.iter().collect(),
        Some(chosen) => {
            let find = |name: &String| all.iter().find(|field| field.name == *name);
            chosen.iter().filter_map(|field| find(&field.name)).collect()
        }
    }
}

/// Refuses with `user.missing_profile` while questions are open: all of them before the form was
/// sent, those that must be answered afterwards.
pub fn require(
    snapshot: &Snapshot,
    user: Option<&UserRow>,
    experience: &Experience,
) -> Result<(), Rejection> {
    let is_answered = |key: &str| {
        experience.profile.extra.answers(key) || user.is_some_and(|user| holds(user, key))
    };
    let is_sent = experience.extra_profile_submitted;
    let is_open = |field: &&ProfileField| is_open(field, is_sent, &is_answered);
    if !asked(snapshot).iter().any(is_open) {
        return Ok(());
    }
    let facts = json!({ "missingProfile": ["extraProfile"] });
    Err(reject(422, ErrorCode::UserMissingProfile).with_data(facts))
}

fn is_open(field: &ProfileField, is_sent: bool, is_answered: &dyn Fn(&str) -> bool) -> bool {
    if field.kind != ProfileFieldType::Fullname {
        return (field.required || !is_sent) && !is_answered(&field.name);
    }
    // A full name is made of properties of its own.
    let mut parts = field.config.parts.iter().flatten().filter(|part| part.enabled);
    parts.any(|part| (!is_sent || (field.required && part.required)) && !is_answered(&part.name))
}

fn holds(user: &UserRow, key: &str) -> bool {
    match key {
        "name" => user.name.is_some(),
        "avatar" => user.avatar.is_some(),
        _ => {
            let profile = serde_json::to_value(&user.profile.0).unwrap_or_default();
            let is_there = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
            is_there(profile.get(key)) || is_there(user.custom_data.0.get(key))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: &str, required: bool, config: Value) -> ProfileField {
        serde_json::from_value(json!({
            "tenantId": "default", "id": "a", "name": name, "type": kind, "label": "",
            "description": null, "required": required, "config": config, "createdAt": 0,
            "sieOrder": 1,
        }))
        .unwrap()
    }

    fn parse(values: Value) -> Result<ExtraProfile, ErrorCode> {
        let fields = [field("company", "Text", true, json!({}))];
        let values = JsonObject(values.as_object().unwrap().clone());
        ExtraProfile::parse(values, &fields).map_err(|it| it.code)
    }

    #[test]
    fn answers_go_where_accounts_keep_them() {
        let sorted = parse(json!({
            "name": "Ann", "avatar": "", "nickname": "A", "address": { "country": "DE" },
            "company": { "any": "thing" }, "gender": null,
        }));
        let sorted = sorted.unwrap();
        assert_eq!((sorted.name.as_deref(), sorted.avatar.as_deref()), (Some("Ann"), None));
        assert_eq!(sorted.profile.len(), 2);
        assert_eq!(json!(sorted.custom_data), json!({ "company": { "any": "thing" } }));
        let mut user = UserRow::default();
        user.custom_data.0.insert("kept".into(), json!(1));
        sorted.write(&mut user).unwrap();
        assert_eq!(user.profile.0.nickname.as_deref(), Some("A"));
        assert_eq!(user.custom_data.0.len(), 2);
        assert!(holds(&user, "address") && holds(&user, "company") && !holds(&user, "gender"));
    }

    #[test]
    fn nobody_answers_what_was_not_asked() {
        use ErrorCode::*;
        for (values, code) in [
            (json!({ "role": "admin" }), CustomProfileFieldsEntityNotExistsWithNames),
            (json!({ "isSuspended": false }), CustomProfileFieldsNameConflictBuiltInProp),
            (json!({ "email": "a@b.c" }), CustomProfileFieldsNameConflictSignInIdentifier),
            (json!({ "customData": {} }), CustomProfileFieldsNameConflictCustomData),
            (json!({ "a-b": 1 }), GuardInvalidInput),
            (json!({ "name": 1 }), GuardInvalidInput),
            (json!({ "nickname": 1 }), GuardInvalidInput),
            (json!({ "address": "here" }), GuardInvalidInput),
        ] {
            assert_eq!(parse(values.clone()).unwrap_err(), code, "{values}");
        }
    }

    #[test]
    fn all_questions_are_shown_once_and_some_must_be_answered() {
        let never = |_: &str| false;
        let optional = field("company", "Text", false, json!({}));
        let required = field("company", "Text", true, json!({}));
        assert!(is_open(&optional, false, &never) && !is_open(&optional, true, &never));
        assert!(is_open(&required, true, &never) && !is_open(&required, false, &|_| true));
        let part = |name: &str, required: bool| json!({ "name": name, "type": "Text", "enabled": true, "required": required });
        let parts = json!({ "parts": [part("givenName", true), part("familyName", false)] });
        let name = field("fullname", "Fullname", true, parts);
        assert!(is_open(&name, false, &|key| key == "givenName"));
        assert!(!is_open(&name, true, &|key| key == "givenName"));
        assert!(is_open(&name, true, &|key| key == "familyName"));
    }
}
