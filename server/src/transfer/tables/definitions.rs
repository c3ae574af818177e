//! The tables that are configuration, column by column.

use super::documents::{list, object as any_object, texts, typed};
use super::{
    Fallback, Kind, Purpose, Table, Visible, column, created, flag, object, optional, reference,
    sealed, text, touched,
};
use crate::catalog::CONNECTOR_SEAL;
use crate::flows::management::{applications, captcha_provider, saml_applications, sso_connectors};
use crate::flows::webhooks;
use crate::seed;
use vestibule_shared::account_center::AccountCenterSettings;
use vestibule_shared::application::{CustomClientMetadata, OidcClientMetadata};
use vestibule_shared::captcha_provider::CaptchaConfig;
use vestibule_shared::email_template::EmailTemplateDetails;
use vestibule_shared::hook::{HookConfig, HookEvent};
use vestibule_shared::organization::PartialColor;
use vestibule_shared::profile_field::ProfileFieldConfig;
use vestibule_shared::saml_application::{AttributeMapping, SamlAcsUrl, SamlEncryption};
use vestibule_shared::sign_in_experience::{Branding, SignInExperience};
use vestibule_shared::sso_connector::SsoBranding;

/// In the place of a text that must differ, until the row gets its own.
const TEXT_IN_BETWEEN: &str = "'vestibule apply ' || id";

/// Who holds a role.
const HOLDER: Kind = Kind::Choice(&["User", "MachineToMachine"]);
const DOMAIN_STATUS: Kind = Kind::Choice(&["PendingVerification", "PendingSsl", "Active", "Error"]);

pub(super) const SIGN_IN_EXPERIENCE: Table = Table {
    kept: &["default"],
    ..Table::new(
        "sign_in_experience",
        &["id"],
        &[
            text("id"),
            column("document", Kind::Json(typed::<SignInExperience>), Fallback::Required),
            touched("updated_at"),
        ],
    )
};

pub(super) const ACCOUNT_CENTER: Table = Table::new(
    "account_center",
    &["id"],
    &[text("id"), object("document", typed::<AccountCenterSettings>), touched("updated_at")],
);

pub(super) const CONFIGURATION: Table = Table::new(
    "configuration",
    &["key"],
    &[text("key"), column("value", Kind::Setting, Fallback::Required)],
);

pub(super) const CUSTOM_PHRASES: Table = Table {
    distinct: &[&["language_tag"]],
    unique: &[("language_tag", TEXT_IN_BETWEEN)],
    order: Some("language_tag"),
    ..Table::new(
        "custom_phrases",
        &["id"],
        &[text("id"), text("language_tag"), object("translation", any_object)],
    )
};

pub(super) const EMAIL_TEMPLATES: Table = Table {
    distinct: &[&["language_tag", "template_type"]],
    unique: &[("language_tag", TEXT_IN_BETWEEN)],
    order: Some("created_at"),
    ..Table::new(
        "email_templates",
        &["id"],
        &[
            text("id"),
            text("language_tag"),
            text("template_type"),
            column("details", Kind::Json(typed::<EmailTemplateDetails>), Fallback::Required),
            created("created_at"),
        ],
    )
};

pub(super) const CUSTOM_PROFILE_FIELDS: Table = Table {
    distinct: &[&["name"]],
    unique: &[("name", TEXT_IN_BETWEEN)],
    order: Some("sie_order"),
    ..Table::new(
        "custom_profile_fields",
        &["id"],
        &[
            text("id"),
            text("name"),
            text("type"),
            column("label", Kind::Text, Fallback::Text("")),
            optional("description"),
            flag("required"),
            object("config", typed::<ProfileFieldConfig>),
            column("sie_order", Kind::Integer, Fallback::Integer(0)),
            created("created_at"),
        ],
    )
};

