//! Accounts, as administrators see them.

pub mod identities;
pub mod mfa;
pub mod passwords;
pub mod personal_access_tokens;
pub mod sessions;
pub mod trusted_devices;
pub mod update;

use crate::flows::accounts;
use crate::flows::error::invalid_input;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::identifier::{Email, Phone, Username};
use crate::flows::management::{fields, unknown, write};
use crate::flows::webhooks;
use crate::state::App;
use serde::Serialize;
use vestibule_passwords::digest::{DigestError, PasswordAlgorithm, StoredPassword};
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::user::{CreateUser, User};
use vestibule_store::users::{self, UserFilter, UserRow};
use vestibule_store::{Connection, Durability, Json};

const MAX_NAME: usize = 128;
const MAX_DIGEST: usize = 256;

/// What a user is shown with beyond the usual fields.
#[derive(Clone, Copy, Debug, Default)]
pub struct Include {
    /// Digest and algorithm of the password.
    pub password_hash: bool,
    /// Enterprise identities.
    pub sso_identities: bool,
}

/// One page of users, newest first, and how many there are.
pub async fn list(
    app: &App,
    filter: &UserFilter,
    page: (i64, i64),
    include: Include,
) -> Result<(Vec<User>, i64), FlowError> {
    let (rows, total) = users::page(&mut app.store.scan().await?, filter, page).await?;
    Ok((rows.into_iter().map(|row| to_wire(row, include)).collect(), total))
}

/// One user.
pub async fn get(app: &App, id: &str, include: Include) -> Result<User, FlowError> {
    let mut connection = app.store.read().await?;
    let mut user = to_wire(find(&mut connection, id).await?, include);
    if include.sso_identities {
        user.sso_identities = Some(identities::sso(&mut connection, id).await?);
    }
    Ok(user)
}

/// Makes an account. Neither the password policy nor that for user names holds for administrators.
pub async fn create(app: &App, request: CreateUser) -> Result<User, FlowError> {
    let policy = app.catalog.snapshot().experience.username_policy;
    let username = request.username.as_deref().map(Username::parse).transpose()?;
    let email = request.primary_email.as_deref().map(Email::parse).transpose()?;
    let phone = request.primary_phone.as_deref().map(Phone::parse).transpose()?;
    check_texts(request.name.as_deref(), request.avatar.as_deref())?;
    let now = app.clock.now();
    let password = password(app, &request).await?;
    let row = UserRow {
        id: random::short_id(),
        username_key: username.map(|it| it.key(&policy)),
        email_key: email.map(|it| it.key()),
        phone_key: phone.map(|it| it.key()),
        username: request.username,
        primary_email: request.primary_email,
        primary_phone: request.primary_phone,
        password_updated_at: password.is_some().then_some(now),
        password_algorithm: password.as_ref().map(|it| it.algorithm.to_string()),
        password_digest: password.map(|it| it.digest),
        name: request.name,
        avatar: request.avatar.filter(|address| !address.is_empty()),
        profile: Json(request.profile.unwrap_or_default()),
        custom_data: Json(request.custom_data.unwrap_or_default()),
        created_at: now,
        updated_at: now,
        ..UserRow::default()
    };
    write(app, Durability::Durable, async |connection| {
        accounts::insert(connection, &row).await?;
        let made = shown(row.clone());
        webhooks::managed(app, connection, HookEvent::UserCreated, &made).await?;
        Ok(made)
    })
    .await
}

/// Deletes an account with its sessions, grants and tokens. `own` is the caller's, if a person
/// calls.
pub async fn delete(app: &App, id: &str, own: Option<&str>) -> Result<(), FlowError> {
    if own == Some(id) {
        return Err(reject(400, ErrorCode::UserCannotDeleteSelf).into());
    }
    write(app, Durability::Durable, async |connection| {
        let row = find(connection, id).await?;
        if !users::delete(connection, id).await? {
            return Err(unknown("user", id).into());
        }
        webhooks::user_deleted(app, connection, &row).await
    })
    .await
}

/// The account with this id, or the contract's 404.
pub async fn find(connection: &mut Connection, id: &str) -> Result<UserRow, FlowError> {
    Ok(users::by_id(connection, id).await?.ok_or_else(|| unknown("user", id))?)
}

/// Changes an account as [`edit`] does, and tells receivers of webhooks what the operation answers.
async fn edit_and_tell<T: Serialize>(
    app: &App,
    id: &str,
    event: HookEvent,
    answer: impl Fn(UserRow) -> T,
    work: impl AsyncFn(&mut Connection, &mut UserRow) -> Result<(), FlowError>,
) -> Result<T, FlowError> {
    write(app, Durability::Durable, async |connection| {
        let (row, ()) = edit_in(app, connection, id, &work).await?;
        let answer = answer(row);
        webhooks::managed(app, connection, event, &answer).await?;
        Ok(answer)
    })
    .await
}

/// Changes an account; answers with it and with what `work` says. That may run again when another
/// transaction got in the way.
async fn edit<T>(
    app: &App,
    id: &str,
    work: impl AsyncFn(&mut Connection, &mut UserRow) -> Result<T, FlowError>,
) -> Result<(UserRow, T), FlowError> {
    write(app, Durability::Durable, async |connection| edit_in(app, connection, id, &work).await)
        .await
}

async fn edit_in<T>(
    app: &App,
    connection: &mut Connection,
    id: &str,
    work: impl AsyncFn(&mut Connection, &mut UserRow) -> Result<T, FlowError>,
) -> Result<(UserRow, T), FlowError> {
    let found = users::lock(connection, id).await?;
    let mut row = found.ok_or_else(|| unknown("user", id))?;
    let said = work(connection, &mut row).await?;
    row.updated_at = app.clock.now();
    users::save(connection, &row).await?;
    Ok((row, said))
}

