//! Applications that are members of organizations.

use super::super::{find, missing_reference, roles};
use super::{expect_members, grouped, with_roles};
use crate::flows::error::{FlowError, reject};
use crate::flows::management::{applications, change, unknown};
use crate::flows::webhooks::{Membership, has_listener, membership_changed};
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_shared::application::{Application, ApplicationType};
use vestibule_shared::hook::HookEvent;
use vestibule_shared::organization::{
    ApplicationsOrganizationRoles, Organization, OrganizationRole, WithOrganizationRoles,
};
use vestibule_shared::role::RoleType;
use vestibule_store::organizations::members::of_applications as rows;
use vestibule_store::search::Search;
use vestibule_store::{Connection, applications as application_rows};

/// One page of the applications of an organization.
pub async fn list(
    app: &App,
    id: &str,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<WithOrganizationRoles<Application>>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::page(&mut connection, id, search, None, page).await?;
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let held = rows::roles_of(&mut connection, &[id.to_owned()], &ids).await?;
    let mut held = grouped(held, |role| &role.holder_id);
    let mut shown = Vec::new();
    for row in found {
        let organization_roles = held.remove(&row.id).unwrap_or_default();
        shown
            .push(WithOrganizationRoles { shown: applications::to_wire(row)?, organization_roles });
    }
    Ok((shown, total))
}

/// Makes applications members.
pub async fn add(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        check_machines(connection, ids).await?;
        let added_application_ids = rows::relation::attach(connection, id, ids).await?;
        let membership = Membership { added_application_ids, ..Membership::default() };
        membership_changed(app, connection, id, membership, None).await
    })
    .await
}

/// Makes these applications members and no others.
pub async fn replace(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        check_machines(connection, ids).await?;
        let is_told = has_listener(app, HookEvent::OrganizationMembershipUpdated);
        let before = if is_told { rows::relation::of(connection, id).await? } else { Vec::new() };
        rows::relation::replace(connection, id, ids).await?;
        if !is_told {
            return Ok(());
        }
        let (added_application_ids, removed_application_ids) = Membership::difference(&before, ids);
        let membership =
            Membership { added_application_ids, removed_application_ids, ..Membership::default() };
        membership_changed(app, connection, id, membership, None).await
    })
    .await
}

/// Ends a membership, and with it the roles.
pub async fn remove(app: &App, id: &str, application_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        if !rows::relation::detach(connection, id, application_id).await? {
            return Err(unknown("application", application_id).into());
        }
        let removed_application_ids = vec![application_id.to_owned()];
        let membership = Membership { removed_application_ids, ..Membership::default() };
        membership_changed(app, connection, id, membership, None).await
    })
    .await
}

/// Gives several members the same roles.
pub async fn give_many(
    app: &App,
    id: &str,
    request: &ApplicationsOrganizationRoles,
) -> Result<(), FlowError> {
    let role_ids = &request.organization_role_ids;
    change(app, async |connection| {
        find(connection, id).await?;
        check_members(connection, id, &request.application_ids).await?;
        roles::check(connection, role_ids, RoleType::MachineToMachine).await?;
        for application_id in &request.application_ids {
            rows::give_roles(connection, id, application_id, role_ids).await?;
        }
        Ok(())
    })
    .await
}

/// Roles of a member: all of them, or a page.
pub async fn roles(
    app: &App,
    id: &str,
    application_id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OrganizationRole>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    check_member(&mut connection, id, application_id).await?;
    let (found, total) = rows::roles(&mut connection, id, application_id, page).await?;
    Ok((found.into_iter().map(roles::to_wire).collect(), page.map(|_| total)))
}

/// Gives a member more roles.
pub async fn give(
    app: &App,
    id: &str,
    application_id: &str,
    role_ids: &[String],
) -> Result<(), FlowError> {
    change(app, async |connection| {
        check_member(connection, id, application_id).await?;
        roles::check(connection, role_ids, RoleType::MachineToMachine).await?;
        Ok(rows::give_roles(connection, id, application_id, role_ids).await?)
    })
    .await
}

/// Gives a member these roles and no others.
pub async fn set(
    app: &App,
    id: &str,
    application_id: &str,
    role_ids: &[String],
) -> Result<(), FlowError> {
    change(app, async |connection| {
        check_member(connection, id, application_id).await?;
        roles::check(connection, role_ids, RoleType::MachineToMachine).await?;
        Ok(rows::set_roles(connection, id, application_id, role_ids).await?)
    })
    .await
}

/// Takes a role away from a member.
pub async fn take(
    app: &App,
    id: &str,
    application_id: &str,
    role_id: &str,
) -> Result<(), FlowError> {
    change(app, async |connection| {
        check_member(connection, id, application_id).await?;
        let taken = rows::take_role(connection, id, application_id, role_id).await?;
        if taken { Ok(()) } else { Err(unknown("organization role", role_id).into()) }
    })
    .await
}

/// Organizations of an application with the roles held there: all of them, or a page.
pub async fn organizations(
    app: &App,
    application_id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<WithOrganizationRoles<Organization>>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    if application_rows::by_id(&mut connection, application_id).await?.is_none() {
        return Err(unknown("application", application_id).into());
    }
    let (found, total) = rows::organizations(&mut connection, application_id, page).await?;
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let held = rows::roles_of(&mut connection, &ids, &[application_id.to_owned()]).await?;
    Ok((with_roles(found, held), page.map(|_| total)))
}

async fn check_member(
    connection: &mut Connection,
    id: &str,
    application_id: &str,
) -> Result<(), FlowError> {
    find(connection, id).await?;
    check_members(connection, id, &[application_id.to_owned()]).await
}

async fn check_members(
    connection: &mut Connection,
    id: &str,
    ids: &[String],
) -> Result<(), FlowError> {
    Ok(expect_members(ids, &rows::existing(connection, id, ids).await?)?)
}

/// Only applications that act for themselves are members.
async fn check_machines(connection: &mut Connection, ids: &[String]) -> Result<(), FlowError> {
    let found = application_rows::by_ids(connection, ids).await?;
    if ids.iter().any(|id| !found.iter().any(|row| row.id == *id)) {
        return Err(missing_reference().into());
    }
    let machine = ApplicationType::MachineToMachine.as_str();
    if found.iter().any(|row| row.kind != machine) {
        return Err(reject(422, ErrorCode::EntityDbConstraintViolated)
            .with_details("only machine-to-machine applications belong to organizations")
            .into());
    }
    Ok(())
}
