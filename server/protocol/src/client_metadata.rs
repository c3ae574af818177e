//! What an application's metadata may hold.

use crate::redirect_uri::{self, Purpose, RedirectUri, RedirectUriError};
use url::Url;
use vestibule_shared::application::{ApplicationType, CustomClientMetadata, OidcClientMetadata};

/// Entries in one list of addresses.
const MAX_ADDRESSES: usize = 100;
/// Longest other address, in bytes.
const MAX_LENGTH: usize = 2048;

/// Why an application cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientMetadataError {
    /// An address where authorization responses may not go.
    #[error("redirectUris: `{uri}` {reason}")]
    RedirectUri {
        /// The address.
        uri: String,
        /// What is wrong with it.
        reason: RedirectUriError,
    },
    /// An address where a browser may not go after signing out.
    #[error("postLogoutRedirectUris: `{uri}` {reason}")]
    PostLogoutRedirectUri {
        /// The address.
        uri: String,
        /// What is wrong with it.
        reason: RedirectUriError,
    },
    /// Not `scheme://host`.
    #[error("corsAllowedOrigins: `{0}` is not an origin")]
    CorsOrigin(String),
    /// Not an `http(s)` URL.
    #[error("{field}: must be an http(s) URL")]
    Address {
        /// The field.
        field: &'static str,
    },
    /// A list with too many entries.
    #[error("{field}: must not have more than {MAX_ADDRESSES} entries")]
    TooMany {
        /// The field.
        field: &'static str,
    },
    /// A number outside its range.
    #[error("{field}: must be {range}")]
    Range {
        /// The field.
        field: &'static str,
        /// The range in words.
        range: &'static str,
    },
    /// Device flow is for native applications.
    #[error("isDeviceFlow: only for native applications")]
    DeviceFlow,
    /// Third-party applications are Traditional, SPA or Native.
    #[error("a third-party application must be Traditional, SPA or Native")]
    ThirdPartyType,
    /// Third-party applications exchange no tokens.
    #[error("allowTokenExchange: not for third-party applications")]
    ThirdPartyTokenExchange,
}

/// Checks what an administrator wants to store.
pub fn validate(
    kind: ApplicationType,
    is_third_party: bool,
    oidc: &OidcClientMetadata,
    custom: &CustomClientMetadata,
) -> Result<(), ClientMetadataError> {
    check_kind(kind, is_third_party, custom)?;
    check_addresses(oidc)?;
    check_custom(custom)
}

fn check_kind(
    kind: ApplicationType,
    is_third_party: bool,
    custom: &CustomClientMetadata,
) -> Result<(), ClientMetadataError> {
    use ApplicationType::{MachineToMachine, Native, Protected, SAML, SPA, Traditional};
    if custom.is_device_flow == Some(true) && kind != Native {
        return Err(ClientMetadataError::DeviceFlow);
    }
    match kind {
        MachineToMachine | Protected | SAML if is_third_party => {
            Err(ClientMetadataError::ThirdPartyType)
        }
        Native | SPA | Traditional
            if is_third_party && custom.allow_token_exchange == Some(true) =>
        {
            Err(ClientMetadataError::ThirdPartyTokenExchange)
        }
        Native | SPA | Traditional | MachineToMachine | Protected | SAML => Ok(()),
    }
}

fn check_addresses(oidc: &OidcClientMetadata) -> Result<(), ClientMetadataError> {
    check_count("redirectUris", &oidc.redirect_uris)?;
    for uri in &oidc.redirect_uris {
        RedirectUri::parse(uri, Purpose::Authorization)
            .map_err(|reason| ClientMetadataError::RedirectUri { uri: uri.clone(), reason })?;
    }
    check_count("postLogoutRedirectUris", &oidc.post_logout_redirect_uris)?;
    for uri in &oidc.post_logout_redirect_uris {
        RedirectUri::parse(uri, Purpose::PostLogout).map_err(|reason| {
            ClientMetadataError::PostLogoutRedirectUri { uri: uri.clone(), reason }
        })?;
    }
    check_address("backchannelLogoutUri", oidc.backchannel_logout_uri.as_deref())?;
    check_address("logoUri", oidc.logo_uri.as_deref().filter(|uri| !uri.is_empty()))
}

fn check_custom(custom: &CustomClientMetadata) -> Result<(), ClientMetadataError> {
    let origins = custom.cors_allowed_origins.as_deref().unwrap_or_default();
    check_count("corsAllowedOrigins", origins)?;
    if let Some(origin) = origins.iter().find(|origin| !redirect_uri::is_origin(origin)) {
        return Err(ClientMetadataError::CorsOrigin(origin.clone()));
    }
    for (field, value) in [
        ("idTokenTtl", custom.id_token_ttl),
        ("refreshTokenTtl", custom.refresh_token_ttl),
        ("maxAllowedGrants", custom.max_allowed_grants),
    ] {
        if value == Some(0) {
            return Err(ClientMetadataError::Range { field, range: "1 or more" });
        }
    }
    match custom.refresh_token_ttl_in_days {
        None | Some(1..=180) => Ok(()),
        Some(_) => {
            let (field, range) = ("refreshTokenTtlInDays", "1 to 180");
            Err(ClientMetadataError::Range { field, range })
        }
    }
}

