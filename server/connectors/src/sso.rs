//! Enterprise identity providers: which kinds there are, how their settings are read, and what
//! they publish of themselves.

mod certificate;
mod metadata;
mod settings;

use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::outbound::{Outbound, OutboundError, OutboundRequest};

pub use certificate::{CertificateValidity, validity};
pub use metadata::{SamlIdentityProvider, parse_metadata};
pub use settings::{ProviderSource, SsoSettings};

/// Largest discovery document or metadata that is read, in bytes.
const MAX_DOCUMENT: usize = 512 * 1024;

/// A letter on a coloured tile.
macro_rules! tile {
    ($color:literal, $letter:literal) => {
        concat!(
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E\
             %3Crect width='48' height='48' rx='10' fill='",
            $color,
            "'/%3E%3Ctext x='24' y='33' font-family='sans-serif' font-size='26' \
             font-weight='700' text-anchor='middle' fill='%23fff'%3E",
            $letter,
            "%3C/text%3E%3C/svg%3E"
        )
    };
}

/// A kind of enterprise identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SsoProvider {
    /// Any OpenID Connect provider.
    Oidc,
    /// Any SAML 2.0 identity provider.
    Saml,
    /// Microsoft Entra ID over SAML.
    AzureAd,
    /// Google Workspace over OpenID Connect.
    GoogleWorkspace,
    /// Okta over OpenID Connect.
    Okta,
    /// Microsoft Entra ID over OpenID Connect.
    AzureAdOidc,
}

/// What a provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SsoProtocol {
    /// OpenID Connect.
    Oidc,
    /// SAML 2.0.
    Saml,
}

/// Not the name of a kind of provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such enterprise identity provider")]
pub struct UnknownSsoProvider;

impl FromStr for SsoProvider {
    type Err = UnknownSsoProvider;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.name() == name).ok_or(UnknownSsoProvider)
    }
}

impl SsoProvider {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Oidc,
        Self::Saml,
        Self::AzureAd,
        Self::GoogleWorkspace,
        Self::Okta,
        Self::AzureAdOidc,
    ];

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oidc => "OIDC",
            Self::Saml => "SAML",
            Self::AzureAd => "AzureAD",
            Self::GoogleWorkspace => "GoogleWorkspace",
            Self::Okta => "Okta",
            Self::AzureAdOidc => "AzureAdOidc",
        }
    }

    /// What people call it.
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::Oidc => "OIDC",
            Self::Saml => "SAML",
            Self::AzureAd => "Microsoft Entra ID (SAML)",
            Self::GoogleWorkspace => "Google Workspace",
            Self::Okta => "Okta",
            Self::AzureAdOidc => "Microsoft Entra ID (OIDC)",
        }
    }

    /// What it speaks.
    pub const fn protocol(self) -> SsoProtocol {
        match self {
            Self::Oidc | Self::GoogleWorkspace | Self::Okta | Self::AzureAdOidc => {
                SsoProtocol::Oidc
            }
            Self::Saml | Self::AzureAd => SsoProtocol::Saml,
        }
    }

    /// Picture as a URL.
    pub const fn logo(self) -> &'static str {
        match self {
            Self::Oidc => tile!("%23b4561f", "O"),
            Self::Saml => tile!("%23137a63", "S"),
            Self::AzureAd | Self::AzureAdOidc => tile!("%230f6cbd", "E"),
            Self::GoogleWorkspace => tile!("%23a33d2d", "G"),
            Self::Okta => tile!("%23343b8f", "K"),
        }
    }

    /// What it is for, in one of the built-in languages; English for all others.
    pub fn description(self, language: &str) -> String {
        let protocol = match self.protocol() {
            SsoProtocol::Oidc => "OpenID Connect",
            SsoProtocol::Saml => "SAML 2.0",
        };
        let name = match self {
            Self::Oidc | Self::Saml => None,
            Self::AzureAd | Self::AzureAdOidc => Some("Microsoft Entra ID"),
            Self::GoogleWorkspace => Some("Google Workspace"),
            Self::Okta => Some("Okta"),
        };
        let text = match (language, name) {
            ("ar", None) => "تسجيل الدخول عبر أي موفّر هوية يدعم {protocol}.",
            ("ar", Some(_)) => "تسجيل الدخول عبر {name} باستخدام {protocol}.",
            ("de", None) => "Anmeldung über jeden Identitätsanbieter, der {protocol} spricht.",
            ("de", Some(_)) => "Anmeldung über {name} mit {protocol}.",
            ("fr", None) => "Connexion par tout fournisseur d’identité qui parle {protocol}.",
            ("fr", Some(_)) => "Connexion par {name} avec {protocol}.",
            ("ko", None) => "{protocol}을(를) 지원하는 모든 ID 공급자로 로그인합니다.",
            ("ko", Some(_)) => "{protocol}(으)로 {name}에 로그인합니다.",
            ("ru", None) => "Вход через любого поставщика удостоверений с {protocol}.",
            ("ru", Some(_)) => "Вход через {name} по {protocol}.",
            (_, None) => "Sign-in through any identity provider that speaks {protocol}.",
            (_, Some(_)) => "Sign-in through {name} over {protocol}.",
        };
        text.replace("{protocol}", protocol).replace("{name}", name.unwrap_or_default())
    }
}

