//! What receivers of webhooks are told: written in the transaction of what happened, sent
//! afterwards.

pub mod delivery;
pub mod origin;

use crate::catalog::client;
use crate::flows::error::FlowError;
use crate::flows::interaction::Interaction;
use crate::flows::management::users::{Include, to_wire};
use crate::state::App;
use serde::Serialize;
use serde_json::{Value, json};
use vestibule_protocol::random;
use vestibule_shared::JsonObject;
use vestibule_shared::experience::{Identifier, InteractionEvent};
use vestibule_shared::hook::HookEvent;
use vestibule_store::hooks::deliveries::{self, DeliveryRow};
use vestibule_store::organizations::members::of_users;
use vestibule_store::users::{self, UserRow};
use vestibule_store::{Connection, Millis, applications, hooks};

/// How long deliveries are kept: an operator looks at those that were given up.
const KEEP: Millis = 7 * 24 * 60 * 60 * 1000;
/// Ids in a list of a payload.
const MAX_IDS: usize = 5000;

/// What of a user receivers are told.
const USER_FIELDS: [&str; 14] = [
    "id",
    "username",
    "primaryEmail",
    "primaryPhone",
    "name",
    "avatar",
    "customData",
    "identities",
    "lastSignInAt",
    "createdAt",
    "updatedAt",
    "profile",
    "applicationId",
    "isSuspended",
];

/// Whether anybody is told of this event. Ask before anything is read for its payload only.
pub fn has_listener(app: &App, event: HookEvent) -> bool {
    app.catalog.snapshot().hooks.iter().any(|hook| hook.events.contains(&event))
}

