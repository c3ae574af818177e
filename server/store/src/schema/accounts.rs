//! Accounts and what belongs to one person.

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
    users_roles (user_id, role_id) {
        user_id -> Text,
        role_id -> Text,
    }
}

diesel::table! {
    user_social_identities (user_id, target) {
        user_id -> Text,
        target -> Text,
        identity_id -> Text,
    }
}

diesel::table! {
    user_sso_identities (id) {
        id -> Text,
        user_id -> Text,
        sso_connector_id -> Text,
        issuer -> Text,
        identity_id -> Text,
        detail -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    token_secrets (id) {
        id -> Text,
        user_id -> Text,
        #[sql_name = "type"]
        kind -> Text,
        sealed_tokens -> Text,
        metadata -> Text,
        connector_id -> Nullable<Text>,
        social_target -> Nullable<Text>,
        social_identity_id -> Nullable<Text>,
        sso_identity_id -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    personal_access_tokens (user_id, name) {
        user_id -> Text,
        name -> Text,
        value_hash -> Text,
        sealed_value -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    trusted_devices (id) {
        id -> Text,
        user_id -> Text,
        secret_hash -> Text,
        user_agent -> Nullable<Text>,
        ip -> Nullable<Text>,
        country -> Nullable<Text>,
        city -> Nullable<Text>,
        created_at -> BigInt,
        last_used_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    daily_active_users (day, user_id) {
        day -> BigInt,
        user_id -> Text,
    }
}
