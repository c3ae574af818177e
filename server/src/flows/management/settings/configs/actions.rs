//! Scripts that take part in signing in. They are kept, and cannot be switched on.

use super::scripts;
use crate::flows::error::{FlowError, Rejection};
use crate::flows::management::{change, unknown};
use crate::state::App;
use vestibule_shared::action::{Action, ActionEntry, ActionType, TestAction, UpdateAction};
use vestibule_store::Connection;

/// All scripts.
pub async fn list(app: &App) -> Result<Vec<ActionEntry>, FlowError> {
    let found = scripts::read_many(app, &ActionType::ALL.map(ActionType::as_str)).await?;
    let entry =
        |(key, value): (String, Action)| Some(ActionEntry { key: ActionType::parse(&key)?, value });
    Ok(found.into_iter().filter_map(entry).collect())
}

/// The script of a type.
pub async fn get(app: &App, kind: ActionType) -> Result<Action, FlowError> {
    find(app, &mut app.store.read().await?, kind).await
}

/// Stores the script of a type in the place of the one before, and whether there was none.
pub async fn put(app: &App, kind: ActionType, action: Action) -> Result<(Action, bool), FlowError> {
    check(&action)?;
    change(app, async |connection| {
        let is_new = scripts::put(app, connection, kind.as_str(), &action).await?;
        Ok((action.clone(), is_new))
    })
    .await
}

/// Changes the script of a type.
pub async fn update(app: &App, kind: ActionType, patch: UpdateAction) -> Result<Action, FlowError> {
    change(app, async |connection| {
        let held = find(app, connection, kind).await?;
        let patch = patch.clone();
        let action = Action {
            script: patch.script.unwrap_or(held.script),
            environment_variables: patch.environment_variables.or(held.environment_variables),
            context_sample: patch.context_sample.or(held.context_sample),
            enabled: patch.enabled.or(held.enabled),
            on_execution_error: patch.on_execution_error.or(held.on_execution_error),
        };
        check(&action)?;
        scripts::put(app, connection, kind.as_str(), &action).await?;
        Ok(action)
    })
    .await
}

/// Deletes the script of a type.
pub async fn delete(app: &App, kind: ActionType) -> Result<(), FlowError> {
    change(app, async |connection| {
        let deleted = scripts::delete(connection, kind.as_str()).await?;
        if deleted { Ok(()) } else { Err(unknown("action", kind.as_str()).into()) }
    })
    .await
}

/// Why a script is not tried out.
pub fn refuse_test(request: &TestAction) -> Rejection {
    let checked = scripts::check(request.environment_variables.as_ref());
    checked.err().unwrap_or_else(|| scripts::not_run("script"))
}

async fn find(
    app: &App,
    connection: &mut Connection,
    kind: ActionType,
) -> Result<Action, FlowError> {
    let found = scripts::read(app, connection, kind.as_str()).await?;
    Ok(found.ok_or_else(|| unknown("action", kind.as_str()))?)
}

pub(crate) fn check(action: &Action) -> Result<(), Rejection> {
    scripts::check(action.environment_variables.as_ref())?;
    if action.enabled == Some(true) {
        return Err(scripts::not_run("enabled"));
    }
    Ok(())
}