pub(super) const CAPTCHA_PROVIDER: Table = Table::new(
    "captcha_provider",
    &["id"],
    &[
        text("id"),
        column(
            "sealed_config",
            Kind::SealedJson(
                Purpose::Fixed(captcha_provider::SEAL),
                typed::<CaptchaConfig>,
                Visible::AllBut(&["secretKey"]),
            ),
            Fallback::Required,
        ),
        created("created_at"),
        touched("updated_at"),
    ],
);

pub(super) const DOMAINS: Table = Table {
    distinct: &[&["domain"]],
    unique: &[("domain", TEXT_IN_BETWEEN)],
    order: Some("created_at"),
    ..Table::new(
        "domains",
        &["id"],
        &[
            text("id"),
            text("domain"),
            column("status", DOMAIN_STATUS, Fallback::Text("PendingVerification")),
            optional("error_message"),
            column("dns_records", Kind::Json(list), Fallback::List),
            column("verification_files", Kind::Json(list), Fallback::List),
            created("created_at"),
            touched("updated_at"),
        ],
    )
};

/// What of the settings of a connector is no secret.
const CONNECTOR_VISIBLE: Visible = Visible::Only(&[
    "acsUrl",
    "appleTeamId",
    "authorizationEndpoint",
    "authorizationEndpointUri",
    "clientId",
    "content",
    "contentType",
    "customHeadersTemplate",
    "email",
    "emailClaim",
    "endpoint",
    "entityId",
    "fromEmail",
    "fromName",
    "host",
    "idTokenVerificationConfig",
    "issuer",
    "jwksUri",
    "keyId",
    "metadata",
    "metadataUrl",
    "name",
    "prompt",
    "prompts",
    "region",
    "replyTo",
    "responseType",
    "scope",
    "scopes",
    "sendFrom",
    "signInEndpoint",
    "subject",
    "teamId",
    "tokenEndpoint",
    "type",
    "usageType",
    "user",
    "userInfoEndpoint",
    "x509Certificate",
    "entityID",
    "attributeMapping",
    "phone",
    "id",
    "avatar",
    "signOnUrl",
]);

pub(super) const CONNECTORS: Table = Table {
    order: Some("created_at"),
    ..Table::new(
        "connectors",
        &["id"],
        &[
            text("id"),
            text("factory_id"),
            column(
                "sealed_config",
                Kind::SealedJson(Purpose::Fixed(CONNECTOR_SEAL), any_object, CONNECTOR_VISIBLE),
                Fallback::Object,
            ),
            object("metadata", any_object),
            flag("sync_profile"),
            flag("enable_token_storage"),
            created("created_at"),
        ],
    )
};

pub(super) const SSO_CONNECTORS: Table = Table {
    distinct: &[&["connector_name"]],
    unique: &[("connector_name", TEXT_IN_BETWEEN)],
    order: Some("created_at"),
    ..Table::new(
        "sso_connectors",
        &["id"],
        &[
            text("id"),
            text("connector_name"),
            text("provider_name"),
            column(
                "sealed_config",
                Kind::SealedJson(
                    Purpose::Of(sso_connectors::purpose),
                    any_object,
                    CONNECTOR_VISIBLE,
                ),
                Fallback::Object,
            ),
            column("domains", Kind::Json(texts), Fallback::List),
            object("branding", typed::<SsoBranding>),
            flag("sync_profile"),
            flag("enable_token_storage"),
            created("created_at"),
        ],
    )
};

/// Filled from `sso_connectors.domains`.
pub(super) const SSO_CONNECTOR_DOMAINS: Table = Table::new(
    "sso_connector_domains",
    &["sso_connector_id", "domain"],
    &[reference("sso_connector_id", "sso_connectors"), text("domain")],
);

pub(super) const SSO_SIGNING_KEYS: Table = Table {
    unique: &[("is_active", "false")],
    order: Some("created_at"),
    ..Table::new(
        "sso_connector_signing_keys",
        &["id"],
        &[
            text("id"),
            reference("sso_connector_id", "sso_connectors"),
            text("certificate"),
            sealed("sealed_private_key", Purpose::Of(sso_connectors::signing_keys::purpose)),
            flag("is_active"),
            created("created_at"),
            column("expires_at", Kind::Integer, Fallback::Required),
        ],
    )
};

