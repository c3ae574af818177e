//! Browsers on which a user need not show the second factor again.

use super::find;
use crate::flows::error::{FlowError, reject};
use crate::flows::management::write;
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_shared::user::TrustedDevice;
use vestibule_store::Durability;
use vestibule_store::users::{self as rows, TrustedDeviceRow};

/// One page of the browsers that a user still trusts, newest first, and how many there are.
pub async fn list(
    app: &App,
    user_id: &str,
    page: (i64, i64),
) -> Result<(Vec<TrustedDevice>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, user_id).await?;
    let now = app.clock.now();
    let (found, total) = rows::trusted_devices(&mut connection, user_id, now, page).await?;
    Ok((found.into_iter().map(to_wire).collect(), total))
}

/// Ends the trust in a browser.
pub async fn delete(app: &App, user_id: &str, id: &str) -> Result<(), FlowError> {
    write(app, Durability::Durable, async |connection| {
        find(connection, user_id).await?;
        let deleted = rows::delete_trusted_device(connection, user_id, id).await?;
        if deleted { Ok(()) } else { Err(reject(404, ErrorCode::EntityNotFound).into()) }
    })
    .await
}

fn to_wire(row: TrustedDeviceRow) -> TrustedDevice {
    TrustedDevice {
        id: row.id,
        user_agent: row.user_agent,
        country: row.country,
        city: row.city,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
    }
}
