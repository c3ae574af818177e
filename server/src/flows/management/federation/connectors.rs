//! Connectors that are set up, and what can be set up.

use crate::catalog::{CONNECTOR_SEAL, open_config};
use crate::flows::error::invalid_input;
use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::identifier::{Email, Phone};
use crate::flows::management::{change, sign_in_experience, unknown};
use crate::state::App;
use serde_json::Value;
use std::time::Duration;
use vestibule_connectors::connector::MessageConnector;
use vestibule_connectors::error::ConnectorError;
use vestibule_connectors::factory::{ConnectorFactory, ConnectorType, factories, factory};
use vestibule_connectors::message::{Message, MessagePayload};
use vestibule_protocol::random;
use vestibule_shared::connector::{
    self as wire, AskAuthorizationUri, AuthorizationUri, Connector, ConnectorFactoryMetadata,
    CreateConnector, TestConnector, UpdateConnector,
};
use vestibule_shared::email_template::TemplateType;
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::connectors::{self as rows, ConnectorChange, ConnectorRow};
use vestibule_store::{Connection, Json, sign_in_experience as experience_row};

/// What a test message shows in place of a code.
const TEST_CODE: &str = "000000";
/// How long an administrator waits for a test message, whatever the connector would wait.
const TEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Which messages can leave the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// E-mail.
    pub email: bool,
    /// SMS.
    pub sms: bool,
}

impl Delivery {
    /// With these connectors. Where there is none, a developer's server shows every message.
    pub fn with(app: &App, connectors: &[ConnectorRow]) -> Self {
        let outbox = connectors.is_empty() && app.settings.endpoint.is_local();
        let types =
            connectors.iter().filter_map(|row| Some(factory(&row.factory_id)?.connector_type));
        let types: Vec<ConnectorType> = types.collect();
        Self {
            email: outbox || types.contains(&ConnectorType::Email),
            sms: outbox || types.contains(&ConnectorType::Sms),
        }
    }
}

/// Connectors, oldest first; only those of a target if one is given.
pub async fn list(app: &App, target: Option<&str>) -> Result<Vec<Connector>, FlowError> {
    let rows = rows::list(&mut app.store.scan().await?).await?;
    let is_meant = |row: &ConnectorRow| {
        target.is_none_or(|target| factory(&row.factory_id).is_some_and(|it| it.target == target))
    };
    rows.into_iter().filter(is_meant).map(|row| to_wire(app, row)).collect()
}

/// One connector.
pub async fn get(app: &App, id: &str) -> Result<Connector, FlowError> {
    let row = find(&mut app.store.read().await?, id).await?;
    to_wire(app, row)
}

/// Sets a connector up, in place of the one that sends the same type of message.
pub async fn create(app: &App, request: CreateConnector) -> Result<Connector, FlowError> {
    let factory = factory(&request.connector_id)
        .ok_or_else(|| reject(422, ErrorCode::ConnectorFactoryNotFound))?;
    let options = (request.sync_profile, request.enable_token_storage);
    check_options(factory, request.metadata.as_ref(), options)?;
    if let Some(id) = &request.id {
        check_id(id)?;
    }
    let row = ConnectorRow {
        id: request.id.unwrap_or_else(random::short_id),
        factory_id: factory.id.to_owned(),
        sealed_config: seal(app, factory, request.config.unwrap_or_default())?,
        metadata: Json::default(),
        sync_profile: false,
        enable_token_storage: false,
        created_at: app.clock.now(),
    };
    let same_type = factories().iter().filter(|it| it.connector_type == factory.connector_type);
    let replaced: Vec<&str> = same_type.map(|it| it.id).collect();
    change(app, async |connection| Ok(rows::replace(connection, &row, &replaced).await?)).await?;
    to_wire(app, row)
}

/// Changes a connector; settings are replaced as a whole.
pub async fn update(app: &App, id: &str, request: UpdateConnector) -> Result<Connector, FlowError> {
    let row = change(app, async |connection| {
        let row = find(connection, id).await?;
        let factory = factory_of(&row)?;
        let options = (request.sync_profile, request.enable_token_storage);
        check_options(factory, request.metadata.as_ref(), options)?;
        let Some(config) = &request.config else { return Ok(row) };
        let sealed_config = seal(app, factory, config.clone())?;
        let change = ConnectorChange {
            sealed_config: Some(sealed_config.clone()),
            ..ConnectorChange::default()
        };
        rows::update(connection, id, &change).await?;
        Ok(ConnectorRow { sealed_config, ..row })
    })
    .await?;
    to_wire(app, row)
}