pub(super) const SSO_IDP_INITIATED: Table = Table::new(
    "sso_connector_idp_initiated_auth_configs",
    &["sso_connector_id"],
    &[
        reference("sso_connector_id", "sso_connectors"),
        reference("default_application_id", "applications"),
        optional("redirect_uri"),
        object("auth_parameters", any_object),
        flag("auto_send_authorization_request"),
        optional("client_idp_initiated_auth_callback_uri"),
        created("created_at"),
    ],
);

pub(super) const RESOURCES: Table = Table {
    distinct: &[&["indicator"]],
    unique: &[("indicator", TEXT_IN_BETWEEN), ("is_default", "false")],
    kept: &["management-api"],
    ..Table::new(
        "resources",
        &["id"],
        &[
            text("id"),
            text("name"),
            text("indicator"),
            flag("is_default"),
            column("access_token_ttl", Kind::Integer, Fallback::Integer(3600)),
        ],
    )
};

pub(super) const SCOPES: Table = Table {
    distinct: &[&["resource_id", "name"]],
    unique: &[("name", TEXT_IN_BETWEEN)],
    order: Some("created_at"),
    kept: &["management-api-all"],
    ..Table::new(
        "scopes",
        &["id"],
        &[
            text("id"),
            reference("resource_id", "resources"),
            text("name"),
            optional("description"),
            created("created_at"),
        ],
    )
};

pub(super) const ROLES: Table = Table {
    distinct: &[&["name"]],
    unique: &[("name", TEXT_IN_BETWEEN)],
    kept: &[seed::INTERNAL_ADMIN_ROLE, seed::MANAGEMENT_ROLE, seed::ADMINISTRATOR_ROLE],
    ..Table::new(
        "roles",
        &["id"],
        &[
            text("id"),
            text("name"),
            text("description"),
            column("type", HOLDER, Fallback::Required),
            flag("is_default"),
        ],
    )
};

/// A table of two ids.
macro_rules! pairs {
    ($name:ident, $table:literal, $left:literal of $left_table:literal, $right:literal of $right_table:literal) => {
        pub(super) const $name: Table = Table::new(
            $table,
            &[$left, $right],
            &[reference($left, $left_table), reference($right, $right_table)],
        );
    };
    ($name:ident, $table:literal, $left:literal of $left_table:literal, $right:literal) => {
        pub(super) const $name: Table =
            Table::new($table, &[$left, $right], &[reference($left, $left_table), text($right)]);
    };
}

pairs!(ROLES_SCOPES, "roles_scopes", "role_id" of "roles", "scope_id" of "scopes");

pub(super) const ORGANIZATION_SCOPES: Table = Table {
    distinct: &[&["name"]],
    unique: &[("name", TEXT_IN_BETWEEN)],
    ..Table::new(
        "organization_scopes",
        &["id"],
        &[text("id"), text("name"), optional("description")],
    )
};

pub(super) const ORGANIZATION_ROLES: Table = Table {
    distinct: &[&["name"]],
    unique: &[("name", TEXT_IN_BETWEEN)],
    ..Table::new(
        "organization_roles",
        &["id"],
        &[
            text("id"),
            text("name"),
            optional("description"),
            column("type", HOLDER, Fallback::Text("User")),
        ],
    )
};

pairs!(ORGANIZATION_ROLE_SCOPES, "organization_role_scope_relations",
    "organization_role_id" of "organization_roles", "organization_scope_id" of "organization_scopes");
pairs!(ORGANIZATION_ROLE_RESOURCE_SCOPES, "organization_role_resource_scope_relations",
    "organization_role_id" of "organization_roles", "scope_id" of "scopes");

