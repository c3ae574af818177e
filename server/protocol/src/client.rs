//! Clients: what an application may do at the provider, as it follows from its type and metadata.

use crate::redirect_uri;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use vestibule_shared::application::{ApplicationType, CustomClientMetadata, OidcClientMetadata};

/// Lifetime of ID tokens in seconds, unless the client says otherwise.
const DEFAULT_ID_TOKEN_TTL: u32 = 3600;
/// Lifetime of refresh tokens in days, unless the client says otherwise.
const DEFAULT_REFRESH_TOKEN_DAYS: u32 = 14;

/// `application_type` of OpenID Connect Registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Installed on a device.
    Native,
    /// In a browser, or on a server.
    Web,
}

/// How a client authenticates at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthenticationMethod {
    /// It does not: a public client.
    None,
    /// With a secret, in the header or the body: a confidential client.
    ClientSecretBasic,
}

/// What is exchanged for tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum GrantType {
    /// RFC 6749 section 4.1
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
    /// RFC 6749 section 6
    #[serde(rename = "refresh_token")]
    RefreshToken,
    /// RFC 6749 section 4.4
    #[serde(rename = "client_credentials")]
    ClientCredentials,
    /// RFC 8628
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// RFC 8693
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
}

impl GrantType {
    /// Those that the token endpoint offers.
    pub const OFFERED: [Self; 3] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// The value of the `grant_type` parameter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }

    /// The offered grant type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::OFFERED.into_iter().find(|grant_type| grant_type.as_str() == name)
    }
}

/// What follows from an application's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRules {
    /// Whether it is installed on a device.
    pub platform: Platform,
    /// How it authenticates at the token endpoint.
    pub authentication: AuthenticationMethod,
    /// What it may exchange for tokens.
    pub grant_types: Vec<GrantType>,
}

impl ClientRules {
    /// The rules for a type of application.
    pub fn of(kind: ApplicationType, custom: &CustomClientMetadata) -> Self {
        use GrantType::{AuthorizationCode, ClientCredentials, DeviceCode, RefreshToken};
        let is_device = custom.is_device_flow == Some(true);
        let (platform, authentication, grant_types) = match kind {
            ApplicationType::Native if is_device => {
                (Platform::Native, AuthenticationMethod::None, vec![DeviceCode, RefreshToken])
            }
            ApplicationType::Native => (
                Platform::Native,
                AuthenticationMethod::None,
                vec![AuthorizationCode, RefreshToken],
            ),
            ApplicationType::SPA => {
                (Platform::Web, AuthenticationMethod::None, vec![AuthorizationCode, RefreshToken])
            }
            ApplicationType::Traditional | ApplicationType::Protected | ApplicationType::SAML => (
                Platform::Web,
                AuthenticationMethod::ClientSecretBasic,
                vec![AuthorizationCode, RefreshToken],
            ),
            ApplicationType::MachineToMachine => {
                (Platform::Web, AuthenticationMethod::ClientSecretBasic, vec![ClientCredentials])
            }
        };
        let mut rules = Self { platform, authentication, grant_types };
        if custom.allow_token_exchange == Some(true) {
            rules.grant_types.push(GrantType::TokenExchange);
        }
        rules
    }
}

/// A client of the provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// The `client_id`.
    pub id: String,
    /// What kind of application it is.
    pub kind: ApplicationType,
    /// Belongs to somebody else: people are asked before it gets anything.
    pub is_third_party: bool,
    /// OpenID Connect metadata.
    pub oidc: OidcClientMetadata,
    /// Our own metadata.
    pub custom: CustomClientMetadata,
    /// What follows from these.
    pub rules: ClientRules,
}

impl Client {
    /// A client with the rules of its type.
    pub fn new(
        id: impl Into<String>,
        kind: ApplicationType,
        is_third_party: bool,
        oidc: OidcClientMetadata,
        custom: CustomClientMetadata,
    ) -> Self {
        let rules = ClientRules::of(kind, &custom);
        Self { id: id.into(), kind, is_third_party, oidc, custom, rules }
    }

