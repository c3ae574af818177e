//! API resources and their scopes.

use super::{change, unknown};
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::webhooks::{managed, managed_silently};
use crate::seed::{MANAGEMENT_API, TENANT};
use crate::state::App;
use std::collections::HashMap;
use url::Url;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::role::{
    CreateResource, CreateScope, Resource, Scope, UpdateResource, UpdateScope,
};
use vestibule_store::resources::{self as rows, ResourceRow, ScopeRow, scope};
use vestibule_store::search::Search;
use vestibule_store::{Connection, StoreError};

/// Seconds.
const DEFAULT_TTL: i64 = 3600;

/// Resources: all of them, or a page.
pub async fn list(
    app: &App,
    page: Option<(i64, i64)>,
    with_scopes: bool,
) -> Result<(Vec<Resource>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    let found = rows::list(&mut connection, page).await?;
    let total = match page {
        Some(_) => Some(rows::count(&mut connection).await?),
        None => None,
    };
    let mut scopes: HashMap<String, Vec<Scope>> = HashMap::new();
    if with_scopes {
        let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
        for row in scope::of_resources(&mut connection, &ids).await? {
            scopes.entry(row.resource_id.clone()).or_default().push(scope_to_wire(row));
        }
    }
    let shown = found.into_iter().map(|row| {
        let scopes = with_scopes.then(|| scopes.remove(&row.id).unwrap_or_default());
        Resource { scopes, ..to_wire(row) }
    });
    Ok((shown.collect(), total))
}

/// One resource.
pub async fn get(app: &App, id: &str) -> Result<Resource, FlowError> {
    Ok(to_wire(find(&mut app.store.read().await?, id).await?))
}

/// Adds a resource.
pub async fn create(app: &App, request: CreateResource) -> Result<Resource, FlowError> {
    check_indicator(&request.indicator)?;
    let row = ResourceRow {
        id: random::standard_id(),
        name: request.name,
        indicator: request.indicator,
        is_default: false,
        access_token_ttl: request.access_token_ttl.unwrap_or(DEFAULT_TTL),
    };
    change(app, async |connection| match rows::insert(connection, &row).await {
        Err(StoreError::Taken(_)) => {
            Err(reject(422, ErrorCode::ResourceResourceIdentifierInUse).into())
        }
        other => Ok(other?),
    })
    .await?;
    Ok(Resource { scopes: Some(Vec::new()), ..to_wire(row) })
}

/// Changes a resource.
pub async fn update(app: &App, id: &str, request: UpdateResource) -> Result<Resource, FlowError> {
    change(app, async |connection| {
        let mut row = modifiable(connection, id).await?;
        row.name = request.name.clone().unwrap_or(row.name);
        row.access_token_ttl = request.access_token_ttl.unwrap_or(row.access_token_ttl);
        rows::update(connection, &row).await?;
        Ok(to_wire(row))
    })
    .await
}

/// Makes a resource the one that is used when a request names none, or takes that away.
pub async fn set_default(app: &App, id: &str, is_default: bool) -> Result<Resource, FlowError> {
    change(app, async |connection| {
        let mut row = find(connection, id).await?;
        if is_default {
            rows::clear_default(connection).await?;
        }
        row.is_default = is_default;
        rows::update(connection, &row).await?;
        Ok(to_wire(row))
    })
    .await
}

/// Deletes a resource with its scopes.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        if find(connection, id).await?.indicator == MANAGEMENT_API {
            return Err(reject(400, ErrorCode::ResourceCannotDeleteManagementApi).into());
        }
        rows::delete(connection, id).await?;
        Ok(())
    })
    .await
}

/// One page of the scopes of a resource.
pub async fn scopes(
    app: &App,
    id: &str,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<Scope>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = scope::page(&mut connection, id, search, page).await?;
    Ok((found.into_iter().map(scope_to_wire).collect(), total))
}

