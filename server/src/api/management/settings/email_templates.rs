//! `/api/email-templates`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Done, Found, Many, Operations};
use crate::flows::error::{Rejection, invalid_input};
use crate::flows::management::email_templates;
use crate::http::body::Json;
use vestibule_shared::email_template::{
    EmailTemplate, PutEmailTemplates, RowCount, TemplateType, UpdateEmailTemplateDetails,
};

const FILTERS: &[&str] = &["languageTag", "templateType"];

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Email templates");
    api.get("/email-templates", "Texts of e-mails", list).query(FILTERS);
    api.put("/email-templates", "Stores texts by language and type", put);
    api.delete("/email-templates", "Deletes texts of a language or type", remove_all)
        .query(FILTERS)
        .refuses(&[422]);
    api.get("/email-templates/{id}", "One text", read);
    api.delete("/email-templates/{id}", "Deletes a text", remove);
    api.patch("/email-templates/{id}/details", "Changes a text", update);
}

async fn list(access: ManagementAccess, query: Query) -> Answer<Many<EmailTemplate>> {
    let (tag, kind) = filters(&query)?;
    Ok(Many(email_templates::list(&access.app, tag, kind).await?))
}

async fn put(
    access: ManagementAccess,
    body: Json<PutEmailTemplates>,
) -> Answer<Many<EmailTemplate>> {
    Ok(Many(email_templates::put(&access.app, body.0.templates).await?))
}

async fn remove_all(access: ManagementAccess, query: Query) -> Answer<Found<RowCount>> {
    let (tag, kind) = filters(&query)?;
    let row_count = email_templates::delete_all(&access.app, tag, kind).await?;
    Ok(Found(RowCount { row_count }))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<EmailTemplate>> {
    Ok(Found(email_templates::get(&access.app, &id.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    email_templates::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateEmailTemplateDetails>,
) -> Answer<Found<EmailTemplate>> {
    Ok(Found(email_templates::update(&access.app, &id.0, body.0).await?))
}

fn filters(query: &Query) -> Result<(Option<&str>, Option<TemplateType>), Rejection> {
    let parse = |name: &str| {
        TemplateType::parse(name)
            .ok_or_else(|| invalid_input("templateType", "is no type of template"))
    };
    Ok((query.one("languageTag")?, query.one("templateType")?.map(parse).transpose()?))
}
