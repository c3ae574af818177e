//! The development outbox: messages that would have been sent, on a server that only its own
//! machine reaches and that has no connector.

use crate::flows::error::reject;
use crate::flows::messages;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde_json::json;
use vestibule_connectors::template::builtin_template;
use vestibule_shared::ErrorCode;

const SHOWN: i64 = 50;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list);
}

/// Messages, newest first; 404 where there is no outbox.
#[utoipa::path(
    get, path = "/api/dev/outbox", tag = "Development",
    responses((status = 200), (status = 404, body = vestibule_shared::ApiError)),
)]
#[get("/dev/outbox")]
pub async fn list(app: Data<App>) -> Result<HttpResponse, Problem> {
    if !messages::has_outbox(&app) {
        return Err(reject(404, ErrorCode::RequestNotFound).into());
    }
    let rows = vestibule_store::messages::outbox(&mut app.store.scan().await?, SHOWN).await?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let message = messages::open(&app, &row)?;
        let rendered = builtin_template(message.usage_type, &message.payload)
            .render(&message.payload.variables());
        shown.push(json!({
            "id": row.id,
            "to": message.to,
            "type": message.usage_type,
            "code": message.payload.code,
            "subject": rendered.subject,
            "body": rendered.content,
            "createdAt": row.created_at,
        }));
    }
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .json(json!({ "messages": shown })))
}
