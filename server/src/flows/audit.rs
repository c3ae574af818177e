//! What happened, for the audit log. Entries of changes are written with them, see [`entry`]. For
//! all others nobody waits; those that do not fit into the queue are counted and dropped.

pub mod entry;

use crate::flows::error::FlowError;
use crate::state::App;
use serde_json::{Value, json};
use vestibule_protocol::client::GrantType;
use vestibule_protocol::random;
use vestibule_shared::JsonObject;
use vestibule_store::Json;
use vestibule_store::audit::LogRow;

/// Who did something, through which application.
#[derive(Clone, Copy, Debug, Default)]
pub struct Who<'a> {
    /// The user.
    pub user_id: Option<&'a str>,
    /// The application.
    pub application_id: Option<&'a str>,
}

/// Records that something happened, or why it did not.
pub fn record(app: &App, key: &str, who: Who<'_>, failure: Option<&FlowError>) {
    enqueue(app, new(app, key, who, failure, JsonObject::default()));
}

/// Leaves an entry to the job that writes them.
pub fn enqueue(app: &App, entry: LogRow) {
    if app.audit.try_send(entry).is_err() {
        metrics::counter!("vestibule_audit_entries_dropped_total").increment(1);
    }
}

fn new(
    app: &App,
    key: &str,
    who: Who<'_>,
    failure: Option<&FlowError>,
    mut payload: JsonObject,
) -> LogRow {
    payload.insert("key".into(), json!(key));
    payload.insert("result".into(), json!(if failure.is_some() { "Error" } else { "Success" }));
    for (name, value) in [("userId", who.user_id), ("applicationId", who.application_id)] {
        if let Some(value) = value {
            payload.insert(name.into(), json!(value));
        }
    }
    if let Some(failure) = failure {
        payload.insert("error".into(), reason(failure));
    }
    LogRow {
        id: random::standard_id(),
        key: key.to_owned(),
        payload: Json(payload),
        user_id: who.user_id.map(str::to_owned),
        application_id: who.application_id.map(str::to_owned),
        created_at: app.clock.now(),
    }
}

/// Records an exchange at the token endpoint.
pub fn exchanged(app: &App, client_id: &str, grant_type: GrantType, failure: Option<&FlowError>) {
    let key = match grant_type {
        GrantType::AuthorizationCode => "ExchangeTokenBy.AuthorizationCode",
        GrantType::RefreshToken => "ExchangeTokenBy.RefreshToken",
        GrantType::ClientCredentials => "ExchangeTokenBy.ClientCredentials",
        GrantType::DeviceCode => "ExchangeTokenBy.DeviceCode",
        GrantType::TokenExchange => "ExchangeTokenBy.TokenExchange",
    };
    record(app, key, Who { user_id: None, application_id: Some(client_id) }, failure);
}

/// The code of a failure, without anything that a request held.
fn reason(failure: &FlowError) -> Value {
    match failure {
        FlowError::Rejected(rejection) => json!({ "code": rejection.code.as_str() }),
        FlowError::OAuth(error) => json!({ "code": error.code() }),
        FlowError::Busy { .. } => json!({ "code": "request.busy" }),
        FlowError::Store(_) | FlowError::Internal(_) => json!({ "code": "internal_error" }),
    }
}
