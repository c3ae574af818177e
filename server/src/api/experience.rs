//! The Experience API, which every sign-in page uses, ours or a customer's own.

pub mod interaction;
pub mod mfa;
pub mod profile;
pub mod verification;

use crate::flows::interaction::InteractionRef;
use crate::http::cookies::Cookies;
use crate::http::problem::Problem;
use crate::http::query::parameter;
use crate::http::same_origin;
use crate::state::App;
use actix_web::dev::Payload;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, ServiceConfig, scope};
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};
use vestibule_protocol::error::OAuthError;
use vestibule_shared::page;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    let experience = scope("/experience")
        .wrap(from_fn(same_origin::require))
        .configure(interaction::routes)
        .configure(verification::routes)
        .configure(profile::routes)
        .configure(mfa::routes);
    config.service(experience).service(interaction::abort);
}

impl FromRequest for InteractionRef {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    /// From the cookie, by the client that the header or the query names.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request).ok_or_else(|| OAuthError::session_not_found().into()))
    }
}

fn read(request: &HttpRequest) -> Option<InteractionRef> {
    let app = request.app_data::<Data<App>>()?;
    let header = request.headers().get(page::APP_ID).and_then(|value| value.to_str().ok());
    let query = || parameter(request, "app_id");
    let client_id = header.map(str::to_owned).or_else(query).filter(|id| !id.is_empty());
    let cookies = Cookies::of(app);
    let uid = cookies.interactions(request).uid(client_id.as_deref())?.to_owned();
    Some(InteractionRef { uid, client_id })
}
