//! How this installation is set up.

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
        effective_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    cookie_keys (id) {
        id -> Text,
        sealed_value -> Text,
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
    account_center (id) {
        id -> Text,
        document -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    captcha_provider (id) {
        id -> Text,
        sealed_config -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    custom_phrases (id) {
        id -> Text,
        language_tag -> Text,
        translation -> Text,
    }
}

diesel::table! {
    custom_profile_fields (id) {
        id -> Text,
        name -> Text,
        #[sql_name = "type"]
        kind -> Text,
        label -> Text,
        description -> Nullable<Text>,
        required -> Bool,
        config -> Text,
        sie_order -> Integer,
        created_at -> BigInt,
    }
}

diesel::table! {
    email_templates (id) {
        id -> Text,
        language_tag -> Text,
        template_type -> Text,
        details -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    domains (id) {
        id -> Text,
        domain -> Text,
        status -> Text,
        error_message -> Nullable<Text>,
        dns_records -> Text,
        verification_files -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}