/// Refuses ids that no account has.
pub async fn check_all_exist(connection: &mut Connection, ids: &[String]) -> Result<(), FlowError> {
    let found = users::existing(connection, ids).await?;
    match ids.iter().find(|id| !found.contains(id)) {
        None => Ok(()),
        Some(missing) => Err(unknown("user", missing).into()),
    }
}

pub(crate) fn check_texts(name: Option<&str>, avatar: Option<&str>) -> Result<(), Rejection> {
    if name.is_some_and(|name| name.chars().count() > MAX_NAME) {
        return Err(reject(422, ErrorCode::EntityValueTooLong).with_details("name"));
    }
    fields::optional_web_address("avatar", avatar)
}

/// The password to store: hashed here, or the digest of another system as it is.
async fn password(app: &App, request: &CreateUser) -> Result<Option<StoredPassword>, FlowError> {
    match (&request.password, &request.password_digest) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(reject(400, ErrorCode::UserPasswordAndDigest).into()),
        (None, Some(digest)) => Ok(Some(import(digest, request.password_algorithm.as_deref())?)),
        (Some(password), None) => {
            let digest = passwords::hash(app, password).await?;
            Ok(Some(StoredPassword { digest, algorithm: PasswordAlgorithm::Argon2id }))
        }
    }
}

/// Takes a digest over if a password could be compared with it later.
pub(crate) fn import(digest: &str, algorithm: Option<&str>) -> Result<StoredPassword, Rejection> {
    let algorithm =
        algorithm.ok_or_else(|| reject(400, ErrorCode::UserPasswordAlgorithmRequired))?;
    let algorithm: PasswordAlgorithm = algorithm
        .parse()
        .map_err(|_| invalid_input("passwordAlgorithm", "is no known algorithm"))?;
    fields::length("passwordDigest", digest, 1..=MAX_DIGEST)?;
    let stored = StoredPassword { digest: digest.to_owned(), algorithm };
    stored.validate().map_err(|error| match error {
        DigestError::Malformed if algorithm == PasswordAlgorithm::Legacy => {
            reject(400, ErrorCode::PasswordInvalidLegacyFormat)
        }
        DigestError::UnsupportedAlgorithm(_) => {
            reject(400, ErrorCode::PasswordUnsupportedAlgorithm)
        }
        DigestError::Malformed | DigestError::TooExpensive => {
            invalid_input("passwordDigest", &error.to_string())
        }
    })?;
    Ok(stored)
}

/// A user as most operations answer with it.
fn shown(row: UserRow) -> User {
    to_wire(row, Include::default())
}

/// A user as the Management API shows it.
pub fn to_wire(row: UserRow, include: Include) -> User {
    let shown = |secret: Option<String>| secret.filter(|_| include.password_hash);
    User {
        id: row.id,
        username: row.username,
        primary_email: row.primary_email,
        primary_phone: row.primary_phone,
        name: row.name,
        avatar: row.avatar,
        custom_data: row.custom_data.0,
        identities: row.identities.0,
        last_sign_in_at: row.last_sign_in_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        profile: row.profile.0,
        application_id: row.application_id,
        cimd_client_id: row.cimd_client_id,
        is_suspended: row.is_suspended,
        has_password: row.password_digest.is_some(),
        has_security_verification_method: row.password_digest.is_some()
            || row.email_key.is_some()
            || row.phone_key.is_some(),
        password_digest: shown(row.password_digest),
        password_algorithm: shown(row.password_algorithm),
        sso_identities: include.sso_identities.then(Vec::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(digest: &str, algorithm: Option<&str>) -> ErrorCode {
        import(digest, algorithm).map(|_| ()).unwrap_err().code
    }

    #[test]
    fn digests_of_other_systems_are_checked_before_they_are_taken_over() {
        let md5 = "5f4dcc3b5aa765d61d8327deb882cf99";
        assert!(import(md5, Some("MD5")).is_ok());
        assert_eq!(refusal(md5, None), ErrorCode::UserPasswordAlgorithmRequired);
        assert_eq!(refusal(md5, Some("ROT13")), ErrorCode::GuardInvalidInput);
        assert_eq!(refusal(md5, Some("SHA1")), ErrorCode::GuardInvalidInput);
        assert_eq!(refusal(&"a".repeat(257), Some("MD5")), ErrorCode::GuardInvalidInput);
        assert_eq!(refusal(md5, Some("Legacy")), ErrorCode::PasswordInvalidLegacyFormat);
        let endless = "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA";
        assert_eq!(refusal(endless, Some("Argon2id")), ErrorCode::GuardInvalidInput);
    }

    #[test]
    fn a_digest_is_shown_only_when_it_is_asked_for() {
        let row = UserRow { password_digest: Some("digest".into()), ..UserRow::default() };
        let usual = to_wire(row.clone(), Include::default());
        assert!(usual.has_password && usual.password_digest.is_none());
        assert!(usual.sso_identities.is_none());
        let all = to_wire(row, Include { password_hash: true, sso_identities: true });
        assert_eq!(all.password_digest.as_deref(), Some("digest"));
        assert_eq!(all.sso_identities, Some(Vec::new()));
    }

    #[test]
    fn texts_are_bounded() {
        assert!(check_texts(Some(&"n".repeat(128)), None).is_ok());
        let refusal = check_texts(Some(&"n".repeat(129)), None).unwrap_err();
        assert_eq!((refusal.status, refusal.code), (422, ErrorCode::EntityValueTooLong));
        assert!(check_texts(None, Some("javascript:x")).is_err());
    }
}
