//! What the OpenID Connect provider keeps between requests.

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
        client_id -> Nullable<Text>,
        last_submission -> Nullable<Text>,
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
    one_time_tokens (id) {
        id -> Text,
        email -> Text,
        token_hash -> Text,
        sealed_token -> Text,
        context -> Text,
        status -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    subject_tokens (id) {
        id -> Text,
        user_id -> Text,
        creator_id -> Text,
        context -> Text,
        consumed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}
