//! What happens when an identity provider signs somebody in unasked.

use super::{find, provider_of};
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::{change, fields, unknown};
use crate::seed::TENANT;
use crate::state::App;
use std::collections::BTreeMap;
use vestibule_connectors::sso::SsoProtocol;
use vestibule_shared::ErrorCode;
use vestibule_shared::application::ApplicationType;
use vestibule_shared::sso_connector::{IdpInitiatedAuthConfig, SetIdpInitiatedAuthConfig};
use vestibule_store::applications::{self, ApplicationRow};
use vestibule_store::sso_connectors::{self as rows, IdpInitiatedAuthRow};
use vestibule_store::{Connection, Json};

const MAX_PARAMETERS: usize = 32;
const MAX_TEXT: usize = 1024;

/// Applications that a browser can be led to.
const ALLOWED: [ApplicationType; 3] =
    [ApplicationType::Traditional, ApplicationType::SPA, ApplicationType::SAML];

/// What is set up.
pub async fn get(app: &App, id: &str) -> Result<IdpInitiatedAuthConfig, FlowError> {
    let mut connection = app.store.read().await?;
    check_connector(&mut connection, id).await?;
    let row = rows::idp_initiated_auth(&mut connection, id).await?;
    Ok(row.map(to_wire).ok_or_else(|| missing(id))?)
}

/// Sets it up, in the place of what was there.
pub async fn put(
    app: &App,
    id: &str,
    request: SetIdpInitiatedAuthConfig,
) -> Result<IdpInitiatedAuthConfig, FlowError> {
    check(&request)?;
    let now = app.clock.now();
    change(app, async |connection| {
        check_connector(connection, id).await?;
        let application_id = &request.default_application_id;
        let application = applications::by_id(connection, application_id).await?;
        let application = application.ok_or_else(|| unknown("application", application_id))?;
        check_application(&application, request.redirect_uri.as_deref())?;
        let before = rows::idp_initiated_auth(connection, id).await?;
        let request = request.clone();
        let row = IdpInitiatedAuthRow {
            sso_connector_id: id.to_owned(),
            default_application_id: request.default_application_id,
            redirect_uri: request.redirect_uri,
            auth_parameters: Json(request.auth_parameters),
            auto_send_authorization_request: request.auto_send_authorization_request,
            client_idp_initiated_auth_callback_uri: request.client_idp_initiated_auth_callback_uri,
            created_at: before.map_or(now, |row| row.created_at),
        };
        rows::put_idp_initiated_auth(connection, &row).await?;
        Ok(to_wire(row))
    })
    .await
}

/// Ends it.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        check_connector(connection, id).await?;
        let deleted = rows::delete_idp_initiated_auth(connection, id).await?;
        if deleted { Ok(()) } else { Err(missing(id).into()) }
    })
    .await
}

/// OpenID Connect has no sign-in that begins at the provider.
async fn check_connector(connection: &mut Connection, id: &str) -> Result<(), FlowError> {
    match provider_of(&find(connection, id).await?)?.protocol() {
        SsoProtocol::Saml => Ok(()),
        SsoProtocol::Oidc => {
            Err(reject(400, ErrorCode::SingleSignOnIdpInitiatedNotSupported).into())
        }
    }
}

pub(crate) fn check(request: &SetIdpInitiatedAuthConfig) -> Result<(), Rejection> {
    let callback = "clientIdpInitiatedAuthCallbackUri";
    match &request.client_idp_initiated_auth_callback_uri {
        Some(uri) => fields::web_address(callback, uri)?,
        None if request.auto_send_authorization_request => {}
        None => {
            let reason = "is required unless autoSendAuthorizationRequest is true";
            return Err(invalid_input(callback, reason));
        }
    }
    check_parameters(&request.auth_parameters)
}

fn check_parameters(parameters: &BTreeMap<String, String>) -> Result<(), Rejection> {
    if parameters.len() > MAX_PARAMETERS {
        return Err(invalid_input("authParameters", "must have at most 32 members"));
    }
    for (name, value) in parameters {
        fields::length("authParameters", name, 1..=MAX_TEXT)?;
        fields::length(&format!("authParameters.{name}"), value, 0..=MAX_TEXT)?;
    }
    Ok(())
}

pub(crate) fn check_application(
    application: &ApplicationRow,
    redirect_uri: Option<&str>,
) -> Result<(), Rejection> {
    let kind = ApplicationType::parse(&application.kind);
    if !kind.is_some_and(|kind| ALLOWED.contains(&kind)) {
        let types = ALLOWED.map(ApplicationType::as_str).join(", ");
        return Err(reject(400, ErrorCode::SingleSignOnIdpInitiatedInvalidApplicationType)
            .with("type", types));
    }
    let registered = &application.oidc_client_metadata.0.redirect_uris;
    if redirect_uri.is_some_and(|uri| !registered.iter().any(|it| it == uri)) {
        return Err(reject(400, ErrorCode::SingleSignOnIdpInitiatedRedirectUriNotRegistered));
    }
    Ok(())
}

fn missing(id: &str) -> Rejection {
    unknown("IdP-initiated authentication of SSO connector", id)
}

fn to_wire(row: IdpInitiatedAuthRow) -> IdpInitiatedAuthConfig {
    IdpInitiatedAuthConfig {
        tenant_id: TENANT.to_owned(),
        connector_id: row.sso_connector_id,
        default_application_id: row.default_application_id,
        redirect_uri: row.redirect_uri,
        auth_parameters: row.auth_parameters.0,
        auto_send_authorization_request: row.auto_send_authorization_request,
        client_idp_initiated_auth_callback_uri: row.client_idp_initiated_auth_callback_uri,
        created_at: row.created_at,
    }
}
