//! Applications that speak SAML: service providers whose identity provider this server is.

use crate::JsonObject;
use crate::application::ApplicationType;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names of SAML attributes by the claims of OpenID Connect that they carry.
pub type AttributeMapping = BTreeMap<String, String>;

/// A SAML application.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SamlApplication {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
    /// Always `SAML`.
    #[serde(rename = "type")]
    pub kind: ApplicationType,
    /// Free fields.
    pub custom_data: JsonObject,
    /// Never.
    pub is_third_party: bool,
    /// Only listed people may use it.
    pub app_level_access_control_enabled: bool,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Names of SAML attributes, by claims.
    pub attribute_mapping: AttributeMapping,
    /// What the service provider calls itself.
    pub entity_id: Option<String>,
    /// Where the service provider takes answers.
    pub acs_url: Option<SamlAcsUrl>,
    /// How assertions are encrypted.
    pub encryption: Option<SamlEncryption>,
    /// How people are named.
    pub name_id_format: NameIdFormat,
}

/// Where a service provider takes answers: its assertion consumer service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SamlAcsUrl {
    /// How answers travel.
    pub binding: SamlBinding,
    /// An `http(s)` URL.
    pub url: String,
}

/// How SAML messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SamlBinding {
    /// In a form.
    #[serde(rename = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")]
    HttpPost,
    /// In the query; not for answers.
    #[serde(rename = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")]
    HttpRedirect,
}

impl SamlBinding {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HttpPost => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
            Self::HttpRedirect => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
        }
    }
}

/// How assertions are encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SamlEncryption {
    /// Assertions are encrypted; the others must be set then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypt_assertion: Option<bool>,
    /// They are encrypted first and signed then, not the other way round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypt_then_sign: Option<bool>,
    /// The service provider's X.509 certificate in PEM.
    #[cfg_attr(feature = "openapi", schema(max_length = 16384))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// How people are named in assertions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NameIdFormat {
    /// By their id.
    #[default]
    #[serde(rename = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")]
    Persistent,
    /// By their e-mail address.
    #[serde(rename = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")]
    EmailAddress,
    /// By a name for one session.
    #[serde(rename = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient")]
    Transient,
    /// As both sides have agreed.
    #[serde(rename = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")]
    Unspecified,
}

impl NameIdFormat {
    /// Every one of them.
    pub const ALL: [Self; 4] =
        [Self::Persistent, Self::EmailAddress, Self::Transient, Self::Unspecified];

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Persistent => "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            Self::EmailAddress => "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
            Self::Transient => "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
            Self::Unspecified => "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        }
    }

    /// The format with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// What makes a SAML application.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateSamlApplication {
    /// 1 to 256 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
    /// Shown to administrators.
    #[serde(default)]
    pub description: Option<String>,
    /// Free fields.
    #[serde(default)]
    pub custom_data: JsonObject,
    /// Names of SAML attributes, by claims; unknown claims are left out.
    #[serde(default)]
    pub attribute_mapping: AttributeMapping,
    /// What the service provider calls itself; at most 128 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    #[serde(default)]
    pub entity_id: Option<String>,
    /// Where the service provider takes answers.
    #[serde(default)]
    pub acs_url: Option<SamlAcsUrl>,
    /// How assertions are encrypted.
    #[serde(default)]
    pub encryption: Option<SamlEncryption>,
    /// How people are named.
    #[serde(default)]
    pub name_id_format: NameIdFormat,
}

/// What changes of a SAML application; absent members stay, documents are replaced as a whole.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateSamlApplication {
    /// 1 to 256 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: Option<String>,
    /// Shown to administrators.
    #[serde(deserialize_with = "crate::present")]
    pub description: Option<Option<String>>,
    /// Free fields.
    pub custom_data: Option<JsonObject>,
    /// Only listed people may use it.
    pub app_level_access_control_enabled: Option<bool>,
    /// Names of SAML attributes, by claims; unknown claims are left out.
    pub attribute_mapping: Option<AttributeMapping>,
    /// What the service provider calls itself; at most 128 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    #[serde(deserialize_with = "crate::present")]
    pub entity_id: Option<Option<String>>,
    /// Where the service provider takes answers.
    #[serde(deserialize_with = "crate::present")]
    pub acs_url: Option<Option<SamlAcsUrl>>,
    /// How assertions are encrypted.
    #[serde(deserialize_with = "crate::present")]
    pub encryption: Option<Option<SamlEncryption>>,
    /// How people are named.
    pub name_id_format: Option<NameIdFormat>,
}

/// A key that signs assertions, with its certificate. The key itself is never shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SamlSecret {
    /// 21 characters.
    pub id: String,
    /// X.509 in PEM.
    pub certificate: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// When the certificate ends, epoch milliseconds.
    pub expires_at: i64,
    /// It is the one that signs.
    pub active: bool,
    /// Hashes of the certificate.
    pub fingerprints: CertificateFingerprints,
}

/// Hashes of a certificate, for people who compare it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateFingerprints {
    /// SHA-256.
    pub sha256: CertificateFingerprint,
}

/// A hash of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateFingerprint {
    /// `AB:CD:…`
    pub formatted: String,
    /// `ABCD…`
    pub unformatted: String,
}

/// What makes a key that signs assertions.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateSamlSecret {
    /// How many years its certificate lives.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    pub life_span_in_years: u32,
}

/// Whether a key signs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateSamlSecret {
    /// It does; no other then does.
    pub active: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_on_the_wire_and_in_the_database() {
        for format in NameIdFormat::ALL {
            assert_eq!(serde_json::to_value(format).unwrap(), format.as_str());
            assert_eq!(NameIdFormat::parse(format.as_str()), Some(format));
        }
        for binding in [SamlBinding::HttpPost, SamlBinding::HttpRedirect] {
            assert_eq!(serde_json::to_value(binding).unwrap(), binding.as_str());
        }
    }
}
