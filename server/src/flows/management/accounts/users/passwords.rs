//! Passwords and suspension, as administrators handle them.

use super::{edit, edit_and_tell, find, shown};
use crate::flows::error::{FlowError, invalid_input, reject};
use crate::flows::policy::OUR_ALGORITHM;
use crate::flows::verification::password::check;
use crate::state::App;
use vestibule_passwords::pool::MAX_PASSWORD_BYTES;
use vestibule_shared::ErrorCode;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::user::User;
use vestibule_store::users as rows;

/// Sets a password. The password policy does not hold for administrators.
pub async fn set(app: &App, id: &str, password: &str) -> Result<User, FlowError> {
    // Nothing is hashed for an account that is not there.
    find(&mut app.store.read().await?, id).await?;
    let digest = hash(app, password).await?;
    edit_and_tell(app, id, HookEvent::UserDataUpdated, shown, async |_, row| {
        row.password_digest = Some(digest.clone());
        row.password_algorithm = Some(OUR_ALGORITHM.to_owned());
        row.password_updated_at = Some(app.clock.now());
        row.is_password_expired = false;
        Ok(())
    })
    .await
}

/// Refuses a password that is not the user's.
pub async fn verify(app: &App, id: &str, password: &str) -> Result<(), FlowError> {
    let user = find(&mut app.store.read().await?, id).await?;
    if check(app, Some(&user), password).await? {
        return Ok(());
    }
    Err(reject(422, ErrorCode::SessionInvalidCredentials).into())
}

/// Whether a user has a password.
pub async fn is_set(app: &App, id: &str) -> Result<bool, FlowError> {
    Ok(find(&mut app.store.read().await?, id).await?.password_digest.is_some())
}

/// Demands a new password at the next sign-in, or does not.
pub async fn set_expired(app: &App, id: &str, is_expired: bool) -> Result<User, FlowError> {
    if !app.catalog.snapshot().experience.password_expiration.enabled {
        return Err(reject(400, ErrorCode::SiePasswordExpirationNotEnabled).into());
    }
    let (row, ()) = edit(app, id, async |_, row| {
        row.is_password_expired = is_expired;
        Ok(())
    })
    .await?;
    Ok(shown(row))
}

/// Suspends a user, or lets them in again. What the user held before is gone then, too: who had
/// taken hold of a session or token does not get it back.
pub async fn set_suspended(app: &App, id: &str, is_suspended: bool) -> Result<User, FlowError> {
    let event = HookEvent::UserSuspensionStatusUpdated;
    edit_and_tell(app, id, event, shown, async |connection, row| {
        row.is_suspended = is_suspended;
        if is_suspended {
            rows::revoke_all(connection, id).await?;
        }
        Ok(())
    })
    .await
}

/// The digest of a password that is not too long.
pub(super) async fn hash(app: &App, password: &str) -> Result<String, FlowError> {
    if password.len() > MAX_PASSWORD_BYTES {
        let reason = format!("must have at most {MAX_PASSWORD_BYTES} bytes");
        return Err(invalid_input("password", &reason).into());
    }
    Ok(app.passwords.hash(password).await?)
}
