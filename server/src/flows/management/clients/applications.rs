//! Applications and their secrets.

pub mod access_control;
pub mod consent_organizations;
pub mod consent_scopes;
pub mod protected;
pub mod secrets;
pub mod sign_in_experience;

use crate::catalog::client::{self, Client};
use crate::flows::error::invalid_input;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::{change, unknown};
use crate::seed::{INTERNAL_ADMIN_ROLE, TENANT};
use crate::state::App;
use vestibule_protocol::client_metadata::{self, ClientMetadataError};
use vestibule_protocol::random;
use vestibule_shared::application::protected_app::CreateProtectedAppMetadata;
use vestibule_shared::application::{
    Application, ApplicationType, CreateApplication, CustomClientMetadata, OidcClientMetadata,
    UpdateApplication,
};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::applications::{self as rows, ApplicationFilter, ApplicationRow};
use vestibule_store::roles::of_application;
use vestibule_store::{Connection, Json, Millis, StoreError, grants};

/// Applications, newest first; with a `page` of offset and limit also how many there are.
pub async fn list(
    app: &App,
    filter: &ApplicationFilter,
    page: Option<(i64, i64)>,
) -> Result<(Vec<Application>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    let (found, total) = rows::list(&mut connection, filter, page).await?;
    let found = found.into_iter().map(to_wire).collect::<Result<_, _>>()?;
    Ok((found, page.map(|_| total)))
}

/// One application, or one of the clients that every installation has.
pub async fn get(app: &App, id: &str) -> Result<Application, FlowError> {
    if let Some(client) = client::built_in(id, &app.settings.endpoint) {
        return Ok(Application { is_admin: Some(false), ..built_in_to_wire(&client) });
    }
    let mut connection = app.store.read().await?;
    let row = find(&mut connection, id).await?;
    let is_admin = rows::has_role(&mut connection, id, INTERNAL_ADMIN_ROLE).await?;
    Ok(Application { is_admin: Some(is_admin), ..to_wire(row)? })
}

/// Makes an application, with a secret if it can keep one.
pub async fn create(app: &App, request: CreateApplication) -> Result<Application, FlowError> {
    let (application, _) = create_with_secret(app, request, None).await?;
    Ok(application)
}

/// Makes an application that holds a role; the application and its secret, if it can keep one.
pub async fn create_with_secret(
    app: &App,
    request: CreateApplication,
    role: Option<&str>,
) -> Result<(Application, Option<String>), FlowError> {
    let row = new_row(request, app.clock.now())?;
    let kind = kind(&row)?;
    let secret = keeps_secrets(kind).then(random::secret);
    let secret_row = secret
        .as_deref()
        .map(|value| secrets::new_row(app, &row.id, secrets::DEFAULT.to_owned(), value, None));
    change(app, async |connection| {
        rows::insert(connection, &row).await?;
        if let Some(secret_row) = &secret_row {
            rows::insert_secret(connection, secret_row).await?;
        }
        if let Some(role) = role {
            rows::attach_role(connection, &row.id, role).await?;
        }
        Ok(())
    })
    .await?;
    Ok((to_wire(row)?, secret))
}

/// Deletes an application with its secrets and roles, and everything that people granted it.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        if !rows::delete(connection, id).await? {
            return Err(unknown("application", id).into());
        }
        Ok(grants::delete_of_client(connection, id).await?)
    })
    .await
}

/// Changes an application.
pub async fn update(
    app: &App,
    id: &str,
    request: UpdateApplication,
) -> Result<Application, FlowError> {
    change(app, async |connection| {
        let mut row = find(connection, id).await?;
        let kind = kind(&row)?;
        if let Some(metadata) = &request.protected_app_metadata {
            protected::check_update(&row, metadata)?;
        }
        if let Some(is_admin) = request.is_admin {
            set_admin(connection, &row, is_admin).await?;
        }
        if let Some(custom) = &request.custom_client_metadata {
            let is_device = |custom: &CustomClientMetadata| custom.is_device_flow == Some(true);
            if is_device(custom) != is_device(&row.custom_client_metadata.0) {
                return Err(reject(422, ErrorCode::ApplicationDeviceFlowNotChangeable).into());
            }
            row.custom_client_metadata = Json(custom.clone());
        }
        if let Some(oidc) = &request.oidc_client_metadata {
            if kind == ApplicationType::SAML {
                return Err(reject(400, ErrorCode::ApplicationUseSamlApi).into());
            }
            row.oidc_client_metadata = Json(oidc.clone());
        }
        let (oidc, custom) = (&row.oidc_client_metadata.0, &row.custom_client_metadata.0);
        client_metadata::validate(kind, row.is_third_party, oidc, custom).map_err(refuse)?;
        row.name = request.name.clone().unwrap_or(row.name);
        row.description = request.description.clone().unwrap_or(row.description);
        row.custom_data = request.custom_data.clone().map_or(row.custom_data, Json);
        if let Some(enabled) = request.app_level_access_control_enabled {
            if enabled {
                access_control::check_enabling(connection, id).await?;
            }
            row.app_level_access_control_enabled = enabled;
        }
        rows::update(connection, &row).await?;
        Ok(to_wire(row)?)
    })
    .await
}

