//! Tokens by which others act as a user.

use crate::flows::error::{FlowError, invalid_input};
use crate::flows::management::{users, write};
use crate::state::App;
use vestibule_protocol::{hash, random};
use vestibule_shared::subject_token::{CreateSubjectToken, SubjectToken};
use vestibule_store::subject_tokens::{self as rows, SubjectTokenRow};
use vestibule_store::{Durability, Json};

/// Seconds.
const TTL: i64 = 600;
/// Bytes.
const MAX_CONTEXT: usize = 16 * 1024;

/// Makes a token that can be used once. Only its hash is kept.
pub async fn create(
    app: &App,
    request: CreateSubjectToken,
    creator_id: &str,
) -> Result<SubjectToken, FlowError> {
    let context = serde_json::to_string(&request.context);
    let context = context.map_err(|error| FlowError::Internal(error.to_string()))?;
    if context.len() > MAX_CONTEXT {
        let reason = format!("must have at most {MAX_CONTEXT} bytes");
        return Err(invalid_input("context", &reason).into());
    }
    let (token, now) = (format!("sub_{}", random::standard_id()), app.clock.now());
    let row = SubjectTokenRow {
        id: hash::sha256_hex(&token),
        user_id: request.user_id,
        creator_id: creator_id.to_owned(),
        context: Json(request.context),
        consumed_at: None,
        created_at: now,
        expires_at: now + TTL * 1000,
    };
    write(app, Durability::Durable, async |connection| {
        users::find(connection, &row.user_id).await?;
        Ok(rows::insert(connection, &row).await?)
    })
    .await?;
    Ok(SubjectToken { subject_token: token, expires_in: TTL })
}
