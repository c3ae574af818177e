//! SAML applications: service providers whose identity provider this server is to be. Their
//! settings and keys are kept and shown; messages are not exchanged yet.

pub mod messages;
pub mod metadata;
pub mod secrets;

use crate::certificates;
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::applications::access_control;
use crate::flows::management::{applications, change, fields, unknown};
use crate::seed::TENANT;
use crate::state::App;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::application::ApplicationType;
use vestibule_shared::saml_application::{
    AttributeMapping, CreateSamlApplication, NameIdFormat, SamlAcsUrl, SamlApplication,
    SamlBinding, SamlEncryption, UpdateSamlApplication,
};
use vestibule_store::applications::{self as application_rows, ApplicationRow};
use vestibule_store::saml_applications::{self as rows, SamlConfigRow};
use vestibule_store::{Connection, Json, Millis, StoreError};
use x509_parser::prelude::{FromDer, X509Certificate};

/// Longest name of an attribute.
const MAX_ATTRIBUTE: usize = 256;
/// Years that the certificate of a new application lives.
const FIRST_LIFE_SPAN: u32 = 3;

/// Claims that attributes may carry.
const CLAIMS: [&str; 29] = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
    "username",
    "created_at",
    "custom_data",
    "identities",
    "sso_identities",
    "roles",
    "organizations",
    "organization_data",
    "organization_roles",
];

/// One SAML application.
pub async fn get(app: &App, id: &str) -> Result<SamlApplication, FlowError> {
    let (application, config) = find(&mut app.store.read().await?, id).await?;
    Ok(to_wire(application, config)?)
}

/// Makes a SAML application with a key that signs for it.
pub async fn create(
    app: &App,
    request: CreateSamlApplication,
) -> Result<SamlApplication, FlowError> {
    let application = new_application(&request, app.clock.now());
    let config = SamlConfigRow {
        application_id: application.id.clone(),
        attribute_mapping: Json(known_claims(request.attribute_mapping)),
        entity_id: request.entity_id,
        acs_url: request.acs_url.map(Json),
        encryption: request.encryption.map(Json),
        name_id_format: request.name_id_format.as_str().to_owned(),
    };
    check(&config)?;
    let secret = secrets::new_row(app, &application.id, FIRST_LIFE_SPAN, true).await?;
    change(app, async |connection| {
        application_rows::insert(connection, &application).await?;
        rows::insert_config(connection, &config).await?;
        Ok(rows::secrets::insert(connection, &secret).await?)
    })
    .await?;
    Ok(to_wire(application, config)?)
}

/// Changes a SAML application.
pub async fn update(
    app: &App,
    id: &str,
    request: UpdateSamlApplication,
) -> Result<SamlApplication, FlowError> {
    change(app, async |connection| {
        let (mut application, config) = find(connection, id).await?;
        let request = request.clone();
        if let Some(enabled) = request.app_level_access_control_enabled {
            if enabled {
                access_control::check_enabling(connection, id).await?;
            }
            application.app_level_access_control_enabled = enabled;
        }
        application.name = request.name.unwrap_or(application.name);
        application.description = request.description.unwrap_or(application.description);
        application.custom_data = request.custom_data.map_or(application.custom_data, Json);
        let mapping = request.attribute_mapping.map(known_claims);
        let format = request.name_id_format.map(|it| it.as_str().to_owned());
        let config = SamlConfigRow {
            application_id: config.application_id,
            attribute_mapping: mapping.map_or(config.attribute_mapping, Json),
            entity_id: request.entity_id.unwrap_or(config.entity_id),
            acs_url: request.acs_url.map_or(config.acs_url, |it| it.map(Json)),
            encryption: request.encryption.map_or(config.encryption, |it| it.map(Json)),
            name_id_format: format.unwrap_or(config.name_id_format),
        };
        check(&config)?;
        application_rows::update(connection, &application).await?;
        rows::update_config(connection, &config).await?;
        Ok(to_wire(application, config)?)
    })
    .await
}

