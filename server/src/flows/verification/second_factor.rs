//! Using up a code of a factor that the account has.

use super::Record;
use crate::flows::error::{FlowError, reject};
use crate::flows::interaction::InteractionRef;
use crate::flows::sentinel::{self, Action};
use crate::state::App;
use std::net::IpAddr;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_store::users::{self, UserRow};
use vestibule_store::{Connection, Durability};

/// Takes a code by `take`, which changes the account so that the code is not taken again, and puts
/// the record that `record` makes of its id and of the account's; answers with the record's id.
/// Wrong codes are counted for the account, and refused with `wrong`.
pub async fn use_up(
    app: &App,
    at: &InteractionRef,
    client: IpAddr,
    (action, wrong): (Action, ErrorCode),
    take: impl Fn(&mut UserRow) -> Result<bool, FlowError>,
    record: impl Fn(String, String) -> Record,
) -> Result<String, FlowError> {
    let interaction = at.load(app).await?;
    let user_id = interaction.experience()?.identified()?.to_owned();
    let target = sentinel::target_of_user(&user_id, action);
    let attempt = sentinel::begin(app, &target, action, client).await?;
    let id = random::standard_id();
    let is_right = at
        .change_with(app, Durability::Durable, async |connection, interaction| {
            let experience = interaction.experience_mut()?;
            if experience.identified()? != user_id {
                return Err(reject(409, ErrorCode::SessionIdentityConflict).into());
            }
            if !take_from(connection, &user_id, &take).await? {
                return Ok(false);
            }
            attempt.succeed_in(connection).await?;
            experience.put_record(record(id.clone(), user_id.clone()));
            Ok(true)
        })
        .await?;
    if is_right { Ok(id) } else { Err(attempt.fail(app, reject(400, wrong)).await) }
}

async fn take_from(
    connection: &mut Connection,
    user_id: &str,
    take: &impl Fn(&mut UserRow) -> Result<bool, FlowError>,
) -> Result<bool, FlowError> {
    let Some(mut user) = users::lock(connection, user_id).await? else { return Ok(false) };
    let is_right = take(&mut user)?;
    if is_right {
        users::save(connection, &user).await?;
    }
    Ok(is_right)
}
