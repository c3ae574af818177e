//! Making and changing accounts.

use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::extra_profile::ExtraProfile;
use crate::flows::identifier::{Email, Phone, Username};
use crate::flows::interaction::StagedProfile;
use crate::flows::mfa::factors::{MFA, choose};
use crate::flows::policy::OUR_ALGORITHM;
use crate::state::App;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::sign_in_experience::UsernamePolicy;
use vestibule_store::organizations::provisioning;
use vestibule_store::users::{self, UserChange, UserKey, UserRow};
use vestibule_store::{Connection, Millis};

/// Inserts an account with what is staged, the roles that every new user gets, and the membership
/// of organizations that take in everybody of its e-mail domain; its row.
pub async fn create(
    app: &App,
    connection: &mut Connection,
    staged: &StagedProfile,
    application_id: Option<&str>,
) -> Result<UserRow, FlowError> {
    let now = app.clock.now();
    let policy = app.catalog.snapshot().experience.username_policy;
    let change = change(staged, &policy, now)?;
    let mut user = UserRow {
        id: random::short_id(),
        username: change.username,
        username_key: change.username_key,
        primary_email: change.primary_email,
        email_key: change.email_key,
        primary_phone: change.primary_phone,
        phone_key: change.phone_key,
        password_digest: change.password_digest,
        password_algorithm: change.password_algorithm,
        password_updated_at: change.password_updated_at,
        application_id: application_id.map(str::to_owned),
        created_at: now,
        updated_at: now,
        ..UserRow::default()
    };
    staged.extra.write(&mut user)?;
    // Nobody has asked about second factors yet.
    choose(&mut user, MFA, "enabled", false);
    insert(connection, &user).await?;
    // What is staged was proved: nobody joins by an address that is not theirs.
    if let Some((_, domain)) = user.email_key.as_deref().and_then(|it| it.rsplit_once('@')) {
        provisioning::join_by_domain(connection, &user.id, domain).await?;
    }
    Ok(user)
}

/// Inserts an account and attaches the default roles.
pub async fn insert(connection: &mut Connection, user: &UserRow) -> Result<(), FlowError> {
    users::insert(connection, user).await?;
    users::attach_default_roles(connection, &user.id).await?;
    Ok(())
}

/// Adds answers to an administrator's own questions to an account.
pub async fn write_extra(
    connection: &mut Connection,
    user_id: &str,
    extra: &ExtraProfile,
) -> Result<(), FlowError> {
    if extra.is_empty() {
        return Ok(());
    }
    let user = users::lock(connection, user_id).await?;
    let mut user = user.ok_or_else(|| reject(404, ErrorCode::SessionIdentifierNotFound))?;
    extra.write(&mut user)?;
    Ok(users::save(connection, &user).await?)
}

/// The columns that what is staged would change.
pub fn change(
    staged: &StagedProfile,
    policy: &UsernamePolicy,
    now: Millis,
) -> Result<UserChange, Rejection> {
    let username = staged.username.as_deref().map(Username::parse).transpose()?;
    let email = staged.primary_email.as_deref().map(Email::parse).transpose()?;
    let phone = staged.primary_phone.as_deref().map(Phone::parse).transpose()?;
    let has_password = staged.password_digest.is_some();
    Ok(UserChange {
        username_key: username.as_ref().map(|it| it.key(policy)),
        email_key: email.as_ref().map(Email::key),
        phone_key: phone.as_ref().map(Phone::key),
        username: staged.username.clone(),
        primary_email: staged.primary_email.clone(),
        primary_phone: staged.primary_phone.clone(),
        password_digest: staged.password_digest.clone(),
        password_algorithm: has_password.then(|| OUR_ALGORITHM.to_owned()),
        password_updated_at: has_password.then_some(now),
        is_password_expired: has_password.then_some(false),
        updated_at: Some(now),
        ..UserChange::default()
    })
}

/// Refuses what is staged where the account has it already, or somebody else does.
pub async fn check_staged(
    app: &App,
    connection: &mut Connection,
    user: Option<&UserRow>,
    staged: &StagedProfile,
) -> Result<(), FlowError> {
    if let Some(user) = user {
        check_conflicts(user, staged)?;
    }
    let policy = app.catalog.snapshot().experience.username_policy;
    let change = change(staged, &policy, app.clock.now())?;
    let keys = [
        (change.username_key.map(UserKey::Username), ErrorCode::UserUsernameAlreadyInUse),
        (change.email_key.map(UserKey::Email), ErrorCode::UserEmailAlreadyInUse),
        (change.phone_key.map(UserKey::Phone), ErrorCode::UserPhoneAlreadyInUse),
    ];
    for (key, code) in keys {
        let Some(key) = key else { continue };
        let holder = users::by_key(connection, &key).await?;
        if holder.is_some_and(|holder| user.is_none_or(|user| user.id != holder.id)) {
            return Err(reject(422, code).into());
        }
    }
    Ok(())
}

fn check_conflicts(user: &UserRow, staged: &StagedProfile) -> Result<(), Rejection> {
    let fields = [
        (&user.username, &staged.username, ErrorCode::UserUsernameExistsInProfile),
        (&user.primary_email, &staged.primary_email, ErrorCode::UserEmailExistsInProfile),
        (&user.primary_phone, &staged.primary_phone, ErrorCode::UserPhoneExistsInProfile),
        (&user.password_digest, &staged.password_digest, ErrorCode::UserPasswordExistsInProfile),
    ];
    for (held, staged, code) in fields {
        if held.is_some() && staged.is_some() {
            return Err(reject(422, code));
        }
    }
    Ok(())
}
