//! Roles: what they grant and who holds them.

use super::{applications, change, resources, unknown, users};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::webhooks::{managed, managed_silently};
use crate::seed::{INTERNAL_ADMIN_ROLE, MANAGEMENT_API, TENANT};
use crate::state::App;
use std::collections::HashMap;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::application::{Application, ApplicationType};
use vestibule_shared::hook::HookEvent;
use vestibule_shared::role::{
    CreateRole, FeaturedApplication, FeaturedUser, Role, RoleSummary, RoleType, Scope,
    ScopeWithResource, UpdateRole,
};
use vestibule_shared::user::User;
use vestibule_store::resources::scope;
use vestibule_store::roles::{self as rows, RoleFilter, RoleRow};
use vestibule_store::search::Search;
use vestibule_store::{Connection, StoreError, applications as application_rows};

/// One page of roles, each with some of those who hold it.
pub async fn list(
    app: &App,
    filter: &RoleFilter,
    page: (i64, i64),
) -> Result<(Vec<RoleSummary>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    let (found, total) = rows::page(&mut connection, filter, page).await?;
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let users: HashMap<_, _> =
        rows::count_users(&mut connection, &ids).await?.into_iter().collect();
    let applications: HashMap<_, _> =
        rows::count_applications(&mut connection, &ids).await?.into_iter().collect();
    let some_users = rows::some_users(&mut connection, &ids).await?;
    let some_applications = rows::some_applications(&mut connection, &ids).await?;
    let shown = found.into_iter().map(|row| {
        let of = |counts: &HashMap<String, i64>| counts.get(&row.id).copied().unwrap_or(0);
        let featured_users = some_users.iter().filter(|it| it.held_in == row.id);
        let featured_applications = some_applications.iter().filter(|it| it.held_in == row.id);
        RoleSummary {
            users_count: of(&users),
            featured_users: featured_users.map(featured_user).collect(),
            applications_count: of(&applications),
            featured_applications: featured_applications.map(featured_application).collect(),
            role: to_wire(row),
        }
    });
    Ok((shown.collect(), total))
}

/// One page of the roles that somebody holds.
pub async fn held(
    app: &App,
    filter: &RoleFilter,
    page: (i64, i64),
) -> Result<(Vec<Role>, i64), FlowError> {
    let (found, total) = rows::page(&mut app.store.scan().await?, filter, page).await?;
    Ok((found.into_iter().map(to_wire).collect(), total))
}

/// One role.
pub async fn get(app: &App, id: &str) -> Result<Role, FlowError> {
    Ok(to_wire(find(&mut app.store.read().await?, id).await?))
}

/// Makes a role.
pub async fn create(app: &App, request: CreateRole) -> Result<Role, FlowError> {
    check_name(&request.name)?;
    let row = RoleRow {
        id: random::standard_id(),
        name: request.name,
        description: request.description,
        kind: request.kind.as_str().to_owned(),
        is_default: request.is_default,
    };
    change(app, async |connection| {
        rows::insert(connection, &row).await.map_err(|error| taken(error, &row.name))?;
        let granted = grant(connection, &row, &request.scope_ids).await?;
        let made = to_wire(row.clone());
        managed(app, connection, HookEvent::RoleCreated, &made).await?;
        if !granted.is_empty() {
            managed(app, connection, HookEvent::RoleScopesUpdated, &granted).await?;
        }
        Ok(made)
    })
    .await
}

/// Changes a role.
pub async fn update(app: &App, id: &str, request: UpdateRole) -> Result<Role, FlowError> {
    request.name.as_deref().map_or(Ok(()), check_name)?;
    change(app, async |connection| {
        let mut row = modifiable(connection, id).await?;
        row.name = request.name.clone().unwrap_or(row.name);
        row.description = request.description.clone().unwrap_or(row.description);
        row.is_default = request.is_default.unwrap_or(row.is_default);
        rows::update(connection, &row).await.map_err(|error| taken(error, &row.name))?;
        let changed = to_wire(row);
        managed(app, connection, HookEvent::RoleDataUpdated, &changed).await?;
        Ok(changed)
    })
    .await
}

/// Deletes a role; nobody holds it any more.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        modifiable(connection, id).await?;
        rows::delete(connection, id).await?;
        managed_silently(app, connection, HookEvent::RoleDeleted).await
    })
    .await
}

/// Scopes of a role: all of them, or a page.
pub async fn scopes(
    app: &App,
    id: &str,
    search: &Search,
    page: Option<(i64, i64)>,
) -> Result<(Vec<ScopeWithResource>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::scopes(&mut connection, id, search, page).await?;
    let shown = found.into_iter().map(|(scope, resource)| ScopeWithResource {
        scope: resources::scope_to_wire(scope),
        resource: resources::to_wire(resource),
    });
    Ok((shown.collect(), page.map(|_| total)))
}

