//! Sign-out (OpenID Connect RP-Initiated Logout).

use super::html::{self, PostForm};
use super::parameters::Parameters;
use crate::flows::provider::logout::{self, Confirmation, Request};
use crate::http::cookies::Cookies;
use crate::http::language;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};

/// Routes below `/oidc`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(end_session).service(end_session_by_post).service(confirm).service(success);
}

/// Begins to sign out.
#[utoipa::path(
    get, path = "/oidc/session/end", tag = "OpenID Connect",
    responses((status = 200, description = "a form that asks, or posts itself"),
        (status = 400, body = vestibule_shared::ApiError)),
)]
#[get("/session/end")]
pub async fn end_session(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let parameters = Parameters::of_query(&request)?;
    begin(&app, &request, parameters).await
}

/// The same with parameters in the body.
#[utoipa::path(
    post, path = "/oidc/session/end", tag = "OpenID Connect",
    responses((status = 200), (status = 400, body = vestibule_shared::ApiError)),
)]
#[post("/session/end")]
pub async fn end_session_by_post(
    app: Data<App>,
    request: HttpRequest,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    begin(&app, &request, parameters).await
}

async fn begin(
    app: &App,
    request: &HttpRequest,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let text = |name: &str| parameters.get(name).map(str::to_owned);
    let asked = Request {
        id_token_hint: text("id_token_hint"),
        client_id: text("client_id"),
        post_logout_redirect_uri: text("post_logout_redirect_uri"),
        state: text("state"),
    };
    let cookies = Cookies::of(app);
    let confirmation = logout::check(app, asked, cookies.session(request).as_deref()).await?;
    let language = html::language_of(request);
    let phrase = |key: &str| language::phrase(language, key, &[]);
    let action = app.settings.endpoint.at("/oidc/session/end/confirm");
    let fields = [("xsrf", confirmation.encode(app)?), ("logout", "yes".to_owned())];
    html::post_form(
        app,
        language,
        &PostForm {
            title: phrase("logout.title"),
            text: if confirmation.is_from_client {
                String::new()
            } else {
                phrase("logout.question")
            },
            button: phrase("logout.confirm"),
            action: &action,
            fields: &fields,
            // A client that is known asks on behalf of its user; a bare link asks the person.
            automatic: confirmation.is_from_client,
            cancel: None,
            leads_to: confirmation.location.as_deref(),
        },
    )
}

/// Signs out.
#[utoipa::path(
    post, path = "/oidc/session/end/confirm", tag = "OpenID Connect",
    responses((status = 303), (status = 400, body = vestibule_shared::ApiError)),
)]
#[post("/session/end/confirm", wrap = "from_fn(crate::http::same_origin::require)")]
pub async fn confirm(
    app: Data<App>,
    request: HttpRequest,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let cookies = Cookies::of(&app);
    let session = cookies.session(&request);
    let xsrf = parameters.required("xsrf")?;
    let confirmation = Confirmation::decode(&app, xsrf, session.as_deref())?;
    let mut response = HttpResponse::SeeOther();
    if parameters.get("logout").is_some() {
        logout::end_session(&app, session.as_deref()).await?;
        for cookie in cookies.clear_session() {
            response.cookie(cookie);
        }
    }
    let default = app.settings.endpoint.at("/oidc/session/end/success");
    Ok(response
        .insert_header((LOCATION, confirmation.location.unwrap_or(default)))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish())
}

/// Says that it is done.
#[utoipa::path(
    get, path = "/oidc/session/end/success", tag = "OpenID Connect",
    responses((status = 200)),
)]
#[get("/session/end/success")]
pub async fn success(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let language = html::language_of(&request);
    let phrase = |key: &str| language::phrase(language, key, &[]);
    html::notice(&app, language, phrase("logout.done_title"), phrase("logout.done_text"))
}
