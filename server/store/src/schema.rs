//! The tables, as Diesel sees them. One text for both databases; a test compares it with both.

mod accounts;
mod clients;
mod federation;
mod memberships;
mod permissions;
mod provider;
mod settings;
mod traffic;

pub use accounts::*;
pub use clients::*;
pub use federation::*;
pub use memberships::*;
pub use permissions::*;
pub use provider::*;
pub use settings::*;
pub use traffic::*;

diesel::joinable!(users_roles -> roles (role_id));
diesel::joinable!(users_roles -> users (user_id));
diesel::joinable!(user_social_identities -> users (user_id));
diesel::joinable!(user_sso_identities -> sso_connectors (sso_connector_id));
diesel::joinable!(user_sso_identities -> users (user_id));
diesel::joinable!(token_secrets -> connectors (connector_id));
diesel::joinable!(token_secrets -> user_sso_identities (sso_identity_id));
diesel::joinable!(token_secrets -> users (user_id));
diesel::joinable!(personal_access_tokens -> users (user_id));
diesel::joinable!(trusted_devices -> users (user_id));
diesel::joinable!(application_secrets -> applications (application_id));
diesel::joinable!(applications_roles -> applications (application_id));
diesel::joinable!(applications_roles -> roles (role_id));
diesel::joinable!(application_sign_in_experiences -> applications (application_id));
diesel::joinable!(saml_application_configs -> applications (application_id));
diesel::joinable!(saml_application_secrets -> applications (application_id));
diesel::joinable!(application_user_consent_user_scopes -> applications (application_id));
diesel::joinable!(application_user_consent_resource_scopes -> applications (application_id));
diesel::joinable!(application_user_consent_resource_scopes -> scopes (scope_id));
diesel::joinable!(application_user_consent_organization_scopes -> applications (application_id));
diesel::joinable!(application_user_consent_organization_scopes -> organization_scopes (organization_scope_id));
diesel::joinable!(application_user_consent_organization_resource_scopes -> applications (application_id));
diesel::joinable!(application_user_consent_organization_resource_scopes -> scopes (scope_id));
diesel::joinable!(application_user_consent_organizations -> applications (application_id));
diesel::joinable!(application_user_consent_organizations -> organizations (organization_id));
diesel::joinable!(application_user_consent_organizations -> users (user_id));
diesel::joinable!(cimd_resource_scopes -> scopes (scope_id));
diesel::joinable!(cimd_organization_scopes -> organization_scopes (organization_scope_id));
diesel::joinable!(cimd_organization_resource_scopes -> scopes (scope_id));
diesel::joinable!(application_access_control_users -> applications (application_id));
diesel::joinable!(application_access_control_users -> users (user_id));
diesel::joinable!(application_access_control_user_roles -> applications (application_id));
diesel::joinable!(application_access_control_user_roles -> roles (role_id));
diesel::joinable!(application_access_control_organizations -> applications (application_id));
diesel::joinable!(application_access_control_organizations -> organizations (organization_id));
diesel::joinable!(application_access_control_organization_roles -> applications (application_id));
diesel::joinable!(application_access_control_organization_roles -> organizations (organization_id));
diesel::joinable!(application_access_control_organization_roles -> organization_roles (organization_role_id));
diesel::joinable!(sso_connector_domains -> sso_connectors (sso_connector_id));
diesel::joinable!(sso_connector_signing_keys -> sso_connectors (sso_connector_id));
diesel::joinable!(sso_connector_idp_initiated_auth_configs -> applications (default_application_id));
diesel::joinable!(sso_connector_idp_initiated_auth_configs -> sso_connectors (sso_connector_id));
diesel::joinable!(organization_role_scope_relations -> organization_roles (organization_role_id));
diesel::joinable!(organization_role_scope_relations -> organization_scopes (organization_scope_id));
diesel::joinable!(organization_role_resource_scope_relations -> organization_roles (organization_role_id));
diesel::joinable!(organization_role_resource_scope_relations -> scopes (scope_id));
diesel::joinable!(organization_user_relations -> organizations (organization_id));
diesel::joinable!(organization_user_relations -> users (user_id));
diesel::joinable!(organization_role_user_relations -> organizations (organization_id));
diesel::joinable!(organization_role_user_relations -> organization_roles (organization_role_id));
diesel::joinable!(organization_role_user_relations -> users (user_id));
diesel::joinable!(organization_application_relations -> applications (application_id));
diesel::joinable!(organization_application_relations -> organizations (organization_id));
diesel::joinable!(organization_role_application_relations -> applications (application_id));
diesel::joinable!(organization_role_application_relations -> organizations (organization_id));
diesel::joinable!(organization_role_application_relations -> organization_roles (organization_role_id));
diesel::joinable!(organization_invitations -> organizations (organization_id));
diesel::joinable!(organization_invitation_role_relations -> organization_invitations (organization_invitation_id));
diesel::joinable!(organization_invitation_role_relations -> organization_roles (organization_role_id));
diesel::joinable!(organization_jit_email_domains -> organizations (organization_id));
diesel::joinable!(organization_jit_roles -> organizations (organization_id));
diesel::joinable!(organization_jit_roles -> organization_roles (organization_role_id));
diesel::joinable!(organization_jit_sso_connectors -> organizations (organization_id));
diesel::joinable!(organization_jit_sso_connectors -> sso_connectors (sso_connector_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(grants -> users (user_id));
diesel::joinable!(authorization_codes -> grants (grant_id));
diesel::joinable!(authorization_codes -> users (user_id));
diesel::joinable!(access_tokens -> grants (grant_id));
diesel::joinable!(access_tokens -> users (user_id));
diesel::joinable!(refresh_tokens -> grants (grant_id));
diesel::joinable!(refresh_tokens -> users (user_id));
diesel::joinable!(subject_tokens -> users (user_id));
diesel::joinable!(scopes -> resources (resource_id));
diesel::joinable!(roles_scopes -> roles (role_id));
diesel::joinable!(roles_scopes -> scopes (scope_id));
diesel::joinable!(sentinel_activities -> sentinel_targets (target));
diesel::joinable!(hook_deliveries -> hooks (hook_id));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    users_roles,
    user_social_identities,
    user_sso_identities,
    token_secrets,
    personal_access_tokens,
    trusted_devices,
    daily_active_users,
    applications,
    application_secrets,
    applications_roles,
    application_sign_in_experiences,
    saml_application_configs,
    saml_application_secrets,
    application_user_consent_user_scopes,
    application_user_consent_resource_scopes,
    application_user_consent_organization_scopes,
    application_user_consent_organization_resource_scopes,
    application_user_consent_organizations,
    cimd_user_scopes,
    cimd_resource_scopes,
    cimd_organization_scopes,
    cimd_organization_resource_scopes,
    application_access_control_users,
    application_access_control_user_roles,
    application_access_control_organizations,
    application_access_control_organization_roles,
    connectors,
    sso_connectors,
    sso_connector_domains,
    sso_connector_signing_keys,
    sso_connector_idp_initiated_auth_configs,
    organizations,
    organization_roles,
    organization_scopes,
    organization_role_scope_relations,
    organization_role_resource_scope_relations,
    organization_user_relations,
    organization_role_user_relations,
    organization_application_relations,
    organization_role_application_relations,
    organization_invitations,
    organization_invitation_role_relations,
    organization_jit_email_domains,
    organization_jit_roles,
    organization_jit_sso_connectors,
    interactions,
    sessions,
    grants,
    authorization_codes,
    access_tokens,
    refresh_tokens,
    verification_codes,
    one_time_tokens,
    subject_tokens,
    resources,
    scopes,
    roles,
    roles_scopes,
    configuration,
    configuration_version,
    signing_keys,
    cookie_keys,
    sign_in_experience,
    account_center,
    captcha_provider,
    custom_phrases,
    custom_profile_fields,
    email_templates,
    domains,
    rate_limits,
    sentinel_targets,
    sentinel_activities,
    messages,
    hooks,
    hook_deliveries,
    logs,
);