/// Lets a role grant more scopes; answers with these.
pub async fn add_scopes(app: &App, id: &str, ids: &[String]) -> Result<Vec<Scope>, FlowError> {
    change(app, async |connection| {
        let role = modifiable(connection, id).await?;
        let held = rows::scope_relation::of(connection, id).await?;
        if let Some(taken) = ids.iter().find(|id| held.contains(id)) {
            return Err(reject(422, ErrorCode::RoleScopeExists).with("scopeId", taken).into());
        }
        let granted = grant(connection, &role, ids).await?;
        managed(app, connection, HookEvent::RoleScopesUpdated, &granted).await?;
        Ok(granted)
    })
    .await
}

/// Takes a scope away from a role.
pub async fn remove_scope(app: &App, id: &str, scope_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        modifiable(connection, id).await?;
        if !rows::scope_relation::detach(connection, id, scope_id).await? {
            return Err(unknown("scope", scope_id).into());
        }
        managed_silently(app, connection, HookEvent::RoleScopesUpdated).await
    })
    .await
}

/// One page of the users who hold a role.
pub async fn users(
    app: &App,
    id: &str,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<User>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::users(&mut connection, id, search, page).await?;
    let shown = found.into_iter().map(|row| users::to_wire(row, users::Include::default()));
    Ok((shown.collect(), total))
}

/// Gives a role to users who do not hold it.
pub async fn add_users(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        expect_kind(&find(connection, id).await?, RoleType::User, ErrorCode::UserInvalidRoleType)?;
        users::check_all_exist(connection, ids).await?;
        let added = rows::user_relation::attach(connection, id, ids).await?;
        match ids.iter().find(|id| !added.contains(id)) {
            None => Ok(()),
            Some(held) => Err(reject(422, ErrorCode::RoleUserExists).with("userId", held).into()),
        }
    })
    .await
}

/// Takes a role away from a user.
pub async fn remove_user(app: &App, id: &str, user_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let removed = rows::user_relation::detach(connection, id, user_id).await?;
        if removed { Ok(()) } else { Err(unknown("user", user_id).into()) }
    })
    .await
}

/// One page of the applications that hold a role.
pub async fn applications(
    app: &App,
    id: &str,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<Application>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::applications(&mut connection, id, search, page).await?;
    let shown = found.into_iter().map(applications::to_wire).collect::<Result<_, _>>()?;
    Ok((shown, total))
}

/// Gives a role to applications that do not hold it.
pub async fn add_applications(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        let role = modifiable(connection, id).await?;
        let wrong = ErrorCode::ApplicationInvalidRoleType;
        expect_kind(&role, RoleType::MachineToMachine, wrong)?;
        check_machines(connection, ids).await?;
        let added = rows::application_relation::attach(connection, id, ids).await?;
        match ids.iter().find(|id| !added.contains(id)) {
            None => Ok(()),
            Some(held) => {
                let refusal = reject(422, ErrorCode::RoleApplicationExists);
                Err(refusal.with("applicationId", held).into())
            }
        }
    })
    .await
}

/// Takes a role away from an application.
pub async fn remove_application(
    app: &App,
    id: &str,
    application_id: &str,
) -> Result<(), FlowError> {
    change(app, async |connection| {
        modifiable(connection, id).await?;
        let removed = rows::application_relation::detach(connection, id, application_id).await?;
        if removed { Ok(()) } else { Err(unknown("application", application_id).into()) }
    })
    .await
}

/// Gives a user more roles; answers with those that the user did not hold.
pub async fn give_user(
    app: &App,
    user_id: &str,
    role_ids: &[String],
) -> Result<Vec<String>, FlowError> {
    change(app, async |connection| {
        users::find(connection, user_id).await?;
        check_roles(connection, role_ids, RoleType::User, ErrorCode::UserInvalidRoleType).await?;
        Ok(rows::of_user::attach(connection, user_id, role_ids).await?)
    })
    .await
}

/// Gives a user these roles and no others.
pub async fn set_of_user(app: &App, user_id: &str, role_ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        users::find(connection, user_id).await?;
        check_roles(connection, role_ids, RoleType::User, ErrorCode::UserInvalidRoleType).await?;
        Ok(rows::of_user::replace(connection, user_id, role_ids).await?)
    })
    .await
}

/// Gives an application more roles; answers with those that it did not hold.
pub async fn give_application(
    app: &App,
    application_id: &str,
    role_ids: &[String],
) -> Result<Vec<String>, FlowError> {
    change(app, async |connection| {
        check_application(connection, application_id, role_ids).await?;
        Ok(rows::of_application::attach(connection, application_id, role_ids).await?)
    })
    .await
}

