//! `/api/applications/{id}/user-consent-scopes` and
//! `/api/applications/{id}/users/{userId}/consent-organizations`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::operations::{Answer, Describe, Description, Done, Empty, Found, Operations};
use crate::flows::error::invalid_input;
use crate::flows::management::applications::consent_scopes::ScopeType;
use crate::flows::management::applications::{consent_organizations, consent_scopes};
use crate::http::body::Json;
use crate::http::pagination::Page;
use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use vestibule_shared::application::consent::{
    AddConsentScopes, ConsentOrganizationIds, ConsentOrganizations, ConsentScopes,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    let scopes = "/applications/{id}/user-consent-scopes";
    api.get(scopes, "What an application of a third party may ask people for", read_scopes);
    api.post(scopes, "Lets an application of a third party ask people for more", add_scopes);
    api.delete(
        "/applications/{id}/user-consent-scopes/{scopeType}/{scopeId}",
        "Lets an application of a third party ask people for a scope no more",
        remove_scope,
    );
    let organizations = "/applications/{id}/users/{userId}/consent-organizations";
    api.get(organizations, "Organizations that a user shows an application", list).refuses(&[422]);
    api.put(organizations, "Sets which organizations a user shows an application", replace);
    api.post(organizations, "Shows an application more organizations of a user", add);
    api.delete(
        "/applications/{id}/users/{userId}/consent-organizations/{organizationId}",
        "Shows an application an organization of a user no more",
        remove,
    );
}

async fn read_scopes(access: ManagementAccess, id: Id) -> Answer<Found<ConsentScopes>> {
    Ok(Found(consent_scopes::get(&access.app, &id.0).await?))
}

async fn add_scopes(
    access: ManagementAccess,
    id: Id,
    body: Json<AddConsentScopes>,
) -> Answer<Empty> {
    consent_scopes::add(&access.app, &id.0, body.0).await?;
    Ok(Empty)
}

async fn remove_scope(
    access: ManagementAccess,
    Ids([id, scope_type, scope_id]): Ids<3>,
) -> Answer<Done> {
    let scope_type = ScopeType::parse(&scope_type)
        .ok_or_else(|| invalid_input("scopeType", "is no type of scopes"))?;
    consent_scopes::remove(&access.app, &id, scope_type, &scope_id).await?;
    Ok(Done)
}

/// One page of organizations within an object.
struct ListedOrganizations {
    page: Page,
    shown: ConsentOrganizations,
    total: i64,
}

impl Describe for ListedOrganizations {
    fn describe(description: &mut Description) {
        let schema = description.schema::<ConsentOrganizations>();
        description.answer(200, Some(schema));
    }
}

impl Responder for ListedOrganizations {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.page.answer(self.total, &self.shown)
    }
}

async fn list(
    access: ManagementAccess,
    Ids([id, user_id]): Ids<2>,
    page: Page,
) -> Answer<ListedOrganizations> {
    let (shown, total) =
        consent_organizations::list(&access.app, &id, &user_id, page.bounds()).await?;
    Ok(ListedOrganizations { page, shown, total })
}

async fn replace(
    access: ManagementAccess,
    Ids([id, user_id]): Ids<2>,
    body: Json<ConsentOrganizationIds>,
) -> Answer<Done> {
    let ids = &body.0.organization_ids;
    consent_organizations::replace(&access.app, &id, &user_id, ids).await?;
    Ok(Done)
}

async fn add(
    access: ManagementAccess,
    Ids([id, user_id]): Ids<2>,
    body: Json<ConsentOrganizationIds>,
) -> Answer<Empty> {
    consent_organizations::add(&access.app, &id, &user_id, &body.0.organization_ids).await?;
    Ok(Empty)
}

async fn remove(
    access: ManagementAccess,
    Ids([id, user_id, organization_id]): Ids<3>,
) -> Answer<Done> {
    consent_organizations::remove(&access.app, &id, &user_id, &organization_id).await?;
    Ok(Done)
}
