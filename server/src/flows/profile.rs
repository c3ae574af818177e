//! What a person adds to the account while signing in or registering.

use crate::flows::error::{FlowError, reject};
use crate::flows::extra_profile::ExtraProfile;
use crate::flows::identifier::{self, Email};
use crate::flows::interaction::{Experience, Interaction, InteractionRef, StagedProfile};
use crate::flows::verification::{self, Record};
use crate::flows::{accounts, enterprise_sso, identification, mfa, policy};
use crate::state::App;
use vestibule_passwords::policy::UserFacts;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{InteractionEvent, ProfileUpdate};
use vestibule_store::Connection;
use vestibule_store::users::{self, UserRow};

/// Stages one addition.
pub async fn add(app: &App, at: &InteractionRef, update: ProfileUpdate) -> Result<(), FlowError> {
    let interaction = at.load(app).await?;
    let experience = interaction.experience()?;
    match experience.event {
        InteractionEvent::ForgotPassword => {
            return Err(reject(400, ErrorCode::SessionNotSupportedForForgotPassword).into());
        }
        InteractionEvent::SignIn => {
            experience.identified()?;
        }
        InteractionEvent::Register => {}
    }
    let addition = match &update {
        ProfileUpdate::Username { value } => username(app, value)?,
        ProfileUpdate::Password { value } => password(app, experience, value).await?,
        ProfileUpdate::Email { verification_id } | ProfileUpdate::Phone { verification_id } => {
            let wants_email = matches!(update, ProfileUpdate::Email { .. });
            verified_address(app, experience, verification_id, wants_email)?
        }
        ProfileUpdate::ExtraProfile { values } => {
            let fields = &app.catalog.snapshot().profile_fields;
            let extra = ExtraProfile::parse(values.clone(), fields)?;
            StagedProfile { extra, ..StagedProfile::default() }
        }
    };
    let is_form = matches!(update, ProfileUpdate::ExtraProfile { .. });
    at.change(app, async |connection, interaction| {
        let user = identified_user(connection, interaction).await?;
        if let Some(user) = &user {
            mfa::require_verification(app, connection, user, interaction.experience()?).await?;
        }
        let address = addition.primary_email.as_deref();
        enterprise_sso::refuse_other_proofs(app, connection, address).await?;
        accounts::check_staged(app, connection, user.as_ref(), &addition).await?;
        let experience = interaction.experience_mut()?;
        identification::merge(&mut experience.profile, addition.clone());
        experience.extra_profile_submitted |= is_form;
        Ok(())
    })
    .await
}

fn username(app: &App, value: &str) -> Result<StagedProfile, FlowError> {
    let policy = app.catalog.snapshot().experience.username_policy;
    if let Some(violation) = identifier::username_violation(value, &policy) {
        return Err(violation.into());
    }
    Ok(StagedProfile { username: Some(value.to_owned()), ..StagedProfile::default() })
}

async fn password(
    app: &App,
    experience: &Experience,
    value: &str,
) -> Result<StagedProfile, FlowError> {
    let user = match &experience.user_id {
        Some(id) => users::by_id(&mut app.store.read().await?, id).await?,
        None => None,
    };
    policy::check_password(app, value, &facts(user.as_ref(), &experience.profile))?;
    let digest = app.passwords.hash(value).await?;
    Ok(StagedProfile { password_digest: Some(digest), ..StagedProfile::default() })
}

fn facts(user: Option<&UserRow>, staged: &StagedProfile) -> UserFacts {
    let of = |field: fn(&UserRow) -> &Option<String>| user.and_then(|user| field(user).clone());
    UserFacts {
        name: of(|user| &user.name),
        username: staged.username.clone().or_else(|| of(|user| &user.username)),
        email: staged.primary_email.clone().or_else(|| of(|user| &user.primary_email)),
        phone: staged.primary_phone.clone().or_else(|| of(|user| &user.primary_phone)),
    }
}

/// The address that a code has proved.
pub fn verified_address(
    app: &App,
    experience: &Experience,
    verification_id: &str,
    wants_email: bool,
) -> Result<StagedProfile, FlowError> {
    let record = experience.record(verification_id)?;
    let fits = match record {
        Record::EmailVerificationCode(_) => wants_email,
        Record::PhoneVerificationCode(_) => !wants_email,
        _ => false,
    };
    if !fits {
        return Err(reject(404, ErrorCode::SessionVerificationSessionNotFound).into());
    }
    let strategy: &dyn verification::Strategy = record.strategy();
    let failed = || reject(400, ErrorCode::SessionVerificationFailed);
    let contribution =
        strategy.contributes().filter(|_| strategy.is_verified()).ok_or_else(failed)?;
    if let Some(address) = &contribution.primary_email {
        let blocklist = &app.catalog.snapshot().experience.email_blocklist_policy;
        policy::check_email(blocklist, &Email::parse(address)?)?;
    }
    Ok(contribution)
}

async fn identified_user(
    connection: &mut Connection,
    interaction: &Interaction,
) -> Result<Option<UserRow>, FlowError> {
    Ok(match &interaction.experience()?.user_id {
        Some(id) => users::by_id(connection, id).await?,
        None => None,
    })
}

/// Stages the new password of somebody who forgot the old one.
pub async fn reset_password(
    app: &App,
    at: &InteractionRef,
    password: &str,
) -> Result<(), FlowError> {
    let interaction = at.load(app).await?;
    let experience = interaction.experience()?;
    if experience.event != InteractionEvent::ForgotPassword {
        return Err(reject(400, ErrorCode::SessionInvalidInteractionType).into());
    }
    let user = users::by_id(&mut app.store.read().await?, experience.identified()?).await?;
    let missing = || reject(404, ErrorCode::SessionIdentifierNotFound);
    let user = user.ok_or_else(missing)?;
    policy::check_password(app, password, &facts(Some(&user), &StagedProfile::default()))?;
    if user.password_digest.is_some()
        && verification::password::check(app, Some(&user), password).await?
    {
        return Err(reject(422, ErrorCode::UserSamePassword).into());
    }
    let digest = app.passwords.hash(password).await?;
    at.change(app, async |_, interaction| {
        interaction.experience_mut()?.profile.password_digest = Some(digest.clone());
        Ok(())
    })
    .await
}
