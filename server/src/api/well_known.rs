//! What pages read before anybody has signed in.

use crate::flows::appearance;
use crate::flows::error::FlowError;
use crate::flows::extra_profile::asked;
use crate::flows::management::custom_phrases::merged;
use crate::flows::messages;
use crate::http::language;
use crate::http::problem::Problem;
use crate::http::query::parameter;
use crate::state::App;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use serde_json::Value;
use std::borrow::Cow;
use vestibule_connectors::factory::ConnectorType;
use vestibule_shared::sign_in_experience::{
    ForgotPassword, ForgotPasswordMethod, PublicSignInExperience, SignInExperience,
};

/// Routes below `/api`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(read_sign_in_experience).service(read_experience).service(read_phrases);
}

/// The sign-in experience, as a page needs it.
#[utoipa::path(
    get, path = "/api/.well-known/sign-in-exp", tag = "Well-known",
    params(("organizationId" = Option<String>, Query), ("appId" = Option<String>, Query)),
    responses((status = 200, body = PublicSignInExperience)),
)]
#[get("/.well-known/sign-in-exp")]
pub async fn read_sign_in_experience(
    app: Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(public(&app, &request).await?))
}

/// The same under its other name.
#[utoipa::path(
    get, path = "/api/.well-known/experience", tag = "Well-known",
    params(("organizationId" = Option<String>, Query), ("appId" = Option<String>, Query)),
    responses((status = 200, body = PublicSignInExperience)),
)]
#[get("/.well-known/experience")]
pub async fn read_experience(
    app: Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(public(&app, &request).await?))
}

/// Columns that pages need not know: they would tell a stranger how to get around them.
const KEPT_BACK: [&str; 2] = ["emailBlocklistPolicy", "forgotPasswordMethods"];

async fn public(app: &App, request: &HttpRequest) -> Result<Value, FlowError> {
    let snapshot = app.catalog.snapshot();
    let experience = SignInExperience::clone(&snapshot.experience);
    let mut answer = serde_json::to_value(PublicSignInExperience {
        forgot_password: forgot_password(app, &experience),
        experience,
        social_connectors: Vec::new(),
        sso_connectors: Vec::new(),
        is_development_tenant: false,
        custom_profile_fields: asked(&snapshot).into_iter().cloned().collect(),
        custom_profile_field_catalog: snapshot.profile_fields.clone(),
        captcha_config: snapshot.shown_captcha().cloned(),
        // It belongs to a social connector, and none can be set up yet.
        google_one_tap: None,
    })
    .map_err(|error| FlowError::Internal(error.to_string()))?;
    if let Some(members) = answer.as_object_mut() {
        members.retain(|name, _| !KEPT_BACK.contains(&name.as_str()));
        let (application, organization) =
            (parameter(request, "appId"), parameter(request, "organizationId"));
        appearance::apply(app, members, application.as_deref(), organization.as_deref()).await?;
    }
    Ok(answer)
}

/// A method works if it is enabled and its messages can leave.
fn forgot_password(app: &App, experience: &SignInExperience) -> ForgotPassword {
    let methods = experience.forgot_password_methods.as_deref();
    let works = |method: ForgotPasswordMethod, connector_type: ConnectorType| {
        methods.is_none_or(|methods| methods.contains(&method))
            && messages::route(app, connector_type).is_ok()
    };
    ForgotPassword {
        email: works(ForgotPasswordMethod::EmailVerificationCode, ConnectorType::Email),
        phone: works(ForgotPasswordMethod::PhoneVerificationCode, ConnectorType::Sms),
    }
}

/// Texts of the pages; the language is in `Content-Language`.
#[utoipa::path(
    get, path = "/api/.well-known/phrases", tag = "Well-known",
    params(("lng" = Option<String>, Query)),
    responses((status = 200)),
)]
#[get("/.well-known/phrases")]
pub async fn read_phrases(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let tag = page_language(&app, &request);
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("content-language", tag.clone()))
        .body(phrases(&app, &tag)?))
}

/// The built-in phrases in a language, or else the English ones, with the administrator's in
/// their place.
fn phrases(app: &App, tag: &str) -> Result<Cow<'static, str>, FlowError> {
    let base = language::built_in(tag).unwrap_or(language::DEFAULT);
    let snapshot = app.catalog.snapshot();
    match snapshot.phrases.iter().find(|row| row.language_tag == tag) {
        None => Ok(language::page_phrases(base).unwrap_or("{}").into()),
        Some(row) => {
            let merged = merged(language::page_phrases_json(base), &row.translation.0);
            let text = serde_json::to_string(&merged);
            Ok(text.map_err(|error| FlowError::Internal(error.to_string()))?.into())
        }
    }
}

/// `ui_locales` first, then the browser if the settings follow it, then the fallback.
fn page_language(app: &App, request: &HttpRequest) -> String {
    let info = app.catalog.snapshot().experience.language_info.clone();
    let asked = parameter(request, "lng").unwrap_or_default();
    let mut wishes: Vec<String> = asked.split_whitespace().take(10).map(str::to_owned).collect();
    if info.auto_detect {
        wishes.extend(language::of_request(request));
    }
    wishes.push(info.fallback_language);
    let snapshot = app.catalog.snapshot();
    let own = |wish: &String| {
        let row = snapshot.phrases.iter().find(|it| it.language_tag.eq_ignore_ascii_case(wish))?;
        Some(row.language_tag.clone())
    };
    let known = |wish| own(wish).or_else(|| language::built_in(wish).map(str::to_owned));
    wishes.iter().find_map(known).unwrap_or_else(|| language::DEFAULT.to_owned())
}
