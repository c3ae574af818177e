//! Errors of the OAuth endpoints (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1, OpenID
//! Connect Core section 3.1.2.6, RFC 8707 section 2) and their body on the wire.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Longest description, in bytes.
const MAX_DESCRIPTION: usize = 512;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $dotted:literal, $status:literal, $constructor:ident;)*) => {
        /// The `error` member.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
        pub enum OAuthErrorCode {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl OAuthErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The spelling on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The spelling in the `code` member.
            pub const fn dotted(self) -> &'static str {
                match self { $(Self::$variant => $dotted),* }
            }

            /// The HTTP status, unless the error says otherwise.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }
        }

        impl OAuthError {
            $(
                #[doc = concat!("`", $text, "`, status ", $status, ".")]
                pub fn $constructor(description: impl Into<String>) -> Self {
                    Self::new(OAuthErrorCode::$variant, description)
                }
            )*
        }
    };
}

codes! {
    /// A parameter is missing, malformed, or there twice.
    InvalidRequest = "invalid_request", "oidc.invalid_request", 400, invalid_request;
    /// The client is unknown, or did not authenticate.
    InvalidClient = "invalid_client", "oidc.invalid_client", 400, invalid_client;
    /// A code or refresh token is wrong, used up or someone else's.
    InvalidGrant = "invalid_grant", "oidc.invalid_grant", 400, invalid_grant;
    /// The client may not do this.
    UnauthorizedClient = "unauthorized_client", "oidc.unauthorized_client", 400, unauthorized_client;
    /// The grant type is not offered.
    UnsupportedGrantType = "unsupported_grant_type", "oidc.unsupported_grant_type", 400, unsupported_grant_type;
    /// The response type is not offered.
    UnsupportedResponseType = "unsupported_response_type", "oidc.unsupported_response_type", 400, unsupported_response_type;
    /// The response mode is not offered.
    UnsupportedResponseMode = "unsupported_response_mode", "oidc.unsupported_response_mode", 400, unsupported_response_mode;
    /// A scope is malformed, or more than was granted.
    InvalidScope = "invalid_scope", "oidc.invalid_scope", 400, invalid_scope;
    /// A resource is unknown, malformed, or more than one.
    InvalidTarget = "invalid_target", "oidc.invalid_target", 400, invalid_target;
    /// The redirect URI is not one of the client's.
    InvalidRedirectUri = "invalid_redirect_uri", "oidc.invalid_redirect_uri", 400, invalid_redirect_uri;
    /// The client is not set up rightly.
    InvalidClientMetadata = "invalid_client_metadata", "oidc.invalid_client_metadata", 400, invalid_client_metadata;
    /// The access token is missing, expired or wrong.
    InvalidToken = "invalid_token", "oidc.invalid_token", 401, invalid_token;
    /// The access token lacks a scope.
    InsufficientScope = "insufficient_scope", "oidc.insufficient_scope", 403, insufficient_scope;
    /// The person, or a rule, said no.
    AccessDenied = "access_denied", "oidc.access_denied", 400, access_denied;
    /// `prompt=none`, but a person must sign in.
    LoginRequired = "login_required", "oidc.login_required", 400, login_required;
    /// `prompt=none`, but a person must agree.
    ConsentRequired = "consent_required", "oidc.consent_required", 400, consent_required;
    /// `prompt=none`, but a person must do something.
    InteractionRequired = "interaction_required", "oidc.interaction_required", 400, interaction_required;
    /// Request objects are not offered.
    RequestNotSupported = "request_not_supported", "oidc.request_not_supported", 400, request_not_supported;
    /// References to request objects are not offered.
    RequestUriNotSupported = "request_uri_not_supported", "oidc.request_uri_not_supported", 400, request_uri_not_supported;
    /// The `registration` parameter is not offered.
    RegistrationNotSupported = "registration_not_supported", "oidc.registration_not_supported", 400, registration_not_supported;
    /// This kind of token can be neither introspected nor revoked.
    UnsupportedTokenType = "unsupported_token_type", "oidc.unsupported_token_type", 400, unsupported_token_type;
    /// Our own fault.
    ServerError = "server_error", "oidc.server_error", 500, server_error;
    /// Too busy, or the database is away.
    TemporarilyUnavailable = "temporarily_unavailable", "oidc.temporarily_unavailable", 503, temporarily_unavailable;
}

