//! Applications, what they may do, and how they look.

diesel::table! {
    applications (id) {
        id -> Text,
        name -> Text,
        description -> Nullable<Text>,
        #[sql_name = "type"]
        kind -> Text,
        oidc_client_metadata -> Text,
        custom_client_metadata -> Text,
        protected_app_metadata -> Nullable<Text>,
        custom_data -> Text,
        is_third_party -> Bool,
        app_level_access_control_enabled -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    application_secrets (application_id, name) {
        application_id -> Text,
        name -> Text,
        value_hash -> Text,
        sealed_value -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    applications_roles (application_id, role_id) {
        application_id -> Text,
        role_id -> Text,
    }
}

diesel::table! {
    application_sign_in_experiences (application_id) {
        application_id -> Text,
        color -> Text,
        branding -> Text,
        custom_css -> Nullable<Text>,
        terms_of_use_url -> Nullable<Text>,
        privacy_policy_url -> Nullable<Text>,
        display_name -> Nullable<Text>,
    }
}

diesel::table! {
    saml_application_configs (application_id) {
        application_id -> Text,
        attribute_mapping -> Text,
        entity_id -> Nullable<Text>,
        acs_url -> Nullable<Text>,
        encryption -> Nullable<Text>,
        name_id_format -> Text,
    }
}

diesel::table! {
    saml_application_secrets (id) {
        id -> Text,
        application_id -> Text,
        sealed_private_key -> Text,
        certificate -> Text,
        is_active -> Bool,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    application_user_consent_user_scopes (application_id, user_scope) {
        application_id -> Text,
        user_scope -> Text,
    }
}

diesel::table! {
    application_user_consent_resource_scopes (application_id, scope_id) {
        application_id -> Text,
        scope_id -> Text,
    }
}

diesel::table! {
    application_user_consent_organization_scopes (application_id, organization_scope_id) {
        application_id -> Text,
        organization_scope_id -> Text,
    }
}

diesel::table! {
    application_user_consent_organization_resource_scopes (application_id, scope_id) {
        application_id -> Text,
        scope_id -> Text,
    }
}

diesel::table! {
    application_user_consent_organizations (application_id, user_id, organization_id) {
        application_id -> Text,
        user_id -> Text,
        organization_id -> Text,
    }
}

diesel::table! {
    cimd_user_scopes (user_scope) {
        user_scope -> Text,
    }
}

diesel::table! {
    cimd_resource_scopes (scope_id) {
        scope_id -> Text,
    }
}

diesel::table! {
    cimd_organization_scopes (organization_scope_id) {
        organization_scope_id -> Text,
    }
}

diesel::table! {
    cimd_organization_resource_scopes (scope_id) {
        scope_id -> Text,
    }
}

diesel::table! {
    application_access_control_users (application_id, user_id) {
        application_id -> Text,
        user_id -> Text,
    }
}

diesel::table! {
    application_access_control_user_roles (application_id, role_id) {
        application_id -> Text,
        role_id -> Text,
    }
}

diesel::table! {
    application_access_control_organizations (application_id, organization_id) {
        application_id -> Text,
        organization_id -> Text,
    }
}

diesel::table! {
    application_access_control_organization_roles (application_id, organization_id, organization_role_id) {
        application_id -> Text,
        organization_id -> Text,
        organization_role_id -> Text,
    }
}