/// Gives an application these roles and no others, beside those that the server gives.
pub async fn set_of_application(
    app: &App,
    application_id: &str,
    role_ids: &[String],
) -> Result<(), FlowError> {
    change(app, async |connection| {
        check_application(connection, application_id, role_ids).await?;
        let mut kept = role_ids.to_vec();
        if application_rows::has_role(connection, application_id, INTERNAL_ADMIN_ROLE).await? {
            kept.push(INTERNAL_ADMIN_ROLE.to_owned());
        }
        Ok(rows::of_application::replace(connection, application_id, &kept).await?)
    })
    .await
}

async fn check_application(
    connection: &mut Connection,
    application_id: &str,
    role_ids: &[String],
) -> Result<(), FlowError> {
    check_machines(connection, &[application_id.to_owned()]).await?;
    let wrong = ErrorCode::ApplicationInvalidRoleType;
    check_roles(connection, role_ids, RoleType::MachineToMachine, wrong).await
}

/// Only applications that act for themselves hold roles.
async fn check_machines(connection: &mut Connection, ids: &[String]) -> Result<(), FlowError> {
    let found = application_rows::by_ids(connection, ids).await?;
    for id in ids {
        let row = found.iter().find(|row| row.id == *id);
        let row = row.ok_or_else(|| unknown("application", id))?;
        if row.kind != ApplicationType::MachineToMachine.as_str() {
            return Err(reject(422, ErrorCode::ApplicationInvalidType).into());
        }
    }
    Ok(())
}

async fn check_roles(
    connection: &mut Connection,
    ids: &[String],
    kind: RoleType,
    wrong_kind: ErrorCode,
) -> Result<(), FlowError> {
    let found = rows::by_ids(connection, ids).await?;
    for id in ids {
        let row = found.iter().find(|row| row.id == *id).ok_or_else(|| unknown("role", id))?;
        check_internal(row)?;
        expect_kind(row, kind, wrong_kind)?;
    }
    Ok(())
}

fn expect_kind(row: &RoleRow, kind: RoleType, wrong_kind: ErrorCode) -> Result<(), Rejection> {
    if row.kind == kind.as_str() { Ok(()) } else { Err(reject(422, wrong_kind)) }
}

/// Lets a role grant scopes that it does not grant yet.
async fn grant(
    connection: &mut Connection,
    role: &RoleRow,
    ids: &[String],
) -> Result<Vec<Scope>, FlowError> {
    let found = scope::by_ids(connection, ids).await?;
    for id in ids {
        if !found.iter().any(|row| row.id == *id) {
            return Err(unknown("scope", id).into());
        }
    }
    if role.kind == RoleType::User.as_str() {
        let of: Vec<String> = found.iter().map(|row| row.resource_id.clone()).collect();
        let resources = vestibule_store::resources::by_ids(connection, &of).await?;
        if resources.iter().any(|row| row.indicator == MANAGEMENT_API) {
            let code = ErrorCode::RoleManagementApiScopesNotAssignableToUserRole;
            return Err(reject(400, code).into());
        }
    }
    rows::scope_relation::attach(connection, &role.id, ids).await?;
    Ok(found.into_iter().map(resources::scope_to_wire).collect())
}

async fn find(connection: &mut Connection, id: &str) -> Result<RoleRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("role", id))?)
}

/// The role, unless the server keeps it for itself.
async fn modifiable(connection: &mut Connection, id: &str) -> Result<RoleRow, FlowError> {
    let row = find(connection, id).await?;
    check_internal(&row)?;
    Ok(row)
}

fn check_internal(row: &RoleRow) -> Result<(), Rejection> {
    check_name(&row.name)
}

/// Names of that kind are the server's own.
pub(crate) fn check_name(name: &str) -> Result<(), Rejection> {
    if name.starts_with("#internal:") {
        return Err(reject(403, ErrorCode::RoleInternalRoleViolation));
    }
    Ok(())
}

fn taken(error: StoreError, name: &str) -> FlowError {
    match error {
        StoreError::Taken(_) => reject(422, ErrorCode::RoleNameInUse).with("name", name).into(),
        other => other.into(),
    }
}

fn to_wire(row: RoleRow) -> Role {
    Role {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        name: row.name,
        description: row.description,
        // A check constraint allows no third.
        kind: RoleType::parse(&row.kind).unwrap_or_default(),
        is_default: row.is_default,
    }
}

fn featured_user(row: &rows::HoldingUser) -> FeaturedUser {
    FeaturedUser { id: row.id.clone(), avatar: row.avatar.clone(), name: row.name.clone() }
}

fn featured_application(row: &rows::HoldingApplication) -> FeaturedApplication {
    FeaturedApplication { id: row.id.clone(), name: row.name.clone(), kind: row.kind.clone() }
}
