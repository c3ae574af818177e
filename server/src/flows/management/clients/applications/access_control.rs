//! Who may use an application.

use super::find;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::change;
use crate::flows::management::organizations::roles as organization_roles;
use crate::state::App;
use std::collections::BTreeMap;
use vestibule_shared::ErrorCode;
use vestibule_shared::application::access_control::{AccessControl, OrganizationRoleRule};
use vestibule_shared::role::RoleType;
use vestibule_store::applications::access_control::{self as rows, OrganizationRole, Rules};
use vestibule_store::{Connection, StoreError, roles};

/// Entries in each list, once those that are there twice are left out.
const MAX_ENTRIES: usize = 1_000;

/// The rules of an application.
pub async fn get(app: &App, id: &str) -> Result<AccessControl, FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    Ok(to_wire(rows::rules(&mut connection, id).await?))
}

/// Writes the rules of an application in the place of those before.
pub async fn set(app: &App, id: &str, request: AccessControl) -> Result<AccessControl, FlowError> {
    let rules = from_wire(request)?;
    change(app, async |connection| {
        let row = find(connection, id).await?;
        if row.app_level_access_control_enabled && rules.is_empty() {
            return Err(refuse("nobody could use the application any more").into());
        }
        check_roles(connection, &rules).await?;
        rows::replace(connection, id, &rules).await.map_err(unrelated)?;
        Ok(to_wire(rows::rules(connection, id).await?))
    })
    .await
}

/// Refuses to switch the rules on where there are none, which would let nobody in.
pub async fn check_enabling(connection: &mut Connection, id: &str) -> Result<(), FlowError> {
    if rows::rules(connection, id).await?.is_empty() {
        return Err(refuse("appLevelAccessControlEnabled: no rule lets anybody in").into());
    }
    Ok(())
}

fn refuse(details: &str) -> Rejection {
    reject(422, ErrorCode::RequestInvalidInput).with_details(details)
}

/// Rules are for people: roles of applications have no place in them.
async fn check_roles(connection: &mut Connection, rules: &Rules) -> Result<(), FlowError> {
    let found = roles::by_ids(connection, &rules.user_roles).await?;
    if found.len() != rules.user_roles.len() {
        return Err(reject(422, ErrorCode::EntityRelationNotFound).into());
    }
    if found.iter().any(|role| role.kind != RoleType::User.as_str()) {
        return Err(reject(422, ErrorCode::EntityDbConstraintViolated)
            .with_details("userRoleIds: only roles of the type User")
            .into());
    }
    let mut ids: Vec<String> =
        rules.organization_roles.iter().map(|(_, role_id)| role_id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    organization_roles::check(connection, &ids, RoleType::User).await
}

fn unrelated(error: StoreError) -> FlowError {
    match error {
        StoreError::MissingReference => reject(422, ErrorCode::EntityRelationNotFound).into(),
        other => other.into(),
    }
}

fn from_wire(sent: AccessControl) -> Result<Rules, Rejection> {
    let mut pairs: Vec<OrganizationRole> = Vec::new();
    for rule in sent.organization_role_rules {
        if rule.organization_role_ids.is_empty() {
            return Err(refuse("organizationRoleRules: a rule names at least one role"));
        }
        let roles = rule.organization_role_ids.into_iter();
        pairs.extend(roles.map(|role_id| (rule.organization_id.clone(), role_id)));
    }
    Ok(Rules {
        users: distinct("userIds", sent.user_ids)?,
        user_roles: distinct("userRoleIds", sent.user_role_ids)?,
        organizations: distinct("organizationIds", sent.organization_ids)?,
        organization_roles: distinct("organizationRoleRules", pairs)?,
    })
}

fn distinct<T: Ord>(field: &str, mut entries: Vec<T>) -> Result<Vec<T>, Rejection> {
    entries.sort_unstable();
    entries.dedup();
    if entries.len() > MAX_ENTRIES {
        return Err(refuse(&format!("{field}: more than {MAX_ENTRIES} entries")));
    }
    Ok(entries)
}

fn to_wire(rules: Rules) -> AccessControl {
    let mut of_organizations: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (organization_id, role_id) in rules.organization_roles {
        of_organizations.entry(organization_id).or_default().push(role_id);
    }
    let rule = |(organization_id, organization_role_ids)| OrganizationRoleRule {
        organization_id,
        organization_role_ids,
    };
    AccessControl {
        user_ids: rules.users,
        user_role_ids: rules.user_roles,
        organization_ids: rules.organizations,
        organization_role_rules: of_organizations.into_iter().map(rule).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("{number:04}")).collect()
    }

    fn rule(organization: &str, roles: &[&str]) -> OrganizationRoleRule {
        OrganizationRoleRule {
            organization_id: organization.to_owned(),
            organization_role_ids: roles.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn what_is_there_twice_counts_once() {
        let twice = [ids(MAX_ENTRIES), ids(MAX_ENTRIES)].concat();
        let sent = AccessControl { user_ids: twice, ..AccessControl::default() };
        assert_eq!(from_wire(sent).unwrap().users, ids(MAX_ENTRIES));
        let sent = AccessControl { user_ids: ids(MAX_ENTRIES + 1), ..AccessControl::default() };
        assert_eq!(from_wire(sent).unwrap_err().code, ErrorCode::RequestInvalidInput);
    }

    #[test]
    fn rules_of_one_organization_are_one_rule() {
        let rules = vec![rule("b", &["2"]), rule("a", &["1"]), rule("b", &["1", "2"])];
        let sent = AccessControl { organization_role_rules: rules, ..AccessControl::default() };
        let shown = to_wire(from_wire(sent).unwrap()).organization_role_rules;
        assert_eq!(shown, [rule("a", &["1"]), rule("b", &["1", "2"])]);
        let empty = vec![rule("a", &[])];
        let sent = AccessControl { organization_role_rules: empty, ..AccessControl::default() };
        assert_eq!(from_wire(sent).unwrap_err().status, 422);
    }
}
