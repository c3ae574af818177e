//! Organizations, their members, and what members may do.

diesel::table! {
    organizations (id) {
        id -> Text,
        name -> Text,
        description -> Nullable<Text>,
        custom_data -> Text,
        is_mfa_required -> Bool,
        is_trusted_device_allowed -> Bool,
        color -> Text,
        branding -> Text,
        custom_css -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    organization_roles (id) {
        id -> Text,
        name -> Text,
        description -> Nullable<Text>,
        #[sql_name = "type"]
        kind -> Text,
    }
}

diesel::table! {
    organization_scopes (id) {
        id -> Text,
        name -> Text,
        description -> Nullable<Text>,
    }
}

diesel::table! {
    organization_role_scope_relations (organization_role_id, organization_scope_id) {
        organization_role_id -> Text,
        organization_scope_id -> Text,
    }
}

diesel::table! {
    organization_role_resource_scope_relations (organization_role_id, scope_id) {
        organization_role_id -> Text,
        scope_id -> Text,
    }
}

diesel::table! {
    organization_user_relations (organization_id, user_id) {
        organization_id -> Text,
        user_id -> Text,
    }
}

diesel::table! {
    organization_role_user_relations (organization_id, user_id, organization_role_id) {
        organization_id -> Text,
        user_id -> Text,
        organization_role_id -> Text,
    }
}

diesel::table! {
    organization_application_relations (organization_id, application_id) {
        organization_id -> Text,
        application_id -> Text,
    }
}

diesel::table! {
    organization_role_application_relations (organization_id, application_id, organization_role_id) {
        organization_id -> Text,
        application_id -> Text,
        organization_role_id -> Text,
    }
}

diesel::table! {
    organization_invitations (id) {
        id -> Text,
        inviter_id -> Nullable<Text>,
        invitee -> Text,
        accepted_user_id -> Nullable<Text>,
        organization_id -> Text,
        status -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    organization_invitation_role_relations (organization_invitation_id, organization_role_id) {
        organization_invitation_id -> Text,
        organization_role_id -> Text,
    }
}

diesel::table! {
    organization_jit_email_domains (organization_id, email_domain) {
        organization_id -> Text,
        email_domain -> Text,
    }
}

diesel::table! {
    organization_jit_roles (organization_id, organization_role_id) {
        organization_id -> Text,
        organization_role_id -> Text,
    }
}

diesel::table! {
    organization_jit_sso_connectors (organization_id, sso_connector_id) {
        organization_id -> Text,
        sso_connector_id -> Text,
    }
}
