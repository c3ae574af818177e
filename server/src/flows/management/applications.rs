//! Applications and their secrets.

use super::{change, fields, unknown};
use crate::catalog::client::{self, Client};
use crate::flows::error::invalid_input;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::seed::{INTERNAL_ADMIN_ROLE, TENANT};
use crate::state::App;
use vestibule_protocol::client_metadata::{self, ClientMetadataError};
use vestibule_protocol::{hash, random};
use vestibule_shared::application::{
    Application, ApplicationSecret, ApplicationType, CreateApplication, CreateApplicationSecret,
    CustomClientMetadata, UpdateApplication,
};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::applications::{self as rows, ApplicationFilter, ApplicationRow, SecretRow};
use vestibule_store::roles::of_application;
use vestibule_store::{Connection, Json, Millis, StoreError, grants};

/// The purpose that the values of secrets are sealed for.
pub const SECRET_SEAL: &str = "application secret";
/// Name of the secret that a new application gets.
const DEFAULT_SECRET: &str = "Default secret";
const MAX_NAME: usize = 256;

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
        .map(|value| new_secret(app, &row.id, DEFAULT_SECRET.to_owned(), value, None));
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
    if let Some(name) = &request.name {
        fields::length("name", name, 1..=MAX_NAME)?;
    }
    if request.protected_app_metadata.is_some() {
        return Err(reject(422, ErrorCode::RequestFeatureNotSupported)
            .with_details("protectedAppMetadata: protected applications are not served")
            .into());
    }
    if request.app_level_access_control_enabled == Some(true) {
        return Err(reject(422, ErrorCode::RequestInvalidInput)
            .with_details("appLevelAccessControlEnabled: there is no rule yet that lets anybody in")
            .into());
    }
    change(app, async |connection| {
        let mut row = find(connection, id).await?;
        let kind = kind(&row)?;
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
            row.oidc_client_metadata = Json(oidc.clone());
        }
        let (oidc, custom) = (&row.oidc_client_metadata.0, &row.custom_client_metadata.0);
        client_metadata::validate(kind, row.is_third_party, oidc, custom).map_err(refuse)?;
        row.name = request.name.clone().unwrap_or(row.name);
        row.description = request.description.clone().unwrap_or(row.description);
        row.custom_data = request.custom_data.clone().map_or(row.custom_data, Json);
        row.app_level_access_control_enabled = false;
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

/// The secrets of an application, oldest first.
pub async fn secrets(app: &App, id: &str) -> Result<Vec<ApplicationSecret>, FlowError> {
    let mut connection = app.store.read().await?;
    find(&mut connection, id).await?;
    let secrets = rows::secrets(&mut connection, id).await?;
    secrets.into_iter().map(|row| secret_to_wire(app, row)).collect()
}

/// Adds a secret.
pub async fn create_secret(
    app: &App,
    id: &str,
    request: CreateApplicationSecret,
) -> Result<ApplicationSecret, FlowError> {
    fields::length("name", &request.name, 1..=MAX_NAME)?;
    if request.expires_at.is_some_and(|end| end <= app.clock.now()) {
        let past = reject(400, ErrorCode::RequestInvalidInput);
        return Err(past.with_details("expiresAt must be in the future").into());
    }
    let value = random::secret();
    let secret = new_secret(app, id, request.name, &value, request.expires_at);
    change(app, async |connection| {
        if !keeps_secrets(kind(&find(connection, id).await?)?) {
            let refusal = reject(422, ErrorCode::EntityDbConstraintViolated);
            return Err(refusal.with_details("a public client keeps no secret").into());
        }
        Ok(rows::insert_secret(connection, &secret).await?)
    })
    .await?;
    secret_to_wire(app, secret)
}

/// Renames a secret.
pub async fn rename_secret(
    app: &App,
    id: &str,
    name: &str,
    new_name: &str,
) -> Result<ApplicationSecret, FlowError> {
    fields::length("name", new_name, 1..=MAX_NAME)?;
    let renamed = change(app, async |connection| {
        let renamed = rows::rename_secret(connection, id, name, new_name).await?;
        Ok(renamed.ok_or_else(|| reject(404, ErrorCode::EntityNotExists))?)
    })
    .await?;
    secret_to_wire(app, renamed)
}

/// Deletes a secret; from then on it authenticates nobody.
pub async fn delete_secret(app: &App, id: &str, name: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let deleted = rows::delete_secret(connection, id, name).await?;
        if deleted { Ok(()) } else { Err(reject(404, ErrorCode::EntityNotFound).into()) }
    })
    .await
}