/// Why a provider's description of itself is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SsoMetadataError {
    /// Nothing came back.
    #[error("{0}")]
    Unreachable(#[from] OutboundError),
    /// Something came back that is no success.
    #[error("the provider answered with status {0}")]
    Status(u16),
    /// It is no discovery document, or lacks what is needed.
    #[error("not a discovery document: {0}")]
    InvalidDiscovery(String),
    /// It is no SAML metadata, or lacks what is needed.
    #[error("not the metadata of a SAML identity provider: {0}")]
    InvalidMetadata(String),
    /// The certificate cannot be read.
    #[error("not an X.509 certificate")]
    InvalidCertificate,
}

impl SsoMetadataError {
    /// The word for it on the wire.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Unreachable(_) | Self::Status(_) => "fail_to_fetch_config",
            Self::InvalidDiscovery(_) => "invalid_config_response",
            Self::InvalidMetadata(_) => "invalid_saml_xml_metadata",
            Self::InvalidCertificate => "invalid_connector_config",
        }
    }
}

/// What an OpenID Connect provider publishes of itself (OpenID Connect Discovery 1.0, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OidcMetadata {
    /// Its identifier, as its tokens have it.
    pub issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where more is known of a person.
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
}

/// What a provider says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderMetadata {
    /// An OpenID Connect provider.
    Oidc(OidcMetadata),
    /// A SAML identity provider.
    Saml(SamlIdentityProvider),
}

/// Asks a provider what it says of itself, or reads it from the settings where they hold it.
pub async fn fetch(
    source: &ProviderSource<'_>,
    outbound: &Outbound,
    timeout: Duration,
) -> Result<ProviderMetadata, SsoMetadataError> {
    match source {
        ProviderSource::Discovery { issuer } => {
            let url = format!("{issuer}/.well-known/openid-configuration");
            let text = get(&url, outbound, timeout).await?;
            parse_discovery(&text).map(ProviderMetadata::Oidc)
        }
        ProviderSource::MetadataUrl(url) => {
            let text = get(url, outbound, timeout).await?;
            parse_metadata(&String::from_utf8_lossy(&text)).map(ProviderMetadata::Saml)
        }
        ProviderSource::Metadata(text) => parse_metadata(text).map(ProviderMetadata::Saml),
        ProviderSource::Manual { entity_id, sign_in_endpoint, certificate } => {
            let validity = validity(certificate).ok_or(SsoMetadataError::InvalidCertificate)?;
            Ok(ProviderMetadata::Saml(SamlIdentityProvider {
                entity_id: (*entity_id).to_owned(),
                sign_in_endpoint: (*sign_in_endpoint).to_owned(),
                certificate: (*certificate).to_owned(),
                validity,
            }))
        }
    }
}