/// Adds fields to the free ones, or replaces those of the same name.
pub async fn add_custom_data(
    app: &App,
    id: &str,
    added: JsonObject,
) -> Result<JsonObject, FlowError> {
    change(app, async |connection| {
        let mut row = find(connection, id).await?;
        row.custom_data.0.0.extend(added.0.clone());
        rows::update(connection, &row).await?;
        Ok(row.custom_data.0)
    })
    .await
}

/// Lets an application manage this server, or no longer.
async fn set_admin(
    connection: &mut Connection,
    row: &ApplicationRow,
    is_admin: bool,
) -> Result<(), FlowError> {
    if is_admin && row.kind != ApplicationType::MachineToMachine.as_str() {
        return Err(reject(422, ErrorCode::ApplicationInvalidType).into());
    }
    let role = [INTERNAL_ADMIN_ROLE.to_owned()];
    if is_admin {
        of_application::attach(connection, &row.id, &role).await?;
    } else {
        of_application::detach(connection, &row.id, INTERNAL_ADMIN_ROLE).await?;
    }
    Ok(())
}

async fn find(connection: &mut Connection, id: &str) -> Result<ApplicationRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("application", id))?)
}

/// Consent is for applications of third parties: to the others the server agrees itself.
fn check_third_party(row: &ApplicationRow) -> Result<(), Rejection> {
    if row.is_third_party {
        return Ok(());
    }
    Err(reject(422, ErrorCode::ApplicationThirdPartyApplicationOnly))
}

pub(crate) fn keeps_secrets(kind: ApplicationType) -> bool {
    use ApplicationType::{MachineToMachine, Native, Protected, SAML, SPA, Traditional};
    match kind {
        Traditional | MachineToMachine | Protected => true,
        Native | SPA | SAML => false,
    }
}

/// Checks what an administrator wants, and makes a row of it.
fn new_row(request: CreateApplication, now: Millis) -> Result<ApplicationRow, Rejection> {
    check_kind(request.kind, request.protected_app_metadata.as_ref())?;
    let oidc = request.oidc_client_metadata.unwrap_or_default();
    let custom = request.custom_client_metadata.unwrap_or_default();
    let is_third_party = request.is_third_party.unwrap_or(false);
    client_metadata::validate(request.kind, is_third_party, &oidc, &custom).map_err(refuse)?;
    Ok(ApplicationRow {
        id: random::standard_id(),
        name: request.name,
        description: request.description,
        kind: request.kind.as_str().to_owned(),
        oidc_client_metadata: Json(oidc),
        custom_client_metadata: Json(custom),
        protected_app_metadata: None,
        custom_data: Json(request.custom_data.unwrap_or_default()),
        is_third_party,
        app_level_access_control_enabled: false,
        created_at: now,
    })
}

/// Refuses types that are made elsewhere, or that this server does not serve.
fn check_kind(
    kind: ApplicationType,
    metadata: Option<&CreateProtectedAppMetadata>,
) -> Result<(), Rejection> {
    use ApplicationType::{MachineToMachine, Native, Protected, SAML, SPA, Traditional};
    match kind {
        Native | SPA | Traditional | MachineToMachine => Ok(()),
        SAML => Err(reject(400, ErrorCode::ApplicationUseSamlApi)),
        Protected => Err(protected::refuse_creation(metadata)),
    }
}

pub(crate) fn refuse(error: ClientMetadataError) -> Rejection {
    let oidc = |field, reason: &str| invalid_input(&format!("oidcClientMetadata.{field}"), reason);
    let custom =
        |field, reason: &str| invalid_input(&format!("customClientMetadata.{field}"), reason);
    match error {
        ClientMetadataError::RedirectUri { uri, reason } => {
            oidc("redirectUris", &format!("`{uri}` {reason}"))
        }
        ClientMetadataError::PostLogoutRedirectUri { uri, reason } => {
            oidc("postLogoutRedirectUris", &format!("`{uri}` {reason}"))
        }
        ClientMetadataError::Address { field } => oidc(field, "must be an http(s) URL"),
        ClientMetadataError::CorsOrigin(origin) => {
            custom("corsAllowedOrigins", &format!("`{origin}` is not an origin"))
        }
        ClientMetadataError::Range { field, range } => custom(field, &format!("must be {range}")),
        ClientMetadataError::TooMany { field: "corsAllowedOrigins" } => {
            custom("corsAllowedOrigins", "has too many entries")
        }
        ClientMetadataError::TooMany { field } => oidc(field, "has too many entries"),
        ClientMetadataError::DeviceFlow => reject(422, ErrorCode::ApplicationDeviceFlowNativeOnly),
        ClientMetadataError::ThirdPartyType => {
            reject(400, ErrorCode::ApplicationInvalidThirdPartyType)
        }
        ClientMetadataError::ThirdPartyTokenExchange => {
            reject(422, ErrorCode::ApplicationThirdPartyTokenExchange)
        }
    }
}

