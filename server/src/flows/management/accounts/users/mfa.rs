//! Second factors of a user.

use super::{edit, find};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::totp::TotpSecret;
use crate::state::App;
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};
use vestibule_protocol::random;
use vestibule_shared::user::{CreateMfaVerification, CreatedMfaVerification, MfaVerification};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::users::UserRow;

const TOTP: &str = "Totp";
const WEB_AUTHN: &str = "WebAuthn";
const BACKUP_CODE: &str = "BackupCode";
/// How many backup codes a set has.
const CODES: usize = 10;
/// Hexadecimal digits of a backup code.
const CODE_LENGTH: usize = 10;

/// Second factors, without what proves them.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<MfaVerification>, FlowError> {
    let row = find(&mut app.store.read().await?, user_id).await?;
    Ok(row.mfa_verifications.0.iter().map(to_wire).collect())
}

/// Gives a user a second factor; answers with what proves it.
pub async fn create(
    app: &App,
    user_id: &str,
    request: CreateMfaVerification,
) -> Result<CreatedMfaVerification, FlowError> {
    match request {
        CreateMfaVerification::Totp { secret } => create_totp(app, user_id, secret).await,
        CreateMfaVerification::BackupCode { codes } => {
            create_backup_codes(app, user_id, codes).await
        }
    }
}

async fn create_totp(
    app: &App,
    user_id: &str,
    secret: Option<String>,
) -> Result<CreatedMfaVerification, FlowError> {
    let secret = match secret {
        None => TotpSecret::generate(),
        Some(text) => {
            TotpSecret::parse(&text).ok_or_else(|| reject(422, ErrorCode::UserTotpSecretInvalid))?
        }
    };
    let id = random::standard_id();
    let sealed = app.secrets.sealer.seal(&purpose(&id), secret.as_str().as_bytes());
    let (_, secret_qr_code) = edit(app, user_id, async |_, row| {
        if of_kind(row, TOTP).next().is_some() {
            return Err(reject(422, ErrorCode::UserTotpAlreadyInUse).into());
        }
        let picture = secret.qr_code(&issuer(app), account(row))?;
        let factor = factor(app, TOTP, &id, ("sealedKey", sealed.clone().into()));
        bind(row, factor);
        Ok(picture)
    })
    .await?;
    Ok(CreatedMfaVerification::Totp { secret: secret.as_str().to_owned(), secret_qr_code })
}

async fn create_backup_codes(
    app: &App,
    user_id: &str,
    codes: Option<Vec<String>>,
) -> Result<CreatedMfaVerification, FlowError> {
    let codes = codes.unwrap_or_else(|| (0..CODES).map(|_| random_code()).collect());
    check_codes(&codes)?;
    let id = random::standard_id();
    let sealed: Vec<Value> = codes
        .iter()
        .map(
            |code| json!({ "sealedCode": app.secrets.sealer.seal(&purpose(&id), code.as_bytes()) }),
        )
        .collect();
    edit(app, user_id, async |_, row| {
        if of_kind(row, BACKUP_CODE).any(|set| unused(set) > Some(0)) {
            return Err(reject(422, ErrorCode::UserBackupCodeAlreadyInUse).into());
        }
        if of_kind(row, TOTP).chain(of_kind(row, WEB_AUTHN)).next().is_none() {
            return Err(reject(422, ErrorCode::SessionMfaBackupCodeCanNotBeAlone).into());
        }
        // A set that is used up makes room.
        row.mfa_verifications.0.retain(|factor| !is_kind(factor, BACKUP_CODE));
        bind(row, factor(app, BACKUP_CODE, &id, ("codes", sealed.clone().into())));
        Ok(())
    })
    .await?;
    Ok(CreatedMfaVerification::BackupCode { codes })
}

/// Takes a second factor away.
pub async fn delete(app: &App, user_id: &str, id: &str) -> Result<(), FlowError> {
    edit(app, user_id, async |_, row| {
        let before = row.mfa_verifications.0.len();
        row.mfa_verifications.0.retain(|factor| text(factor, "id").as_deref() != Some(id));
        if row.mfa_verifications.0.len() == before {
            return Err(reject(404, ErrorCode::EntityNotFound).into());
        }
        Ok(())
    })
    .await?;
    Ok(())
}

/// A factor as it is stored.
fn factor(app: &App, kind: &str, id: &str, proof: (&str, Value)) -> JsonObject {
    let created_at = DateTime::from_timestamp_millis(app.clock.now()).unwrap_or_default();
    let created_at = created_at.to_rfc3339_opts(SecondsFormat::Millis, true);
    JsonObject::from_iter([
        ("type", Value::from(kind)),
        ("id", id.into()),
        ("createdAt", created_at.into()),
        proof,
    ])
}

