//! The sections of the file, and what is not in it.

use super::definitions::{
    ACCESS_ORGANIZATION_ROLES, ACCESS_ORGANIZATIONS, ACCESS_USER_ROLES, ACCOUNT_CENTER,
    APPLICATION_EXPERIENCES, APPLICATION_SECRETS, APPLICATIONS, APPLICATIONS_ROLES,
    CAPTCHA_PROVIDER, CIMD_ORGANIZATION_RESOURCE_SCOPES, CIMD_ORGANIZATION_SCOPES,
    CIMD_RESOURCE_SCOPES, CIMD_USER_SCOPES, CONFIGURATION, CONNECTORS,
    CONSENT_ORGANIZATION_RESOURCE_SCOPES, CONSENT_ORGANIZATION_SCOPES, CONSENT_RESOURCE_SCOPES,
    CONSENT_USER_SCOPES, COOKIE_KEYS, CUSTOM_PHRASES, CUSTOM_PROFILE_FIELDS, DOMAINS,
    EMAIL_TEMPLATES, HOOKS, JIT_DOMAINS, JIT_ROLES, JIT_SSO_CONNECTORS,
    ORGANIZATION_APPLICATION_ROLES, ORGANIZATION_APPLICATIONS, ORGANIZATION_ROLE_RESOURCE_SCOPES,
    ORGANIZATION_ROLE_SCOPES, ORGANIZATION_ROLES, ORGANIZATION_SCOPES, ORGANIZATIONS, RESOURCES,
    ROLES, ROLES_SCOPES, SAML_CONFIGS, SAML_SECRETS, SCOPES, SIGN_IN_EXPERIENCE, SIGNING_KEYS,
    SSO_CONNECTOR_DOMAINS, SSO_CONNECTORS, SSO_IDP_INITIATED, SSO_SIGNING_KEYS,
};
use super::documents::typed;
use super::{Child, ChildForm, Form, Section, Setting, Table, Visible};
use crate::catalog::provider_settings::{CIMD, ID_TOKEN, SESSION};
use crate::flows::management::configs;
use crate::seed;
use std::sync::LazyLock;
use vestibule_shared::action::{Action, ActionType};
use vestibule_shared::configs::{AdminConsole, CimdSettings, IdTokenSettings, SessionSettings};
use vestibule_shared::jwt_customizer::{JwtCustomizer, JwtCustomizerType};

const fn section(key: &'static str, title: &'static str, table: &'static Table) -> Section {
    Section { key, title, table, form: Form::Rows, children: &[], is_secret: false }
}

const fn relation(key: &'static str, table: &'static Table, owner: &'static str) -> Child {
    Child { key, table, owner, form: ChildForm::Relation }
}

const fn rows(key: &'static str, table: &'static Table, owner: &'static str) -> Child {
    Child { key, table, owner, form: ChildForm::Rows }
}

const fn row(key: &'static str, table: &'static Table, owner: &'static str) -> Child {
    Child { key, table, owner, form: ChildForm::Row }
}

/// The file, from top to bottom.
pub static SECTIONS: &[Section] = &[
    Section {
        form: Form::Document,
        ..section("signInExperience", "How signing in looks and works.", &SIGN_IN_EXPERIENCE)
    },
    Section {
        form: Form::Document,
        ..section(
            "accountCenter",
            "What people see and change of their own account.",
            &ACCOUNT_CENTER,
        )
    },
    section(
        "customPhrases",
        "Phrases of the pages in your own words, by language.",
        &CUSTOM_PHRASES,
    ),
    section("customProfileFields", "What new users are asked.", &CUSTOM_PROFILE_FIELDS),
    section("emailTemplates", "Texts of e-mails.", &EMAIL_TEMPLATES),
    section("connectors", "Ways to send e-mail and SMS, and social providers.", &CONNECTORS),
    Section {
        form: Form::Row,
        ..section(
            "captchaProvider",
            "The service that tells people from programs.",
            &CAPTCHA_PROVIDER,
        )
    },
    Section {
        children: &[
            rows("signingKeys", &SSO_SIGNING_KEYS, "sso_connector_id"),
            row("idpInitiatedAuthConfig", &SSO_IDP_INITIATED, "sso_connector_id"),
        ],
        ..section("ssoConnectors", "Enterprise identity providers.", &SSO_CONNECTORS)
    },
    Section {
        children: &[rows("scopes", &SCOPES, "resource_id")],
        ..section("resources", "API resources and their scopes.", &RESOURCES)
    },
    Section {
        children: &[relation("scopes", &ROLES_SCOPES, "role_id")],
        ..section("roles", "Roles and the scopes that they grant.", &ROLES)
    },
    section("organizationScopes", "Organization template: scopes.", &ORGANIZATION_SCOPES),
    Section {
        children: &[
            relation("scopes", &ORGANIZATION_ROLE_SCOPES, "organization_role_id"),
            relation("resourceScopes", &ORGANIZATION_ROLE_RESOURCE_SCOPES, "organization_role_id"),
        ],
        ..section("organizationRoles", "Organization template: roles.", &ORGANIZATION_ROLES)
    },
    Section {
        children: &[
            rows("secrets", &APPLICATION_SECRETS, "application_id"),
            relation("roles", &APPLICATIONS_ROLES, "application_id"),
            row("signInExperience", &APPLICATION_EXPERIENCES, "application_id"),
            relation("consentUserScopes", &CONSENT_USER_SCOPES, "application_id"),
            relation("consentResourceScopes", &CONSENT_RESOURCE_SCOPES, "application_id"),
            relation("consentOrganizationScopes", &CONSENT_ORGANIZATION_SCOPES, "application_id"),
            relation(
                "consentOrganizationResourceScopes",
                &CONSENT_ORGANIZATION_RESOURCE_SCOPES,
                "application_id",
            ),
            relation("accessControlUserRoles", &ACCESS_USER_ROLES, "application_id"),
            relation("accessControlOrganizations", &ACCESS_ORGANIZATIONS, "application_id"),
            relation(
                "accessControlOrganizationRoles",
                &ACCESS_ORGANIZATION_ROLES,
                "application_id",
            ),
            row("saml", &SAML_CONFIGS, "application_id"),
            rows("samlSecrets", &SAML_SECRETS, "application_id"),
        ],
        ..section("applications", "Applications.", &APPLICATIONS)
    },
    Section {
        children: &[
            relation("jitEmailDomains", &JIT_DOMAINS, "organization_id"),
            relation("jitRoles", &JIT_ROLES, "organization_id"),
            relation("jitSsoConnectors", &JIT_SSO_CONNECTORS, "organization_id"),
            relation("applications", &ORGANIZATION_APPLICATIONS, "organization_id"),
            relation("applicationRoles", &ORGANIZATION_APPLICATION_ROLES, "organization_id"),
        ],
        ..section("organizations", "Organizations, without their members.", &ORGANIZATIONS)
    },
    section("hooks", "Webhooks.", &HOOKS),
    Section {
        form: Form::Ids,
        ..section(
            "cimdUserScopes",
            "What clients that are known by a document may ask for: user claims.",
            &CIMD_USER_SCOPES,
        )
    },
    Section {
        form: Form::Ids,
        ..section("cimdResourceScopes", "The same: scopes.", &CIMD_RESOURCE_SCOPES)
    },
    Section {
        form: Form::Ids,
        ..section(
            "cimdOrganizationScopes",
            "The same: organization scopes.",
            &CIMD_ORGANIZATION_SCOPES,
        )
    },
    Section {
        form: Form::Ids,
        ..section(
            "cimdOrganizationResourceScopes",
            "The same: scopes within organizations.",
            &CIMD_ORGANIZATION_RESOURCE_SCOPES,
        )
    },
    section("domains", "Domains of your own.", &DOMAINS),
    Section {
        form: Form::Settings,
        ..section("configs", "Other settings, by their key.", &CONFIGURATION)
    },
    Section {
        is_secret: true,
        ..section("signingKeys", "Keys that sign tokens: all there are.", &SIGNING_KEYS)
    },
    Section {
        is_secret: true,
        ..section("cookieKeys", "Keys that sign cookies: all there are.", &COOKIE_KEYS)
    },
];