/// Deletes a SAML application with its keys.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    find(&mut app.store.read().await?, id).await?;
    applications::delete(app, id).await
}

/// The application with this id and its settings; others are refused.
async fn find(
    connection: &mut Connection,
    id: &str,
) -> Result<(ApplicationRow, SamlConfigRow), FlowError> {
    let row = application_rows::by_id(connection, id).await?;
    let row = row.ok_or_else(|| unknown("application", id))?;
    if row.kind != ApplicationType::SAML.as_str() {
        return Err(reject(422, ErrorCode::ApplicationSamlSamlApplicationOnly).into());
    }
    let config = rows::config(connection, id).await?;
    let config = config.ok_or_else(|| StoreError::Corrupt {
        table: "saml_application_configs",
        reason: format!("{id} has no settings"),
    })?;
    Ok((row, config))
}

fn new_application(request: &CreateSamlApplication, now: Millis) -> ApplicationRow {
    ApplicationRow {
        id: random::standard_id(),
        name: request.name.clone(),
        description: request.description.clone(),
        kind: ApplicationType::SAML.as_str().to_owned(),
        oidc_client_metadata: Json::default(),
        custom_client_metadata: Json::default(),
        protected_app_metadata: None,
        custom_data: Json(request.custom_data.clone()),
        is_third_party: false,
        app_level_access_control_enabled: false,
        created_at: now,
    }
}

fn known_claims(mut mapping: AttributeMapping) -> AttributeMapping {
    mapping.retain(|claim, _| CLAIMS.contains(&claim.as_str()));
    mapping
}

pub(crate) fn check(config: &SamlConfigRow) -> Result<(), Rejection> {
    for (claim, attribute) in &config.attribute_mapping.0 {
        fields::length(&format!("attributeMapping.{claim}"), attribute, 1..=MAX_ATTRIBUTE)?;
    }
    if let Some(Json(SamlAcsUrl { binding, url })) = &config.acs_url {
        match binding {
            SamlBinding::HttpPost => fields::web_address("acsUrl.url", url)?,
            SamlBinding::HttpRedirect => {
                return Err(reject(422, ErrorCode::ApplicationSamlAcsUrlBindingNotSupported));
            }
        }
    }
    config.encryption.as_ref().map_or(Ok(()), |it| check_encryption(&it.0))
}

fn check_encryption(encryption: &SamlEncryption) -> Result<(), Rejection> {
    if encryption.encrypt_assertion == Some(true) {
        let missing = |field| Err(invalid_input(field, "is needed to encrypt assertions"));
        if encryption.encrypt_then_sign.is_none() {
            return missing("encryption.encryptThenSign");
        }
        if encryption.certificate.is_none() {
            return missing("encryption.certificate");
        }
    }
    let Some(pem) = &encryption.certificate else { return Ok(()) };
    let der = certificates::der(pem).unwrap_or_default();
    match X509Certificate::from_der(&der) {
        Ok(([], _)) => Ok(()),
        Ok(_) | Err(_) => {
            Err(invalid_input("encryption.certificate", "is no X.509 certificate in PEM"))
        }
    }
}

fn to_wire(row: ApplicationRow, config: SamlConfigRow) -> Result<SamlApplication, StoreError> {
    let format = NameIdFormat::parse(&config.name_id_format);
    let name_id_format = format.ok_or_else(|| StoreError::Corrupt {
        table: "saml_application_configs",
        reason: format!("{} has the unknown format {}", row.id, config.name_id_format),
    })?;
    Ok(SamlApplication {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        name: row.name,
        description: row.description,
        kind: ApplicationType::SAML,
        custom_data: row.custom_data.0,
        is_third_party: row.is_third_party,
        app_level_access_control_enabled: row.app_level_access_control_enabled,
        created_at: row.created_at,
        attribute_mapping: config.attribute_mapping.0,
        entity_id: config.entity_id,
        acs_url: config.acs_url.map(|it| it.0),
        encryption: config.encryption.map(|it| it.0),
        name_id_format,
    })
}