/// Writes an event with these fields for everybody who listens, on the caller's transaction.
pub async fn emit(
    app: &App,
    connection: &mut Connection,
    event: HookEvent,
    fields: &JsonObject,
) -> Result<(), FlowError> {
    let snapshot = app.catalog.snapshot();
    let listening = snapshot.hooks.iter().filter(|hook| hook.events.contains(&event));
    let ids: Vec<String> = listening.map(|hook| hook.id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let mut rows = Vec::new();
    // What is in memory may be a moment old.
    for hook_id in hooks::enabled(connection, &ids).await? {
        let body = delivery::body(&hook_id, event, now, fields)?;
        rows.push(DeliveryRow {
            id: random::standard_id(),
            hook_id,
            event: event.as_str().to_owned(),
            body: delivery::seal_body(app, &body),
            status: "Pending".into(),
            attempts: 0,
            response_status: None,
            last_error: None,
            next_attempt_at: now,
            created_at: now,
            expires_at: now + KEEP,
        });
    }
    deliveries::insert(connection, &rows).await?;
    origin::note_raised();
    Ok(())
}

/// The interaction in which something happens.
#[derive(Clone, Debug)]
pub struct Within {
    session_id: String,
    client_id: String,
    event: InteractionEvent,
}

impl Within {
    /// This one, while the person is doing this.
    pub fn new(interaction: &Interaction, event: InteractionEvent) -> Self {
        // The uid itself opens the interaction.
        let session_id = Interaction::id_of(&interaction.uid);
        Self { session_id, client_id: interaction.client_id.clone(), event }
    }
}

/// Says that an interaction has ended well.
pub async fn interaction_ended(
    app: &App,
    connection: &mut Connection,
    event: HookEvent,
    within: &Within,
    user_id: &str,
) -> Result<(), FlowError> {
    if !has_listener(app, event) {
        return Ok(());
    }
    let mut fields = origin::facts("userIp");
    fields.insert("sessionId".into(), json!(within.session_id));
    fields.insert("interactionEvent".into(), json!(within.event));
    fields.insert("userId".into(), json!(user_id));
    if let Some(user) = users::by_id(connection, user_id).await? {
        fields.insert("user".into(), user_fields(user)?);
    }
    add_application(app, connection, &mut fields, &within.client_id).await?;
    emit(app, connection, event, &fields).await
}

/// Says that a person has changed an account, in an interaction or not.
pub async fn user_changed(
    app: &App,
    connection: &mut Connection,
    event: HookEvent,
    user_id: &str,
    within: Option<&Within>,
) -> Result<(), FlowError> {
    if !has_listener(app, event) {
        return Ok(());
    }
    let mut fields = origin::facts("ip");
    add_interaction(app, connection, &mut fields, within).await?;
    if let Some(user) = users::by_id(connection, user_id).await? {
        fields.insert("data".into(), user_fields(user)?);
    }
    emit(app, connection, event, &fields).await
}

/// Says that an account was made in an interaction, and which organizations took it in.
pub async fn user_registered(
    app: &App,
    connection: &mut Connection,
    user_id: &str,
    within: &Within,
) -> Result<(), FlowError> {
    user_changed(app, connection, HookEvent::UserCreated, user_id, Some(within)).await?;
    if !has_listener(app, HookEvent::OrganizationMembershipUpdated) {
        return Ok(());
    }
    let (organizations, _) = of_users::organizations(connection, user_id, None).await?;
    for organization in organizations {
        let added_user_ids = vec![user_id.to_owned()];
        let membership = Membership { added_user_ids, ..Membership::default() };
        let id = &organization.id;
        membership_changed(app, connection, id, membership, Some(within)).await?;
    }
    Ok(())
}

/// Says that an interaction has ended well, and that it has changed the account if it has.
pub async fn submitted(
    app: &App,
    connection: &mut Connection,
    within: &Within,
    user_id: &str,
    is_changed: bool,
) -> Result<(), FlowError> {
    let event = match within.event {
        InteractionEvent::SignIn => HookEvent::PostSignIn,
        InteractionEvent::Register => HookEvent::PostRegister,
        InteractionEvent::ForgotPassword => HookEvent::PostResetPassword,
    };
    interaction_ended(app, connection, event, within, user_id).await?;
    if is_changed {
        let event = HookEvent::UserDataUpdated;
        user_changed(app, connection, event, user_id, Some(within)).await?;
    }
    Ok(())
}

/// Says that an administrator has deleted an account.
pub async fn user_deleted(
    app: &App,
    connection: &mut Connection,
    user: &UserRow,
) -> Result<(), FlowError> {
    if !has_listener(app, HookEvent::UserDeleted) {
        return Ok(());
    }
    managed(app, connection, HookEvent::UserDeleted, &user_fields(user.clone())?).await
}

/// Says that an operation of the Management API has done something, and shows what it answers.
pub async fn managed(
    app: &App,
    connection: &mut Connection,
    event: HookEvent,
    shown: &impl Serialize,
) -> Result<(), FlowError> {
    if !has_listener(app, event) {
        return Ok(());
    }
    let mut fields = origin::facts("ip");
    fields.insert("data".into(), value(shown)?);
    emit(app, connection, event, &fields).await
}

/// Says that an operation of the Management API has done something, and answers nothing.
pub async fn managed_silently(
    app: &App,
    connection: &mut Connection,
    event: HookEvent,
) -> Result<(), FlowError> {
    if !has_listener(app, event) {
        return Ok(());
    }
    emit(app, connection, event, &origin::facts("ip")).await
}

/// Who has joined and left an organization.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Membership {
    pub added_user_ids: Vec<String>,
    pub removed_user_ids: Vec<String>,
    pub added_application_ids: Vec<String>,
    pub removed_application_ids: Vec<String>,
}

impl Membership {
    /// Who was added and who was removed where the members were `before` and are `after`.
    pub fn difference(before: &[String], after: &[String]) -> (Vec<String>, Vec<String>) {
        let of = |all: &[String]| all.iter().cloned().collect::<std::collections::BTreeSet<_>>();
        let (before, after) = (of(before), of(after));
        (after.difference(&before).cloned().collect(), before.difference(&after).cloned().collect())
    }
}

/// Says that an organization has other members; nothing where nobody joined or left.
pub async fn membership_changed(
    app: &App,
    connection: &mut Connection,
    organization_id: &str,
    membership: Membership,
    within: Option<&Within>,
) -> Result<(), FlowError> {
    let event = HookEvent::OrganizationMembershipUpdated;
    let lists = [
        ("addedUserIds", membership.added_user_ids),
        ("removedUserIds", membership.removed_user_ids),
        ("addedApplicationIds", membership.added_application_ids),
        ("removedApplicationIds", membership.removed_application_ids),
    ];
    if !has_listener(app, event) || lists.iter().all(|(_, ids)| ids.is_empty()) {
        return Ok(());
    }
    let mut fields = origin::facts("ip");
    add_interaction(app, connection, &mut fields, within).await?;
    fields.insert("organizationId".into(), json!(organization_id));
    for (name, mut ids) in lists.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        ids.truncate(MAX_IDS);
        fields.insert(name.into(), json!(ids));
    }
    emit(app, connection, event, &fields).await
}