/// An error of an OAuth endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Deserialize, Serialize)]
#[error("{}: {description}", .error.as_str())]
pub struct OAuthError {
    /// The `error` member.
    pub error: OAuthErrorCode,
    /// The `error_description` member: only characters that RFC 6749 allows.
    pub description: String,
    /// The `scope` member: what the token should have had.
    pub scope: Option<String>,
    status: u16,
}

impl OAuthError {
    /// An error with the usual status of its code. Characters that RFC 6749 does not allow in a
    /// description become `?`, and too much of it is cut.
    pub fn new(error: OAuthErrorCode, description: impl Into<String>) -> Self {
        let description = description
            .into()
            .chars()
            .take(MAX_DESCRIPTION)
            .map(|c| match c {
                '"' => '\'',
                '\\' => '?',
                ' '..='~' => c,
                _ => '?',
            })
            .collect();
        Self { error, description, scope: None, status: error.status() }
    }

    /// `invalid_client` with status 401: the client is known, its credentials are wrong.
    pub fn client_authentication_failed() -> Self {
        Self::invalid_client("client authentication failed").with_status(401)
    }

    /// `invalid_client`: there is no such client.
    pub fn unknown_client(client_id: &str) -> Self {
        Self::invalid_client(format!("invalid client {client_id}"))
    }

    /// `access_denied` with status 403: the person is who they say, but has no access.
    pub fn forbidden(description: impl Into<String>) -> Self {
        Self::access_denied(description).with_status(403)
    }

    /// `invalid_request` whose `code` is `session.not_found`.
    pub fn session_not_found() -> Self {
        Self::invalid_request("session not found")
    }

    /// `invalid_request` whose `code` is `session.not_found`: the person took too long.
    pub fn authorization_request_expired() -> Self {
        Self::invalid_request("authorization request has expired")
    }