/// Adds a scope.
pub async fn create_scope(app: &App, id: &str, request: CreateScope) -> Result<Scope, FlowError> {
    check_scope_name(&request.name)?;
    let row = ScopeRow {
        id: random::standard_id(),
        resource_id: id.to_owned(),
        name: request.name,
        description: request.description,
        created_at: app.clock.now(),
    };
    change(app, async |connection| {
        modifiable(connection, id).await?;
        scope::insert(connection, &row).await.map_err(|error| scope_taken(error, &row.name))?;
        let made = scope_to_wire(row.clone());
        managed(app, connection, HookEvent::ScopeCreated, &made).await?;
        Ok(made)
    })
    .await
}

/// Changes a scope.
pub async fn update_scope(
    app: &App,
    id: &str,
    scope_id: &str,
    request: UpdateScope,
) -> Result<Scope, FlowError> {
    if let Some(name) = &request.name {
        check_scope_name(name)?;
    }
    change(app, async |connection| {
        let mut row = modifiable_scope(connection, id, scope_id).await?;
        row.name = request.name.clone().unwrap_or(row.name);
        row.description = request.description.clone().unwrap_or(row.description);
        scope::update(connection, &row).await.map_err(|error| scope_taken(error, &row.name))?;
        let changed = scope_to_wire(row);
        managed(app, connection, HookEvent::ScopeDataUpdated, &changed).await?;
        Ok(changed)
    })
    .await
}

/// Deletes a scope; nobody is granted it any more.
pub async fn delete_scope(app: &App, id: &str, scope_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        modifiable_scope(connection, id, scope_id).await?;
        scope::delete(connection, scope_id).await?;
        managed_silently(app, connection, HookEvent::ScopeDeleted).await
    })
    .await
}

async fn find(connection: &mut Connection, id: &str) -> Result<ResourceRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("resource", id))?)
}

/// The resource, unless it is the Management API, on which everything else stands.
async fn modifiable(connection: &mut Connection, id: &str) -> Result<ResourceRow, FlowError> {
    let row = find(connection, id).await?;
    if row.indicator == MANAGEMENT_API {
        return Err(reject(400, ErrorCode::ResourceCannotModifyManagementApi).into());
    }
    Ok(row)
}

async fn modifiable_scope(
    connection: &mut Connection,
    id: &str,
    scope_id: &str,
) -> Result<ScopeRow, FlowError> {
    modifiable(connection, id).await?;
    let found = scope::by_id(connection, scope_id).await?.filter(|row| row.resource_id == id);
    Ok(found.ok_or_else(|| unknown("scope", scope_id))?)
}

fn scope_taken(error: StoreError, name: &str) -> FlowError {
    match error {
        StoreError::Taken(_) => reject(422, ErrorCode::ScopeNameExists).with("name", name).into(),
        other => other.into(),
    }
}

pub(crate) fn check_scope_name(name: &str) -> Result<(), Rejection> {
    if name.contains(char::is_whitespace) {
        return Err(reject(400, ErrorCode::ScopeNameWithSpace));
    }
    Ok(())
}

/// RFC 8707 section 2: an absolute URI without a fragment.
pub(crate) fn check_indicator(indicator: &str) -> Result<(), Rejection> {
    let is_plain = !indicator.chars().any(|each| each.is_whitespace() || each.is_control());
    let is_absolute = Url::parse(indicator).is_ok_and(|url| url.fragment().is_none());
    if is_plain && is_absolute {
        Ok(())
    } else {
        Err(invalid_input("indicator", "must be an absolute URI without a fragment"))
    }
}

/// A resource as the Management API shows it.
pub fn to_wire(row: ResourceRow) -> Resource {
    Resource {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        name: row.name,
        indicator: row.indicator,
        is_default: row.is_default,
        access_token_ttl: row.access_token_ttl,
        scopes: None,
    }
}

/// A scope as the Management API shows it.
pub fn scope_to_wire(row: ScopeRow) -> Scope {
    Scope {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        resource_id: row.resource_id,
        name: row.name,
        description: row.description,
        created_at: row.created_at,
    }
}