/// Says that an identifier is locked out.
pub async fn locked_out(
    app: &App,
    connection: &mut Connection,
    identifier: &Identifier,
    client_id: &str,
) -> Result<(), FlowError> {
    if !has_listener(app, HookEvent::IdentifierLockout) {
        return Ok(());
    }
    let mut fields = origin::facts("ip");
    fields.insert("type".into(), json!(identifier.kind));
    fields.insert("value".into(), json!(identifier.value));
    add_application(app, connection, &mut fields, client_id).await?;
    emit(app, connection, HookEvent::IdentifierLockout, &fields).await
}

/// Says that a recipient gets no more messages for a while. `recipient` is an address or a number.
pub async fn messages_limited(
    app: &App,
    connection: &mut Connection,
    recipient: &str,
) -> Result<(), FlowError> {
    let mut fields = origin::facts("ip");
    fields.insert("action".into(), json!("SendMessage"));
    fields.insert("recipient".into(), json!(recipient));
    emit(app, connection, HookEvent::MessageRateLimited, &fields).await
}

/// Says that the oldest grants of somebody for a client were revoked, of which `limit` are allowed.
pub async fn grants_revoked(
    app: &App,
    connection: &mut Connection,
    (user_id, client_id): (&str, &str),
    limit: i64,
    revoked: &[String],
) -> Result<(), FlowError> {
    if revoked.is_empty() || !has_listener(app, HookEvent::GrantLimitExceeded) {
        return Ok(());
    }
    let active = limit + i64::try_from(revoked.len()).unwrap_or_default();
    let mut fields = origin::facts("ip");
    fields.insert("userId".into(), json!(user_id));
    fields.insert("applicationId".into(), json!(client_id));
    fields.insert("revokedGrantIds".into(), json!(revoked));
    fields.insert("maxAllowedGrants".into(), json!(limit));
    fields.insert("preRevocationActiveGrantCount".into(), json!(active));
    add_application(app, connection, &mut fields, client_id).await?;
    emit(app, connection, HookEvent::GrantLimitExceeded, &fields).await
}

async fn add_interaction(
    app: &App,
    connection: &mut Connection,
    fields: &mut JsonObject,
    within: Option<&Within>,
) -> Result<(), FlowError> {
    let Some(within) = within else { return Ok(()) };
    fields.insert("interactionEvent".into(), json!(within.event));
    fields.insert("sessionId".into(), json!(within.session_id));
    fields.insert("applicationId".into(), json!(within.client_id));
    add_application(app, connection, fields, &within.client_id).await
}

/// Adds `application`, if there is one with this id.
async fn add_application(
    app: &App,
    connection: &mut Connection,
    fields: &mut JsonObject,
    client_id: &str,
) -> Result<(), FlowError> {
    let (name, kind, description) = match applications::by_id(connection, client_id).await? {
        Some(row) => (row.name, row.kind, row.description),
        None => match client::built_in(client_id, &app.settings.endpoint) {
            Some(client) => (client.name, "SPA".to_owned(), None),
            None => return Ok(()),
        },
    };
    let application =
        json!({ "id": client_id, "type": kind, "name": name, "description": description });
    fields.insert("application".into(), application);
    Ok(())
}

fn value(shown: &impl Serialize) -> Result<Value, FlowError> {
    serde_json::to_value(shown).map_err(|error| FlowError::Internal(error.to_string()))
}

/// A user as receivers are told, without anything that proves who somebody is.
fn user_fields(row: UserRow) -> Result<Value, FlowError> {
    let mut shown = value(&to_wire(row, Include::default()))?;
    if let Value::Object(members) = &mut shown {
        members.retain(|name, _| USER_FIELDS.contains(&name.as_str()));
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_told_without_secrets() {
        let row = UserRow {
            id: "ann".into(),
            password_digest: Some("digest".into()),
            password_algorithm: Some("Argon2id".into()),
            ..UserRow::default()
        };
        let shown = user_fields(row).unwrap();
        let mut names: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = USER_FIELDS.to_vec();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected);
        assert!(!shown.to_string().contains("digest"));
    }

    #[test]
    fn who_joined_and_who_left() {
        let ids = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (added, removed) = Membership::difference(&ids("a b c"), &ids("d c d"));
        assert_eq!((added, removed), (ids("d"), ids("a b")));
        let (added, removed) = Membership::difference(&ids("a"), &ids("a"));
        assert!(added.is_empty() && removed.is_empty());
    }
}
