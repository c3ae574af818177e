//! Browser sessions.

use crate::flows::error::FlowError;
use crate::state::App;
use vestibule_protocol::{hash, random};
use vestibule_store::sessions::{self, SessionRow};
use vestibule_store::{Connection, Durability, Millis, StoreError, grants};

/// A session that is in use is prolonged at most this often, and four times in its life.
const TOUCH_EVERY: Millis = 60 * 60 * 1000;

/// Seconds that a session lives after its last use.
pub fn ttl_seconds(app: &App) -> i64 {
    app.catalog.snapshot().provider.session_ttl
}

/// The live session of a browser, from the secret in its cookie. Its end moves with its use.
pub async fn current(app: &App, secret: Option<&str>) -> Result<Option<SessionRow>, FlowError> {
    let Some(secret) = secret else { return Ok(None) };
    let now = app.clock.now();
    let id = hash::sha256_hex(secret);
    let session = sessions::by_id(&mut app.store.read().await?, &id, now).await?;
    let ttl = ttl_seconds(app) * 1000;
    if let Some(session) = &session
        && session.last_used_at + TOUCH_EVERY.min(ttl / 4) < now
    {
        let ends = now + ttl;
        app.store
            .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
                sessions::touch(connection, &session.id, now, ends).await
            })
            .await?;
    }
    Ok(session)
}

/// A session with the secret for its cookie.
#[derive(Clone, Debug)]
pub struct Established {
    /// The row.
    pub session: SessionRow,
    /// What the cookie holds.
    pub secret: String,
}

/// The session after a proof of identity: the browser's own with a new id if it is the same
/// person's, otherwise a new one, and the other person's ends.
pub async fn establish(
    app: &App,
    connection: &mut Connection,
    secret: Option<&str>,
    user_id: &str,
    authenticated_at: Millis,
    now: Millis,
) -> Result<Established, FlowError> {
    let new_secret = random::token();
    let new_id = hash::sha256_hex(&new_secret);
    let expires_at = now + ttl_seconds(app) * 1000;
    let old = match secret {
        Some(secret) => sessions::by_id(connection, &hash::sha256_hex(secret), now).await?,
        None => None,
    };
    match old {
        Some(old) if old.user_id == user_id => {
            sessions::renew(connection, &old.id, &new_id, authenticated_at, expires_at).await?;
            let session = SessionRow {
                id: new_id,
                authenticated_at,
                last_used_at: authenticated_at,
                expires_at,
                ..old
            };
            return Ok(Established { session, secret: new_secret });
        }
        Some(other) => {
            sessions::delete(connection, &other.id).await?;
            grants::end_session(connection, &other.uid).await?;
        }
        None => {}
    }
    let session = SessionRow {
        id: new_id,
        uid: random::standard_id(),
        user_id: user_id.to_owned(),
        authenticated_at,
        created_at: now,
        last_used_at: now,
        expires_at,
    };
    sessions::insert(connection, &session).await?;
    Ok(Established { session, secret: new_secret })
}
