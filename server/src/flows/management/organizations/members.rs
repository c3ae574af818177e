//! Members of organizations, users or applications, and the roles that they hold there.

pub mod of_applications;
pub mod of_users;

use super::{OrganizationRow, to_wire};
use crate::flows::error::{Rejection, reject};
use std::collections::HashMap;
use vestibule_shared::ErrorCode;
use vestibule_shared::organization::{Named, Organization, WithOrganizationRoles};
use vestibule_store::organizations::members::HeldRole;

/// Refuses when one of these is not among the members found.
fn expect_members(ids: &[String], members: &[String]) -> Result<(), Rejection> {
    if ids.iter().all(|id| members.contains(id)) {
        Ok(())
    } else {
        Err(reject(422, ErrorCode::OrganizationRequireMembership))
    }
}

/// Held roles by whom or where they are held.
fn grouped(held: Vec<HeldRole>, key: fn(&HeldRole) -> &String) -> HashMap<String, Vec<Named>> {
    let mut roles: HashMap<String, Vec<Named>> = HashMap::new();
    for role in held {
        let shown = roles.entry(key(&role).clone()).or_default();
        shown.push(Named { id: role.id, name: role.name });
    }
    roles
}

fn with_roles(
    found: Vec<OrganizationRow>,
    held: Vec<HeldRole>,
) -> Vec<WithOrganizationRoles<Organization>> {
    let mut roles = grouped(held, |role| &role.organization_id);
    let shown = found.into_iter().map(|row| WithOrganizationRoles {
        organization_roles: roles.remove(&row.id).unwrap_or_default(),
        shown: to_wire(row),
    });
    shown.collect()
}
