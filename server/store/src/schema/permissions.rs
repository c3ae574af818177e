//! API resources, scopes and roles.

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
