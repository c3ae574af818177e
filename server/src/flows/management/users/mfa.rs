//! Second factors of a user.

use super::{edit, find};
use crate::flows::error::{FlowError, reject};
use crate::state::App;
use serde_json::Value;
use vestibule_shared::user::MfaVerification;
use vestibule_shared::{ErrorCode, JsonObject};

/// Second factors, without what proves them.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<MfaVerification>, FlowError> {
    let row = find(&mut app.store.read().await?, user_id).await?;
    Ok(row.mfa_verifications.0.iter().map(to_wire).collect())
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

fn to_wire(factor: &JsonObject) -> MfaVerification {
    let unused = |codes: &Vec<Value>| codes.iter().filter(|it| it.get("usedAt").is_none()).count();
    MfaVerification {
        id: text(factor, "id").unwrap_or_default(),
        created_at: text(factor, "createdAt").unwrap_or_default(),
        last_used_at: text(factor, "lastUsedAt"),
        kind: text(factor, "type").unwrap_or_default(),
        agent: text(factor, "agent"),
        name: text(factor, "name"),
        remain_codes: factor.get("codes").and_then(Value::as_array).map(unused),
    }
}

fn text(factor: &JsonObject, name: &str) -> Option<String> {
    factor.get(name).and_then(Value::as_str).map(str::to_owned)
}
