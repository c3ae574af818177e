//! Changing what an account holds.

use super::{check_texts, edit, edit_and_tell, find, shown};
use crate::flows::error::FlowError;
use crate::flows::identifier::{Email, Phone, Username};
use crate::state::App;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use vestibule_shared::JsonObject;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::user::{
    MfaPreferences, PasskeyPreferences, Preferences, PreferencesPatch, UpdateUser, User,
    UserProfile,
};
use vestibule_store::{Json, StoreError, users as rows};

/// Replaces what the request names; neither the policy for user names nor the block list for
/// addresses holds for administrators.
pub async fn update(app: &App, id: &str, request: UpdateUser) -> Result<User, FlowError> {
    let given =
        |field: &Option<Option<String>>| field.clone().map(|it| it.filter(|it| !it.is_empty()));
    let (username, email, phone) =
        (given(&request.username), given(&request.primary_email), given(&request.primary_phone));
    let (name, avatar) = (given(&request.name), given(&request.avatar));
    let text = |field: &Option<Option<String>>| field.clone().flatten();
    check_texts(text(&name).as_deref(), text(&avatar).as_deref())?;
    let policy = app.catalog.snapshot().experience.username_policy;
    let username_key = text(&username).map(|it| Username::parse(&it)).transpose()?;
    let email_key = text(&email).map(|it| Email::parse(&it)).transpose()?;
    let phone_key = text(&phone).map(|it| Phone::parse(&it)).transpose()?;
    edit_and_tell(app, id, HookEvent::UserDataUpdated, shown, async |_, row| {
        if let Some(username) = username.clone() {
            row.username = username;
            row.username_key = username_key.as_ref().map(|it| it.key(&policy));
        }
        if let Some(email) = email.clone() {
            row.primary_email = email;
            row.email_key = email_key.as_ref().map(Email::key);
        }
        if let Some(phone) = phone.clone() {
            row.primary_phone = phone;
            row.phone_key = phone_key.as_ref().map(Phone::key);
        }
        row.name = name.clone().unwrap_or(row.name.take());
        row.avatar = avatar.clone().unwrap_or(row.avatar.take());
        if let Some(custom) = request.custom_data.clone() {
            row.custom_data = Json(custom);
        }
        if let Some(profile) = request.profile.clone() {
            row.profile = Json(profile);
        }
        Ok(())
    })
    .await
}

/// Free fields of an account.
pub async fn custom_data(app: &App, id: &str) -> Result<JsonObject, FlowError> {
    Ok(find(&mut app.store.read().await?, id).await?.custom_data.0)
}

/// Puts free fields beside those that are there; answers with all.
pub async fn merge_custom_data(
    app: &App,
    id: &str,
    members: JsonObject,
) -> Result<JsonObject, FlowError> {
    let answer = |row: rows::UserRow| row.custom_data.0;
    edit_and_tell(app, id, HookEvent::UserDataUpdated, answer, async |_, row| {
        row.custom_data.0.extend(members.0.clone());
        Ok(())
    })
    .await
}

/// Puts profile fields beside those that are there; answers with all.
pub async fn merge_profile(
    app: &App,
    id: &str,
    fields: UserProfile,
) -> Result<UserProfile, FlowError> {
    let answer = |row: rows::UserRow| row.profile.0;
    edit_and_tell(app, id, HookEvent::UserDataUpdated, answer, async |_, row| {
        let mut merged = members(&row.profile.0)?;
        merged.extend(members(&fields)?);
        row.profile = Json(read(merged)?);
        Ok(())
    })
    .await
}

/// What a user chose about second factors and passkeys.
pub async fn preferences(app: &App, id: &str) -> Result<Preferences, FlowError> {
    let row = find(&mut app.store.read().await?, id).await?;
    Ok(preferences_to_wire(&row)?)
}

/// Changes these choices; answers with all.
pub async fn merge_preferences(
    app: &App,
    id: &str,
    patch: PreferencesPatch,
) -> Result<Preferences, FlowError> {
    let (row, ()) = edit(app, id, async |_, row| {
        if let Some(mfa) = &patch.mfa {
            merge(&mut row.preferences.0, MFA, members(mfa)?);
        }
        if let Some(passkeys) = &patch.passkey_sign_in {
            merge(&mut row.preferences.0, PASSKEY_SIGN_IN, members(passkeys)?);
        }
        Ok(())
    })
    .await?;
    Ok(preferences_to_wire(&row)?)
}

/// Members of `users.preferences`.
const MFA: &str = "mfa";
const PASSKEY_SIGN_IN: &str = "passkey_sign_in";

fn preferences_to_wire(row: &rows::UserRow) -> Result<Preferences, StoreError> {
    let part = |name: &str| match row.preferences.0.get(name) {
        Some(Value::Object(members)) => members.clone(),
        _ => Map::new(),
    };
    let mfa: MfaPreferences = read(part(MFA))?;
    let passkey_sign_in: PasskeyPreferences = read(part(PASSKEY_SIGN_IN))?;
    Ok(Preferences { mfa, passkey_sign_in })
}

/// Puts members into an object that is a member.
fn merge(object: &mut JsonObject, name: &str, members: Map<String, Value>) {
    match object.get_mut(name) {
        Some(Value::Object(held)) => held.extend(members),
        _ => {
            object.insert(name.to_owned(), Value::Object(members));
        }
    }
}

fn members(value: &impl Serialize) -> Result<Map<String, Value>, StoreError> {
    read(serde_json::to_value(value).map_err(corrupt)?.as_object().cloned().unwrap_or_default())
}

fn read<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, StoreError> {
    serde_json::from_value(Value::Object(members)).map_err(corrupt)
}

fn corrupt(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt { table: "users", reason: error.to_string() }
}
