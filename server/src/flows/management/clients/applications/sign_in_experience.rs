//! How an application looks.

use super::find;
use crate::flows::error::{FlowError, Rejection};
use crate::flows::management::sign_in_experience::{appearance, without_empty};
use crate::flows::management::{change, fields, unknown};
use crate::seed::TENANT;
use crate::state::App;
use vestibule_shared::application::sign_in_experience::{
    ApplicationSignInExperience, PutApplicationSignInExperience,
};
use vestibule_store::Json;
use vestibule_store::applications::appearance::{self as rows, AppearanceRow};

/// How an application looks; 404 where that was never set.
pub async fn get(app: &App, id: &str) -> Result<ApplicationSignInExperience, FlowError> {
    let mut connection = app.store.read().await?;
    find(&mut connection, id).await?;
    let row = rows::of(&mut connection, id).await?;
    Ok(to_wire(row.ok_or_else(|| unknown("sign-in experience of application", id))?))
}

/// Sets how an application looks; whether it is the first time.
pub async fn put(
    app: &App,
    id: &str,
    request: PutApplicationSignInExperience,
) -> Result<(ApplicationSignInExperience, bool), FlowError> {
    check(&request)?;
    change(app, async |connection| {
        find(connection, id).await?;
        let held = rows::of(connection, id).await?;
        let is_new = held.is_none();
        let row = merged(held.unwrap_or_else(|| nothing_set(id)), request.clone());
        rows::put(connection, &row).await?;
        Ok((to_wire(row), is_new))
    })
    .await
}

pub(crate) fn check(request: &PutApplicationSignInExperience) -> Result<(), Rejection> {
    if let Some(color) = &request.color {
        appearance::check_partial_color(color)?;
    }
    if let Some(branding) = &request.branding {
        appearance::check_branding(branding)?;
    }
    for (field, sent) in [
        ("termsOfUseUrl", &request.terms_of_use_url),
        ("privacyPolicyUrl", &request.privacy_policy_url),
    ] {
        fields::optional_web_address(field, sent.as_ref().and_then(|it| it.as_deref()))?;
    }
    Ok(())
}

fn nothing_set(id: &str) -> AppearanceRow {
    AppearanceRow {
        application_id: id.to_owned(),
        color: Json::default(),
        branding: Json::default(),
        custom_css: None,
        terms_of_use_url: None,
        privacy_policy_url: None,
        display_name: None,
    }
}

fn merged(row: AppearanceRow, request: PutApplicationSignInExperience) -> AppearanceRow {
    AppearanceRow {
        color: request.color.map_or(row.color, Json),
        branding: request.branding.map_or(row.branding, |it| Json(without_empty(it))),
        custom_css: request.custom_css.unwrap_or(row.custom_css),
        terms_of_use_url: request.terms_of_use_url.unwrap_or(row.terms_of_use_url),
        privacy_policy_url: request.privacy_policy_url.unwrap_or(row.privacy_policy_url),
        display_name: request.display_name.unwrap_or(row.display_name),
        application_id: row.application_id,
    }
}

fn to_wire(row: AppearanceRow) -> ApplicationSignInExperience {
    ApplicationSignInExperience {
        tenant_id: TENANT.to_owned(),
        application_id: row.application_id,
        color: row.color.0,
        branding: row.branding.0,
        custom_css: row.custom_css,
        terms_of_use_url: row.terms_of_use_url,
        privacy_policy_url: row.privacy_policy_url,
        display_name: row.display_name,
    }
}
