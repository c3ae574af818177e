//! Scripts that add claims to access tokens. They are kept and not run: tokens are issued without
//! what they would add, and that is in the audit log
//! ([`crate::flows::provider::token_script`]). A script that must not be left out is refused.

use super::scripts;
use crate::flows::error::{FlowError, Rejection, invalid_input};
use crate::flows::management::{change, unknown};
use crate::state::App;
use vestibule_shared::jwt_customizer::{
    ContextSample, JwtCustomizer, JwtCustomizerEntry, JwtCustomizerType, TestJwtCustomizer,
    UpdateJwtCustomizer,
};
use vestibule_store::Connection;

/// All scripts.
pub async fn list(app: &App) -> Result<Vec<JwtCustomizerEntry>, FlowError> {
    let found =
        scripts::read_many(app, &JwtCustomizerType::ALL.map(JwtCustomizerType::key)).await?;
    Ok(found.into_iter().map(|(key, value)| JwtCustomizerEntry { key, value }).collect())
}

/// The script of a type.
pub async fn get(app: &App, kind: JwtCustomizerType) -> Result<JwtCustomizer, FlowError> {
    find(app, &mut app.store.read().await?, kind).await
}

/// Stores the script of a type in the place of the one before, and whether there was none.
pub async fn put(
    app: &App,
    kind: JwtCustomizerType,
    customizer: JwtCustomizer,
) -> Result<(JwtCustomizer, bool), FlowError> {
    check(kind, &customizer)?;
    change(app, async |connection| {
        let is_new = scripts::put(app, connection, kind.key(), &customizer).await?;
        Ok((customizer.clone(), is_new))
    })
    .await
}

/// Changes the script of a type.
pub async fn update(
    app: &App,
    kind: JwtCustomizerType,
    patch: UpdateJwtCustomizer,
) -> Result<JwtCustomizer, FlowError> {
    change(app, async |connection| {
        let held = find(app, connection, kind).await?;
        let patch = patch.clone();
        let customizer = JwtCustomizer {
            script: patch.script.unwrap_or(held.script),
            environment_variables: patch.environment_variables.or(held.environment_variables),
            context_sample: patch.context_sample.or(held.context_sample),
            token_sample: patch.token_sample.or(held.token_sample),
            block_issuance_on_error: patch.block_issuance_on_error.or(held.block_issuance_on_error),
        };
        check(kind, &customizer)?;
        scripts::put(app, connection, kind.key(), &customizer).await?;
        Ok(customizer)
    })
    .await
}

/// Deletes the script of a type.
pub async fn delete(app: &App, kind: JwtCustomizerType) -> Result<(), FlowError> {
    change(app, async |connection| {
        let deleted = scripts::delete(connection, kind.key()).await?;
        if deleted { Ok(()) } else { Err(unknown("JWT customizer", kind.key()).into()) }
    })
    .await
}

/// Why a script is not tried out.
pub fn refuse_test(request: &TestJwtCustomizer) -> Rejection {
    let checked = scripts::check(request.environment_variables.as_ref());
    let context = request.context.as_ref();
    let checked = checked.and_then(|()| check_context("context", request.token_type, context));
    checked.err().unwrap_or_else(|| scripts::not_run("script"))
}

async fn find(
    app: &App,
    connection: &mut Connection,
    kind: JwtCustomizerType,
) -> Result<JwtCustomizer, FlowError> {
    let found = scripts::read(app, connection, kind.key()).await?;
    Ok(found.ok_or_else(|| unknown("JWT customizer", kind.key()))?)
}

pub(crate) fn check(kind: JwtCustomizerType, customizer: &JwtCustomizer) -> Result<(), Rejection> {
    scripts::check(customizer.environment_variables.as_ref())?;
    if customizer.context_sample.is_some() {
        check_context("contextSample", kind, customizer.context_sample.as_ref())?;
    }
    if customizer.block_issuance_on_error == Some(true) {
        return Err(scripts::not_run("blockIssuanceOnError"));
    }
    Ok(())
}

/// The context of a user's token has the user.
fn check_context(
    path: &str,
    kind: JwtCustomizerType,
    context: Option<&ContextSample>,
) -> Result<(), Rejection> {
    let has_user = context.is_some_and(|context| context.user.is_some());
    if kind == JwtCustomizerType::AccessToken && !has_user {
        return Err(invalid_input(&format!("{path}.user"), "is missing"));
    }
    Ok(())
}
