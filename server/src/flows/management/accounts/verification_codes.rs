//! Codes that an application sends and checks for purposes of its own.
//!
//! A recipient has one such code at a time, and it is good for nothing else: codes of sign-ins are
//! bound to the verification record of an interaction, these to the recipient.

use crate::flows::error::{FlowError, Rejection, invalid_input};
use crate::flows::identifier::{AccountName, Email, Phone};
use crate::flows::management::write;
use crate::flows::messages;
use crate::flows::verification::verification_code::{issue, use_up};
use crate::http::language;
use crate::state::App;
use vestibule_connectors::factory::ConnectorType;
use vestibule_connectors::message::{Message, MessagePayload};
use vestibule_protocol::hash;
use vestibule_shared::email_template::TemplateType;
use vestibule_shared::verification_code::{CheckVerificationCode, RequestVerificationCode};
use vestibule_store::{Durability, verification_codes as rows};

/// Sends a code; the one before is of no use any more.
pub async fn send(app: &App, request: &RequestVerificationCode) -> Result<(), FlowError> {
    let name = recipient(request)?;
    let connector_type = match name {
        AccountName::Email(_) => ConnectorType::Email,
        AccountName::Phone(_) | AccountName::Username(_) => ConnectorType::Sms,
    };
    let route = messages::route(app, connector_type)?;
    let key = messages::recipient_key(&name);
    messages::count_send(app, &key).await?;
    let (code, row) = issue(app, code_id(&key), key);
    let tag = &app.catalog.snapshot().experience.language_info.fallback_language;
    let message = Message {
        to: name.to_wire().value,
        usage_type: TemplateType::Generic,
        payload: MessagePayload {
            locale: Some(language::built_in(tag).unwrap_or(language::DEFAULT).to_owned()),
            ..MessagePayload::with_code(code)
        },
        ip: None,
    };
    write(app, Durability::Relaxed, async |connection| {
        rows::put(connection, &row).await?;
        let status = route.status();
        messages::write(app, connection, connector_type, &message, status, row.expires_at).await
    })
    .await?;
    app.new_message.notify_one();
    Ok(())
}

/// Uses a code up if it is right.
pub async fn verify(app: &App, request: &CheckVerificationCode) -> Result<(), FlowError> {
    let key = messages::recipient_key(&recipient(&request.recipient)?);
    Ok(use_up(app, &code_id(&key), &request.verification_code).await??)
}

fn recipient(request: &RequestVerificationCode) -> Result<AccountName, Rejection> {
    match (&request.email, &request.phone) {
        (Some(email), None) => Ok(AccountName::Email(Email::parse(email)?)),
        (None, Some(phone)) => Ok(AccountName::Phone(Phone::parse(phone)?)),
        (None, None) | (Some(_), Some(_)) => Err(invalid_input("", "needs email or phone")),
    }
}

/// Where the code of a recipient is kept. Verification records have ids of another form.
fn code_id(recipient_key: &str) -> String {
    format!("recipient:{}", hash::sha256_hex(recipient_key))
}
