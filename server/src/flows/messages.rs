//! Messages to people: written in the transaction that needs them, sent afterwards.

use crate::flows::error::{FlowError, reject};
use crate::flows::identifier::AccountName;
use crate::flows::webhooks;
use crate::state::App;
use serde_json::Value;
use std::net::IpAddr;
use vestibule_connectors::factory::ConnectorType;
use vestibule_connectors::message::{Message, MessagePayload};
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::email_template::TemplateType;
use vestibule_shared::experience::IdentifierType;
use vestibule_store::messages::{self as rows, MessageRow};
use vestibule_store::{Connection, Durability, Millis, rate_limits};

/// The purpose that message contents are sealed for.
const SEAL: &str = "message";
/// Messages to one recipient within [`SEND_WINDOW`].
const SENDS: i32 = 10;
const SEND_WINDOW: Millis = 600 * 1000;

/// How a message leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Through the connector that is set up.
    Connector,
    /// It is shown to the developer at the machine.
    Outbox,
}

impl Route {
    /// The status of a message that is to leave so.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Connector => "Pending",
            Self::Outbox => "Outbox",
        }
    }
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
    pub usage_type: TemplateType,
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

/// A recipient, as messages and codes are counted and bound: the kind of address, and the address
/// as it is compared.
pub fn recipient_key(name: &AccountName) -> String {
    let (kind, comparable) = name.comparable();
    let kind = if kind == IdentifierType::Email { "email" } else { "phone" };
    format!("{kind}:{comparable}")
}

/// Counts a message to a recipient, whatever it is for and whether or not it leaves; refuses one
/// too many.
pub async fn count_send(app: &App, recipient_key: &str) -> Result<(), FlowError> {
    let now = app.clock.now();
    let key = format!("messages:{recipient_key}");
    let sends = app
        .store
        .write::<_, FlowError, _>(Durability::Relaxed, async |connection| {
            let sends = rate_limits::count(connection, &key, SEND_WINDOW, now).await?;
            // Once in a window, however often it is tried.
            if sends == SENDS + 1 {
                let recipient = recipient_key.split_once(':').map_or(recipient_key, |it| it.1);
                webhooks::messages_limited(app, connection, recipient).await?;
            }
            Ok(sends)
        })
        .await?;
    if sends > SENDS {
        let seconds = u32::try_from(SEND_WINDOW / 1000).unwrap_or(u32::MAX);
        let refusal = reject(429, ErrorCode::RequestMessageRateLimited);
        return Err(refusal.with_retry_after(seconds).into());
    }
    Ok(())
}

/// Writes a message with a code on the caller's transaction. A suppressed one costs the same and
/// never leaves.
pub async fn enqueue(
    app: &App,
    connection: &mut Connection,
    draft: &Draft,
    route: Route,
    suppressed: bool,
) -> Result<(), FlowError> {
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
    let status = if suppressed { "Sent" } else { route.status() };
    write(app, connection, draft.connector_type, &message, status, draft.expires_at).await
}

/// Writes any message on the caller's transaction.
pub async fn write(
    app: &App,
    connection: &mut Connection,
    connector_type: ConnectorType,
    message: &Message,
    status: &str,
    expires_at: Millis,
) -> Result<(), FlowError> {
    let now = app.clock.now();
    let content = serde_json::to_vec(message).map_err(internal)?;
    let row = MessageRow {
        id: random::standard_id(),
        connector_type: type_name(connector_type).to_owned(),
        usage_type: message.usage_type.as_str().to_owned(),
        sealed_content: app.secrets.sealer.seal(SEAL, &content),
        status: status.to_owned(),
        attempts: 0,
        last_error: None,
        next_attempt_at: now,
        created_at: now,
        expires_at,
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
