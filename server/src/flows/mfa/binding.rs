//! Setting up second factors while signing in or registering, and doing without them.

use super::factors::{MFA, PASSKEY_SIGN_IN, SUGGESTION_SKIPPED, bind, choose, is_kind, of_kind};
use super::{require_verification, standing};
use crate::flows::error::{FlowError, reject};
use crate::flows::interaction::{Experience, InteractionRef, StagedMfa, StagedProfile};
use crate::flows::verification::{Record, Strategy};
use crate::flows::{accounts, enterprise_sso, identification, profile};
use crate::state::App;
use vestibule_shared::experience::{BindMfa, InteractionEvent};
use vestibule_shared::sign_in_experience::MfaFactor;
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::Connection;
use vestibule_store::users::{self, UserRow};

/// Runs a step of somebody who may change second factors: not while a password is reset, and not
/// without the factor that the account has already.
async fn step(
    app: &App,
    at: &InteractionRef,
    work: impl AsyncFn(&mut Connection, &UserRow, &mut Experience) -> Result<(), FlowError>,
) -> Result<(), FlowError> {
    at.change(app, async |connection, interaction| {
        let experience = interaction.experience_mut()?;
        if experience.event == InteractionEvent::ForgotPassword {
            return Err(reject(400, ErrorCode::SessionNotSupportedForForgotPassword).into());
        }
        let user = users::by_id(connection, experience.identified()?).await?;
        let user = user.ok_or_else(|| reject(404, ErrorCode::SessionIdentifierNotFound))?;
        require_verification(app, connection, &user, experience).await?;
        work(connection, &user, experience).await
    })
    .await
}

/// Stages a factor that was proved.
pub async fn add(app: &App, at: &InteractionRef, request: BindMfa) -> Result<(), FlowError> {
    let id = request.verification_id.as_str();
    step(app, at, async |connection, user, experience| {
        if !app.catalog.snapshot().experience.mfa.factors.contains(&request.factor) {
            return Err(reject(400, ErrorCode::SessionMfaMfaFactorNotEnabled).into());
        }
        match request.factor {
            MfaFactor::Totp => add_totp(user, experience, id)?,
            MfaFactor::BackupCode => {
                let may = standing(app, connection, user, experience).await?.has_factor();
                add_backup_codes(user, experience, id, may)?;
            }
            MfaFactor::EmailVerificationCode | MfaFactor::PhoneVerificationCode => {
                let is_email = request.factor == MfaFactor::EmailVerificationCode;
                let addition = profile::verified_address(app, experience, id, is_email)?;
                add_address(app, connection, (user, experience), addition).await?;
            }
            MfaFactor::WebAuthn => {
                return Err(reject(400, ErrorCode::SessionMfaPendingInfoNotFound).into());
            }
        }
        experience.mfa.enabled = Some(true);
        Ok(())
    })
    .await
}

fn add_totp(user: &UserRow, experience: &mut Experience, id: &str) -> Result<(), FlowError> {
    let Record::Totp(record) = experience.record(id)? else {
        return Err(reject(404, ErrorCode::SessionVerificationSessionNotFound).into());
    };
    if !record.is_verified() || !record.proves(&user.id) {
        return Err(reject(400, ErrorCode::SessionVerificationFailed).into());
    }
    let factor = record.factor().cloned();
    let factor = factor.ok_or_else(|| reject(400, ErrorCode::SessionMfaPendingInfoNotFound))?;
    if of_kind(user, MfaFactor::Totp).next().is_some() {
        return Err(reject(422, ErrorCode::UserTotpAlreadyInUse).into());
    }
    stage(&mut experience.mfa, MfaFactor::Totp, factor);
    Ok(())
}

fn add_backup_codes(
    user: &UserRow,
    experience: &mut Experience,
    id: &str,
    has_factor: bool,
) -> Result<(), FlowError> {
    let Record::BackupCode(record) = experience.record(id)? else {
        return Err(reject(404, ErrorCode::SessionVerificationSessionNotFound).into());
    };
    let factor = record.factor().filter(|_| record.proves(&user.id)).cloned();
    let factor = factor.ok_or_else(|| reject(400, ErrorCode::SessionMfaPendingInfoNotFound))?;
    if !has_factor {
        return Err(reject(422, ErrorCode::SessionMfaBackupCodeCanNotBeAlone).into());
    }
    stage(&mut experience.mfa, MfaFactor::BackupCode, factor);
    Ok(())
}