pub(super) const ORGANIZATIONS: Table = Table {
    order: Some("created_at"),
    ..Table::new(
        "organizations",
        &["id"],
        &[
            text("id"),
            text("name"),
            optional("description"),
            object("custom_data", any_object),
            flag("is_mfa_required"),
            column("is_trusted_device_allowed", Kind::Boolean, Fallback::Boolean(true)),
            object("color", typed::<PartialColor>),
            object("branding", typed::<Branding>),
            optional("custom_css"),
            created("created_at"),
        ],
    )
};

pairs!(JIT_DOMAINS, "organization_jit_email_domains",
    "organization_id" of "organizations", "email_domain");
pairs!(JIT_ROLES, "organization_jit_roles",
    "organization_id" of "organizations", "organization_role_id" of "organization_roles");
pairs!(JIT_SSO_CONNECTORS, "organization_jit_sso_connectors",
    "organization_id" of "organizations", "sso_connector_id" of "sso_connectors");
pairs!(ORGANIZATION_APPLICATIONS, "organization_application_relations",
    "organization_id" of "organizations", "application_id" of "applications");

pub(super) const ORGANIZATION_APPLICATION_ROLES: Table = Table::new(
    "organization_role_application_relations",
    &["organization_id", "application_id", "organization_role_id"],
    &[
        reference("organization_id", "organizations"),
        reference("application_id", "applications"),
        reference("organization_role_id", "organization_roles"),
    ],
);

pub(super) const APPLICATIONS: Table = Table {
    order: Some("created_at"),
    ..Table::new(
        "applications",
        &["id"],
        &[
            text("id"),
            text("name"),
            optional("description"),
            text("type"),
            column(
                "oidc_client_metadata",
                Kind::Json(typed::<OidcClientMetadata>),
                Fallback::Required,
            ),
            object("custom_client_metadata", typed::<CustomClientMetadata>),
            column("protected_app_metadata", Kind::Json(any_object), Fallback::Null),
            object("custom_data", any_object),
            flag("is_third_party"),
            flag("app_level_access_control_enabled"),
            created("created_at"),
        ],
    )
};

pub(super) const APPLICATION_SECRETS: Table = Table {
    order: Some("created_at"),
    ..Table::new(
        "application_secrets",
        &["application_id", "name"],
        &[
            reference("application_id", "applications"),
            text("name"),
            sealed("sealed_value", Purpose::Fixed(applications::secrets::SEAL)),
            column("value_hash", Kind::Digest("sealed_value"), Fallback::Required),
            created("created_at"),
            column("expires_at", Kind::Integer, Fallback::Null),
        ],
    )
};

pub(super) const APPLICATION_EXPERIENCES: Table = Table::new(
    "application_sign_in_experiences",
    &["application_id"],
    &[
        reference("application_id", "applications"),
        optional("display_name"),
        object("color", typed::<PartialColor>),
        object("branding", typed::<Branding>),
        optional("custom_css"),
        optional("terms_of_use_url"),
        optional("privacy_policy_url"),
    ],
);

pub(super) const SAML_CONFIGS: Table = Table::new(
    "saml_application_configs",
    &["application_id"],
    &[
        reference("application_id", "applications"),
        optional("entity_id"),
        column("acs_url", Kind::Json(typed::<SamlAcsUrl>), Fallback::Null),
        text("name_id_format"),
        object("attribute_mapping", typed::<AttributeMapping>),
        column("encryption", Kind::Json(typed::<SamlEncryption>), Fallback::Null),
    ],
);

pub(super) const SAML_SECRETS: Table = Table {
    unique: &[("is_active", "false")],
    order: Some("created_at"),
    ..Table::new(
        "saml_application_secrets",
        &["id"],
        &[
            text("id"),
            reference("application_id", "applications"),
            text("certificate"),
            sealed("sealed_private_key", Purpose::Fixed(saml_applications::secrets::SEAL)),
            flag("is_active"),
            created("created_at"),
            column("expires_at", Kind::Integer, Fallback::Required),
        ],
    )
};

