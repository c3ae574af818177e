//! Second factors as an account keeps them.
//!
//! A factor is an object with `type`, `id`, `createdAt` and what it is checked by, sealed for its
//! id.

use super::totp::TotpSecret;
use crate::flows::error::FlowError;
use crate::state::App;
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};
use vestibule_protocol::{hash, random};
use vestibule_shared::JsonObject;
use vestibule_shared::sign_in_experience::MfaFactor;
use vestibule_store::users::UserRow;

/// Members of `users.preferences`: what a user has decided about second factors,
pub const MFA: &str = "mfa";
/// and about passkeys instead of passwords.
pub const PASSKEY_SIGN_IN: &str = "passkey_sign_in";
/// The choice to have no further factor.
pub const SUGGESTION_SKIPPED: &str = "additionalBindingSuggestionSkipped";
/// How many backup codes a set has.
pub const CODES: usize = 10;
/// Hexadecimal digits of a backup code.
pub const CODE_LENGTH: usize = 10;

const SEALED_KEY: &str = "sealedKey";
const SEALED_CODE: &str = "sealedCode";
const USED_AT: &str = "usedAt";
const LAST_USED_AT: &str = "lastUsedAt";
/// The newest step of time whose code was taken.
const LAST_STEP: &str = "lastUsedStep";

/// An authenticator app that shares this secret.
pub fn totp(app: &App, id: &str, secret: &TotpSecret) -> JsonObject {
    let sealed = app.secrets.sealer.seal(&purpose(id), secret.as_str().as_bytes());
    factor(app, MfaFactor::Totp, id, (SEALED_KEY, sealed.into()))
}

/// A set of backup codes.
pub fn backup_codes(app: &App, id: &str, codes: &[String]) -> JsonObject {
    let seal = |code: &String| app.secrets.sealer.seal(&purpose(id), code.as_bytes());
    let sealed: Vec<Value> = codes.iter().map(|code| json!({ SEALED_CODE: seal(code) })).collect();
    factor(app, MfaFactor::BackupCode, id, ("codes", sealed.into()))
}

fn factor(app: &App, kind: MfaFactor, id: &str, proof: (&str, Value)) -> JsonObject {
    JsonObject::from_iter([
        ("type", Value::from(kind.as_str())),
        ("id", id.into()),
        ("createdAt", now(app).into()),
        proof,
    ])
}