async fn find(connection: &mut Connection, id: &str) -> Result<ApplicationRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("application", id))?)
}

fn keeps_secrets(kind: ApplicationType) -> bool {
    use ApplicationType::{MachineToMachine, Native, Protected, SAML, SPA, Traditional};
    match kind {
        Traditional | MachineToMachine | Protected => true,
        Native | SPA | SAML => false,
    }
}

/// Checks what an administrator wants, and makes a row of it.
fn new_row(request: CreateApplication, now: Millis) -> Result<ApplicationRow, Rejection> {
    fields::length("name", &request.name, 1..=MAX_NAME)?;
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
fn check_kind(kind: ApplicationType, protected: Option<&JsonObject>) -> Result<(), Rejection> {
    use ApplicationType::{MachineToMachine, Native, Protected, SAML, SPA, Traditional};
    match kind {
        Native | SPA | Traditional | MachineToMachine => Ok(()),
        SAML => Err(reject(400, ErrorCode::ApplicationUseSamlApi)),
        Protected if protected.is_none() => {
            Err(reject(400, ErrorCode::ApplicationProtectedMetadataRequired))
        }
        Protected => Err(reject(422, ErrorCode::RequestFeatureNotSupported)
            .with_details("type: protected applications are not served")),
    }
}

fn refuse(error: ClientMetadataError) -> Rejection {
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

fn new_secret(
    app: &App,
    application_id: &str,
    name: String,
    value: &str,
    expires_at: Option<Millis>,
) -> SecretRow {
    SecretRow {
        application_id: application_id.to_owned(),
        name,
        value_hash: hash::sha256_hex(value),
        sealed_value: app.secrets.sealer.seal(SECRET_SEAL, value.as_bytes()),
        created_at: app.clock.now(),
        expires_at,
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
    Ok(Application {
        tenant_id: TENANT.to_owned(),
        kind: kind(&row)?,
        id: row.id,
        name: row.name,
        description: row.description,
        oidc_client_metadata: row.oidc_client_metadata.0,
        custom_client_metadata: row.custom_client_metadata.0,
        protected_app_metadata: row.protected_app_metadata.map(|it| it.0),
        custom_data: row.custom_data.0,
        is_third_party: row.is_third_party,
        app_level_access_control_enabled: row.app_level_access_control_enabled,
        created_at: row.created_at,
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
        is_admin: None,
    }
}

fn secret_to_wire(app: &App, row: SecretRow) -> Result<ApplicationSecret, FlowError> {
    let unreadable = |error: String| {
        FlowError::Internal(format!("a secret of application {}: {error}", row.application_id))
    };
    let value = app.secrets.sealer.open(SECRET_SEAL, &row.sealed_value);
    let value = value.map_err(|error| unreadable(error.to_string()))?;
    let value = String::from_utf8(value).map_err(|error| unreadable(error.to_string()))?;
    Ok(ApplicationSecret {
        tenant_id: TENANT.to_owned(),
        application_id: row.application_id,
        name: row.name,
        value,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
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
        assert_eq!(refusal(body), (422, RequestFeatureNotSupported));
        let body = with("MachineToMachine", "isThirdParty", json!(true));
        assert_eq!(refusal(body), (400, ApplicationInvalidThirdPartyType));
        let body = with("SPA", "customClientMetadata", json!({ "isDeviceFlow": true }));
        assert_eq!(refusal(body), (422, ApplicationDeviceFlowNativeOnly));
        let mut body = with("SPA", "customClientMetadata", json!({ "allowTokenExchange": true }));
        body["isThirdParty"] = json!(true);
        assert_eq!(refusal(body), (422, ApplicationThirdPartyTokenExchange));
        assert_eq!(refusal(with("SPA", "name", json!(""))), (400, GuardInvalidInput));
        assert_eq!(refusal(with("SPA", "name", json!("n".repeat(257)))), (400, GuardInvalidInput));
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