/// Removes a connector, unless nobody could renew an expired password any more.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        rows::delete(connection, id).await?;
        let left = Delivery::with(app, &rows::list(connection).await?);
        if let Some(experience) = experience_row::get(connection).await? {
            sign_in_experience::require_password_renewal(&experience, left)?;
        }
        Ok(())
    })
    .await
}

/// Sends a message with settings that are not stored, to see whether it arrives.
pub async fn test(app: &App, factory_id: &str, request: TestConnector) -> Result<(), FlowError> {
    let (wanted, to) = recipient(&request)?;
    let factory = factory(factory_id).ok_or_else(|| reject(400, ErrorCode::ConnectorNotFound))?;
    if factory.connector_type != wanted {
        return Err(reject(400, ErrorCode::ConnectorUnexpectedType).into());
    }
    let connector = MessageConnector::from_config(factory_id, &request.config)?;
    let message = Message {
        to,
        usage_type: TemplateType::Generic,
        payload: MessagePayload { locale: request.locale, ..MessagePayload::with_code(TEST_CODE) },
        ip: None,
    };
    let sent = tokio::time::timeout(TEST_TIMEOUT, connector.send(&message, &app.outbound));
    Ok(sent.await.unwrap_or_else(|_| Err(timed_out()))?)
}

/// Where a browser signs in at the provider of a social connector. The connectors that this server
/// has send messages and lead nowhere.
pub async fn authorization_uri(
    app: &App,
    id: &str,
    _request: &AskAuthorizationUri,
) -> Result<AuthorizationUri, FlowError> {
    find(&mut app.store.read().await?, id).await?;
    Err(reject(400, ErrorCode::ConnectorUnexpectedType).into())
}

fn timed_out() -> ConnectorError {
    ConnectorError::General {
        message: format!("no answer within {} seconds", TEST_TIMEOUT.as_secs()),
        data: None,
        retryable: true,
    }
}

/// For which type of connector a test is, and who gets the message.
fn recipient(request: &TestConnector) -> Result<(ConnectorType, String), Rejection> {
    match (&request.email, &request.phone) {
        (Some(email), None) => Ok((ConnectorType::Email, Email::parse(email)?.as_str().to_owned())),
        (None, Some(phone)) => Ok((ConnectorType::Sms, Phone::parse(phone)?.as_str().to_owned())),
        (Some(_), Some(_)) | (None, None) => {
            Err(invalid_input("email", "either email or phone must be given"))
        }
    }
}

async fn find(connection: &mut Connection, id: &str) -> Result<ConnectorRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| unknown("connector", id))?)
}

fn factory_of(row: &ConnectorRow) -> Result<&'static ConnectorFactory, FlowError> {
    factory(&row.factory_id)
        .ok_or_else(|| FlowError::Internal(format!("connector {} is of no known factory", row.id)))
}

/// An id that fits into a path.
fn check_id(id: &str) -> Result<(), Rejection> {
    let fits = |each: char| each.is_ascii_alphanumeric() || each == '-' || each == '_';
    if id.chars().all(fits) {
        return Ok(());
    }
    Err(invalid_input("id", "must have letters, digits, - and _ only"))
}

/// Refuses what only social connectors have: metadata of one's own, copied profiles, kept tokens.
pub(crate) fn check_options(
    factory: &ConnectorFactory,
    metadata: Option<&JsonObject>,
    (sync_profile, enable_token_storage): (Option<bool>, Option<bool>),
) -> Result<(), Rejection> {
    if metadata.is_some_and(|it| !it.is_empty()) && factory.is_standard != Some(true) {
        return Err(reject(400, ErrorCode::ConnectorCannotOverwriteMetadata));
    }
    if sync_profile == Some(true) && factory.connector_type != ConnectorType::Social {
        return Err(reject(422, ErrorCode::ConnectorInvalidTypeForSyncingProfile));
    }
    if enable_token_storage == Some(true) && factory.is_token_storage_supported != Some(true) {
        return Err(reject(422, ErrorCode::ConnectorTokenStorageNotSupported));
    }
    Ok(())
}

