//! What comes in and goes out: limits, messages, events, the audit log.

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
    hooks (id) {
        id -> Text,
        name -> Text,
        event -> Nullable<Text>,
        events -> Text,
        sealed_config -> Text,
        sealed_signing_key -> Text,
        enabled -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    hook_deliveries (id) {
        id -> Text,
        hook_id -> Text,
        event -> Text,
        body -> Text,
        status -> Text,
        attempts -> Integer,
        response_status -> Nullable<Integer>,
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
        hook_id -> Nullable<Text>,
    }
}

diesel::table! {
    row_counts (name, part, shard) {
        name -> Text,
        part -> Text,
        shard -> Integer,
        count -> BigInt,
    }
}
