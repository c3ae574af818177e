//! `/api/saml-applications`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::operations::{Answer, Created, Done, Found, Many, Operations};
use crate::flows::management::saml_applications::{self, secrets};
use crate::http::body::Json;
use vestibule_shared::saml_application::{
    CreateSamlApplication, CreateSamlSecret, SamlApplication, SamlSecret, UpdateSamlApplication,
    UpdateSamlSecret,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("SAML applications");
    api.post("/saml-applications", "Makes a SAML application with a key that signs", create);
    let one = "/saml-applications/{id}";
    api.get(one, "One SAML application", read).refuses(&[422]);
    api.patch(one, "Changes a SAML application", update);
    api.delete(one, "Deletes a SAML application", remove);
    let secrets = "/saml-applications/{id}/secrets";
    api.get(secrets, "Keys that sign for a SAML application, newest first", list_secrets)
        .refuses(&[422]);
    api.post(secrets, "Makes another key, which does not sign yet", create_secret);
    let secret = "/saml-applications/{id}/secrets/{secretId}";
    api.patch(secret, "Lets a key sign, and no other one", update_secret);
    api.delete(secret, "Deletes a key that does not sign", remove_secret);
}

async fn create(
    access: ManagementAccess,
    body: Json<CreateSamlApplication>,
) -> Answer<Created<SamlApplication>> {
    Ok(Created(saml_applications::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<SamlApplication>> {
    Ok(Found(saml_applications::get(&access.app, &id.0).await?))
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateSamlApplication>,
) -> Answer<Found<SamlApplication>> {
    Ok(Found(saml_applications::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    saml_applications::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn list_secrets(access: ManagementAccess, id: Id) -> Answer<Many<SamlSecret>> {
    Ok(Many(secrets::list(&access.app, &id.0).await?))
}

async fn create_secret(
    access: ManagementAccess,
    id: Id,
    body: Json<CreateSamlSecret>,
) -> Answer<Created<SamlSecret>> {
    Ok(Created(secrets::create(&access.app, &id.0, body.0.life_span_in_years).await?))
}

async fn update_secret(
    access: ManagementAccess,
    Ids([id, secret_id]): Ids<2>,
    body: Json<UpdateSamlSecret>,
) -> Answer<Found<SamlSecret>> {
    Ok(Found(secrets::set_active(&access.app, &id, &secret_id, body.0.active).await?))
}

async fn remove_secret(access: ManagementAccess, Ids([id, secret_id]): Ids<2>) -> Answer<Done> {
    secrets::delete(&access.app, &id, &secret_id).await?;
    Ok(Done)
}
