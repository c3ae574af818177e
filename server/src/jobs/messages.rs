//! Sends messages that were written, and tries again when that fails.

use crate::flows::error::FlowError;
use crate::flows::messages;
use crate::state::App;
use std::time::Duration;
use vestibule_connectors::error::ConnectorError;
use vestibule_connectors::factory::ConnectorType;
use vestibule_connectors::message::Message;
use vestibule_connectors::template::EmailTemplate;
use vestibule_store::email_templates;
use vestibule_store::messages::{self as rows, MessageRow};
use vestibule_store::{Durability, Millis, StoreError};

/// How long nobody else takes a message that is being sent.
const LEASE: Millis = 150_000;
const LOOK: Duration = Duration::from_secs(2);
const TRIES: i32 = 6;
/// After a failure: 2, 4, 8 … seconds.
const FIRST_PAUSE: Millis = 2_000;

/// Sends for ever.
pub async fn run(app: &App) {
    loop {
        let rung = app.new_message.notified();
        match send_next(app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(?error, "messages cannot be sent"),
        }
        let _ = tokio::time::timeout(LOOK, rung).await;
    }
}

/// Sends one message that is due; false when there is none.
async fn send_next(app: &App) -> Result<bool, FlowError> {
    let now = app.clock.now();
    if !rows::is_due(&mut app.store.read().await?, now, &[]).await? {
        return Ok(false);
    }
    let claimed = app
        .store
        .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
            rows::claim(connection, now, LEASE, &[]).await
        })
        .await?;
    let Some(row) = claimed else { return Ok(false) };
    let (status, error, next) = if row.expires_at <= now {
        ("Failed", Some("it was not sent in time".to_owned()), now)
    } else {
        match send(app, &row).await {
            Ok(()) => ("Sent", None, now),
            Err(error) => {
                tracing::warn!(message_id = row.id, attempt = row.attempts, %error, "not sent");
                let is_last = row.attempts >= TRIES || !error.retryable();
                let pause = FIRST_PAUSE << row.attempts.clamp(1, 10) >> 1;
                let status = if is_last { "Failed" } else { "Pending" };
                (status, Some(error.to_string()), app.clock.now() + pause)
            }
        }
    };
    metrics::counter!("vestibule_messages_total", "status" => status).increment(1);
    app.store
        .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
            rows::settle(connection, &row.id, status, error.as_deref(), next).await
        })
        .await?;
    Ok(true)
}

async fn send(app: &App, row: &MessageRow) -> Result<(), ConnectorError> {
    let message = messages::open(app, row)
        .map_err(|error| ConnectorError::InvalidRequestParameters(format!("{error:?}")))?;
    let connector_type =
        if row.connector_type == "Sms" { ConnectorType::Sms } else { ConnectorType::Email };
    let snapshot = app.catalog.snapshot();
    let Some(active) = snapshot.connector(connector_type) else {
        return Err(ConnectorError::General {
            message: "the connector was removed".into(),
            data: None,
            retryable: true,
        });
    };
    let template = if active.connector.uses_stored_templates() {
        stored_template(app, &message).await?
    } else {
        None
    };
    active.connector.send_with(&message, template.as_ref(), &app.outbound).await
}

/// The administrator's text for a message: in its language, or else in the fallback language.
async fn stored_template(
    app: &App,
    message: &Message,
) -> Result<Option<EmailTemplate>, ConnectorError> {
    let unread = |error: &dyn std::fmt::Display| ConnectorError::General {
        message: format!("the template cannot be read: {error}"),
        data: None,
        retryable: true,
    };
    let mut connection = app.store.read().await.map_err(|error| unread(&error))?;
    let kind = message.usage_type.as_str();
    let stored = email_templates::list(&mut connection, None, Some(kind)).await;
    let stored = stored.map_err(|error| unread(&error))?;
    let fallback = app.catalog.snapshot().experience.language_info.fallback_language.clone();
    let wanted = [message.payload.locale.as_deref(), Some(fallback.as_str())];
    let found = wanted
        .iter()
        .flatten()
        .find_map(|tag| stored.iter().find(|row| row.language_tag.eq_ignore_ascii_case(tag)));
    let Some(row) = found else { return Ok(None) };
    let template = serde_json::to_value(&row.details.0).and_then(serde_json::from_value);
    template.map(Some).map_err(|error| unread(&error))
}
