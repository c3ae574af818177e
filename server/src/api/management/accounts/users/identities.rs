//! Identities that users have elsewhere

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Describe, Description, Found, Operations};
use crate::flows::error::Rejection;
use crate::flows::management::users::identities;
use crate::http::body::Json;
use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use vestibule_shared::JsonObject;
use vestibule_shared::user::{
    AllIdentities, LinkIdentity, SocialIdentity, SocialIdentityOfUser, SsoIdentityOfUser, User,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    let social = "/users/{userId}/identities/{target}";
    api.put(social, "Links a social identity", link);
    api.post(
        "/users/{userId}/identities",
        "Links the identity that a social connector finds",
        link_by_connector,
    );
    api.get(social, "A social identity of a user", read).query(&["includeTokenSecret"]);
    api.delete(social, "Takes a social identity away", unlink);
    api.get(
        "/users/{userId}/sso-identities/{ssoConnectorId}",
        "An enterprise identity of a user",
        read_sso,
    )
    .query(&["includeTokenSecret"]);
    api.get("/users/{userId}/all-identities", "All identities that a user has elsewhere", all)
        .query(&["includeTokenSecret"]);
}

/// 201 with all social identities, or 200 where there was one at the provider before.
struct Linked {
    identities: JsonObject,
    is_new: bool,
}

impl Describe for Linked {
    fn describe(description: &mut Description) {
        let schema = description.schema::<JsonObject>();
        description.answer(200, Some(schema.clone()));
        description.answer(201, Some(schema));
    }
}

impl Responder for Linked {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = if self.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
        response.json(self.identities)
    }
}

async fn link(
    access: ManagementAccess,
    Ids([id, target]): Ids<2>,
    body: Json<SocialIdentity>,
) -> Answer<Linked> {
    let (identities, is_new) = identities::link(&access.app, &id, &target, body.0).await?;
    Ok(Linked { identities, is_new })
}

async fn link_by_connector(
    access: ManagementAccess,
    id: Id,
    body: Json<LinkIdentity>,
) -> Answer<Found<JsonObject>> {
    Ok(Found(identities::link_by_connector(&access.app, &id.0, &body.0).await?))
}

async fn read(
    access: ManagementAccess,
    Ids([id, target]): Ids<2>,
    query: Query,
) -> Answer<Found<SocialIdentityOfUser>> {
    Ok(Found(identities::get(&access.app, &id, &target, with_secret(&query)?).await?))
}

async fn unlink(access: ManagementAccess, Ids([id, target]): Ids<2>) -> Answer<Found<User>> {
    Ok(Found(identities::unlink(&access.app, &id, &target).await?))
}

async fn read_sso(
    access: ManagementAccess,
    Ids([id, connector_id]): Ids<2>,
    query: Query,
) -> Answer<Found<SsoIdentityOfUser>> {
    Ok(Found(identities::get_sso(&access.app, &id, &connector_id, with_secret(&query)?).await?))
}

async fn all(access: ManagementAccess, id: Id, query: Query) -> Answer<Found<AllIdentities>> {
    Ok(Found(identities::all(&access.app, &id.0, with_secret(&query)?).await?))
}

fn with_secret(query: &Query) -> Result<bool, Rejection> {
    Ok(query.flag("includeTokenSecret")?.unwrap_or(false))
}
