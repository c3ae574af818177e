//! What identity providers say of themselves.

use super::{SET_UP_TIMEOUT, open, provider_of, to_wire};
use crate::flows::error::{FlowError, Rejection, reject};
use crate::state::App;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;
use vestibule_connectors::sso::{
    ProviderMetadata, SamlIdentityProvider, SsoMetadataError, SsoProtocol, SsoProvider,
    SsoSettings, fetch,
};
use vestibule_shared::ErrorCode;
use vestibule_shared::sso_connector::{
    SsoAttributeMapping, SsoConnectorProvider, SsoConnectorWithProvider, SsoIdentityProvider,
    SsoOidcProviderConfig, SsoProviderConfig, SsoProviderType, SsoSamlProviderConfig,
    SsoServiceProvider,
};
use vestibule_store::sso_connectors::SsoConnectorRow;

/// How long a list waits for all providers together.
const LIST_TIMEOUT: Duration = Duration::from_secs(3);
/// How many providers are asked at a time.
const ASKED_AT_A_TIME: usize = 50;

/// Every kind of provider, described in this language.
pub fn providers(language: &str) -> Vec<SsoConnectorProvider> {
    let shown = SsoProvider::ALL.into_iter().map(|provider| SsoConnectorProvider {
        provider_name: provider.name().to_owned(),
        provider_type: provider_type(provider),
        logo: provider.logo().to_owned(),
        logo_dark: provider.logo().to_owned(),
        description: provider.description(language),
        name: provider.display_name().to_owned(),
    });
    shown.collect()
}

/// Refuses settings that are complete and lead to nothing.
pub(super) async fn check(app: &App, settings: &SsoSettings) -> Result<(), Rejection> {
    let Some(source) = settings.source() else { return Ok(()) };
    match fetch(&source, &app.outbound, SET_UP_TIMEOUT).await {
        Ok(_) => Ok(()),
        Err(error) => Err(unusable(&error)),
    }
}

/// Connectors with what their providers say of themselves, as far as they say it in time.
pub(super) async fn describe_all(
    app: &App,
    found: Vec<SsoConnectorRow>,
) -> Result<Vec<SsoConnectorWithProvider>, FlowError> {
    let deadline = Instant::now() + LIST_TIMEOUT;
    let described = stream::iter(found).map(|row| async move {
        let left = deadline.saturating_duration_since(Instant::now());
        describe(app, row, left).await
    });
    described.buffered(ASKED_AT_A_TIME).try_collect().await
}

/// A connector with what its provider says of itself, if it says it in time.
pub(super) async fn describe(
    app: &App,
    row: SsoConnectorRow,
    timeout: Duration,
) -> Result<SsoConnectorWithProvider, FlowError> {
    let provider = provider_of(&row)?;
    let known = known_of_provider(app, &open(app, &row)?, timeout).await;
    Ok(SsoConnectorWithProvider {
        name: provider.display_name().to_owned(),
        provider_type: provider_type(provider),
        provider_logo: provider.logo().to_owned(),
        provider_logo_dark: provider.logo().to_owned(),
        provider_config: provider_config(app, provider, &row.id, known),
        connector: to_wire(app, row)?,
    })
}

async fn known_of_provider(
    app: &App,
    settings: &SsoSettings,
    timeout: Duration,
) -> Option<ProviderMetadata> {
    let source = settings.source()?;
    if timeout.is_zero() {
        return None;
    }
    // The outbound client has logged why.
    fetch(&source, &app.outbound, timeout).await.ok()
}

/// Of a SAML connection this server's side is always known: it has to be entered at the provider
/// before that can be asked.
fn provider_config(
    app: &App,
    provider: SsoProvider,
    connector_id: &str,
    known: Option<ProviderMetadata>,
) -> Option<SsoProviderConfig> {
    match (provider.protocol(), known) {
        (SsoProtocol::Oidc, Some(ProviderMetadata::Oidc(known))) => {
            Some(SsoProviderConfig::Oidc(SsoOidcProviderConfig {
                issuer: known.issuer,
                authorization_endpoint: known.authorization_endpoint,
                token_endpoint: known.token_endpoint,
                jwks_uri: known.jwks_uri,
                userinfo_endpoint: known.userinfo_endpoint,
            }))
        }
        (SsoProtocol::Oidc, Some(ProviderMetadata::Saml(_)) | None) => None,
        (SsoProtocol::Saml, known) => {
            let identity_provider = match known {
                Some(ProviderMetadata::Saml(known)) => Some(identity_provider(app, known)),
                Some(ProviderMetadata::Oidc(_)) | None => None,
            };
            Some(SsoProviderConfig::Saml(SsoSamlProviderConfig {
                default_attribute_mapping: SsoAttributeMapping {
                    id: "nameID".to_owned(),
                    email: "email".to_owned(),
                    name: "name".to_owned(),
                },
                service_provider: service_provider(app, connector_id),
                identity_provider,
            }))
        }
    }
}

/// This server, as the identity provider of a connector must know it.
fn service_provider(app: &App, connector_id: &str) -> SsoServiceProvider {
    let endpoint = app.settings.endpoint.as_str();
    SsoServiceProvider {
        entity_id: format!("{endpoint}/enterprise-sso/{connector_id}"),
        assertion_consumer_service_url: format!(
            "{endpoint}/api/authn/single-sign-on/saml/{connector_id}"
        ),
    }
}

fn identity_provider(app: &App, known: SamlIdentityProvider) -> SsoIdentityProvider {
    SsoIdentityProvider {
        is_certificate_valid: known.validity.contains(app.clock.now()),
        certificate_expires_at: known.validity.not_after,
        entity_id: known.entity_id,
        sign_in_endpoint: known.sign_in_endpoint,
        x509_certificate: known.certificate,
    }
}

fn provider_type(provider: SsoProvider) -> SsoProviderType {
    match provider.protocol() {
        SsoProtocol::Oidc => SsoProviderType::Oidc,
        SsoProtocol::Saml => SsoProviderType::Saml,
    }
}

/// None of these texts holds a secret: they tell of the provider's side only.
fn unusable(error: &SsoMetadataError) -> Rejection {
    reject(400, ErrorCode::ConnectorInvalidConfig)
        .with_data(json!({
            "ssoErrorCode": "invalid_config",
            "message": error.message(),
            "error": error.to_string(),
        }))
        .with_details(error.to_string())
}