fn kind(row: &ApplicationRow) -> Result<ApplicationType, StoreError> {
    ApplicationType::parse(&row.kind).ok_or_else(|| StoreError::Corrupt {
        table: "applications",
        reason: format!("{} has the unknown type {}", row.id, row.kind),
    })
}

/// An application as the Management API shows it.
pub fn to_wire(row: ApplicationRow) -> Result<Application, StoreError> {
    let protected = |metadata: Json<JsonObject>| serde_json::from_value(metadata.0.0.into());
    let protected = row.protected_app_metadata.clone().map(protected).transpose();
    let kind = kind(&row)?;
    Ok(Application {
        tenant_id: TENANT.to_owned(),
        kind,
        id: row.id,
        name: row.name,
        description: row.description,
        // How a SAML application uses the provider is nobody else's business.
        oidc_client_metadata: match kind {
            ApplicationType::SAML => OidcClientMetadata::default(),
            _ => row.oidc_client_metadata.0,
        },
        custom_client_metadata: row.custom_client_metadata.0,
        protected_app_metadata: protected.map_err(|error| StoreError::Corrupt {
            table: "applications",
            reason: error.to_string(),
        })?,
        custom_data: row.custom_data.0,
        is_third_party: row.is_third_party,
        app_level_access_control_enabled: row.app_level_access_control_enabled,
        created_at: row.created_at,
        secret: None,
        is_admin: None,
    })
}

fn built_in_to_wire(client: &Client) -> Application {
    Application {
        tenant_id: TENANT.to_owned(),
        id: client.id.clone(),
        name: client.name.clone(),
        description: None,
        kind: client.kind,
        oidc_client_metadata: client.oidc.clone(),
        custom_client_metadata: client.custom.clone(),
        protected_app_metadata: None,
        custom_data: JsonObject::default(),
        is_third_party: client.is_third_party,
        app_level_access_control_enabled: false,
        created_at: 0,
        secret: None,
        is_admin: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn refusal(body: Value) -> (u16, ErrorCode) {
        let request = serde_json::from_value(body).unwrap();
        let refusal = new_row(request, 0).map(|_| ()).unwrap_err();
        (refusal.status, refusal.code)
    }

    #[test]
    fn what_is_left_out_has_defaults() {
        let request = serde_json::from_value(json!({ "name": "Shop", "type": "SPA" })).unwrap();
        let row = new_row(request, 7).unwrap();
        assert_eq!((row.id.len(), row.kind.as_str(), row.created_at), (21, "SPA", 7));
        assert!(row.oidc_client_metadata.0.redirect_uris.is_empty() && !row.is_third_party);
    }

    #[test]
    fn each_refusal_has_its_status_and_code() {
        use ErrorCode::*;
        let app = |kind: &str| json!({ "name": "Shop", "type": kind });
        let with = |kind: &str, field: &str, value: Value| {
            let mut body = app(kind);
            body[field] = value;
            body
        };
        assert_eq!(refusal(app("SAML")), (400, ApplicationUseSamlApi));
        assert_eq!(refusal(app("Protected")), (400, ApplicationProtectedMetadataRequired));
        let protected = json!({ "subDomain": "a", "origin": "https://b.example" });
        let body = with("Protected", "protectedAppMetadata", protected);
        assert_eq!(refusal(body), (501, ApplicationProtectedAppNotConfigured));
        let body = with("MachineToMachine", "isThirdParty", json!(true));
        assert_eq!(refusal(body), (400, ApplicationInvalidThirdPartyType));
        let body = with("SPA", "customClientMetadata", json!({ "isDeviceFlow": true }));
        assert_eq!(refusal(body), (422, ApplicationDeviceFlowNativeOnly));
        let mut body = with("SPA", "customClientMetadata", json!({ "allowTokenExchange": true }));
        body["isThirdParty"] = json!(true);
        assert_eq!(refusal(body), (422, ApplicationThirdPartyTokenExchange));
        let uris = json!({ "redirectUris": ["javascript:x"], "postLogoutRedirectUris": [] });
        assert_eq!(refusal(with("SPA", "oidcClientMetadata", uris)), (400, GuardInvalidInput));
        let days = json!({ "refreshTokenTtlInDays": 181 });
        assert_eq!(refusal(with("SPA", "customClientMetadata", days)), (400, GuardInvalidInput));
    }

    #[test]
    fn clients_on_devices_keep_no_secrets() {
        use ApplicationType::{MachineToMachine, Native, SPA, Traditional};
        assert!(keeps_secrets(Traditional) && keeps_secrets(MachineToMachine));
        assert!(!keeps_secrets(SPA) && !keeps_secrets(Native));
    }
}