fn check_count(field: &'static str, entries: &[String]) -> Result<(), ClientMetadataError> {
    if entries.len() > MAX_ADDRESSES {
        return Err(ClientMetadataError::TooMany { field });
    }
    Ok(())
}

fn check_address(field: &'static str, uri: Option<&str>) -> Result<(), ClientMetadataError> {
    let fits = |uri: &str| {
        uri.len() <= MAX_LENGTH
            && Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    };
    match uri {
        Some(uri) if !fits(uri) => Err(ClientMetadataError::Address { field }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationType::{MachineToMachine, Native, SPA, Traditional};

    fn custom(json: serde_json::Value) -> CustomClientMetadata {
        serde_json::from_value(json).unwrap()
    }

    fn check_custom_of(json: serde_json::Value) -> Result<(), ClientMetadataError> {
        validate(SPA, false, &OidcClientMetadata::default(), &custom(json))
    }

    fn check_oidc(oidc: OidcClientMetadata) -> Result<(), ClientMetadataError> {
        validate(SPA, false, &oidc, &CustomClientMetadata::default())
    }

    #[test]
    fn what_fits() {
        let oidc = OidcClientMetadata {
            redirect_uris: vec!["https://app.example/cb".into(), "com.example://cb".into()],
            post_logout_redirect_uris: vec!["https://app.example/#/bye".into()],
            backchannel_logout_uri: Some("https://app.example/logout".into()),
            backchannel_logout_session_required: Some(true),
            logo_uri: Some(String::new()),
        };
        assert_eq!(check_oidc(oidc), Ok(()));
        let json = serde_json::json!({
            "corsAllowedOrigins": ["https://app.example"], "idTokenTtl": 1,
            "refreshTokenTtlInDays": 180, "maxAllowedGrants": 1, "somethingElse": true,
        });
        assert_eq!(check_custom_of(json.clone()), Ok(()));
        let stored = serde_json::to_value(custom(json)).unwrap();
        assert_eq!(stored.get("somethingElse"), None, "unknown fields are kept out");
    }

    #[test]
    fn addresses_that_do_not_fit() {
        let redirect =
            OidcClientMetadata { redirect_uris: vec!["javascript:x".into()], ..Default::default() };
        let error = check_oidc(redirect).unwrap_err();
        assert!(matches!(error, ClientMetadataError::RedirectUri { .. }));
        assert!(error.to_string().starts_with("redirectUris: `javascript:x` has the scheme"));
        let logout = OidcClientMetadata {
            post_logout_redirect_uris: vec!["/bye".into()],
            ..Default::default()
        };
        let error = check_oidc(logout).unwrap_err();
        assert!(matches!(error, ClientMetadataError::PostLogoutRedirectUri { .. }));
        for bad in ["", "ftp://app.example", "app.example", "javascript:x"] {
            let backchannel = OidcClientMetadata {
                backchannel_logout_uri: Some(bad.into()),
                ..Default::default()
            };
            let field = "backchannelLogoutUri";
            assert_eq!(check_oidc(backchannel), Err(ClientMetadataError::Address { field }));
        }
        let many = OidcClientMetadata {
            redirect_uris: vec!["https://app.example/cb".into(); 101],
            ..Default::default()
        };
        assert_eq!(check_oidc(many), Err(ClientMetadataError::TooMany { field: "redirectUris" }));
    }

    #[test]
    fn numbers_and_origins_that_do_not_fit() {
        for (field, value) in [
            ("idTokenTtl", 0),
            ("refreshTokenTtl", 0),
            ("maxAllowedGrants", 0),
            ("refreshTokenTtlInDays", 0),
            ("refreshTokenTtlInDays", 181),
        ] {
            let error = check_custom_of(serde_json::json!({ field: value })).unwrap_err();
            assert!(
                matches!(&error, ClientMetadataError::Range { field: named, .. } if *named == field)
            );
        }
        let error = check_custom_of(serde_json::json!({ "corsAllowedOrigins": ["app.example"] }));
        assert_eq!(error, Err(ClientMetadataError::CorsOrigin("app.example".into())));
    }

    #[test]
    fn types_that_do_not_fit() {
        let oidc = OidcClientMetadata::default();
        let plain = CustomClientMetadata::default();
        let device = custom(serde_json::json!({ "isDeviceFlow": true }));
        let exchange = custom(serde_json::json!({ "allowTokenExchange": true }));
        assert_eq!(validate(SPA, false, &oidc, &device), Err(ClientMetadataError::DeviceFlow));
        assert_eq!(validate(Native, false, &oidc, &device), Ok(()));
        assert_eq!(
            validate(MachineToMachine, true, &oidc, &plain),
            Err(ClientMetadataError::ThirdPartyType)
        );
        assert_eq!(validate(Traditional, true, &oidc, &plain), Ok(()));
        assert_eq!(
            validate(SPA, true, &oidc, &exchange),
            Err(ClientMetadataError::ThirdPartyTokenExchange)
        );
        assert_eq!(validate(SPA, false, &oidc, &exchange), Ok(()));
    }
}
