//! Settings of enterprise connectors.

use serde_json::{Map, Value};

use super::{SsoProtocol, SsoProvider, certificate, is_web_address};
use crate::config::Fields;
use crate::error::ConnectorError;

const GOOGLE_ISSUER: &str = "https://accounts.google.com";
const MAX_TEXT: usize = 2048;
const MAX_METADATA: usize = 200 * 1024;

const OIDC: [&str; 5] = ["clientId", "clientSecret", "issuer", "scope", "trustUnverifiedEmail"];
const GOOGLE: [&str; 5] =
    ["clientId", "clientSecret", "scope", "trustUnverifiedEmail", "offlineAccess"];
const SAML: [&str; 8] = [
    "metadataUrl",
    "metadata",
    "entityId",
    "signInEndpoint",
    "x509Certificate",
    "attributeMapping",
    "signAuthnRequest",
    "requestSignatureAlgorithm",
];
const ATTRIBUTES: [&str; 3] = ["id", "email", "name"];
const SIGNATURE_ALGORITHMS: [&str; 2] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
];

/// Settings whose members fit. Some may be missing: a connector is often made first and set up
/// afterwards.
#[derive(Clone, PartialEq)]
pub struct SsoSettings {
    provider: SsoProvider,
    members: Map<String, Value>,
}

/// Where it is said what the provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderSource<'a> {
    /// A discovery document below the issuer.
    Discovery {
        /// The issuer, as it was typed.
        issuer: &'a str,
    },
    /// SAML metadata at an address.
    MetadataUrl(&'a str),
    /// SAML metadata in the settings.
    Metadata(&'a str),
    /// The settings themselves.
    Manual {
        /// The identity provider's entity id.
        entity_id: &'a str,
        /// Where requests are sent by redirect.
        sign_in_endpoint: &'a str,
        /// The certificate that its assertions are signed with.
        certificate: &'a str,
    },
}

impl SsoSettings {
    /// Reads settings; an error names the member that does not fit. Members that the provider does
    /// not know are dropped.
    pub fn parse(provider: SsoProvider, config: &Value) -> Result<Self, ConnectorError> {
        let fields = Fields::root(config)?;
        let known: &[&str] = match provider {
            SsoProvider::GoogleWorkspace => &GOOGLE,
            SsoProvider::Oidc | SsoProvider::Okta | SsoProvider::AzureAdOidc => &OIDC,
            SsoProvider::Saml | SsoProvider::AzureAd => &SAML,
        };
        match provider.protocol() {
            SsoProtocol::Oidc => check_oidc(&fields, provider)?,
            SsoProtocol::Saml => check_saml(&fields)?,
        }
        let mut members = config.as_object().cloned().unwrap_or_default();
        members.retain(|name, value| known.contains(&name.as_str()) && !value.is_null());
        if let Some(mapping) = members.get_mut("attributeMapping").and_then(Value::as_object_mut) {
            mapping.retain(|name, value| ATTRIBUTES.contains(&name.as_str()) && !value.is_null());
        }
        Ok(Self { provider, members })
    }

    /// The settings as they are stored.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Whether requests to a SAML identity provider are signed.
    pub fn signs_requests(&self) -> bool {
        self.members.get("signAuthnRequest") == Some(&Value::Bool(true))
    }

    /// The attributes that stand for `id`, `email` and `name`, where the settings name them.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.members.get("attributeMapping")?.get(name)?.as_str()
    }

    /// Where the provider is described; `None` while settings are missing.
    pub fn source(&self) -> Option<ProviderSource<'_>> {
        match self.provider.protocol() {
            SsoProtocol::Oidc => {
                self.text("clientId")?;
                self.text("clientSecret")?;
                let issuer = match self.provider {
                    SsoProvider::GoogleWorkspace => GOOGLE_ISSUER,
                    _ => self.text("issuer")?,
                };
                Some(ProviderSource::Discovery { issuer })
            }
            SsoProtocol::Saml => {
                if let Some(url) = self.text("metadataUrl") {
                    return Some(ProviderSource::MetadataUrl(url));
                }
                if let Some(metadata) = self.text("metadata") {
                    return Some(ProviderSource::Metadata(metadata));
                }
                Some(ProviderSource::Manual {
                    entity_id: self.text("entityId")?,
                    sign_in_endpoint: self.text("signInEndpoint")?,
                    certificate: self.text("x509Certificate")?,
                })
            }
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str().filter(|text| !text.trim().is_empty())
    }
}

/// Settings hold secrets, so only the names of the members are shown.
impl std::fmt::Debug for SsoSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.members.keys().collect();
        formatter.debug_tuple("SsoSettings").field(&self.provider).field(&names).finish()
    }
}

fn check_oidc(fields: &Fields<'_>, provider: SsoProvider) -> Result<(), ConnectorError> {
    for name in ["clientId", "clientSecret", "scope"] {
        short_text(fields, name)?;
    }
    fields.flag("trustUnverifiedEmail")?;
    if provider == SsoProvider::GoogleWorkspace {
        fields.flag("offlineAccess")?;
        return Ok(());
    }
    address(fields, "issuer")
}

