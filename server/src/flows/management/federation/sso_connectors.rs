//! Connectors to enterprises' identity providers.

pub mod idp_initiated_auth;
mod provider;
pub mod signing_keys;

pub use provider::providers;

use crate::flows::error::{FlowError, Rejection, reject};
use crate::flows::management::organizations::jit::checked_domain;
use crate::flows::management::{change, fields, unknown};
use crate::seed::TENANT;
use crate::state::App;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;
use vestibule_connectors::sso::{SsoProtocol, SsoProvider, SsoSettings};
use vestibule_protocol::random;
use vestibule_shared::sso_connector::{
    CreateSsoConnector, SsoBranding, SsoConnector, SsoConnectorWithProvider, UpdateSsoConnector,
};
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::sso_connectors::{self as rows, SsoConnectorRow, domain_relation};
use vestibule_store::{Connection, Json, StoreError};

/// How long an administrator waits for a provider that is being set up.
const SET_UP_TIMEOUT: Duration = Duration::from_secs(5);

/// Mail domains that anybody can have an address in.
const PUBLIC_DOMAINS: [&str; 19] = [
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "live.com",
    "icloud.com",
    "aol.com",
    "yandex.com",
    "mail.com",
    "protonmail.com",
    "yanex.com",
    "gmx.com",
    "mail.ru",
    "zoho.com",
    "qq.com",
    "163.com",
    "126.com",
    "sina.com",
    "sohu.com",
];

/// Connectors with what their providers say of themselves: all of them, or a page.
pub async fn list(
    app: &App,
    page: Option<(i64, i64)>,
) -> Result<(Vec<SsoConnectorWithProvider>, Option<i64>), FlowError> {
    let (found, total) = rows::list(&mut app.store.scan().await?, page).await?;
    Ok((provider::describe_all(app, found).await?, page.map(|_| total)))
}

/// One connector with what its provider says of itself.
pub async fn get(app: &App, id: &str) -> Result<SsoConnectorWithProvider, FlowError> {
    let row = find(&mut app.store.read().await?, id).await?;
    provider::describe(app, row, SET_UP_TIMEOUT).await
}

/// Makes a connector.
pub async fn create(app: &App, request: CreateSsoConnector) -> Result<SsoConnector, FlowError> {
    let provider = SsoProvider::from_str(&request.provider_name)
        .map_err(|_| reject(422, ErrorCode::ConnectorNotFound))?;
    check_branding(&request.branding)?;
    check_token_storage(provider, request.enable_token_storage)?;
    let domains = checked_domains(&request.domains)?;
    let settings = settings(provider, request.config.as_ref())?;
    // A connector that is not there yet has no key.
    require_key(&settings, false)?;
    provider::check(app, &settings).await?;
    let id = random::short_id();
    let row = SsoConnectorRow {
        provider_name: provider.name().to_owned(),
        connector_name: request.connector_name,
        sealed_config: seal(app, &id, &settings),
        domains: Json(domains),
        branding: Json(request.branding),
        sync_profile: request.sync_profile,
        enable_token_storage: request.enable_token_storage,
        created_at: app.clock.now(),
        id,
    };
    change(app, async |connection| {
        rows::insert(connection, &row).await.map_err(name_taken)?;
        domain_relation::attach(connection, &row.id, &row.domains.0).await?;
        Ok(())
    })
    .await?;
    to_wire(app, row)
}

