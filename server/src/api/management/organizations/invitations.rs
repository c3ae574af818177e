//! `/api/organization-invitations`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Created, Done, Found, Many, Operations};
use crate::flows::management::organizations::invitations;
use crate::http::body::Json;
use vestibule_shared::JsonObject;
use vestibule_shared::organization_invitation::{
    AnswerInvitation, CreateOrganizationInvitation, OrganizationInvitation,
};
use vestibule_store::organizations::invitations::InvitationFilter;

const ROOT: &str = "/organization-invitations";
const ONE: &str = "/organization-invitations/{id}";

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get(ROOT, "Invitations, newest first", list).query(&[
        "organizationId",
        "inviterId",
        "invitee",
    ]);
    api.post(ROOT, "Makes an invitation", create).refuses(&[429, 501]);
    api.get(ONE, "One invitation", read);
    api.delete(ONE, "Deletes an invitation", remove);
    api.post("/organization-invitations/{id}/message", "Sends an invitation once more", send)
        .refuses(&[429, 501]);
    api.put("/organization-invitations/{id}/status", "Answers an invitation", answer);
}

async fn list(access: ManagementAccess, query: Query) -> Answer<Many<OrganizationInvitation>> {
    let filter = InvitationFilter {
        organization_id: query.one("organizationId")?.map(str::to_owned),
        inviter_id: query.one("inviterId")?.map(str::to_owned),
        invitee: query.one("invitee")?.map(str::to_owned),
    };
    Ok(Many(invitations::list(&access.app, &filter).await?))
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateOrganizationInvitation>,
) -> Answer<Created<OrganizationInvitation>> {
    Ok(Created(invitations::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<OrganizationInvitation>> {
    Ok(Found(invitations::get(&access.app, &id.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    invitations::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn send(access: ManagementAccess, id: Id, body: Json<JsonObject>) -> Answer<Done> {
    invitations::send(&access.app, &id.0, &body.0).await?;
    Ok(Done)
}

async fn answer(
    access: ManagementAccess,
    id: Id,
    body: Json<AnswerInvitation>,
) -> Answer<Found<OrganizationInvitation>> {
    Ok(Found(invitations::answer(&access.app, &id.0, &body.0).await?))
}
