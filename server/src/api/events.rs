//! Which operations of the Management API receivers of webhooks are told of.

use crate::flows::error::FlowError;
use crate::flows::webhooks::origin::{self, Call};
use crate::flows::webhooks::{has_listener, managed};
use crate::state::App;
use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use serde_json::Value;
use vestibule_shared::JsonObject;
use vestibule_shared::hook::HookEvent::{self, *};
use vestibule_store::Durability;

/// Who raises an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// [`raising`], from the answer.
    Answer,
    /// The flow, in the transaction of the change. It tells receivers this status.
    Flow(u16),
}

/// Method, path and event, as the contract pairs them.
pub type Rule = (&'static str, &'static str, HookEvent, By);

/// All of them.
pub const RULES: &[Rule] = &[
    ("POST", "/users", UserCreated, By::Answer),
    ("DELETE", "/users/{userId}", UserDeleted, By::Flow(204)),
    ("PATCH", "/users/{userId}", UserDataUpdated, By::Answer),
    ("PATCH", "/users/{userId}/custom-data", UserDataUpdated, By::Answer),
    ("PATCH", "/users/{userId}/profile", UserDataUpdated, By::Answer),
    ("PATCH", "/users/{userId}/password", UserDataUpdated, By::Answer),
    ("PATCH", "/users/{userId}/is-suspended", UserSuspensionStatusUpdated, By::Answer),
    ("POST", "/roles", RoleCreated, By::Answer),
    ("POST", "/roles", RoleScopesUpdated, By::Flow(200)),
    ("DELETE", "/roles/{id}", RoleDeleted, By::Answer),
    ("PATCH", "/roles/{id}", RoleDataUpdated, By::Answer),
    ("POST", "/roles/{id}/scopes", RoleScopesUpdated, By::Answer),
    ("DELETE", "/roles/{id}/scopes/{scopeId}", RoleScopesUpdated, By::Answer),
    ("POST", "/resources/{resourceId}/scopes", ScopeCreated, By::Answer),
    ("PATCH", "/resources/{resourceId}/scopes/{scopeId}", ScopeDataUpdated, By::Answer),
    ("DELETE", "/resources/{resourceId}/scopes/{scopeId}", ScopeDeleted, By::Answer),
    ("POST", "/organizations", OrganizationCreated, By::Answer),
    ("PATCH", "/organizations/{id}", OrganizationDataUpdated, By::Answer),
    ("DELETE", "/organizations/{id}", OrganizationDeleted, By::Answer),
    ("POST", "/organizations/{id}/users", OrganizationMembershipUpdated, By::Flow(201)),
    ("PUT", "/organizations/{id}/users", OrganizationMembershipUpdated, By::Flow(204)),
    ("DELETE", "/organizations/{id}/users/{userId}", OrganizationMembershipUpdated, By::Flow(204)),
    ("POST", "/organizations/{id}/applications", OrganizationMembershipUpdated, By::Flow(201)),
    ("PUT", "/organizations/{id}/applications", OrganizationMembershipUpdated, By::Flow(204)),
    (
        "DELETE",
        "/organizations/{id}/applications/{applicationId}",
        OrganizationMembershipUpdated,
        By::Flow(204),
    ),
    ("PUT", "/organization-invitations/{id}/status", OrganizationMembershipUpdated, By::Flow(200)),
    ("POST", "/organization-roles", OrganizationRoleCreated, By::Answer),
    ("POST", "/organization-roles", OrganizationRoleScopesUpdated, By::Flow(201)),
    ("PATCH", "/organization-roles/{id}", OrganizationRoleDataUpdated, By::Answer),
    ("DELETE", "/organization-roles/{id}", OrganizationRoleDeleted, By::Answer),
    ("PUT", "/organization-roles/{id}/scopes", OrganizationRoleScopesUpdated, By::Answer),
    ("POST", "/organization-roles/{id}/scopes", OrganizationRoleScopesUpdated, By::Answer),
    (
        "DELETE",
        "/organization-roles/{id}/scopes/{organizationScopeId}",
        OrganizationRoleScopesUpdated,
        By::Answer,
    ),
    ("POST", "/organization-scopes", OrganizationScopeCreated, By::Answer),
    ("PATCH", "/organization-scopes/{id}", OrganizationScopeDataUpdated, By::Answer),
    ("DELETE", "/organization-scopes/{id}", OrganizationScopeDeleted, By::Answer),
];

/// Answers a request, and tells those who listen what it has done before the answer leaves. `path`
/// is that of the operation.
pub async fn raising(
    path: &'static str,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(app) = request.app_data::<Data<App>>().cloned() else {
        return next.call(request).await;
    };
    let is_its = |rule: &&Rule| rule.0 == request.method().as_str() && rule.1 == path;
    let heard: Vec<&Rule> =
        RULES.iter().filter(is_its).filter(|rule| has_listener(&app, rule.2)).collect();
    if heard.is_empty() {
        return next.call(request).await;
    }
    let status = heard.iter().find_map(|rule| match rule.3 {
        By::Flow(status) => Some(status),
        By::Answer => None,
    });
    origin::set_call(call(path, &request, status.unwrap_or_default()));
    let mut response = next.call(request).await?;
    if !response.status().is_success() {
        return Ok(response);
    }
    for (.., event, by) in heard {
        if *by == By::Answer {
            origin::set_status(response.status().as_u16());
            let body;
            (response, body) = read(response);
            if let Err(error) = write(&app, *event, body).await {
                // The change is made; its answer stays what it is.
                tracing::error!(event = event.as_str(), ?error, "an event could not be written");
            }
        }
    }
    Ok(response)
}

/// What is known of an operation before it is done.
fn call(path: &str, request: &ServiceRequest, status: u16) -> Call {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let values = request.match_info();
    let params = names.filter_map(|name| Some((name, values.get(name)?))).collect::<JsonObject>();
    Call {
        path: request.path().to_owned(),
        matched_route: path.replace('{', ":").replace('}', ""),
        method: request.method().to_string(),
        status,
        params,
    }
}

/// The response, and its body if that is JSON.
fn read(response: ServiceResponse<BoxBody>) -> (ServiceResponse<BoxBody>, Option<Value>) {
    let mut read = None;
    let response = response.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) => {
            read = serde_json::from_slice(&bytes).ok();
            BoxBody::new(bytes)
        }
        Err(body) => body,
    });
    (response, read)
}

async fn write(app: &App, event: HookEvent, subject: Option<Value>) -> Result<(), FlowError> {
    app.store
        .write(Durability::Durable, async |connection| {
            managed(app, connection, event, subject.clone()).await
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A route that is renamed would lose its event in silence.
    #[test]
    fn every_rule_is_about_an_operation() {
        let document = crate::api::management::operations().document();
        let document = serde_json::to_value(document).unwrap();
        for (method, path, event, by) in RULES {
            let operation = &document["paths"][format!("/api{path}")][method.to_ascii_lowercase()];
            assert!(operation.is_object(), "{method} {path}: {event:?}");
            if let By::Flow(status) = by {
                let answer = &operation["responses"][status.to_string()];
                assert!(answer.is_object(), "{method} {path} does not answer {status}");
            }
        }
    }
}
