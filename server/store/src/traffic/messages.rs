//! E-mails and short messages on their way out.

use crate::connection::{Connection, on};
use crate::outbox::outbox;
use crate::schema::messages;
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A message. `Pending` waits for a connector, `Sent` has left, `Failed` was given up, `Outbox`
/// is shown to a developer instead of being sent.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = messages)]
pub struct MessageRow {
    /// 21 characters.
    pub id: String,
    /// `Email` or `Sms`
    pub connector_type: String,
    /// The message template.
    pub usage_type: String,
    /// Recipient and payload, sealed: they hold codes.
    pub sealed_content: String,
    /// See above.
    pub status: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last try failed, without content.
    pub last_error: Option<String>,
    /// When it is tried next.
    pub next_attempt_at: Millis,
    /// When it was written.
    pub created_at: Millis,
    /// When it is of no use any more.
    pub expires_at: Millis,
}

/// Inserts a message.
pub async fn insert(connection: &mut Connection, message: &MessageRow) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(messages::table).values(message).execute(inner).await?;
        Ok(())
    })
}

outbox!(messages, MessageRow, id);

/// Records how a try ended: the new status, why, and when to try next.
pub async fn settle(
    connection: &mut Connection,
    id: &str,
    status: &str,
    error: Option<&str>,
    next_attempt_at: Millis,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(messages::table.find(id))
            .set((
                messages::status.eq(status),
                messages::last_error.eq(error),
                messages::next_attempt_at.eq(next_attempt_at),
            ))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// The newest messages of the development outbox.
pub async fn outbox(
    connection: &mut Connection,
    limit: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    on!(connection, |inner| {
        Ok(messages::table
            .filter(messages::status.eq("Outbox"))
            .select(MessageRow::as_select())
            .order((messages::created_at.desc(), messages::id))
            .limit(limit)
            .load(inner)
            .await?)
    })
}