fn check_saml(fields: &Fields<'_>) -> Result<(), ConnectorError> {
    short_text(fields, "entityId")?;
    address(fields, "metadataUrl")?;
    address(fields, "signInEndpoint")?;
    if fields.optional_string("metadata")?.is_some_and(|text| text.len() > MAX_METADATA) {
        return Err(fields.error("metadata", "must have at most 200 KiB"));
    }
    if let Some(text) = fields.filled_string("x509Certificate")? {
        certificate::validity(text)
            .ok_or_else(|| fields.error("x509Certificate", "must be an X.509 certificate"))?;
    }
    if let Some(mapping) = fields.object("attributeMapping")? {
        for name in ATTRIBUTES {
            short_text(&mapping, name)?;
        }
    }
    fields.flag("signAuthnRequest")?;
    match fields.optional_string("requestSignatureAlgorithm")? {
        Some(name) if !SIGNATURE_ALGORITHMS.contains(&name) => Err(fields
            .error("requestSignatureAlgorithm", "must be the URI of RSA with SHA-256 or SHA-512")),
        Some(_) | None => Ok(()),
    }
}

fn short_text(fields: &Fields<'_>, name: &str) -> Result<(), ConnectorError> {
    match fields.optional_string(name)? {
        Some(text) if text.len() > MAX_TEXT => {
            Err(fields.error(name, "must have at most 2048 bytes"))
        }
        Some(_) | None => Ok(()),
    }
}

fn address(fields: &Fields<'_>, name: &str) -> Result<(), ConnectorError> {
    match fields.filled_string(name)? {
        Some(text) if !is_web_address(text) || text.len() > MAX_TEXT => {
            Err(fields.error(name, "must be an http or https address"))
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settings(provider: SsoProvider, config: Value) -> SsoSettings {
        SsoSettings::parse(provider, &config).unwrap()
    }

    #[track_caller]
    fn refused(provider: SsoProvider, config: Value, field: &str) {
        match SsoSettings::parse(provider, &config) {
            Err(ConnectorError::InvalidConfig { field: found, .. }) => assert_eq!(found, field),
            other => panic!("{config}: {other:?}"),
        }
    }

    #[test]
    fn a_provider_is_known_once_all_its_settings_are_there() {
        let full = json!({ "clientId": "a", "clientSecret": "b", "issuer": "https://i.example" });
        for missing in ["clientId", "clientSecret", "issuer"] {
            let mut part = full.clone();
            part[missing] = Value::Null;
            assert_eq!(settings(SsoProvider::Okta, part.clone()).source(), None, "{missing}");
            part[missing] = json!(" ");
            assert_eq!(settings(SsoProvider::Okta, part).source(), None, "{missing}");
        }
        let found = settings(SsoProvider::Okta, full.clone());
        let discovery = ProviderSource::Discovery { issuer: "https://i.example" };
        assert_eq!(found.source(), Some(discovery));
        let found = settings(SsoProvider::GoogleWorkspace, full);
        assert_eq!(found.source(), Some(ProviderSource::Discovery { issuer: GOOGLE_ISSUER }));
        assert!(!found.members().contains_key("issuer"), "Google has one issuer only");

        let url = json!({ "metadataUrl": "https://i.example/m" });
        let url = settings(SsoProvider::Saml, url);
        assert_eq!(url.source(), Some(ProviderSource::MetadataUrl("https://i.example/m")));
        let text = settings(SsoProvider::AzureAd, json!({ "metadata": "<a/>", "other": 1 }));
        assert_eq!(text.source(), Some(ProviderSource::Metadata("<a/>")));
        assert!(!text.members().contains_key("other"));
        let part = json!({ "entityId": "e", "signInEndpoint": "https://i.example/sso" });
        assert_eq!(settings(SsoProvider::Saml, part).source(), None);
        assert_eq!(settings(SsoProvider::Saml, json!({})).source(), None);
    }

    #[test]
    fn each_member_is_checked() {
        let oidc = SsoProvider::Oidc;
        refused(oidc, json!([]), "config");
        refused(oidc, json!({ "clientId": 1 }), "clientId");
        refused(oidc, json!({ "clientSecret": "x".repeat(2049) }), "clientSecret");
        refused(oidc, json!({ "issuer": "javascript:alert(1)" }), "issuer");
        refused(oidc, json!({ "issuer": "accounts.example" }), "issuer");
        refused(oidc, json!({ "trustUnverifiedEmail": "yes" }), "trustUnverifiedEmail");
        refused(SsoProvider::GoogleWorkspace, json!({ "offlineAccess": 1 }), "offlineAccess");
        let saml = SsoProvider::Saml;
        refused(saml, json!({ "metadataUrl": "ftp://i.example" }), "metadataUrl");
        refused(saml, json!({ "signInEndpoint": "/sso" }), "signInEndpoint");
        refused(saml, json!({ "metadata": "x".repeat(MAX_METADATA + 1) }), "metadata");
        refused(saml, json!({ "x509Certificate": "abc" }), "x509Certificate");
        refused(saml, json!({ "attributeMapping": { "id": 1 } }), "attributeMapping.id");
        refused(saml, json!({ "attributeMapping": "id" }), "attributeMapping");
        refused(saml, json!({ "signAuthnRequest": "true" }), "signAuthnRequest");
        let sha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
        let field = "requestSignatureAlgorithm";
        refused(saml, json!({ field: sha1 }), field);
        assert!(SsoSettings::parse(saml, &json!({ field: SIGNATURE_ALGORITHMS[1] })).is_ok());
    }

    #[test]
    fn attributes_and_signing_are_read_and_secrets_are_not_shown() {
        let config = json!({
            "attributeMapping": { "email": "mail", "other": "x", "name": null },
            "signAuthnRequest": true,
        });
        let found = settings(SsoProvider::Saml, config);
        assert_eq!((found.attribute("email"), found.attribute("id")), (Some("mail"), None));
        assert_eq!(found.members()["attributeMapping"], json!({ "email": "mail" }));
        assert!(found.signs_requests());
        let secret = settings(SsoProvider::Oidc, json!({ "clientSecret": "hidden" }));
        assert!(!format!("{secret:?}").contains("hidden"));
    }
}