/// Changes a connector; what is sent is replaced as a whole.
pub async fn update(
    app: &App,
    id: &str,
    request: UpdateSsoConnector,
) -> Result<SsoConnectorWithProvider, FlowError> {
    let provider = provider_of(&find(&mut app.store.read().await?, id).await?)?;
    if let Some(branding) = &request.branding {
        check_branding(branding)?;
    }
    check_token_storage(provider, request.enable_token_storage == Some(true))?;
    let domains = request.domains.as_deref().map(checked_domains).transpose()?;
    let settings = request.config.as_ref().map(|config| settings(provider, Some(config)));
    let settings = settings.transpose()?;
    if let Some(settings) = &settings {
        // Outside of the transaction: this may take seconds.
        provider::check(app, settings).await?;
    }
    let row = change(app, async |connection| {
        let row = find(connection, id).await?;
        if let Some(settings) = &settings {
            let keys = rows::signing_keys(connection, id).await?;
            require_key(settings, keys.iter().any(|key| key.is_active))?;
        }
        let request = request.clone();
        let row = SsoConnectorRow {
            connector_name: request.connector_name.unwrap_or(row.connector_name),
            sealed_config: settings.as_ref().map_or(row.sealed_config, |it| seal(app, id, it)),
            domains: domains.clone().map_or(row.domains, Json),
            branding: request.branding.map_or(row.branding, Json),
            sync_profile: request.sync_profile.unwrap_or(row.sync_profile),
            enable_token_storage: request.enable_token_storage.unwrap_or(row.enable_token_storage),
            ..row
        };
        rows::update(connection, &row).await.map_err(name_taken)?;
        domain_relation::replace(connection, id, &row.domains.0).await?;
        Ok(row)
    })
    .await?;
    provider::describe(app, row, SET_UP_TIMEOUT).await
}

/// Deletes a connector with its keys and the identities that people have by it.
pub async fn delete(app: &App, id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let deleted = rows::delete(connection, id).await?;
        if deleted { Ok(()) } else { Err(missing(id).into()) }
    })
    .await
}

/// The connector with this id, or the contract's 404.
pub async fn find(connection: &mut Connection, id: &str) -> Result<SsoConnectorRow, FlowError> {
    Ok(rows::by_id(connection, id).await?.ok_or_else(|| missing(id))?)
}

/// A connector that speaks SAML, or the contract's 404.
async fn find_saml(connection: &mut Connection, id: &str) -> Result<SsoConnectorRow, FlowError> {
    let row = find(connection, id).await?;
    match provider_of(&row)?.protocol() {
        SsoProtocol::Saml => Ok(row),
        SsoProtocol::Oidc => Err(missing(id).into()),
    }
}

/// A connector as the Management API shows it: with the secrets in its settings, since the form
/// that changes them is filled from this.
pub fn to_wire(app: &App, row: SsoConnectorRow) -> Result<SsoConnector, FlowError> {
    Ok(SsoConnector {
        tenant_id: TENANT.to_owned(),
        config: JsonObject(open(app, &row)?.members().clone()),
        id: row.id,
        provider_name: row.provider_name,
        connector_name: row.connector_name,
        domains: row.domains.0,
        branding: row.branding.0,
        sync_profile: row.sync_profile,
        enable_token_storage: row.enable_token_storage,
        created_at: row.created_at,
    })
}

fn missing(id: &str) -> Rejection {
    unknown("SSO connector", id)
}

fn provider_of(row: &SsoConnectorRow) -> Result<SsoProvider, FlowError> {
    SsoProvider::from_str(&row.provider_name)
        .map_err(|error| FlowError::Internal(format!("SSO connector {}: {error}", row.id)))
}

fn settings(provider: SsoProvider, config: Option<&JsonObject>) -> Result<SsoSettings, FlowError> {
    let members = config.map_or_else(Map::new, |config| config.0.clone());
    Ok(SsoSettings::parse(provider, &Value::Object(members))?)
}

/// What the settings of a connector are sealed for.
pub(crate) fn purpose(id: &str) -> String {
    format!("sso connector {id}")
}

fn seal(app: &App, id: &str, settings: &SsoSettings) -> String {
    let text = Value::Object(settings.members().clone()).to_string();
    app.secrets.sealer.seal(&purpose(id), text.as_bytes())
}

