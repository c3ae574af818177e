//! Connectors to enterprises' identity providers, as the Management API shows them.

use crate::JsonObject;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an identity provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SsoProviderType {
    /// OpenID Connect.
    Oidc,
    /// SAML 2.0.
    Saml,
}

/// A kind of identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorProvider {
    /// `OIDC`, `SAML`, `AzureAD`, `GoogleWorkspace`, `Okta` or `AzureAdOidc`.
    pub provider_name: String,
    /// What it speaks.
    pub provider_type: SsoProviderType,
    /// Picture as a URL.
    pub logo: String,
    /// Picture on a dark background.
    pub logo_dark: String,
    /// What it is for, in the language of the request.
    pub description: String,
    /// What people call it.
    pub name: String,
}

/// How sign-in pages show a connector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SsoBranding {
    /// Name on the button.
    #[cfg_attr(feature = "openapi", schema(max_length = 128))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Address of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Address of a picture on dark ground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_logo: Option<String>,
}

/// A connector.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoConnector {
    /// Always `default`.
    pub tenant_id: String,
    /// 12 characters.
    pub id: String,
    /// Which kind of provider.
    pub provider_name: String,
    /// Unique.
    pub connector_name: String,
    /// Settings, as the provider defines them.
    pub config: JsonObject,
    /// Mail domains whose people sign in here.
    pub domains: Vec<String>,
    /// How sign-in pages show it.
    pub branding: SsoBranding,
    /// Copy names and pictures at each sign-in.
    pub sync_profile: bool,
    /// Keep the provider's tokens.
    pub enable_token_storage: bool,
    /// Epoch milliseconds.
    pub created_at: i64,
}

/// A connector with what is known of its provider.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorWithProvider {
    /// The connector.
    #[serde(flatten)]
    pub connector: SsoConnector,
    /// What people call the kind of provider.
    pub name: String,
    /// What it speaks.
    pub provider_type: SsoProviderType,
    /// Picture as a URL.
    pub provider_logo: String,
    /// Picture on a dark background.
    pub provider_logo_dark: String,
    /// What the provider says of itself; absent while settings are missing or it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_config: Option<SsoProviderConfig>,
}

/// What a provider says of itself.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum SsoProviderConfig {
    /// An OpenID Connect provider.
    Oidc(SsoOidcProviderConfig),
    /// A SAML identity provider.
    Saml(SsoSamlProviderConfig),
}

/// The discovery document of an OpenID Connect provider, as far as it is used.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoOidcProviderConfig {
    /// Its identifier, as its tokens have it.
    pub issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where more is known of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
}

/// The two sides of a SAML connection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoSamlProviderConfig {
    /// Which attributes stand for a person's id, e-mail address and name unless settings say so.
    pub default_attribute_mapping: SsoAttributeMapping,
    /// This server: to be entered at the identity provider.
    pub service_provider: SsoServiceProvider,
    /// The identity provider; absent while it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<SsoIdentityProvider>,
}

/// Names of attributes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SsoAttributeMapping {
    /// The person's id at the provider.
    pub id: String,
    /// E-mail address.
    pub email: String,
    /// Display name.
    pub name: String,
}

/// This server as the provider sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoServiceProvider {
    /// The audience of assertions.
    pub entity_id: String,
    /// Where assertions are posted.
    pub assertion_consumer_service_url: String,
}

/// A SAML identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoIdentityProvider {
    /// The issuer of assertions.
    pub entity_id: String,
    /// Where requests are sent.
    pub sign_in_endpoint: String,
    /// The certificate that assertions are signed with.
    pub x509_certificate: String,
    /// When that certificate ends, in epoch milliseconds.
    pub certificate_expires_at: i64,
    /// Whether it may be used now.
    pub is_certificate_valid: bool,
}

/// Body of `POST /api/sso-connectors`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateSsoConnector {
    /// Which kind of provider.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub provider_name: String,
    /// Unique.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub connector_name: String,
    /// Settings, as the provider defines them; what is missing can be added later.
    #[serde(default)]
    pub config: Option<JsonObject>,
    /// Mail domains whose people sign in here.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    #[serde(default)]
    pub domains: Vec<String>,
    /// How sign-in pages show it.
    #[serde(default)]
    pub branding: SsoBranding,
    /// Copy names and pictures at each sign-in.
    #[serde(default)]
    pub sync_profile: bool,
    /// Keep the provider's tokens; OpenID Connect only.
    #[serde(default)]
    pub enable_token_storage: bool,
}

/// Body of `PATCH /api/sso-connectors/{id}`: absent members stay, all others are replaced.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of CreateSsoConnector")]
pub struct UpdateSsoConnector {
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub connector_name: Option<String>,
    pub config: Option<JsonObject>,
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub domains: Option<Vec<String>>,
    pub branding: Option<SsoBranding>,
    pub sync_profile: Option<bool>,
    pub enable_token_storage: Option<bool>,
}

/// A key that requests to a SAML identity provider are signed with, without its private part.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoSigningKey {
    /// 21 characters.
    pub id: String,
    /// X.509 in PEM.
    pub certificate: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// When the certificate ends, in epoch milliseconds.
    pub expires_at: i64,
    /// The one that signs.
    pub active: bool,
    /// Hashes of the certificate, for people who compare it.
    pub fingerprints: SsoSigningKeyFingerprints,
}

/// Hashes of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SsoSigningKeyFingerprints {
    /// SHA-256.
    pub sha256: SsoSigningKeyFingerprint,
}

/// One hash in two spellings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SsoSigningKeyFingerprint {
    /// `AB:CD:…`
    pub formatted: String,
    /// `ABCD…`
    pub unformatted: String,
}

/// Body of `POST /api/sso-connectors/{id}/signing-keys`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct CreateSsoSigningKey {
    /// Sign with it at once, in the place of the one before.
    pub active: bool,
}

/// Body of `PATCH /api/sso-connectors/{id}/signing-keys/{keyId}`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateSsoSigningKey {
    /// Sign with it, in the place of the one before.
    pub active: bool,
}

/// What happens when an identity provider signs somebody in unasked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdpInitiatedAuthConfig {
    /// Always `default`.
    pub tenant_id: String,
    /// Which connector.
    pub connector_id: String,
    /// The application that is opened.
    pub default_application_id: String,
    /// Where the application gets its answer.
    pub redirect_uri: Option<String>,
    /// Parameters of the authorization request.
    pub auth_parameters: BTreeMap<String, String>,
    /// The server sends the authorization request itself.
    pub auto_send_authorization_request: bool,
    /// Where the application begins it.
    pub client_idp_initiated_auth_callback_uri: Option<String>,
    /// Epoch milliseconds.
    pub created_at: i64,
}

/// Body of `PUT /api/sso-connectors/{id}/idp-initiated-auth-config`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetIdpInitiatedAuthConfig {
    /// The application that is opened.
    pub default_application_id: String,
    /// One of the application's; the first of them when it is left out.
    #[serde(default)]
    pub redirect_uri: Option<String>,
    /// Parameters of the authorization request.
    #[serde(default)]
    pub auth_parameters: BTreeMap<String, String>,
    /// The server sends the authorization request itself.
    #[serde(default)]
    pub auto_send_authorization_request: bool,
    /// Where the application begins it; required unless the server does.
    #[serde(default)]
    pub client_idp_initiated_auth_callback_uri: Option<String>,
}

/// Enterprise connectors.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorIds {
    /// Their ids.
    pub sso_connector_ids: Vec<String>,
}
