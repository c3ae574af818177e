//! Organizations whose membership a user shows an application of a third party.

use super::{check_third_party, find};
use crate::flows::error::{FlowError, reject};
use crate::flows::management::{change, organizations, unknown, users};
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_shared::application::consent::ConsentOrganizations;
use vestibule_store::applications::consent as rows;
use vestibule_store::{Connection, StoreError};

/// One page of the organizations that a user shows an application, and how many they are.
pub async fn list(
    app: &App,
    id: &str,
    user_id: &str,
    page: (i64, i64),
) -> Result<(ConsentOrganizations, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    check(&mut connection, id, user_id).await?;
    let (found, total) = rows::organizations(&mut connection, id, user_id, page).await?;
    let organizations = found.into_iter().map(organizations::to_wire).collect();
    Ok((ConsentOrganizations { organizations }, total))
}

/// Shows an application more organizations.
pub async fn add(app: &App, id: &str, user_id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        check(connection, id, user_id).await?;
        rows::show(connection, id, user_id, ids).await.map_err(no_member)
    })
    .await
}

/// Shows an application these organizations and no others.
pub async fn replace(app: &App, id: &str, user_id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        check(connection, id, user_id).await?;
        rows::show_only(connection, id, user_id, ids).await.map_err(no_member)
    })
    .await
}

/// Shows an application an organization no more.
pub async fn remove(
    app: &App,
    id: &str,
    user_id: &str,
    organization_id: &str,
) -> Result<(), FlowError> {
    change(app, async |connection| {
        check(connection, id, user_id).await?;
        let removed = rows::hide(connection, id, user_id, organization_id).await?;
        if removed { Ok(()) } else { Err(unknown("organization", organization_id).into()) }
    })
    .await
}

async fn check(connection: &mut Connection, id: &str, user_id: &str) -> Result<(), FlowError> {
    check_third_party(&find(connection, id).await?)?;
    users::find(connection, user_id).await?;
    Ok(())
}

/// The rows refer to memberships.
fn no_member(error: StoreError) -> FlowError {
    match error {
        StoreError::MissingReference => {
            reject(422, ErrorCode::OrganizationRequireMembership).into()
        }
        other => other.into(),
    }
}
