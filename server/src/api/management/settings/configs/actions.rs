//! `/api/configs/actions`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::operations::{Answer, Done, Found, Many, Operations, Stored};
use crate::flows::error::{Rejection, invalid_input};
use crate::flows::management::configs::actions;
use crate::http::body::Json;
use vestibule_shared::JsonObject;
use vestibule_shared::action::{Action, ActionEntry, ActionType, TestAction, UpdateAction};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get("/configs/actions", "Scripts that take part in signing in", list);
    api.post("/configs/actions/test", "Tries a script out: not supported", test);
    api.get("/configs/actions/{actionType}", "One script", read);
    api.put("/configs/actions/{actionType}", "Stores a script that is switched off", put);
    api.patch("/configs/actions/{actionType}", "Changes a script", update);
    api.delete("/configs/actions/{actionType}", "Deletes a script", remove);
}

async fn list(access: ManagementAccess) -> Answer<Many<ActionEntry>> {
    Ok(Many(actions::list(&access.app).await?))
}

async fn test(_: ManagementAccess, body: Json<TestAction>) -> Answer<Found<JsonObject>> {
    Err(actions::refuse_test(&body.0).into())
}

async fn read(access: ManagementAccess, kind: Id) -> Answer<Found<Action>> {
    Ok(Found(actions::get(&access.app, action_type(&kind.0)?).await?))
}

async fn put(access: ManagementAccess, kind: Id, body: Json<Action>) -> Answer<Stored<Action>> {
    Ok(Stored::of(actions::put(&access.app, action_type(&kind.0)?, body.0).await?))
}

async fn update(
    access: ManagementAccess,
    kind: Id,
    body: Json<UpdateAction>,
) -> Answer<Found<Action>> {
    Ok(Found(actions::update(&access.app, action_type(&kind.0)?, body.0).await?))
}

async fn remove(access: ManagementAccess, kind: Id) -> Answer<Done> {
    actions::delete(&access.app, action_type(&kind.0)?).await?;
    Ok(Done)
}

fn action_type(name: &str) -> Result<ActionType, Rejection> {
    let reason = "is no type of actions";
    ActionType::parse(name).ok_or_else(|| invalid_input("actionType", reason))
}