async fn get(
    url: &str,
    outbound: &Outbound,
    timeout: Duration,
) -> Result<Vec<u8>, SsoMetadataError> {
    let request = OutboundRequest::get(url).timeout(timeout).max_body(MAX_DOCUMENT);
    let answer = outbound.send(request).await?;
    if answer.status.is_success() {
        Ok(answer.body)
    } else {
        Err(SsoMetadataError::Status(answer.status.as_u16()))
    }
}

/// Reads a discovery document; every endpoint must be an address of the web.
fn parse_discovery(text: &[u8]) -> Result<OidcMetadata, SsoMetadataError> {
    let found: OidcMetadata = serde_json::from_slice(text)
        .map_err(|error| SsoMetadataError::InvalidDiscovery(without_position(&error)))?;
    let endpoints = [
        ("issuer", Some(&found.issuer)),
        ("authorization_endpoint", Some(&found.authorization_endpoint)),
        ("token_endpoint", Some(&found.token_endpoint)),
        ("jwks_uri", Some(&found.jwks_uri)),
        ("userinfo_endpoint", found.userinfo_endpoint.as_ref()),
    ];
    for (name, address) in endpoints {
        // The issuer of one of Microsoft's documents holds `{tenantid}`, which a parser encodes.
        if address.is_some_and(|address| !is_web_address(address)) {
            let reason = format!("{name} is not an http or https address");
            return Err(SsoMetadataError::InvalidDiscovery(reason));
        }
    }
    Ok(found)
}

fn without_position(error: &serde_json::Error) -> String {
    if error.is_data() { error.to_string() } else { "not JSON".to_owned() }
}

/// `http` or `https` with a host.
pub(crate) fn is_web_address(text: &str) -> bool {
    let is_plain = !text.chars().any(|each| each.is_whitespace() || each.is_control());
    is_plain
        && Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn discovery() -> Value {
        json!({
            "issuer": "https://login.example/{tenantid}/v2.0",
            "authorization_endpoint": "https://login.example/authorize",
            "token_endpoint": "https://login.example/token",
            "jwks_uri": "https://login.example/keys",
            "userinfo_endpoint": "https://login.example/me",
            "claims_supported": ["sub"],
        })
    }

    #[test]
    fn names_are_those_of_the_wire_and_parse_back() {
        for provider in SsoProvider::ALL {
            assert_eq!(provider.name().parse(), Ok(provider));
            assert!(provider.logo().starts_with("data:image/svg+xml,%3Csvg"));
            assert!(!provider.logo().contains('#'), "a # would end the address");
            for language in ["ar", "de", "en", "fr", "ko", "ru"] {
                let text = provider.description(language);
                assert!(!text.contains('{'), "{text}");
                assert_eq!(text == provider.description("en"), language == "en", "{language}");
            }
        }
        assert_eq!("oidc".parse::<SsoProvider>(), Err(UnknownSsoProvider));
    }

    #[test]
    fn a_discovery_document_has_endpoints_that_are_addresses() {
        let parsed = parse_discovery(discovery().to_string().as_bytes()).unwrap();
        assert_eq!(parsed.userinfo_endpoint.as_deref(), Some("https://login.example/me"));
        let mut without = discovery();
        without["userinfo_endpoint"] = Value::Null;
        assert!(parse_discovery(without.to_string().as_bytes()).is_ok());
        for member in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            for bad in [Value::Null, json!(1), json!("javascript:alert(1)"), json!("/token")] {
                let mut document = discovery();
                document[member] = bad;
                let error = parse_discovery(document.to_string().as_bytes()).unwrap_err();
                assert_eq!(error.message(), "invalid_config_response", "{document}");
            }
        }
        assert!(parse_discovery(b"<html>").is_err());
    }
}