pairs!(APPLICATIONS_ROLES, "applications_roles",
    "application_id" of "applications", "role_id" of "roles");
pairs!(CONSENT_USER_SCOPES, "application_user_consent_user_scopes",
    "application_id" of "applications", "user_scope");
pairs!(CONSENT_RESOURCE_SCOPES, "application_user_consent_resource_scopes",
    "application_id" of "applications", "scope_id" of "scopes");
pairs!(CONSENT_ORGANIZATION_SCOPES, "application_user_consent_organization_scopes",
    "application_id" of "applications", "organization_scope_id" of "organization_scopes");
pairs!(CONSENT_ORGANIZATION_RESOURCE_SCOPES, "application_user_consent_organization_resource_scopes",
    "application_id" of "applications", "scope_id" of "scopes");
pairs!(ACCESS_USER_ROLES, "application_access_control_user_roles",
    "application_id" of "applications", "role_id" of "roles");
pairs!(ACCESS_ORGANIZATIONS, "application_access_control_organizations",
    "application_id" of "applications", "organization_id" of "organizations");

pub(super) const ACCESS_ORGANIZATION_ROLES: Table = Table::new(
    "application_access_control_organization_roles",
    &["application_id", "organization_id", "organization_role_id"],
    &[
        reference("application_id", "applications"),
        reference("organization_id", "organizations"),
        reference("organization_role_id", "organization_roles"),
    ],
);

/// A table of one id.
macro_rules! ids {
    ($name:ident, $table:literal, $column:literal of $of:literal) => {
        pub(super) const $name: Table = Table::new($table, &[$column], &[reference($column, $of)]);
    };
}

pub(super) const CIMD_USER_SCOPES: Table =
    Table::new("cimd_user_scopes", &["user_scope"], &[text("user_scope")]);
ids!(CIMD_RESOURCE_SCOPES, "cimd_resource_scopes", "scope_id" of "scopes");
ids!(CIMD_ORGANIZATION_SCOPES, "cimd_organization_scopes",
    "organization_scope_id" of "organization_scopes");
ids!(CIMD_ORGANIZATION_RESOURCE_SCOPES, "cimd_organization_resource_scopes", "scope_id" of "scopes");

pub(super) const HOOKS: Table = Table {
    order: Some("created_at"),
    ..Table::new(
        "hooks",
        &["id"],
        &[
            text("id"),
            column("name", Kind::Text, Fallback::Text("")),
            optional("event"),
            column("events", Kind::Json(typed::<Vec<HookEvent>>), Fallback::List),
            column(
                "sealed_config",
                Kind::SealedJson(
                    Purpose::Fixed(webhooks::delivery::CONFIG_SEAL),
                    typed::<HookConfig>,
                    Visible::Only(&["url"]),
                ),
                Fallback::Required,
            ),
            sealed("sealed_signing_key", Purpose::Fixed(webhooks::delivery::KEY_SEAL)),
            column("enabled", Kind::Boolean, Fallback::Boolean(true)),
            created("created_at"),
        ],
    )
};

pub(super) const SIGNING_KEYS: Table = Table {
    unique: &[("status", "'Previous'")],
    order: Some("created_at"),
    ..Table::new(
        "signing_keys",
        &["id"],
        &[
            text("id"),
            text("algorithm"),
            column("status", Kind::Choice(&["Next", "Current", "Previous"]), Fallback::Required),
            object("public_jwk", any_object),
            sealed("sealed_private_key", Purpose::Fixed(seed::KEY_SEAL)),
            created("created_at"),
            column("effective_at", Kind::Integer, Fallback::Null),
        ],
    )
};

pub(super) const COOKIE_KEYS: Table = Table {
    order: Some("created_at"),
    ..Table::new(
        "cookie_keys",
        &["id"],
        &[
            text("id"),
            sealed("sealed_value", Purpose::Fixed(seed::COOKIE_SEAL)),
            created("created_at"),
        ],
    )
};
