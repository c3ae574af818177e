//! Finding the account that was proved, or making the one that was asked for.

use crate::flows::error::invalid_input;
use crate::flows::error::{FlowError, reject};
use crate::flows::identifier::{AccountName, Email};
use crate::flows::interaction::{
    Experience, Interaction, InteractionRef, StagedMfa, StagedProfile,
};
use crate::flows::webhooks::{self, Within};
use crate::flows::{accounts, captcha, enterprise_sso, extra_profile, policy};
use crate::state::App;
use serde_json::json;
use vestibule_protocol::error::OAuthError;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{Identification, InteractionEvent};
use vestibule_shared::sign_in_experience::SignInExperience;
use vestibule_store::{Connection, Durability, users};

/// Identifies somebody, or creates an account; says for which event.
pub async fn identify(
    app: &App,
    at: &InteractionRef,
    request: Identification,
) -> Result<InteractionEvent, FlowError> {
    let event = at.load(app).await?.experience()?.event;
    let id = request.verification_id.as_deref();
    match event {
        InteractionEvent::SignIn | InteractionEvent::ForgotPassword => {
            let id = id.ok_or_else(|| invalid_input("verificationId", "is required"))?;
            at.change(app, async |connection, interaction| {
                identify_existing(app, connection, interaction.experience_mut()?, id).await
            })
            .await?;
        }
        InteractionEvent::Register => {
            let registered = register(app, at, id).await;
            // The button was pressed twice: the other request has made the account meanwhile.
            if registered.is_err() && is_identified(app, at).await {
                return Ok(event);
            }
            registered?;
        }
    }
    Ok(event)
}

async fn register(app: &App, at: &InteractionRef, id: Option<&str>) -> Result<(), FlowError> {
    if let Some(id) = id {
        // Saved on its own, so that a refusal further on does not lose the progress.
        at.change(app, async |connection, interaction| {
            collect(app, connection, interaction.experience_mut()?, id).await
        })
        .await?;
    }
    at.change_with(app, Durability::Durable, async |connection, interaction| {
        create(app, connection, interaction).await
    })
    .await
}

async fn is_identified(app: &App, at: &InteractionRef) -> bool {
    let interaction = at.load(app).await;
    interaction.is_ok_and(|it| it.experience().is_ok_and(|it| it.user_id.is_some()))
}

async fn identify_existing(
    app: &App,
    connection: &mut Connection,
    experience: &mut Experience,
    verification_id: &str,
) -> Result<(), FlowError> {
    let settings = app.catalog.snapshot().experience.clone();
    let strategy = experience.record(verification_id)?.strategy();
    policy::allow_event(settings.sign_in_mode, experience.event)?;
    policy::allow_strategy(&settings, experience.event, strategy)?;
    let failed = || reject(400, ErrorCode::SessionVerificationFailed);
    let name = strategy.identifies();
    if experience.event == InteractionEvent::SignIn
        && let Some(AccountName::Email(address)) = &name
    {
        enterprise_sso::refuse_other_proofs(app, connection, Some(address.as_str())).await?;
    }
    let name = name.filter(|_| strategy.is_verified()).ok_or_else(failed)?;
    let user = users::by_key(connection, &name.user_key(&settings.username_policy)).await?;
    let Some(user) = user else {
        let facts = json!({ "identifier": name.to_wire() });
        return Err(reject(404, ErrorCode::UserNotExist).with_data(facts).into());
    };
    if !strategy.proves(&user.id) {
        return Err(failed().into());
    }
    if user.is_suspended {
        return Err(reject(401, ErrorCode::UserSuspended).into());
    }
    match &experience.user_id {
        Some(known) if *known != user.id => {
            Err(reject(409, ErrorCode::SessionIdentityConflict).into())
        }
        _ => {
            experience.user_id = Some(user.id);
            Ok(())
        }
    }
}

/// Stages what a verified record contributes to the new account.
async fn collect(
    app: &App,
    connection: &mut Connection,
    experience: &mut Experience,
    verification_id: &str,
) -> Result<(), FlowError> {
    if experience.user_id.is_some() {
        return Ok(());
    }
    let settings = app.catalog.snapshot().experience.clone();
    let strategy = experience.record(verification_id)?.strategy();
    let failed = || reject(400, ErrorCode::SessionVerificationFailed);
    let contribution =
        strategy.contributes().filter(|_| strategy.is_verified()).ok_or_else(failed)?;
    let address = contribution.primary_email.as_deref();
    enterprise_sso::refuse_other_proofs(app, connection, address).await?;
    check_contribution(&settings, &contribution)?;
    accounts::check_staged(app, connection, None, &contribution).await?;
    merge(&mut experience.profile, contribution);
    Ok(())
}

