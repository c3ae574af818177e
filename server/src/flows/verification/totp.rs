//! Proof by an authenticator app: one that the account has, or one that is being set up.

use super::{Record, Strategy, second_factor};
use crate::flows::error::{FlowError, reject};
use crate::flows::interaction::InteractionRef;
use crate::flows::mfa::factors;
use crate::flows::mfa::totp::TotpSecret;
use crate::flows::sentinel::Action;
use crate::state::App;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use vestibule_protocol::random;
use vestibule_shared::experience::{PublicVerificationRecord, TotpSecretResponse, VerifyTotp};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::users::{self, UserRow};

/// A code of an authenticator app.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct TotpRecord {
    id: String,
    user_id: String,
    /// The factor to be, where the app is new.
    factor: Option<JsonObject>,
    verified: bool,
}

impl TotpRecord {
    /// Whether the app is being set up.
    pub fn is_new(&self) -> bool {
        self.factor.is_some()
    }

    /// The factor to be.
    pub fn factor(&self) -> Option<&JsonObject> {
        self.factor.as_ref()
    }
}

impl Strategy for TotpRecord {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_verified(&self) -> bool {
        self.verified
    }

    fn proves(&self, user_id: &str) -> bool {
        self.user_id == user_id
    }

    fn to_wire(&self) -> PublicVerificationRecord {
        let (id, user_id) = (self.id.clone(), self.user_id.clone());
        PublicVerificationRecord::Totp { id, user_id, verified: self.verified }
    }
}

/// Makes a secret for a new app of whom was identified.
pub async fn create(app: &App, at: &InteractionRef) -> Result<TotpSecretResponse, FlowError> {
    let secret = TotpSecret::generate();
    let id = random::standard_id();
    let factor = factors::totp(app, &id, &secret);
    let picture = at
        .change(app, async |connection, interaction| {
            let experience = interaction.experience_mut()?;
            let user = users::by_id(connection, experience.identified()?).await?;
            let user = user.ok_or_else(|| reject(404, ErrorCode::SessionIdentifierNotFound))?;
            experience.put_record(Record::Totp(TotpRecord {
                id: id.clone(),
                user_id: user.id.clone(),
                factor: Some(factor.clone()),
                verified: false,
            }));
            secret.qr_code(factors::issuer(app), factors::account(&user))
        })
        .await?;
    Ok(TotpSecretResponse {
        verification_id: id,
        secret: secret.as_str().to_owned(),
        secret_qr_code: picture,
    })
}

/// Checks a code; answers with the id of the record, which is verified then.
pub async fn verify(
    app: &App,
    at: &InteractionRef,
    client: IpAddr,
    request: VerifyTotp,
) -> Result<String, FlowError> {
    match request.verification_id {
        Some(id) => verify_new(app, at, &id, &request.code).await,
        None => {
            let wrong = (Action::MfaTotp, ErrorCode::SessionMfaInvalidTotpCode);
            let take = |user: &mut UserRow| factors::use_totp(app, user, &request.code);
            let record = |id, user_id| {
                Record::Totp(TotpRecord { id, user_id, factor: None, verified: true })
            };
            second_factor::use_up(app, at, client, wrong, take, record).await
        }
    }
}

/// Whether the new app shows the code of its secret. Whoever asks holds the secret, so that there
/// is nothing to guess.
async fn verify_new(
    app: &App,
    at: &InteractionRef,
    id: &str,
    code: &str,
) -> Result<String, FlowError> {
    let now = app.clock.now() / 1000;
    at.change(app, async |_, interaction| {
        let experience = interaction.experience_mut()?;
        let user_id = experience.identified()?.to_owned();
        let missing = || reject(404, ErrorCode::SessionVerificationSessionNotFound);
        let record = experience.records.iter_mut().find_map(|record| match record {
            Record::Totp(it) if it.id == id && it.user_id == user_id => Some(it),
            _ => None,
        });
        let record = record.ok_or_else(missing)?;
        let factor = record.factor.as_ref().ok_or_else(missing)?;
        if factors::open_totp(app, factor)?.step_of(code, now)?.is_none() {
            return Err(reject(400, ErrorCode::SessionMfaInvalidTotpCode).into());
        }
        record.verified = true;
        Ok(record.id.clone())
    })
    .await
}
