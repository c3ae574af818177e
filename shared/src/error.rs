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
    GuardFileSizeExceeded = "guard.file_size_exceeded",
    GuardMimeTypeNotAllowed = "guard.mime_type_not_allowed",
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
    AuthExpectedRoleNotFound = "auth.expected_role_not_found",
    AuthThirdPartyApplicationForbidden = "auth.third_party_application_forbidden",

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
    SessionCaptchaRequired = "session.captcha_required",
    SessionCaptchaFailed = "session.captcha_failed",
    SessionEmailBlocklistInvalidEmail = "session.email_blocklist.invalid_email",
    SessionEmailBlocklistSubaddressing =
        "session.email_blocklist.email_subaddressing_not_allowed",
    SessionEmailBlocklistNotAllowed = "session.email_blocklist.email_not_allowed",
    SessionInvalidConnectorId = "session.invalid_connector_id",
    SessionSsoEnabled = "session.sso_enabled",
    SessionMfaRequireMfaVerification = "session.mfa.require_mfa_verification",
    SessionMfaPendingInfoNotFound = "session.mfa.pending_info_not_found",
    SessionMfaInvalidBackupCode = "session.mfa.invalid_backup_code",
    SessionMfaBackupCodeRequired = "session.mfa.backup_code_required",
    SessionMfaSuggestAdditionalMfa = "session.mfa.suggest_additional_mfa",
    SessionMfaPolicyNotUserControlled = "session.mfa.mfa_policy_not_user_controlled",
    SessionMfaWebAuthnVerificationFailed = "session.mfa.webauthn_verification_failed",
    SessionMfaWebAuthnVerificationNotFound = "session.mfa.webauthn_verification_not_found",
    SessionMfaBackupCodeCanNotBeAlone = "session.mfa.backup_code_can_not_be_alone",
    SessionMfaInvalidTotpCode = "session.mfa.invalid_totp_code",
    SessionMfaMfaFactorNotEnabled = "session.mfa.mfa_factor_not_enabled",

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
    UserInvalidRoleType = "user.invalid_role_type",
    UserIdentityAlreadyInUse = "user.identity_already_in_use",
    UserIdentityNotExist = "user.identity_not_exist",
    UserIdentityNotExistsInCurrentUser = "user.identity_not_exists_in_current_user",
    UserEnterpriseSsoIdentityNotExists = "user.enterprise_sso_identity_not_exists",
    UserMissingMfa = "user.missing_mfa",
    UserSuggestMfa = "user.suggest_mfa",
    UserTotpAlreadyInUse = "user.totp_already_in_use",
    UserTotpSecretInvalid = "user.totp_secret_invalid",
    UserBackupCodeAlreadyInUse = "user.backup_code_already_in_use",
    UserWrongBackupCodeFormat = "user.wrong_backup_code_format",
    UserPersonalAccessTokenNameExists = "user.personal_access_token_name_exists",
    UserLastSignInMethodRequired = "user.last_sign_in_method_required",

    VerificationCodeNotFound = "verification_code.not_found",
    VerificationCodeEmailMismatch = "verification_code.email_mismatch",
    VerificationCodePhoneMismatch = "verification_code.phone_mismatch",
    VerificationCodeExpired = "verification_code.expired",
    VerificationCodeExceedMaxTry = "verification_code.exceed_max_try",
    VerificationCodeMismatch = "verification_code.code_mismatch",

    VerificationRecordNotFound = "verification_record.not_found",
    VerificationRecordPermissionDenied = "verification_record.permission_denied",
    VerificationRecordSocialVerificationInvalidTarget =
        "verification_record.social_verification.invalid_target",
    VerificationRecordSocialVerificationTokenResponseNotFound =
        "verification_record.social_verification.token_response_not_found",

    OneTimeTokenTokenNotFound = "one_time_token.token_not_found",
    OneTimeTokenEmailMismatch = "one_time_token.email_mismatch",
    OneTimeTokenTokenExpired = "one_time_token.token_expired",
    OneTimeTokenTokenConsumed = "one_time_token.token_consumed",
    OneTimeTokenTokenRevoked = "one_time_token.token_revoked",
    OneTimeTokenInteractionEventMismatch = "one_time_token.interaction_event_mismatch",
    OneTimeTokenCannotReactivateToken = "one_time_token.cannot_reactivate_token",

    PasswordRejected = "password.rejected",
    PasswordExpired = "password.expired",
    PasswordUnsupportedAlgorithm = "password.unsupported_encryption_method",
    PasswordInvalidLegacyFormat = "password.invalid_legacy_password_format",

    AccountCenterNotEnabled = "account_center.not_enabled",
    AccountCenterFieldNotEnabled = "account_center.field_not_enabled",
    AccountCenterFieldNotEditable = "account_center.field_not_editable",

    SecretsThirdPartyTokenSetTokenNotFound = "secrets.third_party_token_set.token_not_found",
    SecretsThirdPartyTokenSetAccessTokenExpired =
        "secrets.third_party_token_set.access_token_expired",

    StorageNotConfigured = "storage.not_configured",
    StorageUploadError = "storage.upload_error",

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
    ConnectorInvalidMetadata = "connector.invalid_metadata",
    ConnectorInvalidConfigGuard = "connector.invalid_config_guard",
    ConnectorInvalidRequestParameters = "connector.invalid_request_parameters",
    ConnectorInsufficientRequestParameters = "connector.insufficient_request_parameters",
    ConnectorInvalidCertificate = "connector.invalid_certificate",
    ConnectorTemplateNotSupported = "connector.template_not_supported",
    ConnectorUsageLimitExceeded = "connector.usage_limit_exceeded",
    ConnectorSocialAuthCodeInvalid = "connector.social_auth_code_invalid",
    ConnectorSocialInvalidAccessToken = "connector.social_invalid_access_token",
    ConnectorSocialInvalidIdToken = "connector.social_invalid_id_token",
    ConnectorMoreThanOneEmail = "connector.more_than_one_email",
    ConnectorMoreThanOneSms = "connector.more_than_one_sms",
    ConnectorShouldSpecifyTarget = "connector.should_specify_target",
    ConnectorMultipleInstancesNotSupported = "connector.multiple_instances_not_supported",
    ConnectorMultipleTargetWithSamePlatform = "connector.multiple_target_with_same_platform",
    ConnectorCanNotModifyTarget = "connector.can_not_modify_target",
    ConnectorEmailConnectorBulkDeletionNoFilter =
        "connector.email_connector.bulk_deletion_no_filter",

    SingleSignOnDuplicateConnectorName = "single_sign_on.duplicate_connector_name",
    SingleSignOnForbiddenDomains = "single_sign_on.forbidden_domains",
    SingleSignOnDuplicatedDomains = "single_sign_on.duplicated_domains",
    SingleSignOnActiveSigningKeyRequired = "single_sign_on.active_signing_key_required",
    SingleSignOnCanNotDeleteActiveSigningKey =
        "single_sign_on.can_not_delete_active_signing_key",
    SingleSignOnCanNotDeactivateSigningKeyInUse =
        "single_sign_on.can_not_deactivate_signing_key_in_use",
    SingleSignOnIdpInitiatedNotSupported =
        "single_sign_on.idp_initiated_authentication_not_supported",
    SingleSignOnIdpInitiatedInvalidApplicationType =
        "single_sign_on.idp_initiated_authentication_invalid_application_type",
    SingleSignOnIdpInitiatedRedirectUriNotRegistered =
        "single_sign_on.idp_initiated_authentication_redirect_uri_not_registered",

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
    SiePasswordExpirationNotEnabled = "sign_in_experiences.password_expiration_not_enabled",
    SieEmailVerificationCodeCannotBeUsedForSignIn =
        "sign_in_experiences.email_verification_code_cannot_be_used_for_sign_in",
    SiePhoneVerificationCodeCannotBeUsedForSignIn =
        "sign_in_experiences.phone_verification_code_cannot_be_used_for_sign_in",
    SieEmailVerificationCodeCannotBeUsedForMfa =
        "sign_in_experiences.email_verification_code_cannot_be_used_for_mfa",
    SiePhoneVerificationCodeCannotBeUsedForMfa =
        "sign_in_experiences.phone_verification_code_cannot_be_used_for_mfa",
    SieDuplicatedMfaFactors = "sign_in_experiences.duplicated_mfa_factors",
    SieBackupCodeCannotBeEnabledAlone =
        "sign_in_experiences.backup_code_cannot_be_enabled_alone",
    SieAdaptiveMfaRequiresMfa = "sign_in_experiences.adaptive_mfa_requires_mfa",
    SieAdaptiveMfaRequiresNonSkippablePolicy =
        "sign_in_experiences.adaptive_mfa_requires_non_skippable_policy",
    SieNonAdaptiveMfaRequiresSkippablePolicy =
        "sign_in_experiences.non_adaptive_mfa_requires_skippable_policy",

    ApplicationSecretNameExists = "application.secret_name_exists",
    ApplicationInvalidThirdPartyType = "application.invalid_third_party_application_type",
    ApplicationThirdPartyTokenExchange =
        "application.third_party_application_cannot_enable_token_exchange",
    ApplicationDeviceFlowNativeOnly = "application.device_flow_native_only",
    ApplicationProtectedMetadataRequired = "application.protected_app_metadata_is_required",
    ApplicationProtectedAppNotConfigured = "application.protected_app_not_configured",
    ApplicationShouldDeleteCustomDomainsFirst =
        "application.should_delete_custom_domains_first",
    ApplicationDeviceFlowNotChangeable = "application.device_flow_not_changeable",
    ApplicationNoLegacySecretFound = "application.no_legacy_secret_found",
    ApplicationInvalidType = "application.invalid_type",
    ApplicationInvalidRoleType = "application.invalid_role_type",
    ApplicationThirdPartyApplicationOnly = "application.third_party_application_only",
    ApplicationUserConsentScopesNotFound = "application.user_consent_scopes_not_found",
    ApplicationConsentManagementApiScopesNotAllowed =
        "application.consent_management_api_scopes_not_allowed",
    ApplicationUseSamlApi = "application.saml.use_saml_app_api",
    ApplicationSamlReachOssLimit = "application.saml.reach_oss_limit",
    ApplicationSamlSamlApplicationOnly = "application.saml.saml_application_only",
    ApplicationSamlAcsUrlBindingNotSupported = "application.saml.acs_url_binding_not_supported",
    ApplicationSamlCanNotDeleteActiveSecret = "application.saml.can_not_delete_active_secret",
    ApplicationSamlEntityIdRequired = "application.saml.entity_id_required",
    ApplicationSamlInvalidSamlRequest = "application.saml.invalid_saml_request",
    ApplicationSamlAuthRequestIssuerNotMatch = "application.saml.auth_request_issuer_not_match",
    ApplicationSamlStateMismatch = "application.saml.state_mismatch",
    ApplicationSamlSpInitiatedSamlSsoSessionNotFound =
        "application.saml.sp_initiated_saml_sso_session_not_found",
    ApplicationSamlSpInitiatedSamlSsoSessionNotFoundInCookies =
        "application.saml.sp_initiated_saml_sso_session_not_found_in_cookies",

    ResourceResourceIdentifierInUse = "resource.resource_identifier_in_use",
    ResourceCannotModifyManagementApi = "resource.cannot_modify_management_api",
    ResourceCannotDeleteManagementApi = "resource.cannot_delete_management_api",

    ScopeNameExists = "scope.name_exists",
    ScopeNameWithSpace = "scope.name_with_space",

    RoleNameInUse = "role.name_in_use",
    RoleUserExists = "role.user_exists",
    RoleApplicationExists = "role.application_exists",
    RoleScopeExists = "role.scope_exists",
    RoleManagementApiScopesNotAssignableToUserRole =
        "role.management_api_scopes_not_assignable_to_user_role",
    RoleInternalRoleViolation = "role.internal_role_violation",

    OrganizationRequireMembership = "organization.require_membership",
    OrganizationRoleNamesNotFound = "organization.role_names_not_found",

    HookMissingEvents = "hook.missing_events",
    HookEndpointRespondedWithError = "hook.endpoint_responded_with_error",
    HookSendTestPayloadFailed = "hook.send_test_payload_failed",

    LogInvalidTimeWindow = "log.invalid_time_window",

    LocalizationInvalidTranslationStructure = "localization.invalid_translation_structure",
    LocalizationCannotDeleteDefaultLanguage = "localization.cannot_delete_default_language",

    CustomProfileFieldsInvalidName = "custom_profile_fields.invalid_name",
    CustomProfileFieldsNameRequired = "custom_profile_fields.name_required",
    CustomProfileFieldsNameExists = "custom_profile_fields.name_exists",
    CustomProfileFieldsNameConflictBuiltInProp =
        "custom_profile_fields.name_conflict_built_in_prop",
    CustomProfileFieldsNameConflictSignInIdentifier =
        "custom_profile_fields.name_conflict_sign_in_identifier",
    CustomProfileFieldsNameConflictCustomData =
        "custom_profile_fields.name_conflict_custom_data",
    CustomProfileFieldsDuplicateNames = "custom_profile_fields.duplicate_names",
    CustomProfileFieldsEntityNotExistsWithNames =
        "custom_profile_fields.entity_not_exists_with_names",
    CustomProfileFieldsInvalidMinMaxInput = "custom_profile_fields.invalid_min_max_input",
    CustomProfileFieldsInvalidDefaultValue = "custom_profile_fields.invalid_default_value",
    CustomProfileFieldsInvalidOptions = "custom_profile_fields.invalid_options",
    CustomProfileFieldsInvalidRegexFormat = "custom_profile_fields.invalid_regex_format",
    CustomProfileFieldsInvalidAddressComponents =
        "custom_profile_fields.invalid_address_components",
    CustomProfileFieldsInvalidFullnameComponents =
        "custom_profile_fields.invalid_fullname_components",
    CustomProfileFieldsInvalidSubComponentType =
        "custom_profile_fields.invalid_sub_component_type",
    CustomProfileFieldsConflictedSieOrder = "custom_profile_fields.conflicted_sie_order",

    JwtCustomizerGeneral = "jwt_customizer.general",

    ActionGeneral = "action.general",

    DomainNotConfigured = "domain.not_configured",
    DomainDomainInUse = "domain.domain_in_use",
    DomainLimitToOneDomain = "domain.limit_to_one_domain",

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
    OidcSessionNotFound = "oidc.session_not_found",
    OidcInvalidSessionAccountId = "oidc.invalid_session_account_id",
    OidcFailedToCleanupSessionAuthorization = "oidc.failed_to_cleanup_session_authorization",
    OidcKeyNotFound = "oidc.key_not_found",
    OidcKeyRequired = "oidc.key_required",
    OidcOnlyPreviousKeyCanBeDeleted = "oidc.only_previous_key_can_be_deleted",
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