    /// Another status than the usual one.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Names the scope that is missing.
    pub fn with_scope(self, scope: impl Into<String>) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The `code` member: `oidc.` and the error, or `session.not_found`.
    pub fn code(&self) -> &'static str {
        let text = &self.description;
        let session_is_gone = (text.contains("session") && text.contains("not found"))
            || text.contains("authorization request has expired");
        if session_is_gone { "session.not_found" } else { self.error.dotted() }
    }

    /// The body. With `message`, the translation of [`OAuthError::code`], it has the extended form;
    /// without, only the members of RFC 6749.
    pub fn body(&self, message: Option<&str>) -> Value {
        let mut body = Map::new();
        let mut add = |name: &str, value: &str| body.insert(name.to_owned(), value.into());
        if let Some(message) = message {
            add("code", self.code());
            add("message", message);
            if self.error == OAuthErrorCode::InvalidGrant {
                add("error_uri", "https://openid.sh/debug/invalid_grant");
            }
        }
        for (name, value) in self.parameters() {
            add(name, &value);
        }
        Value::Object(body)
    }

    /// The parameters of an authorization response that reports this error, without `state` and
    /// `iss`.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![("error", self.error.as_str().to_owned())];
        if !self.description.is_empty() {
            parameters.push(("error_description", self.description.clone()));
        }
        parameters.extend(self.scope.clone().map(|scope| ("scope", scope)));
        parameters
    }

    /// Value of `WWW-Authenticate`, for the errors that need one (RFC 6749 section 5.2, RFC 6750
    /// section 3).
    pub fn www_authenticate(&self) -> Option<String> {
        let scheme = match (self.error, self.status) {
            (OAuthErrorCode::InvalidClient, 401) => "Basic realm=\"oidc\"",
            (OAuthErrorCode::InvalidToken | OAuthErrorCode::InsufficientScope, _) => {
                "Bearer realm=\"oidc\""
            }
            _ => return None,
        };
        let parameters = self.parameters();
        let parameters = parameters.iter().map(|(name, value)| format!(", {name}=\"{value}\""));
        Some(scheme.to_owned() + &parameters.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::HashSet;

    #[test]
    fn codes_are_spelled_alike_everywhere() {
        let mut spellings = HashSet::new();
        for code in OAuthErrorCode::ALL {
            assert!(spellings.insert(code.as_str()));
            assert_eq!(code.dotted(), format!("oidc.{}", code.as_str()));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn invalid_grant_has_the_extended_body() {
        let error = OAuthError::invalid_grant("refresh token not found");
        assert_eq!(error.status(), 400);
        assert_eq!(
            error.body(Some("Grant request is invalid.")),
            json!({
                "code": "oidc.invalid_grant",
                "message": "Grant request is invalid.",
                "error_uri": "https://openid.sh/debug/invalid_grant",
                "error": "invalid_grant",
                "error_description": "refresh token not found",
            })
        );
        assert_eq!(
            error.body(None),
            json!({ "error": "invalid_grant", "error_description": "refresh token not found" })
        );
    }

    #[test]
    fn other_errors_have_no_error_uri_and_may_have_a_scope() {
        let error = OAuthError::insufficient_scope("a scope is missing").with_scope("openid");
        assert_eq!(
            error.body(Some("m")),
            json!({
                "code": "oidc.insufficient_scope",
                "message": "m",
                "error": "insufficient_scope",
                "error_description": "a scope is missing",
                "scope": "openid",
            })
        );
    }

    #[test]
    fn a_lost_session_has_a_code_of_its_own() {
        assert_eq!(OAuthError::session_not_found().code(), "session.not_found");
        assert_eq!(OAuthError::authorization_request_expired().code(), "session.not_found");
        assert_eq!(
            OAuthError::invalid_request("interaction session id cookie not found").code(),
            "session.not_found"
        );
        assert_eq!(
            OAuthError::invalid_grant("refresh token not found").code(),
            "oidc.invalid_grant"
        );
        assert_eq!(OAuthError::invalid_request("session expired").code(), "oidc.invalid_request");
    }

    #[test]
    fn statuses() {
        assert_eq!(OAuthError::client_authentication_failed().status(), 401);
        assert_eq!(OAuthError::unknown_client("x").status(), 400);
        assert_eq!(OAuthError::unknown_client("x").description, "invalid client x");
        assert_eq!(OAuthError::invalid_token("x").status(), 401);
        assert_eq!(OAuthError::insufficient_scope("x").status(), 403);
        assert_eq!(OAuthError::forbidden("x").status(), 403);
        assert_eq!(OAuthError::access_denied("x").status(), 400);
        assert_eq!(OAuthError::server_error("x").status(), 500);
        assert_eq!(OAuthError::temporarily_unavailable("x").status(), 503);
    }

    #[test]
    fn descriptions_cannot_break_out_of_a_header() {
        let error = OAuthError::invalid_token("a\"b\\c\r\nSet-Cookie: x=\u{e9}\u{0}");
        assert_eq!(error.description, "a'b?c??Set-Cookie: x=??");
        assert_eq!(
            error.www_authenticate().unwrap(),
            "Bearer realm=\"oidc\", error=\"invalid_token\", \
             error_description=\"a'b?c??Set-Cookie: x=??\""
        );
        assert_eq!(OAuthError::invalid_token("x".repeat(10_000)).description.len(), 512);
    }

    #[test]
    fn only_failed_authentication_is_challenged() {
        let basic = OAuthError::client_authentication_failed().www_authenticate().unwrap();
        assert!(basic.starts_with("Basic realm=\"oidc\", error=\"invalid_client\""));
        assert_eq!(OAuthError::unknown_client("x").www_authenticate(), None);
        assert_eq!(OAuthError::invalid_grant("x").www_authenticate(), None);
    }
}
