//! Applications: the clients of the provider, as the Management API shows them.

pub mod access_control;
pub mod consent;
pub mod protected_app;
pub mod sign_in_experience;

use crate::JsonObject;
use protected_app::{CreateProtectedAppMetadata, ProtectedAppMetadata, UpdateProtectedAppMetadata};
use serde::{Deserialize, Serialize};

/// What kind of client an application is; its grants and authentication follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ApplicationType {
    /// Installed on a device; public client.
    Native,
    /// Runs in a browser; public client.
    SPA,
    /// A web server; confidential client.
    Traditional,
    /// No person behind it; confidential client.
    MachineToMachine,
    /// A web server behind a proxy of ours.
    Protected,
    /// A SAML service provider.
    SAML,
}

impl ApplicationType {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "Native",
            Self::SPA => "SPA",
            Self::Traditional => "Traditional",
            Self::MachineToMachine => "MachineToMachine",
            Self::Protected => "Protected",
            Self::SAML => "SAML",
        }
    }

    /// The type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Native,
            Self::SPA,
            Self::Traditional,
            Self::MachineToMachine,
            Self::Protected,
            Self::SAML,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == name)
    }
}

/// The part of a client's metadata that OpenID Connect defines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OidcClientMetadata {
    /// Where authorization responses may go.
    pub redirect_uris: Vec<String>,
    /// Where a browser may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where logout tokens are posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Logout tokens name the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// Address of the application's logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
}

/// The part of a client's metadata that is this server's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CustomClientMetadata {
    /// Origins that may call the token endpoint from a browser, beside those of the redirect URIs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cors_allowed_origins: Option<Vec<String>>,
    /// Seconds; default 3600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_ttl: Option<u32>,
    /// Seconds; overridden by `refresh_token_ttl_in_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_ttl: Option<u32>,
    /// Days, 1 to 180; default 14.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_ttl_in_days: Option<u32>,
    /// Issue a refresh token without `offline_access`; web clients only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always_issue_refresh_token: Option<bool>,
    /// Default true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_refresh_token: Option<bool>,
    /// RFC 8693.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_token_exchange: Option<bool>,
    /// RFC 8628; native clients only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_device_flow: Option<bool>,
    /// Oldest grants of a person beyond this number are revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_allowed_grants: Option<u32>,
    /// Carried for clients that send it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Always `default`.
    pub tenant_id: String,
    /// The `client_id`.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
    /// What kind of client it is.
    #[serde(rename = "type")]
    pub kind: ApplicationType,
    /// OpenID Connect metadata.
    pub oidc_client_metadata: OidcClientMetadata,
    /// Our own metadata.
    pub custom_client_metadata: CustomClientMetadata,
    /// Settings of a protected application.
    pub protected_app_metadata: Option<ProtectedAppMetadata>,
    /// Free fields.
    pub custom_data: JsonObject,
    /// People are asked for consent.
    pub is_third_party: bool,
    /// Only listed people may use it.
    pub app_level_access_control_enabled: bool,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// A secret without a name, which only applications of the first days have; this server makes
    /// none. See the list of secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Whether it holds the internal administrator role; only in the answer for one application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
}

/// Body of `POST /api/applications`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateApplication {
    /// 1 to 256 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
    /// What kind of client it is.
    #[serde(rename = "type")]
    pub kind: ApplicationType,
    /// Shown to administrators.
    #[serde(default)]
    pub description: Option<String>,
    /// OpenID Connect metadata; empty lists when absent.
    #[serde(default)]
    pub oidc_client_metadata: Option<OidcClientMetadata>,
    /// Our own metadata.
    #[serde(default)]
    pub custom_client_metadata: Option<CustomClientMetadata>,
    /// Free fields.
    #[serde(default)]
    pub custom_data: Option<JsonObject>,
    /// People are asked for consent.
    #[serde(default)]
    pub is_third_party: Option<bool>,
    /// Settings of a protected application.
    #[serde(default)]
    pub protected_app_metadata: Option<CreateProtectedAppMetadata>,
}

/// What changes of an application; absent members stay, documents are replaced as a whole.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateApplication {
    /// 1 to 256 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: Option<String>,
    /// Shown to administrators.
    #[serde(deserialize_with = "crate::present")]
    pub description: Option<Option<String>>,
    /// OpenID Connect metadata.
    pub oidc_client_metadata: Option<OidcClientMetadata>,
    /// Our own metadata.
    pub custom_client_metadata: Option<CustomClientMetadata>,
    /// Free fields.
    pub custom_data: Option<JsonObject>,
    /// Only listed people may use it.
    pub app_level_access_control_enabled: Option<bool>,
    /// Settings of a protected application.
    pub protected_app_metadata: Option<UpdateProtectedAppMetadata>,
    /// Whether it manages this server without being given a role.
    pub is_admin: Option<bool>,
}

/// A secret of an application.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSecret {
    /// Always `default`.
    pub tenant_id: String,
    /// Whose it is.
    pub application_id: String,
    /// Unique within the application.
    pub name: String,
    /// The secret itself.
    pub value: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds; null never.
    pub expires_at: Option<i64>,
}

/// Body of `POST /api/applications/{id}/secrets`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateApplicationSecret {
    /// 1 to 256 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
    /// Epoch milliseconds, in the future.
    #[serde(default)]
    pub expires_at: Option<i64>,
}

/// Body of `PATCH /api/applications/{id}/secrets/{name}`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenameApplicationSecret {
    /// The new name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub name: String,
}
