//! Users who are members of organizations.

use super::super::{find, roles, scopes, unrelated};
use super::{expect_members, grouped, with_roles};
use crate::flows::error::{FlowError, reject};
use crate::flows::management::{change, unknown, users};
use crate::flows::webhooks::{Membership, has_listener, membership_changed};
use crate::state::App;
use serde_json::json;
use vestibule_shared::ErrorCode;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::organization::{
    Organization, OrganizationRole, OrganizationRoleReferences, OrganizationScope,
    UsersOrganizationRoles, WithOrganizationRoles,
};
use vestibule_shared::role::RoleType;
use vestibule_shared::user::User;
use vestibule_store::Connection;
use vestibule_store::organizations::members::{of_users as rows, scopes_of_user};
use vestibule_store::organizations::roles as role_rows;
use vestibule_store::search::Search;

/// One page of the users of an organization, or of those who hold a role there.
pub async fn list(
    app: &App,
    id: &str,
    search: &Search,
    role_id: Option<&str>,
    page: (i64, i64),
) -> Result<(Vec<WithOrganizationRoles<User>>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::page(&mut connection, id, search, role_id, page).await?;
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let held = rows::roles_of(&mut connection, &[id.to_owned()], &ids).await?;
    let mut held = grouped(held, |role| &role.holder_id);
    let shown = found.into_iter().map(|row| WithOrganizationRoles {
        organization_roles: held.remove(&row.id).unwrap_or_default(),
        shown: users::to_wire(row, users::Include::default()),
    });
    Ok((shown.collect(), total))
}

/// Makes users members.
pub async fn add(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let added_user_ids =
            rows::relation::attach(connection, id, ids).await.map_err(unrelated)?;
        let membership = Membership { added_user_ids, ..Membership::default() };
        membership_changed(app, connection, id, membership, None).await
    })
    .await
}

/// Makes these users members and no others.
pub async fn replace(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let is_told = has_listener(app, HookEvent::OrganizationMembershipUpdated);
        let before = if is_told { rows::relation::of(connection, id).await? } else { Vec::new() };
        rows::relation::replace(connection, id, ids).await.map_err(unrelated)?;
        if !is_told {
            return Ok(());
        }
        let (added_user_ids, removed_user_ids) = Membership::difference(&before, ids);
        let membership = Membership { added_user_ids, removed_user_ids, ..Membership::default() };
        membership_changed(app, connection, id, membership, None).await
    })
    .await
}

/// Ends a membership, and with it the roles.
pub async fn remove(app: &App, id: &str, user_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        if !rows::relation::detach(connection, id, user_id).await? {
            return Err(unknown("user", user_id).into());
        }
        let removed_user_ids = vec![user_id.to_owned()];
        let membership = Membership { removed_user_ids, ..Membership::default() };
        membership_changed(app, connection, id, membership, None).await
    })
    .await
}

/// Gives several members the same roles.
pub async fn give_many(
    app: &App,
    id: &str,
    request: &UsersOrganizationRoles,
) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        check_members(connection, id, &request.user_ids).await?;
        roles::check(connection, &request.organization_role_ids, RoleType::User).await?;
        for user_id in &request.user_ids {
            rows::give_roles(connection, id, user_id, &request.organization_role_ids).await?;
        }
        Ok(())
    })
    .await
}

/// Roles of a member: all of them, or a page.
pub async fn roles(
    app: &App,
    id: &str,
    user_id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OrganizationRole>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    check_member(&mut connection, id, user_id).await?;
    let (found, total) = rows::roles(&mut connection, id, user_id, page).await?;
    Ok((found.into_iter().map(roles::to_wire).collect(), page.map(|_| total)))
}

/// Gives a member more roles; answers with the ids of those asked for.
pub async fn give(
    app: &App,
    id: &str,
    user_id: &str,
    request: &OrganizationRoleReferences,
) -> Result<Vec<String>, FlowError> {
    change(app, async |connection| {
        check_member(connection, id, user_id).await?;
        let ids = resolve(connection, request).await?;
        rows::give_roles(connection, id, user_id, &ids).await?;
        Ok(ids)
    })
    .await
}

/// Gives a member these roles and no others.
pub async fn set(
    app: &App,
    id: &str,
    user_id: &str,
    request: &OrganizationRoleReferences,
) -> Result<(), FlowError> {
    change(app, async |connection| {
        check_member(connection, id, user_id).await?;
        let ids = resolve(connection, request).await?;
        Ok(rows::set_roles(connection, id, user_id, &ids).await?)
    })
    .await
}

/// Takes a role away from a member.
pub async fn take(app: &App, id: &str, user_id: &str, role_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        check_member(connection, id, user_id).await?;
        let taken = rows::take_role(connection, id, user_id, role_id).await?;
        if taken { Ok(()) } else { Err(unknown("organization role", role_id).into()) }
    })
    .await
}

/// What a member may do within the organization.
pub async fn scopes(
    app: &App,
    id: &str,
    user_id: &str,
) -> Result<Vec<OrganizationScope>, FlowError> {
    let mut connection = app.store.scan().await?;
    check_member(&mut connection, id, user_id).await?;
    let found = scopes_of_user(&mut connection, id, user_id).await?;
    Ok(found.into_iter().map(scopes::to_wire).collect())
}

/// Organizations of a user, with the roles held there.
pub async fn organizations(
    app: &App,
    user_id: &str,
) -> Result<Vec<WithOrganizationRoles<Organization>>, FlowError> {
    let mut connection = app.store.scan().await?;
    users::find(&mut connection, user_id).await?;
    let (found, _) = rows::organizations(&mut connection, user_id, None).await?;
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let held = rows::roles_of(&mut connection, &ids, &[user_id.to_owned()]).await?;
    Ok(with_roles(found, held))
}

async fn check_member(
    connection: &mut Connection,
    id: &str,
    user_id: &str,
) -> Result<(), FlowError> {
    find(connection, id).await?;
    check_members(connection, id, &[user_id.to_owned()]).await
}

async fn check_members(
    connection: &mut Connection,
    id: &str,
    ids: &[String],
) -> Result<(), FlowError> {
    Ok(expect_members(ids, &rows::existing(connection, id, ids).await?)?)
}

/// The ids of roles that are asked for by id or name, each once.
async fn resolve(
    connection: &mut Connection,
    request: &OrganizationRoleReferences,
) -> Result<Vec<String>, FlowError> {
    let names = &request.organization_role_names;
    let named = role_rows::by_names(connection, names).await?;
    let unknown: Vec<&String> =
        names.iter().filter(|name| !named.iter().any(|row| row.name == **name)).collect();
    if !unknown.is_empty() {
        return Err(reject(422, ErrorCode::OrganizationRoleNamesNotFound)
            .with_data(json!({ "invalidNames": unknown }))
            .into());
    }
    let mut ids = Vec::new();
    for id in request.organization_role_ids.iter().chain(named.iter().map(|row| &row.id)) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    roles::check(connection, &ids, RoleType::User).await?;
    Ok(ids)
}