fn open(app: &App, row: &SsoConnectorRow) -> Result<SsoSettings, FlowError> {
    let unusable = |error: &dyn std::fmt::Display| {
        FlowError::Internal(format!("SSO connector {}: {error}", row.id))
    };
    let text = app.secrets.sealer.open(&purpose(&row.id), &row.sealed_config);
    let text = text.map_err(|error| unusable(&error))?;
    let config: Value = serde_json::from_slice(&text).map_err(|error| unusable(&error))?;
    SsoSettings::parse(provider_of(row)?, &config).map_err(|error| unusable(&error))
}

/// Requests are signed only with a key that is there.
fn require_key(settings: &SsoSettings, has_active_key: bool) -> Result<(), Rejection> {
    if settings.signs_requests() && !has_active_key {
        return Err(reject(400, ErrorCode::SingleSignOnActiveSigningKeyRequired));
    }
    Ok(())
}

pub(crate) fn check_token_storage(provider: SsoProvider, wanted: bool) -> Result<(), Rejection> {
    if wanted && provider.protocol() != SsoProtocol::Oidc {
        return Err(reject(400, ErrorCode::ConnectorTokenStorageNotSupported));
    }
    Ok(())
}

pub(crate) fn check_branding(branding: &SsoBranding) -> Result<(), Rejection> {
    fields::optional_web_address("branding.logo", branding.logo.as_deref())?;
    fields::optional_web_address("branding.darkLogo", branding.dark_logo.as_deref())
}

/// Domains in the form in which they are compared; each once, and none that is everybody's.
pub(crate) fn checked_domains(domains: &[String]) -> Result<Vec<String>, Rejection> {
    let mut seen = BTreeSet::new();
    let (mut checked, mut forbidden, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
    for (number, domain) in domains.iter().enumerate() {
        let domain = checked_domain(&format!("domains.{number}"), domain)?;
        if PUBLIC_DOMAINS.contains(&domain.as_str()) {
            forbidden.push(domain.clone());
        }
        if !seen.insert(domain.clone()) {
            repeated.push(domain.clone());
        }
        checked.push(domain);
    }
    let refusals = [
        (ErrorCode::SingleSignOnForbiddenDomains, forbidden),
        (ErrorCode::SingleSignOnDuplicatedDomains, repeated),
    ];
    match refusals.into_iter().find(|(_, domains)| !domains.is_empty()) {
        Some((code, domains)) => Err(reject(422, code).with_data(json!({ "data": domains }))),
        None => Ok(checked),
    }
}

/// The name is the only other thing that is unique.
fn name_taken(error: StoreError) -> FlowError {
    match error {
        StoreError::Taken(_) => reject(409, ErrorCode::SingleSignOnDuplicateConnectorName).into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(domains: &[&str]) -> Option<ErrorCode> {
        let domains: Vec<String> = domains.iter().map(ToString::to_string).collect();
        checked_domains(&domains).err().map(|it| it.code)
    }

    #[test]
    fn domains_are_compared_in_small_letters() {
        let domains = ["Acme.Example".to_owned(), "b.example".to_owned()];
        assert_eq!(checked_domains(&domains).unwrap(), ["acme.example", "b.example"]);
        assert_eq!(
            code(&["a.example", "A.example"]),
            Some(ErrorCode::SingleSignOnDuplicatedDomains)
        );
        assert_eq!(code(&["GMail.com"]), Some(ErrorCode::SingleSignOnForbiddenDomains));
        assert_eq!(code(&["example"]), Some(ErrorCode::GuardInvalidInput));
        assert_eq!(code(&[]), None);
    }

    #[test]
    fn only_openid_connect_gives_tokens_to_keep() {
        for provider in SsoProvider::ALL {
            assert!(check_token_storage(provider, false).is_ok());
            let is_oidc = provider.protocol() == SsoProtocol::Oidc;
            assert_eq!(check_token_storage(provider, true).is_ok(), is_oidc);
        }
    }
}
