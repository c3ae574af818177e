//! A user name with a password, for a new account.

use super::{Record, Strategy};
use crate::flows::error::{FlowError, reject};
use crate::flows::identifier::Username;
use crate::flows::interaction::{InteractionRef, StagedProfile};
use crate::flows::policy;
use crate::state::App;
use serde::{Deserialize, Serialize};
use vestibule_passwords::policy::UserFacts;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{
    Identifier, IdentifierType, NewPasswordIdentity, PublicVerificationRecord,
};
use vestibule_store::users;

/// A name that is free and a password that the policy allows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct NewPasswordIdentityRecord {
    id: String,
    identifier: Identifier,
    password_digest: String,
}

impl Strategy for NewPasswordIdentityRecord {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_verified(&self) -> bool {
        true
    }

    fn proves(&self, _: &str) -> bool {
        false
    }

    fn contributes(&self) -> Option<StagedProfile> {
        Some(StagedProfile {
            username: Some(self.identifier.value.clone()),
            password_digest: Some(self.password_digest.clone()),
            ..StagedProfile::default()
        })
    }

    fn to_wire(&self) -> PublicVerificationRecord {
        PublicVerificationRecord::NewPasswordIdentity {
            id: self.id.clone(),
            identifier: self.identifier.clone(),
        }
    }
}

/// Stages a name and a password; answers with the id of the record.
pub async fn create(
    app: &App,
    at: &InteractionRef,
    request: NewPasswordIdentity,
) -> Result<String, FlowError> {
    at.load(app).await?.experience()?;
    if request.identifier.kind != IdentifierType::Username {
        return Err(
            crate::flows::error::invalid_input("identifier.type", "must be username").into()
        );
    }
    let experience = app.catalog.snapshot().experience.clone();
    let username = Username::parse(&request.identifier.value)?;
    let key = users::UserKey::Username(username.key(&experience.username_policy));
    let mut connection = app.store.read().await?;
    let taken = users::by_key(&mut connection, &key).await?.is_some();
    drop(connection);
    if taken {
        return Err(reject(422, ErrorCode::UserUsernameAlreadyInUse).into());
    }
    let facts = UserFacts { username: Some(username.as_str().to_owned()), ..UserFacts::default() };
    policy::check_password(app, &request.password, &facts)?;
    let password_digest = app.passwords.hash(&request.password).await?;
    let id = random::standard_id();
    let record = NewPasswordIdentityRecord {
        id: id.clone(),
        identifier: request.identifier,
        password_digest,
    };
    at.change(app, async |_, interaction| {
        interaction.experience_mut()?.put_record(Record::NewPasswordIdentity(record.clone()));
        Ok(())
    })
    .await?;
    Ok(id)
}
