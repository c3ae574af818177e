//! Second factors: what an account has, when one is asked for, and how people get them.

pub mod binding;
pub mod factors;
pub mod policy;
pub mod totp;

use crate::flows::error::FlowError;
use crate::flows::interaction::Experience;
use crate::state::App;
use policy::Standing;
use vestibule_shared::sign_in_experience::OrganizationMfaPolicy;
use vestibule_store::Connection;
use vestibule_store::organizations::members::of_users;
use vestibule_store::users::UserRow;

/// How somebody stands towards the policy. Reads organizations only where these can demand
/// something.
pub async fn standing<'a>(
    app: &App,
    connection: &mut Connection,
    user: &'a UserRow,
    experience: &'a Experience,
) -> Result<Standing<'a>, FlowError> {
    let settings = app.catalog.snapshot().experience.clone();
    let by_organization = !settings.mfa.factors.is_empty()
        && settings.mfa.organization_required_mfa_policy == Some(OrganizationMfaPolicy::Mandatory)
        && of_users::is_mfa_required(connection, &user.id).await?;
    Ok(Standing { settings, user, experience, by_organization })
}

/// Refuses what only somebody may do who has given the second factor.
pub async fn require_verification(
    app: &App,
    connection: &mut Connection,
    user: &UserRow,
    experience: &Experience,
) -> Result<(), FlowError> {
    Ok(standing(app, connection, user, experience).await?.require_verification()?)
}
