//! Invitations into organizations.

mod message;

use super::{OrganizationRow, missing_reference, roles, unrelated};
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::identifier::Email;
use crate::flows::management::{change, unknown};
use crate::flows::webhooks::{Membership, membership_changed};
use crate::seed::TENANT;
use crate::state::App;
use std::collections::HashMap;
use vestibule_protocol::random;
use vestibule_shared::organization::Named;
use vestibule_shared::organization_invitation::{
    AnswerInvitation, CreateOrganizationInvitation, InvitationMessage, InvitationStatus,
    OrganizationInvitation,
};
use vestibule_shared::role::RoleType;
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::organizations::invitations::{
    self as rows, InvitationFilter, InvitationRow, role_relation,
};
use vestibule_store::organizations::{self as organization_rows, members::of_users};
use vestibule_store::users::{self, UserKey};
use vestibule_store::{Connection, Millis};

/// Invitations, newest first.
pub async fn list(
    app: &App,
    filter: &InvitationFilter,
) -> Result<Vec<OrganizationInvitation>, FlowError> {
    let mut connection = app.store.scan().await?;
    let found = rows::list(&mut connection, filter).await?;
    to_wire(&mut connection, found, app.clock.now()).await
}

/// One invitation.
pub async fn get(app: &App, id: &str) -> Result<OrganizationInvitation, FlowError> {
    let mut connection = app.store.read().await?;
    let row = find(&mut connection, id).await?;
    one(&mut connection, row, app.clock.now()).await
}

/// Makes an invitation, and sends it if that is asked for.
pub async fn create(
    app: &App,
    request: CreateOrganizationInvitation,
) -> Result<OrganizationInvitation, FlowError> {
    let now = app.clock.now();
    let email = Email::parse(&request.invitee)
        .map_err(|_| invalid_input("invitee", "is no e-mail address"))?;
    if request.expires_at <= now {
        return Err(wrong(400, "expiresAt must lie in the future").into());
    }
    let payload = match request.message_payload {
        InvitationMessage::Payload(payload) => Some(payload),
        InvitationMessage::Send(false) => None,
        InvitationMessage::Send(true) => {
            return Err(invalid_input("messagePayload", "is an object or false").into());
        }
    };
    let message = match &payload {
        Some(payload) => Some(message::prepare(app, payload, &email).await?),
        None => None,
    };
    let row = InvitationRow {
        id: random::standard_id(),
        inviter_id: request.inviter_id,
        invitee: request.invitee,
        accepted_user_id: None,
        organization_id: request.organization_id,
        status: InvitationStatus::Pending.as_str().to_owned(),
        created_at: now,
        updated_at: now,
        expires_at: request.expires_at,
    };
    let made = change(app, async |connection| {
        let organization = organization_of(connection, &row).await?;
        check_no_member(connection, &row.organization_id, &email).await?;
        roles::check(connection, &request.organization_role_ids, RoleType::User).await?;
        rows::expire(connection, &row.organization_id, &row.invitee, now).await?;
        rows::insert(connection, &row).await.map_err(unrelated)?;
        role_relation::attach(connection, &row.id, &request.organization_role_ids).await?;
        if let Some(message) = &message {
            message.enqueue(app, connection, &row, &organization).await?;
        }
        one(connection, row.clone(), now).await
    })
    .await?;
    if message.is_some() {
        app.new_message.notify_one();
    }
    Ok(made)
}

/// Sends an invitation once more.
pub async fn send(app: &App, id: &str, payload: &JsonObject) -> Result<(), FlowError> {
    let row = find(&mut app.store.read().await?, id).await?;
    let message = message::prepare(app, payload, &Email::parse(&row.invitee)?).await?;
    change(app, async |connection| {
        let row = find(connection, id).await?;
        expect_pending(&row, app.clock.now())?;
        let organization = organization_of(connection, &row).await?;
        message.enqueue(app, connection, &row, &organization).await
    })
    .await?;
    app.new_message.notify_one();
    Ok(())
}

/// Answers a pending invitation. Whoever accepts it becomes a member with its roles.
pub async fn answer(
    app: &App,
    id: &str,
    answer: &AnswerInvitation,
) -> Result<OrganizationInvitation, FlowError> {
    let now = app.clock.now();
    change(app, async |connection| {
        let mut row = find(connection, id).await?;
        expect_pending(&row, now)?;
        match answer.status {
            InvitationStatus::Accepted => {
                let user_id = answer.accepted_user_id.as_deref();
                let user_id = user_id.ok_or_else(|| wrong(422, "acceptedUserId is missing"))?;
                accept(app, connection, &row, user_id).await?;
                row.accepted_user_id = Some(user_id.to_owned());
            }
            InvitationStatus::Revoked => {}
            InvitationStatus::Pending | InvitationStatus::Expired => {
                return Err(invalid_input("status", "is Accepted or Revoked").into());
            }
        }
        answer.status.as_str().clone_into(&mut row.status);
        row.updated_at = now;
        rows::update(connection, &row).await?;
        one(connection, row, now).await
    })
    .await
}