    /// Whether it is installed on a device.
    pub fn is_native(&self) -> bool {
        self.rules.platform == Platform::Native
    }

    /// Whether it cannot keep a secret.
    pub fn is_public(&self) -> bool {
        self.rules.authentication == AuthenticationMethod::None
    }

    /// Whether it must use PKCE (RFC 9700 section 2.1.1).
    pub fn requires_pkce(&self) -> bool {
        self.is_public()
    }

    /// Whether it may use a grant type.
    pub fn allows(&self, grant_type: GrantType) -> bool {
        self.rules.grant_types.contains(&grant_type)
    }

    /// Whether an authorization response may go there.
    pub fn allows_redirect(&self, uri: &str) -> bool {
        redirect_uri::matches_redirect(uri, &self.oidc.redirect_uris, self.is_native())
    }

    /// Whether a browser may go there after signing out.
    pub fn allows_post_logout(&self, uri: &str) -> bool {
        redirect_uri::matches_post_logout(uri, &self.oidc.post_logout_redirect_uris)
    }

    /// Whether a page of `origin` may call the token endpoint: that of the issuer itself, a listed
    /// one, or that of a redirect URI.
    pub fn allows_origin(&self, origin: &str, issuer: &str) -> bool {
        let listed = self.custom.cors_allowed_origins.as_deref().unwrap_or_default();
        redirect_uri::same_origin(origin, issuer)
            || redirect_uri::origin_allowed(origin, &self.oidc.redirect_uris, listed)
    }

    /// How long its ID tokens live.
    pub fn id_token_ttl(&self) -> TimeDelta {
        seconds(self.custom.id_token_ttl.unwrap_or(DEFAULT_ID_TOKEN_TTL))
    }

    /// How long its refresh tokens live.
    pub fn refresh_token_ttl(&self) -> TimeDelta {
        match (self.custom.refresh_token_ttl_in_days, self.custom.refresh_token_ttl) {
            (Some(count), _) => days(count),
            (None, Some(count)) => seconds(count),
            (None, None) => days(DEFAULT_REFRESH_TOKEN_DAYS),
        }
    }

    /// Whether refresh tokens are replaced when they are used.
    pub fn rotates_refresh_tokens(&self) -> bool {
        self.custom.rotate_refresh_token != Some(false)
    }

    /// Whether it gets a refresh token for an authorization with or without `offline_access`.
    pub fn gets_refresh_token(&self, offline_access: bool) -> bool {
        let always = self.rules.platform == Platform::Web
            && self.custom.always_issue_refresh_token == Some(true);
        self.allows(GrantType::RefreshToken) && (offline_access || always)
    }
}

fn seconds(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count))
}