/// A newer one of a kind takes the place of an older one.
fn stage(mfa: &mut StagedMfa, kind: MfaFactor, factor: JsonObject) {
    mfa.factors.retain(|held| !is_kind(held, kind));
    mfa.factors.push(factor);
}

async fn add_address(
    app: &App,
    connection: &mut Connection,
    (user, experience): (&UserRow, &mut Experience),
    addition: StagedProfile,
) -> Result<(), FlowError> {
    let address = addition.primary_email.as_deref();
    enterprise_sso::refuse_other_proofs(app, connection, address).await?;
    accounts::check_staged(app, connection, Some(user), &addition).await?;
    identification::merge(&mut experience.profile, addition);
    Ok(())
}

/// The person wants second factors.
pub async fn enable(app: &App, at: &InteractionRef) -> Result<(), FlowError> {
    step(app, at, async |_, _, experience| {
        experience.mfa.enabled = Some(true);
        Ok(())
    })
    .await
}

/// The person does without, where that is allowed.
pub async fn skip(app: &App, at: &InteractionRef) -> Result<(), FlowError> {
    step(app, at, async |connection, user, experience| {
        if standing(app, connection, user, experience).await?.is_demanded() {
            return Err(reject(422, ErrorCode::SessionMfaPolicyNotUserControlled).into());
        }
        experience.mfa.skipped = Some(true);
        Ok(())
    })
    .await
}

/// The person wants no further factor.
pub async fn skip_suggestion(app: &App, at: &InteractionRef) -> Result<(), FlowError> {
    step(app, at, async |_, _, experience| {
        experience.mfa.suggestion_skipped = Some(true);
        Ok(())
    })
    .await
}

/// The person wants no passkey for signing in.
pub async fn skip_passkey(app: &App, at: &InteractionRef) -> Result<(), FlowError> {
    step(app, at, async |_, _, experience| {
        experience.mfa.passkey_skipped = Some(true);
        Ok(())
    })
    .await
}

/// Refuses factors that were switched off since they were staged.
pub fn check_staged(app: &App, staged: &StagedMfa) -> Result<(), FlowError> {
    let enabled = &app.catalog.snapshot().experience.mfa.factors;
    let is_enabled = |factor: &JsonObject| enabled.iter().any(|kind| is_kind(factor, *kind));
    if staged.factors.iter().all(is_enabled) {
        return Ok(());
    }
    Err(reject(400, ErrorCode::SessionMfaMfaFactorNotEnabled).into())
}

/// Writes what was decided into the account. That somebody does without counts from a sign-in on:
/// who has just registered is asked once more.
pub async fn write(
    connection: &mut Connection,
    user_id: &str,
    event: InteractionEvent,
    staged: &StagedMfa,
) -> Result<(), FlowError> {
    if staged.is_empty() {
        return Ok(());
    }
    let user = users::lock(connection, user_id).await?;
    let mut user = user.ok_or_else(|| reject(404, ErrorCode::SessionIdentifierNotFound))?;
    for factor in &staged.factors {
        let is_app = is_kind(factor, MfaFactor::Totp);
        if is_app && of_kind(&user, MfaFactor::Totp).next().is_some() {
            return Err(reject(422, ErrorCode::UserTotpAlreadyInUse).into());
        }
        bind(&mut user, factor.clone());
    }
    if let Some(enabled) = staged.enabled {
        choose(&mut user, MFA, "enabled", enabled);
    }
    if event == InteractionEvent::SignIn {
        for (name, choice) in
            [("skipped", staged.skipped), (SUGGESTION_SKIPPED, staged.suggestion_skipped)]
        {
            if let Some(choice) = choice {
                choose(&mut user, MFA, name, choice);
            }
        }
        if let Some(choice) = staged.passkey_skipped {
            choose(&mut user, PASSKEY_SIGN_IN, "skipped", choice);
        }
    }
    Ok(users::save(connection, &user).await?)
}
