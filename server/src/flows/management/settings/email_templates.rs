//! Texts of e-mails.

use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::{change, unknown};
use crate::seed::TENANT;
use crate::state::App;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::email_template::{
    EmailTemplate, EmailTemplateDetails, NewEmailTemplate, TemplateType, UpdateEmailTemplateDetails,
};
use vestibule_store::email_templates::{self as rows, EmailTemplateRow};
use vestibule_store::{Connection, Json};

/// Texts in one language, for one purpose, or all.
pub async fn list(
    app: &App,
    language_tag: Option<&str>,
    template_type: Option<TemplateType>,
) -> Result<Vec<EmailTemplate>, FlowError> {
    let kind = template_type.map(TemplateType::as_str);
    let found = rows::list(&mut app.store.scan().await?, language_tag, kind).await?;
    found.into_iter().map(to_wire).collect()
}

/// One text.
pub async fn get(app: &App, id: &str) -> Result<EmailTemplate, FlowError> {
    to_wire(find(&mut app.store.read().await?, id).await?)
}

/// Stores texts, each in place of the one for the same language and purpose: all or none.
pub async fn put(
    app: &App,
    templates: Vec<NewEmailTemplate>,
) -> Result<Vec<EmailTemplate>, FlowError> {
    let mut given = Vec::new();
    for (number, template) in templates.into_iter().enumerate() {
        check(&format!("templates.{number}.details"), &template.details)?;
        given.push(EmailTemplateRow {
            id: random::standard_id(),
            language_tag: template.language_tag,
            template_type: template.template_type.as_str().to_owned(),
            details: Json(template.details),
            created_at: app.clock.now(),
        });
    }
    change(app, async |connection| {
        let mut stored = Vec::new();
        for row in &given {
            stored.push(to_wire(rows::put(connection, row).await?)?);
        }
        Ok(stored)
    })
    .await
}

/// Changes a text.
pub async fn update(
    app: &App,
    id: &str,
    request: UpdateEmailTemplateDetails,
) -> Result<EmailTemplate, FlowError> {
    change(app, async |connection| {
        let mut row = find(connection, id).await?;
        let request = request.clone();
        let details = &mut row.details.0;
        details.subject = request.subject.unwrap_or_else(|| std::mem::take(&mut details.subject));
        details.content = request.content.unwrap_or_else(|| std::mem::take(&mut details.content));
        details.content_type = request.content_type.or(details.content_type);
        details.reply_to = request.reply_to.or_else(|| details.reply_to.take());
        details.send_from = request.send_from.or_else(|| details.send_from.take());
        check("", details)?;
        rows::update(connection, &row).await?;
        to_wire(row)
    })
    .await
}

/// Deletes a text.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let deleted = rows::delete(connection, id).await?;
        if deleted { Ok(()) } else { Err(unknown("email template", id).into()) }
    })
    .await
}

/// Deletes texts in one language or for one purpose; answers with how many there were.
pub async fn delete_all(
    app: &App,
    language_tag: Option<&str>,
    template_type: Option<TemplateType>,
) -> Result<usize, FlowError> {
    if language_tag.is_none() && template_type.is_none() {
        return Err(reject(422, ErrorCode::ConnectorEmailConnectorBulkDeletionNoFilter).into());
    }
    let kind = template_type.map(TemplateType::as_str);
    change(app, async |connection| Ok(rows::delete_all(connection, language_tag, kind).await?))
        .await
}

async fn find(connection: &mut Connection, id: &str) -> Result<EmailTemplateRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("email template", id))?)
}

/// Header fields are one line each (RFC 5322 section 2.2).
pub(crate) fn check(path: &str, details: &EmailTemplateDetails) -> Result<(), Rejection> {
    let at = |field: &str| format!("{path}.{field}");
    let lines = [
        ("subject", Some(&details.subject)),
        ("replyTo", details.reply_to.as_ref()),
        ("sendFrom", details.send_from.as_ref()),
    ];
    for (field, text) in lines {
        let Some(text) = text else { continue };
        if text.contains(['\r', '\n']) {
            return Err(invalid_input(&at(field), "must be one line"));
        }
    }
    Ok(())
}

fn to_wire(row: EmailTemplateRow) -> Result<EmailTemplate, FlowError> {
    let template_type = TemplateType::parse(&row.template_type).ok_or_else(|| {
        FlowError::Internal(format!("email template {} is for {}", row.id, row.template_type))
    })?;
    Ok(EmailTemplate {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        language_tag: row.language_tag,
        template_type,
        details: row.details.0,
        created_at: row.created_at,
    })
}
