//! Second factors of a user.

use super::{edit, find};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::mfa::factors::{self, CODE_LENGTH, CODES, bind, is_kind, of_kind, unused};
use crate::flows::mfa::totp::TotpSecret;
use crate::state::App;
use serde_json::Value;
use vestibule_protocol::random;
use vestibule_shared::sign_in_experience::MfaFactor;
use vestibule_shared::user::{CreateMfaVerification, CreatedMfaVerification, MfaVerification};
use vestibule_shared::{ErrorCode, JsonObject};

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
    let factor = factors::totp(app, &random::standard_id(), &secret);
    let (_, secret_qr_code) = edit(app, user_id, async |_, row| {
        if of_kind(row, MfaFactor::Totp).next().is_some() {
            return Err(reject(422, ErrorCode::UserTotpAlreadyInUse).into());
        }
        let picture = secret.qr_code(factors::issuer(app), factors::account(row))?;
        bind(row, factor.clone());
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
    let codes = codes.unwrap_or_else(factors::random_codes);
    check_codes(&codes)?;
    let set = factors::backup_codes(app, &random::standard_id(), &codes);
    edit(app, user_id, async |_, row| {
        // A set that is used up makes room.
        if of_kind(row, MfaFactor::BackupCode).any(|set| unused(set) > Some(0)) {
            return Err(reject(422, ErrorCode::UserBackupCodeAlreadyInUse).into());
        }
        let mut others = of_kind(row, MfaFactor::Totp).chain(of_kind(row, MfaFactor::WebAuthn));
        if others.next().is_none() {
            return Err(reject(422, ErrorCode::SessionMfaBackupCodeCanNotBeAlone).into());
        }
        drop(others);
        bind(row, set.clone());
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

fn check_codes(codes: &[String]) -> Result<(), Rejection> {
    let is_code =
        |code: &String| code.len() == CODE_LENGTH && code.bytes().all(|it| it.is_ascii_hexdigit());
    if codes.len() == CODES && codes.iter().all(is_code) {
        Ok(())
    } else {
        Err(reject(422, ErrorCode::UserWrongBackupCodeFormat))
    }
}

fn to_wire(factor: &JsonObject) -> MfaVerification {
    // When the others were last used is not shown.
    let of_passkey = |name| text(factor, name).filter(|_| is_kind(factor, MfaFactor::WebAuthn));
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
    use serde_json::json;

    #[test]
    fn a_set_has_ten_codes_of_ten_hexadecimal_digits() {
        let codes = factors::random_codes();
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
            ("type", json!("BackupCode")),
            ("id", json!("1")),
            ("createdAt", json!("2026-01-01T00:00:00.000Z")),
            ("lastUsedAt", json!("2026-01-02T00:00:00.000Z")),
            ("codes", json!([{ "sealedCode": "a" }, used])),
        ]);
        let shown = to_wire(&set);
        assert_eq!((shown.remain_codes, shown.last_used_at), (Some(1), None));
        let passkey = JsonObject::from_iter([
            ("type", json!("WebAuthn")),
            ("id", json!("2")),
            ("name", json!("Phone")),
            ("lastUsedAt", json!("2026-01-02T00:00:00.000Z")),
        ]);
        let shown = to_wire(&passkey);
        assert_eq!(shown.name.as_deref(), Some("Phone"));
        assert!(shown.last_used_at.is_some() && shown.remain_codes.is_none());
    }
}
