//! Which operations of the Management API receivers of webhooks are told of.

use crate::flows::webhooks::origin::{self, Call};
use actix_web::dev::ServiceRequest;
use vestibule_shared::JsonObject;
use vestibule_shared::hook::HookEvent::{self, *};

/// Method, path and event, as the contract pairs them, and the status that receivers are told: the
/// flow raises the event before there is an answer.
pub type Rule = (&'static str, &'static str, HookEvent, u16);

/// All of them.
pub const RULES: &[Rule] = &[
    ("POST", "/users", UserCreated, 200),
    ("DELETE", "/users/{userId}", UserDeleted, 204),
    ("PATCH", "/users/{userId}", UserDataUpdated, 200),
    ("PATCH", "/users/{userId}/custom-data", UserDataUpdated, 200),
    ("PATCH", "/users/{userId}/profile", UserDataUpdated, 200),
    ("PATCH", "/users/{userId}/password", UserDataUpdated, 200),
    ("PATCH", "/users/{userId}/is-suspended", UserSuspensionStatusUpdated, 200),
    ("POST", "/roles", RoleCreated, 200),
    ("POST", "/roles", RoleScopesUpdated, 200),
    ("DELETE", "/roles/{id}", RoleDeleted, 204),
    ("PATCH", "/roles/{id}", RoleDataUpdated, 200),
    ("POST", "/roles/{id}/scopes", RoleScopesUpdated, 201),
    ("DELETE", "/roles/{id}/scopes/{scopeId}", RoleScopesUpdated, 204),
    ("POST", "/resources/{resourceId}/scopes", ScopeCreated, 201),
    ("PATCH", "/resources/{resourceId}/scopes/{scopeId}", ScopeDataUpdated, 200),
    ("DELETE", "/resources/{resourceId}/scopes/{scopeId}", ScopeDeleted, 204),
    ("POST", "/organizations", OrganizationCreated, 201),
    ("PATCH", "/organizations/{id}", OrganizationDataUpdated, 200),
    ("DELETE", "/organizations/{id}", OrganizationDeleted, 204),
    ("POST", "/organizations/{id}/users", OrganizationMembershipUpdated, 201),
    ("PUT", "/organizations/{id}/users", OrganizationMembershipUpdated, 204),
    ("DELETE", "/organizations/{id}/users/{userId}", OrganizationMembershipUpdated, 204),
    ("POST", "/organizations/{id}/applications", OrganizationMembershipUpdated, 201),
    ("PUT", "/organizations/{id}/applications", OrganizationMembershipUpdated, 204),
    (
        "DELETE",
        "/organizations/{id}/applications/{applicationId}",
        OrganizationMembershipUpdated,
        204,
    ),
    ("PUT", "/organization-invitations/{id}/status", OrganizationMembershipUpdated, 200),
    ("POST", "/organization-roles", OrganizationRoleCreated, 201),
    ("POST", "/organization-roles", OrganizationRoleScopesUpdated, 201),
    ("PATCH", "/organization-roles/{id}", OrganizationRoleDataUpdated, 200),
    ("DELETE", "/organization-roles/{id}", OrganizationRoleDeleted, 204),
    ("PUT", "/organization-roles/{id}/scopes", OrganizationRoleScopesUpdated, 204),
    ("POST", "/organization-roles/{id}/scopes", OrganizationRoleScopesUpdated, 201),
    (
        "DELETE",
        "/organization-roles/{id}/scopes/{organizationScopeId}",
        OrganizationRoleScopesUpdated,
        204,
    ),
    ("POST", "/organization-scopes", OrganizationScopeCreated, 201),
    ("PATCH", "/organization-scopes/{id}", OrganizationScopeDataUpdated, 200),
    ("DELETE", "/organization-scopes/{id}", OrganizationScopeDeleted, 204),
];

/// Says which request it is to whoever is told of what it does. `path` is that of the operation,
/// `params` the values in it.
pub fn announce(path: &str, request: &ServiceRequest, params: &JsonObject) {
    let method = request.method().as_str();
    // Rules about one operation have one status.
    let Some(rule) = RULES.iter().find(|rule| rule.0 == method && rule.1 == path) else { return };
    origin::set_call(Call {
        path: request.path().to_owned(),
        matched_route: path.replace('{', ":").replace('}', ""),
        method: method.to_owned(),
        status: rule.3,
        params: params.clone(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A route that is renamed would lose its event in silence.
    #[test]
    fn every_rule_is_about_an_operation() {
        let document = crate::api::management::operations().document();
        let document = serde_json::to_value(document).unwrap();
        for (method, path, event, status) in RULES {
            let operation = &document["paths"][format!("/api{path}")][method.to_ascii_lowercase()];
            assert!(operation.is_object(), "{method} {path}: {event:?}");
            let answer = &operation["responses"][status.to_string()];
            assert!(answer.is_object(), "{method} {path} does not answer {status}");
            let mut same = RULES.iter().filter(|rule| (&rule.0, &rule.1) == (method, path));
            assert!(same.all(|rule| rule.3 == *status), "{method} {path}");
        }
    }
}
