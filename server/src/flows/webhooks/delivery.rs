//! One request to the receiver of a webhook.

use crate::flows::error::FlowError;
use crate::state::App;
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};
use std::time::Duration;
use vestibule_connectors::outbound::{OutboundError, OutboundRequest, OutboundResponse};
use vestibule_protocol::hash::Mac;
use vestibule_shared::JsonObject;
use vestibule_shared::hook::{HookConfig, HookEvent};
use vestibule_store::Millis;
use vestibule_store::hooks::HookRow;
use vestibule_store::hooks::deliveries::DeliveryRow;

/// Carries the signature; nobody may set it.
pub const SIGNATURE: &str = "logto-signature-sha-256";
/// What receivers know such requests by.
const USER_AGENT: &str = "Logto (https://logto.io/)";
/// For one try, from the name look-up to the last byte of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// Characters of an answer that are kept.
const MAX_ANSWER: usize = 4096;

/// Purposes of what is sealed.
pub(crate) const CONFIG_SEAL: &str = "hook config";
pub(crate) const KEY_SEAL: &str = "hook signing key";
const BODY_SEAL: &str = "hook delivery";

/// The body of a request: the same bytes are signed and sent, at each try.
pub fn body(
    hook_id: &str,
    event: HookEvent,
    now: Millis,
    fields: &JsonObject,
) -> Result<Vec<u8>, FlowError> {
    let mut payload = fields.clone();
    let time = DateTime::from_timestamp_millis(now).unwrap_or_default();
    let time = time.to_rfc3339_opts(SecondsFormat::Millis, true);
    payload.insert("hookId".into(), json!(hook_id));
    payload.insert("event".into(), json!(event));
    payload.insert("createdAt".into(), json!(time));
    serde_json::to_vec(&payload).map_err(internal)
}

/// Posts a body to a receiver. Every answer is an `Ok`, whatever its status.
pub async fn post(
    app: &App,
    config: &HookConfig,
    signing_key: &str,
    body: Vec<u8>,
) -> Result<OutboundResponse, OutboundError> {
    let signature = Mac::new(signing_key.as_bytes()).sign_hex(&body);
    let mut request = OutboundRequest::post(&config.url).header("user-agent", USER_AGENT)?;
    for (name, value) in config.headers.iter().flatten() {
        request = request.header(name, value)?;
    }
    let request = request.header(SIGNATURE, &signature)?.body("application/json", body);
    app.outbound.send(request.timeout(TIMEOUT)).await
}

/// The beginning of what a receiver answered.
pub fn answer_text(response: &OutboundResponse) -> String {
    response.text().chars().take(MAX_ANSWER).collect()
}

/// Settings as they are stored.
pub fn seal_config(app: &App, config: &HookConfig) -> Result<String, FlowError> {
    let text = serde_json::to_vec(config).map_err(internal)?;
    Ok(app.secrets.sealer.seal(CONFIG_SEAL, &text))
}

/// A signing key as it is stored.
pub fn seal_key(app: &App, key: &str) -> String {
    app.secrets.sealer.seal(KEY_SEAL, key.as_bytes())
}

/// A body as it is stored.
pub fn seal_body(app: &App, body: &[u8]) -> String {
    app.secrets.sealer.seal(BODY_SEAL, body)
}

/// Settings and signing key of a webhook.
pub fn open(app: &App, row: &HookRow) -> Result<(HookConfig, String), FlowError> {
    let sealer = &app.secrets.sealer;
    let config = sealer.open(CONFIG_SEAL, &row.sealed_config).map_err(internal)?;
    let key = sealer.open(KEY_SEAL, &row.sealed_signing_key).map_err(internal)?;
    let config = serde_json::from_slice(&config).map_err(internal)?;
    Ok((config, String::from_utf8(key).map_err(internal)?))
}

/// The body of a delivery.
pub fn open_body(app: &App, row: &DeliveryRow) -> Result<Vec<u8>, FlowError> {
    app.secrets.sealer.open(BODY_SEAL, &row.body).map_err(internal)
}

/// What a test sends in place of an event.
pub fn test_fields(event: HookEvent) -> JsonObject {
    let mut fields = JsonObject::from_iter([("userAgent", "fake-user-agent")]);
    let rest = if event.is_interaction() {
        json!({
            "sessionId": "fake-session-id",
            "userIp": "fake-user-ip",
            "interactionEvent": match event {
                HookEvent::PostRegister => "Register",
                HookEvent::PostResetPassword => "ForgotPassword",
                _ => "SignIn",
            },
            "userId": "fake-id",
            "user": {
                "id": "fake-id",
                "username": "fake-user",
                "primaryEmail": "fake-user@fake-service.com",
                "primaryPhone": "1234567890",
                "name": "Fake User",
                "avatar": null,
                "customData": {},
                "identities": {},
                "profile": {},
                "applicationId": "fake-application-id",
                "isSuspended": false,
                "lastSignInAt": 0,
                "createdAt": 0,
                "updatedAt": 0,
            },
            "application": {
                "id": "fake-application-id",
                "type": "SPA",
                "name": "Fake single-page application",
                "description": "An application that is not there",
            },
        })
    } else {
        json!({
            "path": "/fake-path/:id",
            "method": "POST",
            "status": 200,
            "params": { "id": "fake-id" },
            "data": { "result": "success" },
        })
    };
    if let Value::Object(rest) = rest {
        fields.extend(rest);
    }
    fields
}

fn internal(error: impl std::fmt::Display) -> FlowError {
    FlowError::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_says_which_webhook_what_and_when() {
        let fields = JsonObject::from_iter([("ip", "192.0.2.1")]);
        let body = body("hook", HookEvent::RoleCreated, 1_000, &fields).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let expected = json!({ "hookId": "hook", "event": "Role.Created",
            "createdAt": "1970-01-01T00:00:01.000Z", "ip": "192.0.2.1" });
        assert_eq!(body, expected);
    }

    #[test]
    fn a_test_has_the_shape_of_its_event() {
        let interaction = test_fields(HookEvent::PostResetPassword);
        assert_eq!(interaction["interactionEvent"], "ForgotPassword");
        assert_eq!(interaction["application"]["type"], "SPA");
        let other = test_fields(HookEvent::IdentifierLockout);
        assert_eq!(other["data"], json!({ "result": "success" }));
        assert_eq!(other["userAgent"], interaction["userAgent"]);
    }
}
