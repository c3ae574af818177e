//! The tables, as Diesel sees them. One text for both databases; a test compares it with both.

diesel::table! {
    configuration (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    configuration_version (id) {
        id -> Integer,
        version -> BigInt,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Text,
        algorithm -> Text,
        sealed_private_key -> Text,
        public_jwk -> Text,
        status -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    sign_in_experience (id) {
        id -> Text,
        document -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        username -> Nullable<Text>,
        username_key -> Nullable<Text>,
        primary_email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        primary_phone -> Nullable<Text>,
        phone_key -> Nullable<Text>,
        password_digest -> Nullable<Text>,
        password_algorithm -> Nullable<Text>,
        name -> Nullable<Text>,
        avatar -> Nullable<Text>,
        profile -> Text,
        application_id -> Nullable<Text>,
        cimd_client_id -> Nullable<Text>,
        identities -> Text,
        custom_data -> Text,
        preferences -> Text,
        mfa_verifications -> Text,
        is_suspended -> Bool,
        is_password_expired -> Bool,
        last_sign_in_at -> Nullable<BigInt>,
        password_updated_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

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
    resources (id) {
        id -> Text,
        name -> Text,
        indicator -> Text,
        is_default -> Bool,
        access_token_ttl -> BigInt,
    }
}

diesel::table! {
    scopes (id) {
        id -> Text,
        resource_id -> Text,
        name -> Text,
        description -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    roles (id) {
        id -> Text,
        name -> Text,
        description -> Text,
        #[sql_name = "type"]
        kind -> Text,
        is_default -> Bool,
    }
}

diesel::table! {
    roles_scopes (role_id, scope_id) {
        role_id -> Text,
        scope_id -> Text,
    }
}

diesel::table! {
    users_roles (user_id, role_id) {
        user_id -> Text,
        role_id -> Text,
    }
}

diesel::table! {
    applications_roles (application_id, role_id) {
        application_id -> Text,
        role_id -> Text,
    }
}

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
    interactions (id) {
        id -> Text,
        client_id -> Text,
        request -> Text,
        prompt -> Text,
        session_uid -> Nullable<Text>,
        state -> Text,
        version -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        uid -> Text,
        user_id -> Text,
        authenticated_at -> BigInt,
        created_at -> BigInt,
        last_used_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    grants (id) {
        id -> Text,
        session_uid -> Nullable<Text>,
        user_id -> Text,
        client_id -> Text,
        scopes -> Text,
        resource_scopes -> Text,
        is_offline -> Bool,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    authorization_codes (id) {
        id -> Text,
        grant_id -> Text,
        client_id -> Text,
        user_id -> Text,
        redirect_uri -> Text,
        scopes -> Text,
        resources -> Text,
        nonce -> Nullable<Text>,
        code_challenge -> Nullable<Text>,
        authenticated_at -> Nullable<BigInt>,
        session_uid -> Nullable<Text>,
        consumed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    access_tokens (id) {
        id -> Text,
        grant_id -> Text,
        client_id -> Text,
        user_id -> Text,
        scopes -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Text,
        grant_id -> Text,
        client_id -> Text,
        user_id -> Text,
        scopes -> Text,
        resources -> Text,
        nonce -> Nullable<Text>,
        authenticated_at -> Nullable<BigInt>,
        session_uid -> Nullable<Text>,
        generation -> BigInt,
        created_at -> BigInt,
        issued_at -> BigInt,
        rotated_at -> Nullable<BigInt>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    verification_codes (id) {
        id -> Text,
        recipient -> Text,
        code_hash -> Text,
        attempts -> Integer,
        consumed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    rate_limits (key) {
        key -> Text,
        count -> Integer,
        window_started_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sentinel_targets (target) {
        target -> Text,
        blocked_until -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    sentinel_activities (id) {
        id -> Text,
        target -> Text,
        action -> Text,
        result -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> Text,
        connector_type -> Text,
        usage_type -> Text,
        sealed_content -> Text,
        status -> Text,
        attempts -> Integer,
        last_error -> Nullable<Text>,
        next_attempt_at -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    logs (id) {
        id -> Text,
        key -> Text,
        payload -> Text,
        user_id -> Nullable<Text>,
        application_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::joinable!(application_secrets -> applications (application_id));
diesel::joinable!(scopes -> resources (resource_id));
diesel::joinable!(roles_scopes -> scopes (scope_id));
diesel::joinable!(users_roles -> roles (role_id));
diesel::joinable!(applications_roles -> roles (role_id));
diesel::allow_tables_to_appear_in_same_query!(
    configuration,
    configuration_version,
    signing_keys,
    sign_in_experience,
    users,
    applications,
    application_secrets,
    resources,
    scopes,
    roles,
    roles_scopes,
    users_roles,
    applications_roles,
    connectors,
    interactions,
    sessions,
    grants,
    authorization_codes,
    access_tokens,
    refresh_tokens,
    verification_codes,
    rate_limits,
    sentinel_targets,
    sentinel_activities,
    messages,
    logs,
);
