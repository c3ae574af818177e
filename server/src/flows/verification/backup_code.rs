//! Proof by one of a set of codes that the person has kept, and making such a set.

use super::{Record, Strategy, second_factor};
use crate::flows::error::FlowError;
use crate::flows::interaction::InteractionRef;
use crate::flows::mfa::factors;
use crate::flows::sentinel::Action;
use crate::state::App;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use vestibule_protocol::random;
use vestibule_shared::experience::{BackupCodesResponse, PublicVerificationRecord};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::users::UserRow;

/// A code that was used up, or a set of new ones.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct BackupCodeRecord {
    id: String,
    user_id: String,
    /// The factor to be, where the codes are new.
    factor: Option<JsonObject>,
    /// The code of the account that was right. It is good for nothing any more.
    code: Option<String>,
}

impl BackupCodeRecord {
    /// The factor to be.
    pub fn factor(&self) -> Option<&JsonObject> {
        self.factor.as_ref()
    }
}

impl Strategy for BackupCodeRecord {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_verified(&self) -> bool {
        self.code.is_some()
    }

    fn proves(&self, user_id: &str) -> bool {
        self.user_id == user_id
    }

    fn to_wire(&self) -> PublicVerificationRecord {
        let (id, user_id) = (self.id.clone(), self.user_id.clone());
        PublicVerificationRecord::BackupCode { id, user_id, code: self.code.clone() }
    }
}

/// Makes a set of codes for whom was identified.
pub async fn generate(app: &App, at: &InteractionRef) -> Result<BackupCodesResponse, FlowError> {
    let codes = factors::random_codes();
    let id = random::standard_id();
    let factor = factors::backup_codes(app, &id, &codes);
    at.change(app, async |_, interaction| {
        let experience = interaction.experience_mut()?;
        let user_id = experience.identified()?.to_owned();
        // Who has just given the last of the old codes has given it.
        let code = experience.records.iter().find_map(|record| match record {
            Record::BackupCode(held) if held.user_id == user_id => held.code.clone(),
            _ => None,
        });
        let (id, factor) = (id.clone(), Some(factor.clone()));
        let record = BackupCodeRecord { id, user_id, factor, code };
        experience.put_record(Record::BackupCode(record));
        Ok(())
    })
    .await?;
    Ok(BackupCodesResponse { verification_id: id, codes })
}

/// Uses a code up; answers with the id of the record, which is verified then.
pub async fn verify(
    app: &App,
    at: &InteractionRef,
    client: IpAddr,
    code: &str,
) -> Result<String, FlowError> {
    let wrong = (Action::MfaBackupCode, ErrorCode::SessionMfaInvalidBackupCode);
    let take = |user: &mut UserRow| factors::use_backup_code(app, user, code);
    let record = |id, user_id| {
        let code = Some(code.to_owned());
        Record::BackupCode(BackupCodeRecord { id, user_id, factor: None, code })
    };
    second_factor::use_up(app, at, client, wrong, take, record).await
}
