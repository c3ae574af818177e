//! The end of an interaction: everything that the policy demands is there, and what was staged is
//! written.

use crate::flows::error::{FlowError, reject};
use crate::flows::interaction::{Experience, Interaction, InteractionRef, Outcome, StagedMfa};
use crate::flows::webhooks::{self, Within};
use crate::flows::{accounts, captcha, extra_profile, mfa, policy};
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::InteractionEvent;
use vestibule_store::users::{self, UserChange, UserRow};
use vestibule_store::{Connection, Durability};

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// The authorization request goes on with whom it was that signed in.
    SignedIn,
    /// A password was reset; nobody is signed in.
    PasswordReset,
}

/// Ends the interaction. A second call after a success gets the same answer.
pub async fn submit(app: &App, at: &InteractionRef) -> Result<Submitted, FlowError> {
    let interaction = at.load(app).await?;
    if matches!(interaction.state.outcome, Some(Outcome::SignedIn { .. })) {
        return Ok(Submitted::SignedIn);
    }
    // Waiting for the disk is only owed to changes of the account.
    let experience = interaction.experience()?;
    let durability = if experience.profile.is_empty() && experience.mfa.is_empty() {
        Durability::Relaxed
    } else {
        Durability::Durable
    };
    at.change_with(app, durability, async |connection, interaction| {
        finish(app, connection, interaction).await
    })
    .await
}

async fn finish(
    app: &App,
    connection: &mut Connection,
    interaction: &mut Interaction,
) -> Result<Submitted, FlowError> {
    if matches!(interaction.state.outcome, Some(Outcome::SignedIn { .. })) {
        return Ok(Submitted::SignedIn);
    }
    let experience = interaction.experience()?.clone();
    captcha::require(&app.catalog.snapshot(), &experience)?;
    let user = users::by_id(connection, experience.identified()?).await?;
    let user = user.ok_or_else(|| reject(404, ErrorCode::SessionIdentifierNotFound))?;
    if user.is_suspended {
        return Err(reject(401, ErrorCode::UserSuspended).into());
    }
    if experience.event == InteractionEvent::ForgotPassword {
        reset_password(app, connection, &experience, &user).await?;
        let within = Within::new(interaction, experience.event);
        webhooks::submitted(app, connection, &within, &user.id, true).await?;
        interaction.state.experience = None;
        return Ok(Submitted::PasswordReset);
    }
    let standing = mfa::standing(app, connection, &user, &experience).await?;
    standing.require_verification()?;
    let snapshot = app.catalog.snapshot();
    let settings = &snapshot.experience;
    accounts::check_staged(app, connection, Some(&user), &experience.profile).await?;
    policy::require_profile(&settings.sign_up, Some(&user), &experience.profile)?;
    if experience.event == InteractionEvent::Register {
        extra_profile::require(&snapshot, Some(&user), &experience)?;
    }
    mfa::binding::check_staged(app, &experience.mfa)?;
    let found_enabled = standing.suggest()?;
    standing.fulfil()?;
    let chosen =
        StagedMfa { enabled: experience.mfa.enabled.or(found_enabled), ..experience.mfa.clone() };
    let now = app.clock.now();
    let change = UserChange {
        last_sign_in_at: Some(now),
        ..accounts::change(&experience.profile, &settings.username_policy, now)?
    };
    users::update(connection, &user.id, &change).await?;
    accounts::write_extra(connection, &user.id, &experience.profile.extra).await?;
    mfa::binding::write(connection, &user.id, experience.event, &chosen).await?;
    let within = Within::new(interaction, experience.event);
    let is_changed = !experience.profile.is_empty() || !chosen.is_empty();
    webhooks::submitted(app, connection, &within, &user.id, is_changed).await?;
    interaction.state.outcome = Some(Outcome::SignedIn { user_id: user.id, at: now });
    interaction.state.experience = None;
    Ok(Submitted::SignedIn)
}

async fn reset_password(
    app: &App,
    connection: &mut Connection,
    experience: &Experience,
    user: &UserRow,
) -> Result<(), FlowError> {
    if experience.profile.password_digest.is_none() {
        return Err(reject(422, ErrorCode::UserNewPasswordRequired).into());
    }
    let policy = app.catalog.snapshot().experience.username_policy;
    let change = accounts::change(&experience.profile, &policy, app.clock.now())?;
    users::update(connection, &user.id, &change).await?;
    Ok(())
}

/// The person gives up: the client is told so when the request is resumed.
pub async fn abort(app: &App, at: &InteractionRef) -> Result<(), FlowError> {
    at.change(app, async |_, interaction| {
        interaction.state.outcome = Some(Outcome::Aborted);
        interaction.state.experience = None;
        Ok(())
    })
    .await
}