/// Adds a factor. From then on the user is one who wants second factors.
fn bind(row: &mut UserRow, factor: JsonObject) {
    row.mfa_verifications.0.push(factor);
    let mfa = row.preferences.0.entry("mfa").or_insert_with(|| json!({}));
    if let Some(mfa) = mfa.as_object_mut() {
        mfa.insert("enabled".to_owned(), true.into());
    }
}

/// What the secrets of a factor are sealed for.
pub(crate) fn purpose(id: &str) -> String {
    format!("mfa verification {id}")
}

fn random_code() -> String {
    random::bytes::<{ CODE_LENGTH / 2 }>().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check_codes(codes: &[String]) -> Result<(), Rejection> {
    let is_code =
        |code: &String| code.len() == CODE_LENGTH && code.bytes().all(|it| it.is_ascii_hexdigit());
    if codes.len() == CODES && codes.iter().all(is_code) {
        Ok(())
    } else {
        Err(reject(422, ErrorCode::UserWrongBackupCodeFormat))
    }
}

/// Whose codes they are, as apps show it.
fn issuer(app: &App) -> String {
    app.settings.endpoint.host().to_owned()
}

/// Whom an account is for, as apps show it.
fn account(row: &UserRow) -> &str {
    let names = [&row.name, &row.username, &row.primary_email, &row.primary_phone];
    names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or(&row.id)
}

fn of_kind<'a>(row: &'a UserRow, kind: &'a str) -> impl Iterator<Item = &'a JsonObject> {
    row.mfa_verifications.0.iter().filter(move |factor| is_kind(factor, kind))
}

fn is_kind(factor: &JsonObject, kind: &str) -> bool {
    factor.get("type").and_then(Value::as_str) == Some(kind)
}

/// How many codes of a set were not used yet.
fn unused(factor: &JsonObject) -> Option<usize> {
    let codes = factor.get("codes").and_then(Value::as_array)?;
    Some(codes.iter().filter(|it| it.get("usedAt").is_none()).count())
}

fn to_wire(factor: &JsonObject) -> MfaVerification {
    // When the others were last used is not shown.
    let of_passkey = |name| text(factor, name).filter(|_| is_kind(factor, WEB_AUTHN));
    MfaVerification {
        id: text(factor, "id").unwrap_or_default(),
        created_at: text(factor, "createdAt").unwrap_or_default(),
        last_used_at: of_passkey("lastUsedAt"),
        kind: text(factor, "type").unwrap_or_default(),
        agent: of_passkey("agent"),
        name: of_passkey("name"),
        remain_codes: unused(factor),
    }
}

fn text(factor: &JsonObject, name: &str) -> Option<String> {
    factor.get(name).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_ten_codes_of_ten_hexadecimal_digits() {
        let codes: Vec<String> = (0..CODES).map(|_| random_code()).collect();
        assert!(check_codes(&codes).is_ok());
        let refused = ErrorCode::UserWrongBackupCodeFormat;
        assert_eq!(check_codes(&codes[1..]).unwrap_err().code, refused);
        for bad in ["", "012345678", "0123456789a", "012345678g"] {
            let mut codes = codes.clone();
            codes[3] = bad.to_owned();
            assert_eq!(check_codes(&codes).unwrap_err().code, refused, "{bad}");
        }
    }

    #[test]
    fn what_is_shown_of_a_factor_depends_on_its_kind() {
        let used = json!({ "sealedCode": "b", "usedAt": "2026-01-01T00:00:00.000Z" });
        let set = JsonObject::from_iter([
            ("type", json!(BACKUP_CODE)),
            ("id", json!("1")),
            ("createdAt", json!("2026-01-01T00:00:00.000Z")),
            ("lastUsedAt", json!("2026-01-02T00:00:00.000Z")),
            ("codes", json!([{ "sealedCode": "a" }, used])),
        ]);
        let shown = to_wire(&set);
        assert_eq!((shown.remain_codes, shown.last_used_at), (Some(1), None));
        let passkey = JsonObject::from_iter([
            ("type", json!(WEB_AUTHN)),
            ("id", json!("2")),
            ("name", json!("Phone")),
            ("lastUsedAt", json!("2026-01-02T00:00:00.000Z")),
        ]);
        let shown = to_wire(&passkey);
        assert_eq!(shown.name.as_deref(), Some("Phone"));
        assert!(shown.last_used_at.is_some() && shown.remain_codes.is_none());
    }

    #[test]
    fn an_account_goes_by_its_best_name() {
        let row = UserRow { id: "u1".into(), name: Some(" ".into()), ..UserRow::default() };
        assert_eq!(account(&row), "u1");
        let row = UserRow { primary_email: Some("ann@example.com".into()), ..row };
        assert_eq!(account(&row), "ann@example.com");
    }
}
