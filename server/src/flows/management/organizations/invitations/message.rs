//! The message that an invitation comes with.

use crate::flows::error::{FlowError, invalid_input};
use crate::flows::identifier::{AccountName, Email};
use crate::flows::management::organizations::OrganizationRow;
use crate::flows::messages::{self, Route};
use crate::state::App;
use serde_json::{Value, json};
use vestibule_connectors::factory::ConnectorType;
use vestibule_connectors::message::{Message, MessagePayload};
use vestibule_shared::JsonObject;
use vestibule_shared::email_template::TemplateType;
use vestibule_store::organizations::invitations::InvitationRow;
use vestibule_store::{Connection, users};

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
    let key = messages::recipient_key(&AccountName::Email(recipient.clone()));
    messages::count_send(app, &key).await?;
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
            usage_type: TemplateType::OrganizationInvitation,
            payload,
            ip: None,
        };
        let (status, end) = (self.route.status(), invitation.expires_at);
        messages::write(app, connection, ConnectorType::Email, &message, status, end).await
    }
}
