//! The authorization endpoint, and how a request goes on after a person was asked.

use super::html::{self, PostForm};
use super::parameters::Parameters;
use crate::flows::provider::authorization::{self, Answer};
use crate::flows::provider::{resume, sessions};
use crate::http::cookies::Cookies;
use crate::http::language;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::cookie::Cookie;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, LOCATION};
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use vestibule_protocol::authorization_response::AuthorizationResponse;
use vestibule_shared::ErrorCode;

/// Routes below `/oidc`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(authorize).service(authorize_by_post).service(resume_interaction);
}

/// Asks for a code.
#[utoipa::path(
    get, path = "/oidc/auth", tag = "OpenID Connect",
    responses((status = 303, description = "to the client, or to the sign-in page"),
        (status = 400, body = vestibule_shared::ApiError)),
)]
#[get("/auth")]
pub async fn authorize(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let pairs = form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
    answer(&app, &request, pairs).await
}

/// The same with parameters in the body (OpenID Connect Core section 3.1.2.1).
#[utoipa::path(
    post, path = "/oidc/auth", tag = "OpenID Connect",
    responses((status = 200, description = "a form that posts itself"), (status = 303),
        (status = 400, body = vestibule_shared::ApiError)),
)]
#[post("/auth")]
pub async fn authorize_by_post(
    app: Data<App>,
    request: HttpRequest,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    answer(&app, &request, parameters.0).await
}

async fn answer(
    app: &App,
    request: &HttpRequest,
    pairs: Vec<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let cookies = Cookies::of(app);
    let session = cookies.session(request);
    let answer = authorization::authorize(app, &pairs, session.as_deref()).await?;
    respond(app, request, &cookies, &answer, Vec::new())
}

/// Goes on after the interaction has ended.
#[utoipa::path(
    get, path = "/oidc/auth/{uid}", tag = "OpenID Connect", params(("uid" = String, Path)),
    responses((status = 303), (status = 400, body = vestibule_shared::ApiError)),
)]
#[get("/auth/{uid}")]
pub async fn resume_interaction(
    app: Data<App>,
    request: HttpRequest,
    uid: Path<String>,
) -> Result<HttpResponse, Problem> {
    let cookies = Cookies::of(&app);
    let resumed = if cookies.may_resume(&request, &uid) {
        let session = cookies.session(&request);
        resume::resume(&app, &uid, session.as_deref()).await.map_err(Problem::from)
    } else {
        let missing = crate::flows::error::reject(400, ErrorCode::SessionNotFound);
        Err(missing.into())
    };
    let resumed = match resumed {
        Ok(resumed) => resumed,
        Err(Problem::Rejected(it)) if it.code == ErrorCode::SessionNotFound => {
            return session_is_gone(&app, &request, it.into());
        }
        Err(problem) => return Err(problem),
    };
    let mut set: Vec<Cookie<'static>> = Vec::new();
    if let Some(established) = &resumed.session {
        set.extend(cookies.set_session(&established.secret, sessions::ttl_seconds(&app)));
    }
    if resumed.has_ended {
        let mut interactions = cookies.interactions(&request);
        interactions.remove(&uid);
        set.extend(cookies.set_interactions(&interactions));
        set.extend(cookies.clear_resume(&uid));
    }
    respond(&app, &request, &cookies, &resumed.answer, set)
}

/// A person who went back in the browser sees a page, a program the error.
fn session_is_gone(
    app: &App,
    request: &HttpRequest,
    problem: Problem,
) -> Result<HttpResponse, Problem> {
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    if !accepts.is_some_and(|accepts| accepts.contains("text/html")) {
        return Err(problem);
    }
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, app.settings.endpoint.at("/unknown-session")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish())
}

fn respond(
    app: &App,
    request: &HttpRequest,
    cookies: &Cookies<'_>,
    answer: &Answer,
    mut set: Vec<Cookie<'static>>,
) -> Result<HttpResponse, Problem> {
    let mut response = match answer {
        Answer::Response(AuthorizationResponse::Redirect(location)) => see_other(location),
        Answer::Response(AuthorizationResponse::Form { action, fields }) => {
            let language = html::language_of(request);
            let button = language::phrase(language, "form_post.continue", &[]);
            html::post_form(
                app,
                language,
                &PostForm {
                    title: button.clone(),
                    text: String::new(),
                    button,
                    action,
                    fields,
                    automatic: true,
                    cancel: None,
                    leads_to: None,
                },
            )?
        }
        Answer::Interaction { uid, client_id, ui_locales, location } => {
            let mut interactions = cookies.interactions(request);
            interactions.insert(client_id, uid);
            set.extend(cookies.set_interactions(&interactions));
            set.extend(cookies.set_resume(uid));
            set.push(cookies.set_ui(client_id, ui_locales.as_deref()));
            see_other(&app.settings.endpoint.at(location))
        }
    };
    for cookie in &set {
        let added = response.add_cookie(cookie);
        added.map_err(|error| crate::flows::error::FlowError::Internal(error.to_string()))?;
    }
    Ok(response)
}

/// 303, so that a form is never posted on (RFC 9700 section 4.12).
fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}
