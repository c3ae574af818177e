//! Organizations: their template, their members, and what members may do.

pub mod invitations;
pub mod jit;
pub mod members;
pub mod roles;
pub mod scopes;

use super::sign_in_experience::appearance;
use super::{change, unknown};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::webhooks::{managed, managed_silently};
use crate::seed::TENANT;
use crate::state::App;
use std::collections::HashMap;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::organization::{
    CreateOrganization, Organization, OrganizationSummary, PartialColor, UpdateOrganization,
};
use vestibule_shared::role::FeaturedUser;
use vestibule_shared::sign_in_experience::Branding;
use vestibule_store::organizations::{self as rows, OrganizationRow};
use vestibule_store::search::Search;
use vestibule_store::{Connection, Json, StoreError};

/// One page of organizations; with the number of their members and some of them if `featured`.
pub async fn list(
    app: &App,
    search: &Search,
    page: (i64, i64),
    featured: bool,
) -> Result<(Vec<OrganizationSummary>, i64), FlowError> {
    let mut connection = app.store.scan().await?;
    let (found, total) = rows::page(&mut connection, search, page).await?;
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let mut counts = HashMap::new();
    let mut users: HashMap<String, Vec<FeaturedUser>> = HashMap::new();
    if featured {
        counts.extend(rows::count_users(&mut connection, &ids).await?);
        for user in rows::some_users(&mut connection, &ids).await? {
            let shown = FeaturedUser { id: user.id, avatar: user.avatar, name: user.name };
            users.entry(user.held_in).or_default().push(shown);
        }
    }
    let shown = found.into_iter().map(|row| OrganizationSummary {
        users_count: featured.then(|| counts.get(&row.id).copied().unwrap_or(0)),
        featured_users: featured.then(|| users.remove(&row.id).unwrap_or_default()),
        organization: to_wire(row),
    });
    Ok((shown.collect(), total))
}

/// One organization.
pub async fn get(app: &App, id: &str) -> Result<Organization, FlowError> {
    Ok(to_wire(find(&mut app.store.read().await?, id).await?))
}

/// Makes an organization.
pub async fn create(app: &App, request: CreateOrganization) -> Result<Organization, FlowError> {
    check_look(Some(&request.color), Some(&request.branding))?;
    let row = OrganizationRow {
        id: random::short_id(),
        name: request.name,
        description: request.description,
        custom_data: Json(request.custom_data),
        is_mfa_required: request.is_mfa_required,
        is_trusted_device_allowed: request.is_trusted_device_allowed.unwrap_or(true),
        color: Json(request.color),
        branding: Json(merged_branding(Branding::default(), request.branding)),
        custom_css: request.custom_css,
        created_at: app.clock.now(),
    };
    change(app, async |connection| {
        rows::insert(connection, &row).await?;
        let made = to_wire(row.clone());
        managed(app, connection, HookEvent::OrganizationCreated, &made).await?;
        Ok(made)
    })
    .await
}

/// Changes an organization; members of its objects that are not sent stay.
pub async fn update(
    app: &App,
    id: &str,
    request: UpdateOrganization,
) -> Result<Organization, FlowError> {
    check_look(request.color.as_ref(), request.branding.as_ref())?;
    change(app, async |connection| {
        let row = merged(find(connection, id).await?, request.clone());
        rows::update(connection, &row).await?;
        let changed = to_wire(row);
        managed(app, connection, HookEvent::OrganizationDataUpdated, &changed).await?;
        Ok(changed)
    })
    .await
}

/// Deletes an organization; nobody is a member any more.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        if !rows::delete(connection, id).await? {
            return Err(unknown("organization", id).into());
        }
        managed_silently(app, connection, HookEvent::OrganizationDeleted).await
    })
    .await
}

fn merged(mut row: OrganizationRow, request: UpdateOrganization) -> OrganizationRow {
    row.custom_data.0.extend(request.custom_data.unwrap_or_default().0);
    OrganizationRow {
        name: request.name.unwrap_or(row.name),
        description: request.description.unwrap_or(row.description),
        is_mfa_required: request.is_mfa_required.unwrap_or(row.is_mfa_required),
        is_trusted_device_allowed: request
            .is_trusted_device_allowed
            .unwrap_or(row.is_trusted_device_allowed),
        color: Json(merged_color(row.color.0, request.color.unwrap_or_default())),
        branding: Json(merged_branding(row.branding.0, request.branding.unwrap_or_default())),
        custom_css: request.custom_css.unwrap_or(row.custom_css),
        ..row
    }
}

fn merged_color(held: PartialColor, sent: PartialColor) -> PartialColor {
    PartialColor {
        primary_color: sent.primary_color.or(held.primary_color),
        is_dark_mode_enabled: sent.is_dark_mode_enabled.or(held.is_dark_mode_enabled),
        dark_primary_color: sent.dark_primary_color.or(held.dark_primary_color),
    }
}

fn merged_branding(held: Branding, sent: Branding) -> Branding {
    let merged = |sent: Option<String>, held: Option<String>| {
        sent.or(held).filter(|address| !address.is_empty())
    };
    Branding {
        logo_url: merged(sent.logo_url, held.logo_url),
        dark_logo_url: merged(sent.dark_logo_url, held.dark_logo_url),
        favicon: merged(sent.favicon, held.favicon),
        dark_favicon: merged(sent.dark_favicon, held.dark_favicon),
    }
}

/// How its pages look: the rules are those of the sign-in experience.
pub(crate) fn check_look(
    color: Option<&PartialColor>,
    branding: Option<&Branding>,
) -> Result<(), Rejection> {
    color.map_or(Ok(()), appearance::check_partial_color)?;
    branding.map_or(Ok(()), appearance::check_branding)
}

/// The organization with this id, or the contract's 404.
async fn find(connection: &mut Connection, id: &str) -> Result<OrganizationRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("organization", id))?)
}

/// Among organizations, what refers to something unknown is 422.
fn unrelated(error: StoreError) -> FlowError {
    match error {
        StoreError::MissingReference => missing_reference().into(),
        other => other.into(),
    }
}

fn missing_reference() -> Rejection {
    reject(422, ErrorCode::EntityRelationNotFound)
}

pub(super) fn to_wire(row: OrganizationRow) -> Organization {
    Organization {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        name: row.name,
        description: row.description,
        custom_data: row.custom_data.0,
        is_mfa_required: row.is_mfa_required,
        is_trusted_device_allowed: row.is_trusted_device_allowed,
        color: row.color.0,
        branding: row.branding.0,
        custom_css: row.custom_css,
        created_at: row.created_at,
    }
}
