//! Who asks, for everything that happens because of it.

use crate::flows::webhooks::origin::Origin;
use crate::http::address;
use crate::state::App;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::USER_AGENT;
use actix_web::middleware::Next;
use actix_web::web::Data;

/// Middleware that says who asks to the flows that the request leads to.
pub async fn remember(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(app) = request.app_data::<Data<App>>().cloned() else {
        return next.call(request).await;
    };
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    let ip = address::of_client(request.request(), &app.settings.trusted_proxies);
    let origin = Origin::new(user_agent, ip);
    origin.scope(&app, next.call(request)).await
}
