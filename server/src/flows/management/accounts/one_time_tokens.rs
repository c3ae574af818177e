//! Tokens that an e-mail address may use once.

use crate::flows::error::{FlowError, reject};
use crate::flows::identifier::Email;
use crate::flows::management::{unknown, write};
use crate::seed::TENANT;
use crate::state::App;
use vestibule_protocol::{hash, random};
use vestibule_shared::ErrorCode;
use vestibule_shared::one_time_token::{
    CreateOneTimeToken, OneTimeToken, OneTimeTokenStatus, VerifyOneTimeToken,
};
use vestibule_store::one_time_tokens::{self as rows, OneTimeTokenFilter, OneTimeTokenRow};
use vestibule_store::{Connection, Durability, Json, Millis};

/// The purpose that tokens are sealed for.
const SEAL: &str = "one-time token";
/// Seconds.
const DEFAULT_TTL: i64 = 600;

/// Tokens, newest first: all, or a page with how many there are.
pub async fn list(
    app: &App,
    email: Option<&str>,
    status: Option<OneTimeTokenStatus>,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OneTimeToken>, Option<i64>), FlowError> {
    let filter = OneTimeTokenFilter {
        email: email.map(str::to_lowercase),
        status: status.map(|it| it.as_str().to_owned()),
    };
    let now = app.clock.now();
    let (found, total) = rows::list(&mut app.store.scan().await?, &filter, now, page).await?;
    let shown = found.into_iter().map(|row| to_wire(app, row)).collect::<Result<_, _>>()?;
    Ok((shown, page.map(|_| total)))
}

/// One token.
pub async fn get(app: &App, id: &str) -> Result<OneTimeToken, FlowError> {
    let row = find(&mut app.store.read().await?, id).await?;
    to_wire(app, row)
}

/// Makes a token; the ones before stay good.
pub async fn create(app: &App, request: CreateOneTimeToken) -> Result<OneTimeToken, FlowError> {
    let email = Email::parse(&request.email)?;
    let seconds = request.expires_in.unwrap_or(DEFAULT_TTL);
    let (token, now) = (random::secret(), app.clock.now());
    let row = OneTimeTokenRow {
        id: random::standard_id(),
        email: email.key(),
        token_hash: hash::sha256_hex(&token),
        sealed_token: app.secrets.sealer.seal(SEAL, token.as_bytes()),
        context: Json(request.context),
        status: OneTimeTokenStatus::Active.as_str().to_owned(),
        created_at: now,
        expires_at: now + seconds * 1000,
    };
    write(app, Durability::Durable, async |connection| {
        rows::insert(connection, &row).await.map_err(FlowError::from)
    })
    .await?;
    to_wire(app, row)
}

/// Uses a token up.
pub async fn verify(app: &App, request: &VerifyOneTimeToken) -> Result<OneTimeToken, FlowError> {
    let row = write(app, Durability::Durable, async |connection| {
        let row = rows::by_hash(connection, &hash::sha256_hex(&request.token)).await?;
        let row = row.ok_or_else(|| reject(404, ErrorCode::OneTimeTokenTokenNotFound))?;
        usable(&row, &request.email, app.clock.now())?;
        let status = OneTimeTokenStatus::Consumed.as_str();
        if !rows::end(connection, &row.id, status).await? {
            return Err(reject(400, ErrorCode::OneTimeTokenTokenConsumed).into());
        }
        Ok(OneTimeTokenRow { status: status.to_owned(), ..row })
    })
    .await?;
    to_wire(app, row)
}

/// Ends a token.
pub async fn set_status(
    app: &App,
    id: &str,
    status: OneTimeTokenStatus,
) -> Result<OneTimeToken, FlowError> {
    let now = app.clock.now();
    let row = write(app, Durability::Durable, async |connection| {
        let row = find(connection, id).await?;
        if status == OneTimeTokenStatus::Active {
            return if current(&row, now)? == status {
                Ok(row)
            } else {
                Err(reject(400, ErrorCode::OneTimeTokenCannotReactivateToken).into())
            };
        }
        let row = OneTimeTokenRow { status: status.as_str().to_owned(), ..row };
        rows::update(connection, &row).await?;
        Ok(row)
    })
    .await?;
    to_wire(app, row)
}

/// Deletes a token.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    write(app, Durability::Durable, async |connection| {
        let deleted = rows::delete(connection, id).await?;
        if deleted { Ok(()) } else { Err(unknown("one-time token", id).into()) }
    })
    .await
}

async fn find(connection: &mut Connection, id: &str) -> Result<OneTimeTokenRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("one-time token", id))?)
}

/// Why a token is of no use to this address.
fn usable(row: &OneTimeTokenRow, email: &str, now: Millis) -> Result<(), FlowError> {
    let refuse = |code| Err(reject(400, code).into());
    if row.email != email.to_lowercase() {
        return refuse(ErrorCode::OneTimeTokenEmailMismatch);
    }
    match current(row, now)? {
        OneTimeTokenStatus::Active => Ok(()),
        OneTimeTokenStatus::Consumed => refuse(ErrorCode::OneTimeTokenTokenConsumed),
        OneTimeTokenStatus::Revoked => refuse(ErrorCode::OneTimeTokenTokenRevoked),
        OneTimeTokenStatus::Expired => refuse(ErrorCode::OneTimeTokenTokenExpired),
    }
}

/// The status as it is now.
fn current(row: &OneTimeTokenRow, now: Millis) -> Result<OneTimeTokenStatus, FlowError> {
    let stored = OneTimeTokenStatus::parse(&row.status)
        .ok_or_else(|| internal(format!("one-time token {} is {}", row.id, row.status)))?;
    let is_late = stored == OneTimeTokenStatus::Active && row.expires_at <= now;
    Ok(if is_late { OneTimeTokenStatus::Expired } else { stored })
}

fn internal(error: impl std::fmt::Display) -> FlowError {
    FlowError::Internal(error.to_string())
}

fn to_wire(app: &App, row: OneTimeTokenRow) -> Result<OneTimeToken, FlowError> {
    let status = current(&row, app.clock.now())?;
    let token = app.secrets.sealer.open(SEAL, &row.sealed_token).map_err(internal)?;
    Ok(OneTimeToken {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        email: row.email,
        token: String::from_utf8(token).map_err(internal)?,
        context: row.context.0,
        status,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}