fn check_contribution(
    settings: &SignInExperience,
    contribution: &StagedProfile,
) -> Result<(), FlowError> {
    if let Some(address) = &contribution.primary_email {
        policy::check_email(&settings.email_blocklist_policy, &Email::parse(address)?)?;
    }
    if let Some(username) = &contribution.username
        && let Some(violation) =
            super::identifier::username_violation(username, &settings.username_policy)
    {
        return Err(violation.into());
    }
    Ok(())
}

/// Puts what is new over what was staged.
pub fn merge(staged: &mut StagedProfile, new: StagedProfile) {
    let mut old = std::mem::take(staged);
    old.extra.merge(new.extra);
    *staged = StagedProfile {
        username: new.username.or(old.username),
        primary_email: new.primary_email.or(old.primary_email),
        primary_phone: new.primary_phone.or(old.primary_phone),
        password_digest: new.password_digest.or(old.password_digest),
        extra: old.extra,
    };
}

/// Makes the account from what is staged. A second call finds it made.
async fn create(
    app: &App,
    connection: &mut Connection,
    interaction: &mut Interaction,
) -> Result<(), FlowError> {
    let snapshot = app.catalog.snapshot();
    let settings = &snapshot.experience;
    let client_id = interaction.client_id.clone();
    let experience = interaction.experience_mut()?;
    if experience.user_id.is_some() {
        return Ok(());
    }
    policy::allow_event(settings.sign_in_mode, InteractionEvent::Register)?;
    captcha::require(&snapshot, experience)?;
    policy::require_profile(&settings.sign_up, None, &experience.profile)?;
    extra_profile::require(&snapshot, None, experience)?;
    // Without any proof or profile there would be an account that nobody could use.
    if experience.profile.is_anonymous() {
        return Err(reject(404, ErrorCode::SessionIdentifierNotFound).into());
    }
    accounts::check_staged(app, connection, None, &experience.profile).await?;
    let user = accounts::create(app, connection, &experience.profile, Some(&client_id)).await?;
    experience.user_id = Some(user.id.clone());
    experience.profile = StagedProfile::default();
    let within = Within::new(interaction, InteractionEvent::Register);
    webhooks::user_registered(app, connection, &user.id, &within).await
}

/// Changes what the person came to do; staged changes are given up, proofs of who it is are kept.
pub async fn change_event(
    app: &App,
    at: &InteractionRef,
    event: InteractionEvent,
) -> Result<(), FlowError> {
    let mode = app.catalog.snapshot().experience.sign_in_mode;
    at.change(app, async |_, interaction| {
        let experience = interaction.experience_mut()?;
        policy::allow_event(mode, event)?;
        let resets = |event| event == InteractionEvent::ForgotPassword;
        if resets(event) != resets(experience.event) {
            return Err(reject(400, ErrorCode::SessionNotSupportedForForgotPassword).into());
        }
        if event != experience.event {
            experience.event = event;
            // Who was identified to do one thing is asked anew for another: what submit demands of
            // somebody who registers is less than of somebody who signs in.
            experience.user_id = None;
            experience.profile = StagedProfile::default();
            experience.mfa = StagedMfa::default();
            experience.records.retain(|record| !record.is_second_factor());
        }
        Ok(())
    })
    .await
}

/// Begins, or begins again: whatever was done before is forgotten.
pub async fn begin(
    app: &App,
    at: &InteractionRef,
    event: InteractionEvent,
    captcha_token: Option<&str>,
) -> Result<(), FlowError> {
    if let Some(token) = captcha_token {
        // Strangers do not get the service asked.
        at.load(app).await?;
        captcha::verify(app, token).await?;
    }
    at.change(app, async |_, interaction| {
        if interaction.state.outcome.is_some() {
            return Err(OAuthError::session_not_found().into());
        }
        let mut experience = Experience::new(event);
        experience.captcha.verified = captcha_token.is_some();
        interaction.state.experience = Some(experience);
        Ok(())
    })
    .await
}
