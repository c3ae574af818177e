//! Messages to people: written in the transaction that needs them, sent afterwards.

use crate::flows::error::{FlowError, reject};
use crate::state::App;
use serde_json::Value;
use std::net::IpAddr;
use vestibule_connectors::factory::ConnectorType;
use vestibule_connectors::message::{Message, MessagePayload, UsageType};
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_store::messages::{self as rows, MessageRow};
use vestibule_store::{Connection, Millis};

/// The purpose that message contents are sealed for.
pub const SEAL: &str = "message";

/// How a message leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Through the connector that is set up.
    Connector,
    /// It is shown to the developer at the machine.
    Outbox,
}

/// How a message of this type would leave. Without a connector it does not, but on a developer's
/// server, which shows it.
pub fn route(app: &App, connector_type: ConnectorType) -> Result<Route, FlowError> {
    if app.catalog.snapshot().connector(connector_type).is_some() {
        Ok(Route::Connector)
    } else if has_outbox(app) {
        Ok(Route::Outbox)
    } else {
        Err(reject(501, ErrorCode::ConnectorNotFound).into())
    }
}

/// Whether messages go to the development outbox: no connector is set up, and nobody but this
/// machine reaches the server.
pub fn has_outbox(app: &App) -> bool {
    app.settings.endpoint.is_local() && app.catalog.snapshot().connectors.is_empty()
}

/// A message to be written.
pub struct Draft {
    /// E-mail or SMS.
    pub connector_type: ConnectorType,
    /// What for.
    pub usage_type: UsageType,
    /// Recipient.
    pub to: String,
    /// The verification code.
    pub code: String,
    /// Language.
    pub locale: &'static str,
    /// The client that the person is signing in to: `{id, name}`.
    pub application: Option<Value>,
    /// `ui_locales` of the authorization request.
    pub ui_locales: Option<String>,
    /// Who asked for it.
    pub ip: IpAddr,
    /// When it is of no use any more.
    pub expires_at: Millis,
}

/// Writes a message on the caller's transaction. A suppressed one costs the same and never leaves.
pub async fn enqueue(
    app: &App,
    connection: &mut Connection,
    draft: &Draft,
    route: Route,
    suppressed: bool,
) -> Result<(), FlowError> {
    let now = app.clock.now();
    let message = Message {
        to: draft.to.clone(),
        usage_type: draft.usage_type,
        payload: MessagePayload {
            locale: Some(draft.locale.to_owned()),
            ui_locales: draft.ui_locales.clone(),
            application: draft.application.clone(),
            ..MessagePayload::with_code(&draft.code)
        },
        ip: Some(draft.ip.to_string()),
    };
    let content = serde_json::to_vec(&message).map_err(internal)?;
    let status = match route {
        _ if suppressed => "Sent",
        Route::Connector => "Pending",
        Route::Outbox => "Outbox",
    };
    let row = MessageRow {
        id: random::standard_id(),
        connector_type: type_name(draft.connector_type).to_owned(),
        usage_type: draft.usage_type.as_str().to_owned(),
        sealed_content: app.secrets.sealer.seal(SEAL, &content),
        status: status.to_owned(),
        attempts: 0,
        last_error: None,
        next_attempt_at: now,
        created_at: now,
        expires_at: draft.expires_at,
    };
    Ok(rows::insert(connection, &row).await?)
}

/// The name of a connector type in the database.
const fn type_name(connector_type: ConnectorType) -> &'static str {
    match connector_type {
        ConnectorType::Email => "Email",
        ConnectorType::Sms => "Sms",
        ConnectorType::Social => "Social",
    }
}

/// Reads the content of a message.
pub fn open(app: &App, row: &MessageRow) -> Result<Message, FlowError> {
    let content = app.secrets.sealer.open(SEAL, &row.sealed_content).map_err(internal)?;
    serde_json::from_slice(&content).map_err(internal)
}

fn internal(error: impl std::fmt::Display) -> FlowError {
    FlowError::Internal(error.to_string())
}
