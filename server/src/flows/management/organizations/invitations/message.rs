//! The message that an invitation comes with.

use crate::flows::error::{FlowError, invalid_input, reject};
use crate::flows::identifier::Email;
use crate::flows::management::organizations::OrganizationRow;
use crate::flows::messages::{self, Route};
use crate::state::App;
use serde_json::{Value, json};
use vestibule_connectors::factory::ConnectorType;
use vestibule_connectors::message::{Message, MessagePayload, UsageType};
use vestibule_protocol::random;
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::messages::{self as rows, MessageRow};
use vestibule_store::organizations::invitations::InvitationRow;
use vestibule_store::{Connection, Durability, Millis, rate_limits, users};

/// Messages to one recipient within [`SEND_WINDOW`].
const SENDS: i32 = 10;
const SEND_WINDOW: Millis = 600 * 1000;

/// A message that may be sent.
pub struct Prepared {
    payload: MessagePayload,
    route: Route,
}

/// Checks the payload, that messages leave, and that the recipient does not get too many.
pub async fn prepare(
    app: &App,
    payload: &JsonObject,
    recipient: &Email,
) -> Result<Prepared, FlowError> {
    let payload = serde_json::from_value(Value::Object(payload.0.clone()))
        .map_err(|error| invalid_input("messagePayload", &error.to_string()))?;
    let route = messages::route(app, ConnectorType::Email)?;
    // One count for all messages to a recipient, whatever they are for.
    let key = format!("messages:{}", recipient.key());
    let now = app.clock.now();
    let sends = app
        .store
        .write::<_, FlowError, _>(Durability::Relaxed, async |connection| {
            Ok(rate_limits::count(connection, &key, SEND_WINDOW, now).await?)
        })
        .await?;
    if sends > SENDS {
        let seconds = u32::try_from(SEND_WINDOW / 1000).unwrap_or(u32::MAX);
        let refusal = reject(429, ErrorCode::RequestMessageRateLimited);
        return Err(refusal.with_retry_after(seconds).into());
    }
    Ok(Prepared { payload, route })
}

impl Prepared {
    /// Writes the message on the caller's transaction.
    pub async fn enqueue(
        &self,
        app: &App,
        connection: &mut Connection,
        invitation: &InvitationRow,
        organization: &OrganizationRow,
    ) -> Result<(), FlowError> {
        let mut payload = self.payload.clone();
        payload.organization = Some(json!({ "id": organization.id, "name": organization.name }));
        if let Some(id) = &invitation.inviter_id
            && let Some(user) = users::by_id(connection, id).await?
        {
            payload.inviter = Some(json!({
                "id": user.id,
                "name": user.name,
                "username": user.username,
                "primaryEmail": user.primary_email,
                "primaryPhone": user.primary_phone,
                "avatar": user.avatar,
                "profile": user.profile.0,
            }));
        }
        let message = Message {
            to: invitation.invitee.clone(),
            usage_type: UsageType::OrganizationInvitation,
            payload,
            ip: None,
        };
        let content =
            serde_json::to_vec(&message).map_err(|error| FlowError::Internal(error.to_string()))?;
        let status = match self.route {
            Route::Connector => "Pending",
            Route::Outbox => "Outbox",
        };
        let now = app.clock.now();
        let row = MessageRow {
            id: random::standard_id(),
            connector_type: "Email".to_owned(),
            usage_type: message.usage_type.as_str().to_owned(),
            sealed_content: app.secrets.sealer.seal(messages::SEAL, &content),
            status: status.to_owned(),
            attempts: 0,
            last_error: None,
            next_attempt_at: now,
            created_at: now,
            expires_at: invitation.expires_at,
        };
        Ok(rows::insert(connection, &row).await?)
    }
}
