//! `/api/sso-connectors`, `/api/sso-connector-providers`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::operations::{
    Answer, Created, Describe, Description, Done, Found, Listed, Many, Operations,
};
use crate::flows::management::sso_connectors::{self, idp_initiated_auth, signing_keys};
use crate::http::body::Json;
use crate::http::language;
use crate::http::pagination::Page;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};
use vestibule_shared::sso_connector::{
    CreateSsoConnector, CreateSsoSigningKey, IdpInitiatedAuthConfig, SetIdpInitiatedAuthConfig,
    SsoConnector, SsoConnectorProvider, SsoConnectorWithProvider, SsoSigningKey,
    UpdateSsoConnector, UpdateSsoSigningKey,
};

const KEYS: &str = "/sso-connectors/{id}/signing-keys";
const KEY: &str = "/sso-connectors/{id}/signing-keys/{keyId}";
const IDP_INITIATED: &str = "/sso-connectors/{id}/idp-initiated-auth-config";

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("SSO connector providers");
    api.get("/sso-connector-providers", "Kinds of enterprise identity providers", providers);
    api.tag("SSO connectors");
    api.get("/sso-connectors", "Enterprise connectors: all, or the page asked for", list);
    api.post("/sso-connectors", "Makes an enterprise connector", create).refuses(&[409]);
    api.get("/sso-connectors/{id}", "One enterprise connector", read);
    api.patch("/sso-connectors/{id}", "Changes an enterprise connector", update).refuses(&[409]);
    api.delete("/sso-connectors/{id}", "Deletes an enterprise connector", remove);
    api.get(KEYS, "Keys that requests to the identity provider are signed with", list_keys);
    api.post(KEYS, "Makes a signing key", create_key);
    api.patch(KEY, "Lets a key sign, or no longer", update_key);
    api.delete(KEY, "Deletes a signing key", remove_key);
    let what = "What happens when the identity provider signs somebody in unasked";
    api.get(IDP_INITIATED, what, read_idp_initiated);
    api.put(IDP_INITIATED, "Sets up sign-in that begins at the provider", set_idp_initiated);
    api.delete(IDP_INITIATED, "Ends sign-in that begins at the provider", remove_idp_initiated);
}

/// The built-in language that the request wants most.
struct Language(&'static str);

impl FromRequest for Language {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(language::best(&language::of_request(request)))))
    }
}

impl Describe for Language {
    fn describe(_: &mut Description) {}
}

async fn providers(_: ManagementAccess, language: Language) -> Answer<Many<SsoConnectorProvider>> {
    Ok(Many(sso_connectors::providers(language.0)))
}

async fn list(access: ManagementAccess, page: Page) -> Answer<Listed<SsoConnectorWithProvider>> {
    let found = sso_connectors::list(&access.app, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateSsoConnector>,
) -> Answer<Found<SsoConnector>> {
    Ok(Found(sso_connectors::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<SsoConnectorWithProvider>> {
    Ok(Found(sso_connectors::get(&access.app, &id.0).await?))
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateSsoConnector>,
) -> Answer<Found<SsoConnectorWithProvider>> {
    Ok(Found(sso_connectors::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    sso_connectors::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn list_keys(access: ManagementAccess, id: Id) -> Answer<Many<SsoSigningKey>> {
    Ok(Many(signing_keys::list(&access.app, &id.0).await?))
}

async fn create_key(
    access: ManagementAccess,
    id: Id,
    body: Json<CreateSsoSigningKey>,
) -> Answer<Created<SsoSigningKey>> {
    Ok(Created(signing_keys::create(&access.app, &id.0, body.0.active).await?))
}

async fn update_key(
    access: ManagementAccess,
    Ids([id, key_id]): Ids<2>,
    body: Json<UpdateSsoSigningKey>,
) -> Answer<Found<SsoSigningKey>> {
    Ok(Found(signing_keys::set_active(&access.app, &id, &key_id, body.0.active).await?))
}

async fn remove_key(access: ManagementAccess, Ids([id, key_id]): Ids<2>) -> Answer<Done> {
    signing_keys::delete(&access.app, &id, &key_id).await?;
    Ok(Done)
}

async fn read_idp_initiated(
    access: ManagementAccess,
    id: Id,
) -> Answer<Found<IdpInitiatedAuthConfig>> {
    Ok(Found(idp_initiated_auth::get(&access.app, &id.0).await?))
}

async fn set_idp_initiated(
    access: ManagementAccess,
    id: Id,
    body: Json<SetIdpInitiatedAuthConfig>,
) -> Answer<Found<IdpInitiatedAuthConfig>> {
    Ok(Found(idp_initiated_auth::put(&access.app, &id.0, body.0).await?))
}

async fn remove_idp_initiated(access: ManagementAccess, id: Id) -> Answer<Done> {
    idp_initiated_auth::delete(&access.app, &id.0).await?;
    Ok(Done)
}
