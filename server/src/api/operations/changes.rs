//! What goes along with an operation that changes something: its audit entry, and what receivers
//! of webhooks are told of the request. The flow writes both in the transaction of the change.

use super::{operation_id, segments};
use crate::api::events;
use crate::flows::audit::{self, entry};
use crate::state::App;
use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use vestibule_shared::JsonObject;

/// Answers a request. `path` is that of the operation.
pub async fn follow(
    path: &'static str,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = request.app_data::<Data<App>>().cloned();
    let Some(app) = app.filter(|_| *request.method() != Method::GET) else {
        return next.call(request).await;
    };
    let values = request.match_info();
    let params = segments(path).filter_map(|name| Some((name, values.get(name)?)));
    let params = params.collect::<JsonObject>();
    events::announce(path, &request, &params);
    // Never the body, which may hold secrets.
    let key = format!("Management.{}", operation_id(request.method(), path));
    let (response, entry) = entry::follow(key, params, next.call(request)).await;
    let response = response?;
    if let Some(entry) = entry.filter(|_| response.status().is_success()) {
        // The operation has stored nothing, or not as an administrator does.
        audit::enqueue(&app, entry);
    }
    Ok(response)
}
