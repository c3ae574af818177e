//! `/api/sign-in-exp`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Describe, Description, Found, Operations};
use crate::flows::error::invalid_input;
use crate::flows::management::sign_in_experience;
use crate::http::body::Json;
use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vestibule_passwords::policy::Issue;
use vestibule_shared::sign_in_experience::{
    SignInExperience, SignInExperiencePatch, UsernameConflicts,
};

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Sign-in experience");
    api.get("/sign-in-exp", "The sign-in experience", read);
    api.patch("/sign-in-exp", "Changes the sign-in experience", update)
        .query(&["removeUnusedDemoSocialConnector"])
        .refuses(&[409]);
    api.post(
        "/sign-in-exp/default/check-password",
        "Checks a password against the policy",
        check_password,
    )
    .refuses(&[404]);
    api.get(
        "/sign-in-exp/username-policy/case-sensitivity-conflicts",
        "User names that differ only in case",
        username_conflicts,
    )
    .query(&["limit"]);
}

async fn read(access: ManagementAccess) -> Answer<Found<SignInExperience>> {
    Ok(Found(sign_in_experience::get(&access.app).await?))
}

async fn update(
    access: ManagementAccess,
    body: Json<SignInExperiencePatch>,
) -> Answer<Found<SignInExperience>> {
    Ok(Found(sign_in_experience::update(&access.app, body.0).await?))
}

/// A password, and whose it would be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CheckPassword {
    #[schema(min_length = 1)]
    password: String,
    /// Whose password it would be.
    user_id: Option<String>,
}

/// Whether a password may be used: 200, or 400 with what is wrong.
#[derive(Serialize, ToSchema)]
struct CheckedPassword {
    result: bool,
    /// The rules that the password breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    issues: Vec<Issue>,
}

impl Describe for CheckedPassword {
    fn describe(description: &mut Description) {
        for status in [200, 400] {
            let schema = description.schema::<Self>();
            description.answer(status, Some(schema));
        }
    }
}

impl Responder for CheckedPassword {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response =
            if self.result { HttpResponse::Ok() } else { HttpResponse::BadRequest() };
        response.json(self)
    }
}

async fn check_password(
    access: ManagementAccess,
    body: Json<CheckPassword>,
) -> Answer<CheckedPassword> {
    let CheckPassword { password, user_id } = body.0;
    let issues =
        sign_in_experience::check_password(&access.app, &password, user_id.as_deref()).await?;
    Ok(CheckedPassword { result: issues.is_empty(), issues })
}

async fn username_conflicts(
    access: ManagementAccess,
    query: Query,
) -> Answer<Found<UsernameConflicts>> {
    let limit = match query.one("limit")? {
        None => Some(DEFAULT_LIMIT),
        Some(text) => text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)),
    };
    let limit = limit.ok_or_else(|| invalid_input("limit", "must be 1 to 100"))?;
    Ok(Found(sign_in_experience::username_conflicts(&access.app, limit).await?))
}
