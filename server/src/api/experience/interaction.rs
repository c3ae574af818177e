//! Begin, identify, submit.

use crate::flows::identifier::Email;
use crate::flows::interaction::InteractionRef;
use crate::flows::submit::{self, Submitted};
use crate::flows::{enterprise_sso, identification};
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::http::query::parameter;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use vestibule_shared::ApiError;
use vestibule_shared::experience::{
    ChangeInteractionEvent, CreateInteraction, Identification, InteractionEvent, InteractionState,
    SsoConnectorIds, SubmitResponse,
};

/// Routes below `/api/experience`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(begin)
        .service(change_event)
        .service(identify)
        .service(submit_interaction)
        .service(read)
        .service(sso_connectors);
}

/// Begins an interaction, or begins it again.
#[utoipa::path(
    put, path = "/api/experience", tag = "Experience",
    request_body = CreateInteraction,
    responses((status = 204), (status = 400, body = ApiError), (status = 422, body = ApiError)),
)]
#[put("")]
pub async fn begin(
    app: Data<App>,
    at: InteractionRef,
    body: Json<CreateInteraction>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let token = body.captcha_token.as_deref();
    identification::begin(&app, &at, body.interaction_event, token).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Changes what the person came to do.
#[utoipa::path(
    put, path = "/api/experience/interaction-event", tag = "Experience",
    request_body = ChangeInteractionEvent,
    responses((status = 204), (status = 400, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[put("/interaction-event")]
pub async fn change_event(
    app: Data<App>,
    at: InteractionRef,
    body: Json<ChangeInteractionEvent>,
) -> Result<HttpResponse, Problem> {
    identification::change_event(&app, &at, body.0.interaction_event).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Finds the account that was proved, or creates one.
#[utoipa::path(
    post, path = "/api/experience/identification", tag = "Experience",
    request_body = Identification,
    responses((status = 201, description = "created"), (status = 204, description = "found"),
        (status = 400, body = ApiError), (status = 401, body = ApiError),
        (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/identification")]
pub async fn identify(
    app: Data<App>,
    at: InteractionRef,
    body: Json<Identification>,
) -> Result<HttpResponse, Problem> {
    Ok(match identification::identify(&app, &at, body.0).await? {
        InteractionEvent::Register => HttpResponse::Created().finish(),
        InteractionEvent::SignIn | InteractionEvent::ForgotPassword => {
            HttpResponse::NoContent().finish()
        }
    })
}

/// Ends the interaction.
#[utoipa::path(
    post, path = "/api/experience/submit", tag = "Experience",
    responses((status = 200, body = SubmitResponse), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)),
)]
#[post("/submit")]
pub async fn submit_interaction(
    app: Data<App>,
    at: InteractionRef,
) -> Result<HttpResponse, Problem> {
    Ok(match submit::submit(&app, &at).await? {
        Submitted::SignedIn => {
            let redirect_to = app.settings.endpoint.at(&format!("/oidc/auth/{}", at.uid));
            HttpResponse::Ok().json(SubmitResponse { redirect_to })
        }
        Submitted::PasswordReset => HttpResponse::Ok().finish(),
    })
}

/// What has been done so far.
#[utoipa::path(
    get, path = "/api/experience/interaction", tag = "Experience",
    responses((status = 200, body = InteractionState), (status = 400, body = ApiError),
        (status = 404, body = ApiError)),
)]
#[get("/interaction")]
pub async fn read(app: Data<App>, at: InteractionRef) -> Result<HttpResponse, Problem> {
    let interaction = at.load(&app).await?;
    Ok(HttpResponse::Ok().json(interaction.experience()?.to_wire()))
}

/// Which enterprise connectors are for an e-mail address.
#[utoipa::path(
    get, path = "/api/experience/sso-connectors", tag = "Experience",
    params(("email" = String, Query)),
    responses((status = 200, body = SsoConnectorIds), (status = 400, body = ApiError)),
)]
#[get("/sso-connectors")]
pub async fn sso_connectors(
    app: Data<App>,
    at: InteractionRef,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let address = Email::parse(&parameter(&request, "email").unwrap_or_default())?;
    Ok(HttpResponse::Ok().json(enterprise_sso::connectors(&app, &at, address.as_str()).await?))
}

/// Gives up: the client hears `access_denied` when the request is resumed.
#[utoipa::path(
    delete, path = "/api/interaction", tag = "Experience",
    responses((status = 204), (status = 400, body = ApiError)),
)]
#[delete(
    "/interaction",
    wrap = "actix_web::middleware::from_fn(crate::http::same_origin::require)"
)]
pub async fn abort(app: Data<App>, at: InteractionRef) -> Result<HttpResponse, Problem> {
    submit::abort(&app, &at).await?;
    Ok(HttpResponse::NoContent().finish())
}
