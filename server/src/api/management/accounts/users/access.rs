//! Sessions and grants of users

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Done, Found, Operations};
use crate::flows::error::invalid_input;
use crate::flows::management::users::sessions::{self, RevokeGrants};
use vestibule_shared::user::{UserGrants, UserSession, UserSessions};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get("/users/{userId}/sessions", "Where a user is signed in", list);
    api.get("/users/{userId}/sessions/{sessionId}", "One session of a user", read);
    api.delete("/users/{userId}/sessions/{sessionId}", "Ends a session", remove)
        .choice("revokeGrantsTarget", &["all", "firstParty"]);
    api.get("/users/{userId}/grants", "What a user has allowed applications", list_grants)
        .choice("appType", &["firstParty", "thirdParty"]);
    api.delete("/users/{userId}/grants/{grantId}", "Revokes a grant", remove_grant);
}

async fn list(access: ManagementAccess, id: Id) -> Answer<Found<UserSessions>> {
    Ok(Found(UserSessions { sessions: sessions::list(&access.app, &id.0).await? }))
}

async fn read(access: ManagementAccess, Ids([id, uid]): Ids<2>) -> Answer<Found<UserSession>> {
    Ok(Found(sessions::get(&access.app, &id, &uid).await?))
}

async fn remove(access: ManagementAccess, Ids([id, uid]): Ids<2>, query: Query) -> Answer<Done> {
    let revoke = match query.one("revokeGrantsTarget")? {
        None => None,
        Some("all") => Some(RevokeGrants::All),
        Some("firstParty") => Some(RevokeGrants::FirstParty),
        Some(_) => {
            return Err(invalid_input("revokeGrantsTarget", "is all or firstParty").into());
        }
    };
    sessions::delete(&access.app, &id, &uid, revoke).await?;
    Ok(Done)
}

async fn list_grants(access: ManagementAccess, id: Id, query: Query) -> Answer<Found<UserGrants>> {
    let third_party = match query.one("appType")? {
        None => None,
        Some("firstParty") => Some(false),
        Some("thirdParty") => Some(true),
        Some(_) => return Err(invalid_input("appType", "is firstParty or thirdParty").into()),
    };
    Ok(Found(UserGrants { grants: sessions::grants(&access.app, &id.0, third_party).await? }))
}

async fn remove_grant(access: ManagementAccess, Ids([id, grant]): Ids<2>) -> Answer<Done> {
    sessions::revoke(&access.app, &id, &grant).await?;
    Ok(Done)
}