fn days(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count) * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(kind: ApplicationType, custom: CustomClientMetadata) -> Client {
        Client::new("app", kind, false, OidcClientMetadata::default(), custom)
    }

    fn plain(kind: ApplicationType) -> Client {
        client(kind, CustomClientMetadata::default())
    }

    #[test]
    fn rules_follow_from_the_type() {
        use ApplicationType::*;
        use AuthenticationMethod::{ClientSecretBasic, None as NoSecret};
        use GrantType::{AuthorizationCode, ClientCredentials, RefreshToken};
        let code = vec![AuthorizationCode, RefreshToken];
        for (kind, platform, authentication, grant_types) in [
            (Native, Platform::Native, NoSecret, code.clone()),
            (SPA, Platform::Web, NoSecret, code.clone()),
            (Traditional, Platform::Web, ClientSecretBasic, code.clone()),
            (Protected, Platform::Web, ClientSecretBasic, code.clone()),
            (SAML, Platform::Web, ClientSecretBasic, code),
            (MachineToMachine, Platform::Web, ClientSecretBasic, vec![ClientCredentials]),
        ] {
            assert_eq!(plain(kind).rules, ClientRules { platform, authentication, grant_types });
            assert_eq!(plain(kind).requires_pkce(), authentication == NoSecret);
        }
    }

    #[test]
    fn metadata_changes_the_grant_types() {
        let device = CustomClientMetadata { is_device_flow: Some(true), ..Default::default() };
        let native = client(ApplicationType::Native, device.clone());
        assert!(!native.allows(GrantType::AuthorizationCode));
        assert!(native.allows(GrantType::DeviceCode));
        assert!(client(ApplicationType::SPA, device).allows(GrantType::AuthorizationCode));
        let exchange =
            CustomClientMetadata { allow_token_exchange: Some(true), ..Default::default() };
        assert!(
            client(ApplicationType::MachineToMachine, exchange).allows(GrantType::TokenExchange)
        );
        assert!(!plain(ApplicationType::SPA).allows(GrantType::TokenExchange));
    }

    #[test]
    fn lifetimes() {
        let ttl = |in_days, in_seconds| {
            let custom = CustomClientMetadata {
                refresh_token_ttl_in_days: in_days,
                refresh_token_ttl: in_seconds,
                ..Default::default()
            };
            client(ApplicationType::SPA, custom).refresh_token_ttl()
        };
        assert_eq!(ttl(None, None), TimeDelta::days(14));
        assert_eq!(ttl(None, Some(90)), TimeDelta::seconds(90));
        assert_eq!(ttl(Some(3), Some(90)), TimeDelta::days(3));
        assert_eq!(ttl(Some(u32::MAX), None).num_days(), i64::from(u32::MAX));
        assert_eq!(plain(ApplicationType::SPA).id_token_ttl(), TimeDelta::hours(1));
        let custom = CustomClientMetadata { id_token_ttl: Some(5), ..Default::default() };
        assert_eq!(client(ApplicationType::SPA, custom).id_token_ttl(), TimeDelta::seconds(5));
    }

    #[test]
    fn refresh_tokens() {
        let always =
            CustomClientMetadata { always_issue_refresh_token: Some(true), ..Default::default() };
        let web = client(ApplicationType::SPA, always.clone());
        assert!(web.gets_refresh_token(false));
        assert!(!client(ApplicationType::Native, always.clone()).gets_refresh_token(false));
        assert!(!client(ApplicationType::MachineToMachine, always).gets_refresh_token(true));
        assert!(plain(ApplicationType::Native).gets_refresh_token(true));
        assert!(!plain(ApplicationType::SPA).gets_refresh_token(false));
        assert!(plain(ApplicationType::SPA).rotates_refresh_tokens());
        let fixed =
            CustomClientMetadata { rotate_refresh_token: Some(false), ..Default::default() };
        assert!(!client(ApplicationType::SPA, fixed).rotates_refresh_tokens());
    }

    #[test]
    fn only_native_clients_choose_their_port() {
        let oidc = OidcClientMetadata {
            redirect_uris: vec!["http://localhost/cb".into()],
            post_logout_redirect_uris: vec!["http://localhost/bye".into()],
            ..Default::default()
        };
        let of =
            |kind| Client::new("app", kind, false, oidc.clone(), CustomClientMetadata::default());
        assert!(of(ApplicationType::Native).allows_redirect("http://localhost:5000/cb"));
        assert!(!of(ApplicationType::SPA).allows_redirect("http://localhost:5000/cb"));
        assert!(!of(ApplicationType::Native).allows_post_logout("http://localhost:5000/bye"));
        assert!(of(ApplicationType::Native).allows_post_logout("http://localhost/bye"));
    }

    #[test]
    fn the_issuer_may_call_itself() {
        let client = plain(ApplicationType::SPA);
        assert!(client.allows_origin("https://id.example", "https://id.example/auth/oidc"));
        assert!(!client.allows_origin("https://app.example", "https://id.example/auth/oidc"));
    }

    #[test]
    fn only_offered_grant_types_are_read() {
        for grant_type in GrantType::OFFERED {
            assert_eq!(GrantType::parse(grant_type.as_str()), Some(grant_type));
            assert_eq!(serde_json::to_value(grant_type).unwrap(), grant_type.as_str());
        }
        for other in ["", "password", "implicit", GrantType::DeviceCode.as_str()] {
            assert_eq!(GrantType::parse(other), None);
        }
    }
}
