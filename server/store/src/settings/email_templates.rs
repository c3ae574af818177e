//! Texts of e-mails, by language and by what the message is for.

use crate::connection::{Connection, on};
use crate::rows::rows;
use crate::schema::email_templates;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::email_template::EmailTemplateDetails;

/// A text.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = email_templates)]
pub struct EmailTemplateRow {
    /// 21 characters.
    pub id: String,
    /// BCP 47.
    pub language_tag: String,
    /// What the message is for.
    pub template_type: String,
    /// The text itself.
    pub details: Json<EmailTemplateDetails>,
    /// When it was made.
    pub created_at: Millis,
}

rows!(email_templates, EmailTemplateRow);

/// Stores a text in place of the one for the same language and purpose, whose id and age it keeps.
pub async fn put(
    connection: &mut Connection,
    row: &EmailTemplateRow,
) -> Result<EmailTemplateRow, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::insert_into(email_templates::table)
            .values(row)
            .on_conflict((email_templates::language_tag, email_templates::template_type))
            .do_update()
            .set(email_templates::details.eq(&row.details))
            .returning(EmailTemplateRow::as_returning())
            .get_result(inner)
            .await?)
    })
}

/// Texts in one language, for one purpose, or all; in order of both.
pub async fn list(
    connection: &mut Connection,
    language_tag: Option<&str>,
    template_type: Option<&str>,
) -> Result<Vec<EmailTemplateRow>, StoreError> {
    on!(connection, |inner| {
        let mut query = email_templates::table.select(EmailTemplateRow::as_select()).into_boxed();
        if let Some(tag) = language_tag {
            query = query.filter(email_templates::language_tag.eq(tag));
        }
        if let Some(kind) = template_type {
            query = query.filter(email_templates::template_type.eq(kind));
        }
        let order = (email_templates::language_tag, email_templates::template_type);
        Ok(query.order(order).load(inner).await?)
    })
}

/// Deletes texts in one language or for one purpose; answers with how many there were.
pub async fn delete_all(
    connection: &mut Connection,
    language_tag: Option<&str>,
    template_type: Option<&str>,
) -> Result<usize, StoreError> {
    on!(connection, |inner| {
        let mut query = diesel::delete(email_templates::table).into_boxed();
        if let Some(tag) = language_tag {
            query = query.filter(email_templates::language_tag.eq(tag));
        }
        if let Some(kind) = template_type {
            query = query.filter(email_templates::template_type.eq(kind));
        }
        Ok(query.execute(inner).await?)
    })
}
