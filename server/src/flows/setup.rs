//! The first administrator.

use crate::flows::accounts;
use crate::flows::error::{FlowError, reject};
use crate::flows::identifier::username_violation;
use crate::flows::interaction::StagedProfile;
use crate::flows::policy;
use crate::seed;
use crate::state::App;
use vestibule_passwords::policy::UserFacts;
use vestibule_protocol::{hash, random};
use vestibule_shared::ErrorCode;
use vestibule_shared::setup::CreateAdministrator;
use vestibule_store::users::UserRow;
use vestibule_store::{Durability, configuration, roles, users};

pub(crate) const TOKEN: &str = "setup.token_hash";

/// A new token for the link that makes the first administrator; none when there is one already.
/// The token before it stops working.
pub async fn issue_token(app: &App) -> Result<Option<String>, FlowError> {
    let token = random::token();
    app.store
        .write(Durability::Durable, async |connection| {
            if roles::is_held_by_a_user(connection, seed::ADMINISTRATOR_ROLE).await? {
                return Ok(None);
            }
            configuration::set(connection, TOKEN, &hash::sha256_hex(&token)).await?;
            Ok(Some(token.clone()))
        })
        .await
}

/// Makes an administrator of whoever holds the link. It works once.
pub async fn redeem(app: &App, request: CreateAdministrator) -> Result<UserRow, FlowError> {
    let presented = hash::sha256_hex(&request.token);
    let mut connection = app.store.read().await?;
    let stored = configuration::get(&mut connection, TOKEN).await?;
    drop(connection);
    // Before hashing a password for a stranger.
    if stored.as_ref() != Some(&presented) {
        return Err(reject(403, ErrorCode::SetupInvalidToken).into());
    }
    create(app, &request.username, &request.password, Some(&presented)).await
}

/// Makes an administrator; for whoever holds the machine.
pub async fn create(
    app: &App,
    username: &str,
    password: &str,
    token_hash: Option<&str>,
) -> Result<UserRow, FlowError> {
    let rules = app.catalog.snapshot().experience.username_policy;
    if let Some(violation) = username_violation(username, &rules) {
        return Err(violation.into());
    }
    let facts = UserFacts { username: Some(username.to_owned()), ..UserFacts::default() };
    policy::check_password(app, password, &facts)?;
    let staged = StagedProfile {
        username: Some(username.to_owned()),
        password_digest: Some(app.passwords.hash(password).await?),
        ..StagedProfile::default()
    };
    app.store
        .write(Durability::Durable, async |connection| {
            if let Some(token_hash) = token_hash
                && !configuration::consume(connection, TOKEN, token_hash).await?
            {
                return Err(reject(403, ErrorCode::SetupInvalidToken).into());
            }
            let user = accounts::create(app, connection, &staged, None).await?;
            users::attach_role(connection, &user.id, seed::ADMINISTRATOR_ROLE).await?;
            configuration::remove(connection, TOKEN).await?;
            Ok(user)
        })
        .await
}