/// Deletes an invitation.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let deleted = rows::delete(connection, id).await?;
        if deleted { Ok(()) } else { Err(unknown("organization invitation", id).into()) }
    })
    .await
}

/// Makes the invited user a member; an invitation is for the owner of the address only.
async fn accept(
    app: &App,
    connection: &mut Connection,
    row: &InvitationRow,
    user_id: &str,
) -> Result<(), FlowError> {
    let user = users::by_id(connection, user_id).await?.ok_or_else(missing_reference)?;
    let key = Email::parse(&row.invitee)?.key();
    if user.email_key.as_deref() != Some(key.as_str()) {
        return Err(wrong(422, "the user has another e-mail address than the invitee").into());
    }
    let organization_id = &row.organization_id;
    let ids = [user_id.to_owned()];
    let added_user_ids = of_users::relation::attach(connection, organization_id, &ids).await?;
    let role_ids = role_relation::of(connection, &row.id).await?;
    of_users::give_roles(connection, organization_id, user_id, &role_ids).await?;
    let membership = Membership { added_user_ids, ..Membership::default() };
    membership_changed(app, connection, organization_id, membership, None).await
}

async fn organization_of(
    connection: &mut Connection,
    row: &InvitationRow,
) -> Result<OrganizationRow, FlowError> {
    let found = organization_rows::by_id(connection, &row.organization_id).await?;
    Ok(found.ok_or_else(missing_reference)?)
}

async fn check_no_member(
    connection: &mut Connection,
    organization_id: &str,
    email: &Email,
) -> Result<(), FlowError> {
    let Some(user) = users::by_key(connection, &UserKey::Email(email.key())).await? else {
        return Ok(());
    };
    let members = of_users::existing(connection, organization_id, &[user.id]).await?;
    if members.is_empty() {
        Ok(())
    } else {
        Err(wrong(422, "the invitee is a member already").into())
    }
}

fn expect_pending(row: &InvitationRow, now: Millis) -> Result<(), Rejection> {
    match status(row, now) {
        InvitationStatus::Pending => Ok(()),
        other => Err(wrong(422, &format!("the invitation is {} already", other.as_str()))),
    }
}

fn wrong(status: u16, details: &str) -> Rejection {
    reject(status, ErrorCode::RequestInvalidInput).with_details(details)
}

async fn find(connection: &mut Connection, id: &str) -> Result<InvitationRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("organization invitation", id))?)
}

/// The status that others see: what is past its time has expired, written or not.
fn status(row: &InvitationRow, now: Millis) -> InvitationStatus {
    // A check constraint allows no fifth.
    match InvitationStatus::parse(&row.status).unwrap_or(InvitationStatus::Expired) {
        InvitationStatus::Pending if row.expires_at <= now => InvitationStatus::Expired,
        other => other,
    }
}

async fn one(
    connection: &mut Connection,
    row: InvitationRow,
    now: Millis,
) -> Result<OrganizationInvitation, FlowError> {
    let id = row.id.clone();
    let shown = to_wire(connection, vec![row], now).await?;
    Ok(shown.into_iter().next().ok_or_else(|| unknown("organization invitation", &id))?)
}

async fn to_wire(
    connection: &mut Connection,
    found: Vec<InvitationRow>,
    now: Millis,
) -> Result<Vec<OrganizationInvitation>, FlowError> {
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let mut roles: HashMap<String, Vec<Named>> = HashMap::new();
    for (invitation_id, id, name) in rows::roles_of(connection, &ids).await? {
        roles.entry(invitation_id).or_default().push(Named { id, name });
    }
    let shown = found.into_iter().map(|row| OrganizationInvitation {
        tenant_id: TENANT.to_owned(),
        organization_roles: roles.remove(&row.id).unwrap_or_default(),
        status: status(&row, now),
        id: row.id,
        inviter_id: row.inviter_id,
        invitee: row.invitee,
        accepted_user_id: row.accepted_user_id,
        organization_id: row.organization_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
        expires_at: row.expires_at,
    });
    Ok(shown.collect())
}