/// Settings as they are stored, if the connector can work with them.
fn seal(app: &App, factory: &ConnectorFactory, config: JsonObject) -> Result<String, FlowError> {
    let config = Value::Object(config.0);
    MessageConnector::from_config(factory.id, &config)?;
    Ok(app.secrets.sealer.seal(CONNECTOR_SEAL, config.to_string().as_bytes()))
}

/// The row and its factory in one object, as the contract has it; secrets in the settings
/// included, since the form that changes them is filled from this.
fn to_wire(app: &App, row: ConnectorRow) -> Result<Connector, FlowError> {
    let config = open_config(&row, &app.secrets);
    let config = config.map_err(|error| FlowError::Internal(error.to_string()))?;
    let factory = metadata(factory_of(&row)?, &row.metadata.0)?;
    Ok(Connector {
        id: row.id,
        connector_id: row.factory_id,
        sync_profile: row.sync_profile,
        enable_token_storage: row.enable_token_storage,
        config,
        metadata: row.metadata.0,
        factory,
    })
}

/// A kind of connector, as the Management API shows it.
pub fn factory_to_wire(factory: &ConnectorFactory) -> Result<wire::ConnectorFactory, FlowError> {
    let metadata = metadata(factory, &JsonObject::default())?;
    Ok(wire::ConnectorFactory { id: factory.id.to_owned(), metadata })
}

/// What a factory says, with some of it overridden.
fn metadata(
    factory: &ConnectorFactory,
    overrides: &JsonObject,
) -> Result<ConnectorFactoryMetadata, FlowError> {
    let unfit = |error: serde_json::Error| {
        FlowError::Internal(format!("metadata of connector factory {}: {error}", factory.id))
    };
    let mut members = serde_json::to_value(factory).map_err(unfit)?;
    if let Some(members) = members.as_object_mut() {
        members.extend(overrides.0.clone());
    }
    serde_json::from_value(members).map_err(unfit)
}

/// The factory with this id.
pub fn get_factory(id: &str) -> Result<&'static ConnectorFactory, Rejection> {
    factory(id).ok_or_else(|| unknown("connector factory", id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use vestibule_connectors::factory::SMTP;

    #[test]
    fn a_test_goes_to_one_recipient() {
        let of = |body: Value| recipient(&serde_json::from_value(body).unwrap());
        let email = of(json!({ "email": "ann@example.com", "config": {} })).unwrap();
        assert_eq!(email, (ConnectorType::Email, "ann@example.com".into()));
        let phone = of(json!({ "phone": "491701234567", "config": {} })).unwrap();
        assert_eq!(phone, (ConnectorType::Sms, "491701234567".into()));
        for body in [
            json!({ "config": {} }),
            json!({ "email": "ann@example.com", "phone": "491701234567", "config": {} }),
            json!({ "email": "ann", "config": {} }),
            json!({ "phone": "+49", "config": {} }),
        ] {
            assert_eq!(of(body.clone()).unwrap_err().code, ErrorCode::GuardInvalidInput, "{body}");
        }
    }

    #[test]
    fn message_connectors_have_no_options_of_social_ones() {
        let smtp = factory(SMTP).unwrap();
        let metadata = JsonObject::from_iter([("target", "mine")]);
        let code = |metadata: Option<&JsonObject>, options| {
            check_options(smtp, metadata, options).err().map(|it| it.code)
        };
        assert_eq!(code(None, (None, None)), None);
        assert_eq!(code(Some(&JsonObject::default()), (Some(false), Some(false))), None);
        let refused = ErrorCode::ConnectorCannotOverwriteMetadata;
        assert_eq!(code(Some(&metadata), (None, None)), Some(refused));
        let refused = ErrorCode::ConnectorInvalidTypeForSyncingProfile;
        assert_eq!(code(None, (Some(true), None)), Some(refused));
        let refused = ErrorCode::ConnectorTokenStorageNotSupported;
        assert_eq!(code(None, (None, Some(true))), Some(refused));
    }

    #[test]
    fn ids_fit_into_a_path() {
        assert!(check_id("my-mail_1").is_ok());
        for bad in ["a/b", "a b", "ä"] {
            assert!(check_id(bad).is_err(), "{bad}");
        }
    }
}