/// Tables that are filled from others.
pub static DERIVED: &[&Table] = &[&SSO_CONNECTOR_DOMAINS];

/// What of a script is no secret: all but the values that it reads.
const SCRIPT_VISIBLE: Visible = Visible::AllBut(&["environmentVariables"]);

/// Keys of `configuration` that move.
pub static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let seal = Some((configs::scripts::SEAL, SCRIPT_VISIBLE));
    let mut settings = vec![
        Setting { key: configs::ADMIN_CONSOLE, document: typed::<AdminConsole>, seal: None },
        Setting { key: ID_TOKEN, document: typed::<IdTokenSettings>, seal: None },
        Setting { key: SESSION, document: typed::<SessionSettings>, seal: None },
        Setting { key: CIMD, document: typed::<CimdSettings>, seal: None },
    ];
    settings.extend(JwtCustomizerType::ALL.map(|kind| Setting {
        key: kind.key(),
        document: typed::<JwtCustomizer>,
        seal,
    }));
    settings.extend(ActionType::ALL.map(|kind| Setting {
        key: kind.as_str(),
        document: typed::<Action>,
        seal,
    }));
    settings
});

/// Keys of `configuration` that belong to one database: the fingerprint of its secret key, and a
/// link that works once.
pub static INTERNAL_SETTINGS: &[&str] = &[seed::FINGERPRINT, crate::flows::setup::TOKEN];

/// Tables that are no configuration, and why.
pub static DATA: &[(&str, &str)] = &[
    ("users", "moved by `vestibule users`"),
    ("users_roles", "moved with users"),
    ("user_social_identities", "moved with users"),
    ("user_sso_identities", "moved with users"),
    ("organization_user_relations", "moved with users"),
    ("organization_role_user_relations", "moved with users"),
    ("application_access_control_users", "moved with users"),
    ("token_secrets", "tokens of other providers: got anew at the next sign-in"),
    ("personal_access_tokens", "credentials of people: made anew"),
    ("trusted_devices", "belongs to browsers that know this server"),
    ("daily_active_users", "what happened here"),
    ("application_user_consent_organizations", "what people allowed: asked again"),
    ("organization_invitations", "letters that lead to this server"),
    ("organization_invitation_role_relations", "part of invitations"),
    ("interactions", "sign-ins under way"),
    ("sessions", "belongs to browsers that know this server"),
    ("grants", "what people allowed: asked again"),
    ("authorization_codes", "lives for a minute"),
    ("access_tokens", "issued by this server"),
    ("refresh_tokens", "issued by this server"),
    ("verification_codes", "lives for minutes"),
    ("one_time_tokens", "links that lead to this server"),
    ("subject_tokens", "lives for minutes"),
    ("configuration_version", "counts the changes of one database"),
    ("row_counts", "kept by the database itself"),
    ("rate_limits", "counts the requests of one installation"),
    ("sentinel_targets", "what happened here"),
    ("sentinel_activities", "what happened here"),
    ("messages", "on their way out"),
    ("hook_deliveries", "on their way out"),
    ("logs", "what happened here"),
];
