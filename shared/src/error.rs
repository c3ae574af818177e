//! Error bodies and the closed list of error codes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The JSON body of a refused request.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// Dotted code, e.g. `user.suspended`; absent only for a body that is not JSON at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A sentence in the language of the request.
    pub message: String,
    /// Facts for programs, shaped by the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// What exactly did not fit, one line per field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// A public error code. Each has a sentence in every language of the server.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $(#[doc = $code] $(#[$doc])* $name,)+
        }

        impl ErrorCode {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The code with this spelling, if there is one.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

error_codes! {
    GuardInvalidInput = "guard.invalid_input",
    GuardInvalidPagination = "guard.invalid_pagination",
    RequestInvalidInput = "request.invalid_input",
    RequestFeatureNotSupported = "request.feature_not_supported",
    RequestMessageRateLimited = "request.message_rate_limited",
    RequestRateLimited = "request.rate_limited",
    RequestBusy = "request.busy",
    RequestForbiddenOrigin = "request.forbidden_origin",
    RequestNotFound = "request.not_found",

    AuthForbidden = "auth.forbidden",
    AuthAuthorizationHeaderMissing = "auth.authorization_header_missing",
    AuthTokenTypeNotSupported = "auth.authorization_token_type_not_supported",
    AuthUnauthorized = "auth.unauthorized",
    AuthJwtSubMissing = "auth.jwt_sub_missing",

    SessionNotFound = "session.not_found",
    SessionInteractionNotFound = "session.interaction_not_found",
    SessionIdentifierNotFound = "session.identifier_not_found",
    SessionVerificationSessionNotFound = "session.verification_session_not_found",
    SessionVerificationFailed = "session.verification_failed",
    SessionNotSupportedForForgotPassword = "session.not_supported_for_forgot_password",
    SessionInvalidInteractionType = "session.invalid_interaction_type",
    SessionIdentityConflict = "session.identity_conflict",
    SessionInvalidCredentials = "session.invalid_credentials",
    SessionVerificationBlocked = "session.verification_blocked_too_many_attempts",
    SessionCaptchaFailed = "session.captcha_failed",
    SessionEmailBlocklistInvalidEmail = "session.email_blocklist.invalid_email",
    SessionEmailBlocklistSubaddressing = "session.email_blocklist.email_subaddressing_not_allowed",
    SessionEmailBlocklistNotAllowed = "session.email_blocklist.email_not_allowed",

    UserSuspended = "user.suspended",
    UserNotExist = "user.user_not_exist",
    UserSignInMethodNotEnabled = "user.sign_in_method_not_enabled",
    UserMissingProfile = "user.missing_profile",
    UserNewPasswordRequired = "user.new_password_required_in_profile",
    UserSamePassword = "user.same_password",
    UserUsernameAlreadyInUse = "user.username_already_in_use",
    UserEmailAlreadyInUse = "user.email_already_in_use",
    UserPhoneAlreadyInUse = "user.phone_already_in_use",
    UserUsernameExistsInProfile = "user.username_exists_in_profile",
    UserEmailExistsInProfile = "user.email_exists_in_profile",
    UserPhoneExistsInProfile = "user.phone_exists_in_profile",
    UserPasswordExistsInProfile = "user.password_exists_in_profile",
    UserUsernameRequired = "user.username_required",
    UserUsernameStartsWithNumber = "user.username_starts_with_number",
    UserUsernameInvalidCharset = "user.username_invalid_charset_hard",
    UserUsernameTooShort = "user.username_too_short",
    UserUsernameTooLong = "user.username_too_long",
    UserUsernameUppercase = "user.username_uppercase_not_allowed",
    UserUsernameLowercase = "user.username_lowercase_not_allowed",
    UserUsernameNumbers = "user.username_numbers_not_allowed",
    UserUsernameUnderscore = "user.username_underscore_not_allowed",
    UserPasswordAndDigest = "user.password_and_digest",
    UserPasswordAlgorithmRequired = "user.password_algorithm_required",
    UserCannotDeleteSelf = "user.cannot_delete_self",

    VerificationCodeNotFound = "verification_code.not_found",
    VerificationCodeEmailMismatch = "verification_code.email_mismatch",
    VerificationCodePhoneMismatch = "verification_code.phone_mismatch",
    VerificationCodeExpired = "verification_code.expired",
    VerificationCodeExceedMaxTry = "verification_code.exceed_max_try",
    VerificationCodeMismatch = "verification_code.code_mismatch",

    PasswordRejected = "password.rejected",
    PasswordExpired = "password.expired",
    PasswordUnsupportedAlgorithm = "password.unsupported_encryption_method",
    PasswordInvalidLegacyFormat = "password.invalid_legacy_password_format",

    ConnectorGeneral = "connector.general",
    ConnectorNotFound = "connector.not_found",
    ConnectorUnexpectedType = "connector.unexpected_type",
    ConnectorInvalidConfig = "connector.invalid_config",
    ConnectorInvalidResponse = "connector.invalid_response",
    ConnectorTemplateNotFound = "connector.template_not_found",
    ConnectorAuthorizationFailed = "connector.authorization_failed",
    ConnectorRateLimitExceeded = "connector.rate_limit_exceeded",
    ConnectorNotImplemented = "connector.not_implemented",
    ConnectorFactoryNotFound = "connector.not_found_with_connector_id",
    ConnectorCannotOverwriteMetadata =
        "connector.cannot_overwrite_metadata_for_non_standard_connector",
    ConnectorInvalidTypeForSyncingProfile = "connector.invalid_type_for_syncing_profile",
    ConnectorTokenStorageNotSupported = "connector.token_storage_not_supported",

    EntityValueTooLong = "entity.value_too_long",
    EntityInvalidInput = "entity.invalid_input",
    EntityDbConstraintViolated = "entity.db_constraint_violated",
    EntityUniqueViolation = "entity.unique_integrity_violation",
    EntityRelationNotFound = "entity.relation_foreign_key_not_found",
    EntityCreateFailed = "entity.create_failed",
    EntityNotExists = "entity.not_exists",
    EntityNotExistsWithId = "entity.not_exists_with_id",
    EntityNotFound = "entity.not_found",

    SieUnsupportedDefaultLanguage = "sign_in_experiences.unsupported_default_language",
    SieMissingSignUpIdentifiers = "sign_in_experiences.missing_sign_up_identifiers",
    SieDuplicatedSignUpIdentifiers = "sign_in_experiences.duplicated_sign_up_identifiers",
    SiePasswordlessRequiresVerify = "sign_in_experiences.passwordless_requires_verify",
    SieEnabledConnectorNotFound = "sign_in_experiences.enabled_connector_not_found",
    SieAtLeastOneFactor = "sign_in_experiences.at_least_one_authentication_factor",
    SieCodeSignInMustBeEnabled = "sign_in_experiences.code_sign_in_must_be_enabled",
    SieForgotPasswordRequiresConnector =
        "sign_in_experiences.forgot_password_method_requires_connector",
    SieInvalidEmailBlocklist = "sign_in_experiences.invalid_custom_email_blocklist_format",
    SieExpirationInvalidPeriod = "sign_in_experiences.password_expiration_invalid_period_days",
    SieExpirationRequiresForgotPassword =
        "sign_in_experiences.password_expiration_requires_forgot_password",
    SieUsernameCaseConflicts = "sign_in_experiences.username_policy_case_conflicts_exist",

    ApplicationSecretNameExists = "application.secret_name_exists",
    ApplicationInvalidThirdPartyType = "application.invalid_third_party_application_type",
    ApplicationThirdPartyTokenExchange =
        "application.third_party_application_cannot_enable_token_exchange",
    ApplicationDeviceFlowNativeOnly = "application.device_flow_native_only",
    ApplicationProtectedMetadataRequired = "application.protected_app_metadata_is_required",
    ApplicationUseSamlApi = "application.saml.use_saml_app_api",

    SetupInvalidToken = "setup.invalid_token",

    OidcAborted = "oidc.aborted",
    OidcAccessDenied = "oidc.access_denied",
    OidcInvalidClient = "oidc.invalid_client",
    OidcInvalidClientMetadata = "oidc.invalid_client_metadata",
    OidcInvalidGrant = "oidc.invalid_grant",
    OidcInvalidRedirectUri = "oidc.invalid_redirect_uri",
    OidcInvalidRequest = "oidc.invalid_request",
    OidcInvalidScope = "oidc.invalid_scope",
    OidcInvalidTarget = "oidc.invalid_target",
    OidcInvalidToken = "oidc.invalid_token",
    OidcInsufficientScope = "oidc.insufficient_scope",
    OidcUnauthorizedClient = "oidc.unauthorized_client",
    OidcUnsupportedGrantType = "oidc.unsupported_grant_type",
    OidcUnsupportedTokenType = "oidc.unsupported_token_type",
    OidcUnsupportedResponseType = "oidc.unsupported_response_type",
    OidcUnsupportedResponseMode = "oidc.unsupported_response_mode",
    OidcLoginRequired = "oidc.login_required",
    OidcConsentRequired = "oidc.consent_required",
    OidcInteractionRequired = "oidc.interaction_required",
    OidcRequestNotSupported = "oidc.request_not_supported",
    OidcRequestUriNotSupported = "oidc.request_uri_not_supported",
    OidcRegistrationNotSupported = "oidc.registration_not_supported",
    OidcServerError = "oidc.server_error",
    OidcTemporarilyUnavailable = "oidc.temporarily_unavailable",
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_parse_back() {
        let spellings: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(spellings.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::parse(code.as_str()), Some(*code));
        }
        assert_eq!(ErrorCode::parse("no.such_code"), None);
    }
}
