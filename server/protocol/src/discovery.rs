//! The discovery document (OpenID Connect Discovery section 3, RFC 8414).

use crate::authorization_response::ResponseMode;
use crate::client::GrantType;
use crate::jose::SigningAlgorithm;
use crate::scope::OIDC_SCOPES;
use serde::Serialize;

/// Claims that may appear in ID tokens and at the userinfo endpoint.
const CLAIMS: [&str; 32] = [
    "sub",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "username",
    "created_at",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "address",
    "custom_data",
    "identities",
    "sso_identities",
    "roles",
    "organizations",
    "organization_data",
    "organization_roles",
    "sid",
    "auth_time",
    "iss",
];

/// What clients read to find everything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the specifications")]
pub struct Discovery {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    pub end_session_endpoint: String,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    pub authorization_response_iss_parameter_supported: bool,
    pub claim_types_supported: [&'static str; 1],
    pub claims_parameter_supported: bool,
    pub claims_supported: Vec<&'static str>,
    pub code_challenge_methods_supported: [&'static str; 1],
    pub grant_types_supported: [GrantType; 3],
    pub id_token_signing_alg_values_supported: Vec<SigningAlgorithm>,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub response_modes_supported: [ResponseMode; 3],
    pub response_types_supported: [&'static str; 1],
    pub scopes_supported: [&'static str; 13],
    pub subject_types_supported: [&'static str; 1],
    pub token_endpoint_auth_methods_supported: [&'static str; 3],
}

/// The issuer of a server at `endpoint`, which may have a path.
pub fn issuer(endpoint: &str) -> String {
    format!("{}/oidc", endpoint.trim_end_matches('/'))
}

impl Discovery {
    /// The document of a server at `endpoint` that has keys for these algorithms.
    pub fn new(endpoint: &str, algorithms: &[SigningAlgorithm]) -> Self {
        let issuer = issuer(endpoint);
        let under = |path: &str| format!("{issuer}{path}");
        let mut distinct = Vec::new();
        for algorithm in algorithms {
            if !distinct.contains(algorithm) {
                distinct.push(*algorithm);
            }
        }
        Self {
            authorization_endpoint: under("/auth"),
            token_endpoint: under("/token"),
            userinfo_endpoint: under("/me"),
            jwks_uri: under("/jwks"),
            end_session_endpoint: under("/session/end"),
            introspection_endpoint: under("/token/introspection"),
            revocation_endpoint: under("/token/revocation"),
            authorization_response_iss_parameter_supported: true,
            claim_types_supported: ["normal"],
            claims_parameter_supported: false,
            claims_supported: CLAIMS.to_vec(),
            code_challenge_methods_supported: ["S256"],
            grant_types_supported: GrantType::OFFERED,
            id_token_signing_alg_values_supported: distinct,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            response_modes_supported: ResponseMode::ALL,
            response_types_supported: ["code"],
            scopes_supported: OIDC_SCOPES,
            subject_types_supported: ["public"],
            token_endpoint_auth_methods_supported: [
                "client_secret_basic",
                "client_secret_post",
                "none",
            ],
            issuer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_whole_document() {
        let algorithms =
            [SigningAlgorithm::Es256, SigningAlgorithm::Rs256, SigningAlgorithm::Es256];
        let document = Discovery::new("https://id.example/auth/", &algorithms);
        let mut written = serde_json::to_value(document).unwrap();
        let claims = written.as_object_mut().unwrap().remove("claims_supported").unwrap();
        assert_eq!(claims.as_array().unwrap().len(), 32);
        assert_eq!(
            written,
            json!({
                "issuer": "https://id.example/auth/oidc",
                "authorization_endpoint": "https://id.example/auth/oidc/auth",
                "token_endpoint": "https://id.example/auth/oidc/token",
                "userinfo_endpoint": "https://id.example/auth/oidc/me",
                "jwks_uri": "https://id.example/auth/oidc/jwks",
                "end_session_endpoint": "https://id.example/auth/oidc/session/end",
                "introspection_endpoint": "https://id.example/auth/oidc/token/introspection",
                "revocation_endpoint": "https://id.example/auth/oidc/token/revocation",
                "authorization_response_iss_parameter_supported": true,
                "claim_types_supported": ["normal"],
                "claims_parameter_supported": false,
                "code_challenge_methods_supported": ["S256"],
                "grant_types_supported":
                    ["authorization_code", "refresh_token", "client_credentials"],
                "id_token_signing_alg_values_supported": ["ES256", "RS256"],
                "request_parameter_supported": false,
                "request_uri_parameter_supported": false,
                "response_modes_supported": ["form_post", "fragment", "query"],
                "response_types_supported": ["code"],
                "scopes_supported": [
                    "openid", "offline_access", "profile", "email", "phone", "address",
                    "custom_data", "identities", "roles", "urn:logto:scope:organizations",
                    "urn:logto:scope:organization_roles", "urn:logto:scope:sessions",
                    "urn:logto:scope:trusted_devices",
                ],
                "subject_types_supported": ["public"],
                "token_endpoint_auth_methods_supported":
                    ["client_secret_basic", "client_secret_post", "none"],
            })
        );
    }
}
