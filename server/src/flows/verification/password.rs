//! Proof by password.

use super::{Record, Strategy, any_method};
use crate::flows::error::invalid_input;
use crate::flows::error::{FlowError, reject};
use crate::flows::identifier::AccountName;
use crate::flows::interaction::InteractionRef;
use crate::flows::policy;
use crate::flows::sentinel::{self, Action};
use crate::state::App;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use vestibule_passwords::digest::{PasswordAlgorithm, StoredPassword};
use vestibule_passwords::pool::{HashError, Verdict};
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{Identifier, PasswordVerification, PublicVerificationRecord};
use vestibule_shared::sign_in_experience::SignInMethod;
use vestibule_store::users::{self, UserRow};
use vestibule_store::{Durability, StoreError};

/// A password that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct PasswordRecord {
    id: String,
    identifier: Identifier,
    /// Whose password it is: the name may become another's before it is used.
    user_id: String,
    verified: bool,
}

impl Strategy for PasswordRecord {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_verified(&self) -> bool {
        self.verified
    }

    fn identifies(&self) -> Option<AccountName> {
        AccountName::parse(&self.identifier).ok()
    }

    fn proves(&self, user_id: &str) -> bool {
        self.user_id == user_id
    }

    fn may_sign_in(&self, methods: &[SignInMethod]) -> bool {
        any_method(methods, self.identifier.kind, |method| method.password)
    }

    fn to_wire(&self) -> PublicVerificationRecord {
        PublicVerificationRecord::Password {
            id: self.id.clone(),
            identifier: self.identifier.clone(),
            verified: self.verified,
        }
    }
}

/// Checks a password; answers with the id of the record.
///
/// Known and unknown names cost the same work and get the same answer.
pub async fn verify(
    app: &App,
    at: &InteractionRef,
    client: IpAddr,
    request: PasswordVerification,
) -> Result<String, FlowError> {
    let interaction = at.load(app).await?;
    interaction.experience()?;
    if request.password.is_empty() {
        return Err(invalid_input("password", "must not be empty").into());
    }
    let experience = app.catalog.snapshot().experience.clone();
    // What cannot be a name is a name that nobody has.
    let name = AccountName::parse(&request.identifier).ok();
    let target = match &name {
        Some(name) => sentinel::target(name),
        None => sentinel::target_of_text(&request.identifier.value),
    };
    let attempt = sentinel::begin(app, &target, Action::Password, client).await?;
    let attempt = attempt.naming(&request.identifier, &interaction.client_id);
    let user = find(app, name.as_ref()).await?;
    let matches = match check(app, user.as_ref(), &request.password).await {
        Ok(matches) => matches,
        Err(error) => {
            attempt.withdraw(app).await;
            return Err(error);
        }
    };
    if !matches {
        let wrong = reject(422, ErrorCode::SessionInvalidCredentials);
        return Err(attempt.fail(app, wrong).await);
    }
    let Some(user) = user else {
        return Err(FlowError::Internal("a password of nobody was right".into()));
    };
    let refusal = if user.is_suspended {
        Some(reject(401, ErrorCode::UserSuspended))
    } else if policy::is_password_expired(&user, &experience, app.clock.now()) {
        Some(reject(422, ErrorCode::PasswordExpired))
    } else {
        None
    };
    if let Some(refusal) = refusal {
        attempt.succeed(app).await?;
        return Err(refusal.into());
    }
    let id = random::standard_id();
    let record = PasswordRecord {
        id: id.clone(),
        identifier: request.identifier,
        user_id: user.id,
        verified: true,
    };
    at.change(app, async |connection, interaction| {
        attempt.succeed_in(connection).await?;
        interaction.experience_mut()?.put_record(Record::Password(record.clone()));
        Ok(())
    })
    .await?;
    Ok(id)
}

async fn find(app: &App, name: Option<&AccountName>) -> Result<Option<UserRow>, FlowError> {
    let mut connection = app.store.read().await?;
    let snapshot = app.catalog.snapshot();
    let key = match name {
        Some(name) => name.user_key(&snapshot.experience.username_policy),
        // No key is empty: this asks for nobody, and takes as long.
        None => users::UserKey::Username(String::new()),
    };
    Ok(users::by_key(&mut connection, &key).await?)
}

/// Compares; a digest of an old algorithm is replaced when it matches.
pub async fn check(app: &App, user: Option<&UserRow>, password: &str) -> Result<bool, FlowError> {
    let stored = user.and_then(|user| {
        let digest = user.password_digest.clone()?;
        let algorithm: PasswordAlgorithm = user.password_algorithm.as_deref()?.parse().ok()?;
        Some((user, StoredPassword { digest, algorithm }))
    });
    let verdict = match &stored {
        Some((_, stored)) => app.passwords.verify(password, stored).await,
        None => app.passwords.verify_decoy(password).await.map(|()| Verdict::default()),
    };
    let verdict = match verdict {
        // Nobody's password can be that long.
        Err(HashError::PasswordTooLong) => return Ok(false),
        other => other?,
    };
    let Some((user, stored)) = stored else { return Ok(false) };
    if !verdict.matches && is_fast(stored.algorithm) {
        // A digest of a fast algorithm would tell by its time that there is an account.
        app.passwords.verify_decoy(password).await?;
    }
    if verdict.matches && verdict.needs_upgrade {
        let digest = app.passwords.hash(password).await?;
        app.store
            .write::<_, StoreError, _>(Durability::Durable, async |connection| {
                let algorithm = policy::OUR_ALGORITHM;
                users::upgrade_password(connection, &user.id, &stored.digest, &digest, algorithm)
                    .await
            })
            .await?;
    }
    Ok(verdict.matches)
}

/// Whether a digest of this algorithm is compared in less time than one of ours.
fn is_fast(algorithm: PasswordAlgorithm) -> bool {
    use PasswordAlgorithm::{Argon2d, Argon2i, Argon2id, Bcrypt, Legacy, MD5, SHA1, SHA256};
    match algorithm {
        MD5 | SHA1 | SHA256 | Legacy => true,
        Argon2d | Argon2i | Argon2id | Bcrypt => false,
    }
}