fn now(app: &App) -> String {
    let now = DateTime::from_timestamp_millis(app.clock.now()).unwrap_or_default();
    now.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// New backup codes.
pub fn random_codes() -> Vec<String> {
    let code = || {
        let bytes = random::bytes::<{ CODE_LENGTH / 2 }>();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    (0..CODES).map(|_| code()).collect()
}

/// Adds a factor; new backup codes take the place of the old ones. From then on the user is one
/// who wants second factors.
pub fn bind(row: &mut UserRow, factor: JsonObject) {
    if is_kind(&factor, MfaFactor::BackupCode) {
        row.mfa_verifications.0.retain(|held| !is_kind(held, MfaFactor::BackupCode));
    }
    row.mfa_verifications.0.push(factor);
    choose(row, MFA, "enabled", true);
}

/// Keeps what the user has decided about [`MFA`] or [`PASSKEY_SIGN_IN`].
pub fn choose(row: &mut UserRow, about: &str, choice: &str, value: bool) {
    let choices = row.preferences.0.entry(about).or_insert_with(|| json!({}));
    if let Some(choices) = choices.as_object_mut() {
        choices.insert(choice.to_owned(), value.into());
    }
}

/// What the user has decided about second factors, if anything.
pub fn choice(row: &UserRow, choice: &str) -> Option<bool> {
    row.preferences.0.get(MFA)?.get(choice)?.as_bool()
}

/// Factors of this kind.
pub fn of_kind(row: &UserRow, kind: MfaFactor) -> impl Iterator<Item = &JsonObject> {
    row.mfa_verifications.0.iter().filter(move |factor| is_kind(factor, kind))
}

/// Whether a factor is of this kind.
pub fn is_kind(factor: &JsonObject, kind: MfaFactor) -> bool {
    factor.get("type").and_then(Value::as_str) == Some(kind.as_str())
}

/// How many codes of a set were not used yet; nothing where it is no set.
pub fn unused(factor: &JsonObject) -> Option<usize> {
    let codes = factor.get("codes").and_then(Value::as_array)?;
    Some(codes.iter().filter(|it| it.get(USED_AT).is_none()).count())
}

/// When a factor last proved something, or was added.
pub fn last_used(factor: &JsonObject) -> &str {
    let text = |name: &str| factor.get(name).and_then(Value::as_str);
    text(LAST_USED_AT).or_else(|| text("createdAt")).unwrap_or_default()
}

/// The secret of an authenticator app, wherever its factor is kept.
pub fn open_totp(app: &App, factor: &JsonObject) -> Result<TotpSecret, FlowError> {
    let secret = open(app, id(factor), factor.get(SEALED_KEY))?;
    TotpSecret::parse(&secret).ok_or_else(|| unreadable("it is no secret of an app"))
}

/// Takes the code of an authenticator app, once; whether it is right and new.
pub fn use_totp(app: &App, row: &mut UserRow, code: &str) -> Result<bool, FlowError> {
    let (seconds, at) = (app.clock.now() / 1000, now(app));
    let mut held = row.mfa_verifications.0.iter_mut();
    let Some(factor) = held.find(|factor| is_kind(factor, MfaFactor::Totp)) else {
        return Ok(false);
    };
    let Some(step) = open_totp(app, factor)?.step_of(code, seconds)? else { return Ok(false) };
    let last = factor.get(LAST_STEP).and_then(Value::as_u64);
    if last.is_some_and(|last| step <= last) {
        return Ok(false);
    }
    factor.insert(LAST_STEP.into(), step.into());
    factor.insert(LAST_USED_AT.into(), at.into());
    Ok(true)
}

/// Takes a backup code, once; whether it is one that was not used.
pub fn use_backup_code(app: &App, row: &mut UserRow, code: &str) -> Result<bool, FlowError> {
    let at = now(app);
    let mut held = row.mfa_verifications.0.iter_mut();
    let Some(factor) = held.find(|factor| is_kind(factor, MfaFactor::BackupCode)) else {
        return Ok(false);
    };
    let id = id(factor).to_owned();
    let codes = factor.get_mut("codes").and_then(Value::as_array_mut);
    for held in codes.into_iter().flatten().filter_map(Value::as_object_mut) {
        let is_it = hash::equal(&open(app, &id, held.get(SEALED_CODE))?, code);
        if is_it && !held.contains_key(USED_AT) {
            held.insert(USED_AT.to_owned(), at.clone().into());
            factor.insert(LAST_USED_AT.into(), at.into());
            return Ok(true);
        }
    }
    Ok(false)
}

fn id(factor: &JsonObject) -> &str {
    factor.get("id").and_then(Value::as_str).unwrap_or_default()
}

fn open(app: &App, id: &str, sealed: Option<&Value>) -> Result<String, FlowError> {
    let sealed = sealed.and_then(Value::as_str).unwrap_or_default();
    let opened = app.secrets.sealer.open(&purpose(id), sealed).map_err(unreadable)?;
    String::from_utf8(opened).map_err(unreadable)
}

fn unreadable(reason: impl std::fmt::Display) -> FlowError {
    FlowError::Internal(format!("a second factor cannot be read: {reason}"))
}

/// What the secrets of a factor are sealed for.
pub fn purpose(id: &str) -> String {
    format!("mfa verification {id}")
}

/// Whose codes they are, as apps show it.
pub fn issuer(app: &App) -> &str {
    app.settings.endpoint.host()
}

/// Whom an account is for, as apps show it.
pub fn account(row: &UserRow) -> &str {
    let names = [&row.name, &row.username, &row.primary_email, &row.primary_phone];
    names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or(&row.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_goes_by_its_best_name() {
        let row = UserRow { id: "u1".into(), name: Some(" ".into()), ..UserRow::default() };
        assert_eq!(account(&row), "u1");
        let row = UserRow { primary_email: Some("ann@example.com".into()), ..row };
        assert_eq!(account(&row), "ann@example.com");
    }

    #[test]
    fn new_codes_take_the_place_of_old_ones() {
        let set = |id: &str| JsonObject::from_iter([("type", "BackupCode"), ("id", id)]);
        let mut row = UserRow::default();
        bind(&mut row, JsonObject::from_iter([("type", "Totp"), ("id", "a")]));
        bind(&mut row, set("b"));
        bind(&mut row, set("c"));
        let ids: Vec<&str> = row.mfa_verifications.0.iter().map(id).collect();
        assert_eq!(ids, ["a", "c"]);
        assert_eq!(choice(&row, "enabled"), Some(true));
        assert_eq!(choice(&row, "skipped"), None);
    }
}
