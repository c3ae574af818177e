//! What service providers and browsers ask of this server as a SAML identity provider.

use crate::api::management::path::Id;
use crate::flows::management::saml_applications::messages::{self, Callback, SignOn};
use crate::flows::management::saml_applications::metadata;
use crate::http::problem::Problem;
use crate::oidc::parameters::Parameters;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use vestibule_shared::ApiError;

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(read_metadata)
        .service(read_callback)
        .service(sign_on_by_query)
        .service(sign_on_by_form);
}

/// What a service provider must know of this server.
#[utoipa::path(
    get, path = "/api/saml-applications/{id}/metadata", tag = "SAML applications",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = String, content_type = "text/xml"),
        (status = 400, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError),
    ),
)]
#[get("/saml-applications/{id}/metadata")]
pub async fn read_metadata(app: Data<App>, id: Id) -> Result<HttpResponse, Problem> {
    let text = metadata::of(&app, &id.0).await?;
    Ok(HttpResponse::Ok().content_type("text/xml;charset=utf-8").body(text))
}

/// Where a browser comes back to after a sign-in; messages are not exchanged yet.
#[utoipa::path(
    get, path = "/api/saml-applications/{id}/callback", tag = "SAML applications",
    params(
        ("id" = String, Path), ("code" = Option<String>, Query), ("state" = Option<String>, Query),
        ("redirectUri" = Option<String>, Query), ("error" = Option<String>, Query),
        ("error_description" = Option<String>, Query),
    ),
    responses(
        (status = 400, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError),
    ),
)]
#[get("/saml-applications/{id}/callback")]
pub async fn read_callback(
    app: Data<App>,
    id: Id,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::of_query(&request)?;
    let message = Callback {
        code: parameters.get("code"),
        error: parameters.get("error"),
        error_description: parameters.get("error_description"),
    };
    messages::callback(&app, &id.0, message).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A service provider asks to sign somebody in; messages are not exchanged yet.
#[utoipa::path(
    get, path = "/api/saml/{id}/authn", tag = "SAML applications",
    params(
        ("id" = String, Path), ("SAMLRequest" = String, Query),
        ("Signature" = Option<String>, Query), ("SigAlg" = Option<String>, Query),
        ("RelayState" = Option<String>, Query),
    ),
    responses(
        (status = 400, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError),
    ),
)]
#[get("/saml/{id}/authn")]
pub async fn sign_on_by_query(
    app: Data<App>,
    id: Id,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    sign_on(&app, &id, &Parameters::of_query(&request)?).await
}

/// What a service provider posts (SAML 2.0 Bindings, section 3.5); for the document only.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the form is read as parameters")]
struct SignOnForm {
    #[schema(rename = "SAMLRequest")]
    saml_request: String,
    #[schema(rename = "RelayState")]
    relay_state: Option<String>,
}

/// The same in a form.
#[utoipa::path(
    post, path = "/api/saml/{id}/authn", tag = "SAML applications",
    params(("id" = String, Path)),
    request_body(
        content = SignOnForm,
        content_type = "application/x-www-form-urlencoded",
    ),
    responses(
        (status = 400, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError),
    ),
)]
#[post("/saml/{id}/authn")]
pub async fn sign_on_by_form(
    app: Data<App>,
    id: Id,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    sign_on(&app, &id, &parameters).await
}

async fn sign_on(app: &App, id: &Id, parameters: &Parameters) -> Result<HttpResponse, Problem> {
    let message = SignOn {
        request: parameters.get("SAMLRequest"),
        relay_state: parameters.get("RelayState"),
    };
    messages::sign_on(app, &id.0, message).await?;
    Ok(HttpResponse::NoContent().finish())
}
