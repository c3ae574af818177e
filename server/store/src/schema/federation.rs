//! Ways to other systems: mail, short messages, social and enterprise providers.

diesel::table! {
    connectors (id) {
        id -> Text,
        factory_id -> Text,
        sealed_config -> Text,
        metadata -> Text,
        sync_profile -> Bool,
        enable_token_storage -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    sso_connectors (id) {
        id -> Text,
        provider_name -> Text,
        connector_name -> Text,
        sealed_config -> Text,
        domains -> Text,
        branding -> Text,
        sync_profile -> Bool,
        enable_token_storage -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    sso_connector_domains (sso_connector_id, domain) {
        sso_connector_id -> Text,
        domain -> Text,
    }
}

diesel::table! {
    sso_connector_signing_keys (id) {
        id -> Text,
        sso_connector_id -> Text,
        sealed_private_key -> Text,
        certificate -> Text,
        is_active -> Bool,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sso_connector_idp_initiated_auth_configs (sso_connector_id) {
        sso_connector_id -> Text,
        default_application_id -> Text,
        redirect_uri -> Nullable<Text>,
        auth_parameters -> Text,
        auto_send_authorization_request -> Bool,
        client_idp_initiated_auth_callback_uri -> Nullable<Text>,
        created_at -> BigInt,
    }
}
