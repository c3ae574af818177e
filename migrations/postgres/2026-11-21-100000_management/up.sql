-- Only adds: servers of the release before keep working while this one is rolled out.
-- Relations whose rows mean nothing without a membership refer to the membership, not to its two sides,
-- so that leaving an organization takes them along.

-- Searches ignore case. LIKE reads an index for a beginning only in this operator class, whatever the collation.
create index users__id_beginning on users (id text_pattern_ops);
create index users__email_beginning on users (email_key text_pattern_ops);
create index users__lower_name on users (lower(name) text_pattern_ops);
create index users__lower_username on users (lower(username) text_pattern_ops);
create index users__primary_phone on users (primary_phone text_pattern_ops);

-- What a person last proved and for whom, shown in lists of sessions.
alter table sessions add column client_id text;
alter table sessions add column last_submission text;

-- When a staged key is to become the current one; null at once.
alter table signing_keys add column effective_at bigint;

-- No foreign key: the entry outlives the hook.
alter table logs add column hook_id text;
create index logs__hook on logs (hook_id, created_at) where hook_id is not null;

create table cookie_keys (
    id text not null primary key,
    sealed_value text not null,
    created_at bigint not null
);

-- Who a social identity belongs to. The details are carried in users.identities.
create table user_social_identities (
    user_id text not null references users (id) on delete cascade,
    target text not null,
    identity_id text not null,
    primary key (user_id, target)
);
create unique index user_social_identities__identity on user_social_identities (target, identity_id);

create table sso_connectors (
    id text not null primary key,
    provider_name text not null,
    connector_name text not null,
    sealed_config text not null,
    domains text not null default '[]',
    branding text not null default '{}',
    sync_profile boolean not null default false,
    enable_token_storage boolean not null default false,
    created_at bigint not null
);
create unique index sso_connectors__name on sso_connectors (connector_name);
create index sso_connectors__newest on sso_connectors (created_at, id);

-- Which connectors a mail domain leads to. The order is carried in sso_connectors.domains.
create table sso_connector_domains (
    sso_connector_id text not null references sso_connectors (id) on delete cascade,
    domain text not null,
    primary key (sso_connector_id, domain)
);
create index sso_connector_domains__domain on sso_connector_domains (domain);

create table sso_connector_signing_keys (
    id text not null primary key,
    sso_connector_id text not null references sso_connectors (id) on delete cascade,
    sealed_private_key text not null,
    certificate text not null,
    is_active boolean not null default false,
    created_at bigint not null,
    expires_at bigint not null
);
create index sso_connector_signing_keys__connector on sso_connector_signing_keys (sso_connector_id);
create unique index sso_connector_signing_keys__active
    on sso_connector_signing_keys (sso_connector_id) where is_active;

create table sso_connector_idp_initiated_auth_configs (
    sso_connector_id text not null primary key references sso_connectors (id) on delete cascade,
    default_application_id text not null references applications (id) on delete cascade,
    redirect_uri text,
    auth_parameters text not null default '{}',
    auto_send_authorization_request boolean not null default false,
    client_idp_initiated_auth_callback_uri text,
    created_at bigint not null
);
create index sso_connector_idp_initiated_auth_configs__app
    on sso_connector_idp_initiated_auth_configs (default_application_id);

create table user_sso_identities (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    sso_connector_id text not null references sso_connectors (id) on delete cascade,
    issuer text not null,
    identity_id text not null,
    detail text not null default '{}',
    created_at bigint not null,
    updated_at bigint not null
);
create unique index user_sso_identities__identity on user_sso_identities (issuer, identity_id);
create index user_sso_identities__user on user_sso_identities (user_id);
create index user_sso_identities__connector on user_sso_identities (sso_connector_id);

-- Tokens of a social or an enterprise provider. They go with the identity and with the connector they came through.
create table token_secrets (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    type text not null,
    sealed_tokens text not null,
    metadata text not null default '{}',
    connector_id text references connectors (id) on delete cascade,
    social_target text,
    social_identity_id text,
    sso_identity_id text references user_sso_identities (id) on delete cascade,
    created_at bigint not null,
    updated_at bigint not null,
    foreign key (social_target, social_identity_id) references user_social_identities (target, identity_id)
        on delete cascade,
    check (
        (sso_identity_id is null and connector_id is not null and social_target is not null
            and social_identity_id is not null)
        or (sso_identity_id is not null and connector_id is null and social_target is null
            and social_identity_id is null)
    )
);
create unique index token_secrets__social on token_secrets (social_target, social_identity_id);
create unique index token_secrets__sso on token_secrets (sso_identity_id);
create index token_secrets__user on token_secrets (user_id);
create index token_secrets__connector on token_secrets (connector_id);

create table personal_access_tokens (
    user_id text not null references users (id) on delete cascade,
    name text not null,
    value_hash text not null,
    sealed_value text not null,
    created_at bigint not null,
    expires_at bigint,
    primary key (user_id, name)
);
create unique index personal_access_tokens__value on personal_access_tokens (value_hash);

-- Browsers in which a second factor is not asked again.
create table trusted_devices (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    secret_hash text not null,
    user_agent text,
    ip text,
    country text,
    city text,
    created_at bigint not null,
    last_used_at bigint not null,
    expires_at bigint not null
);
create index trusted_devices__user on trusted_devices (user_id, expires_at);
create index trusted_devices__expires on trusted_devices (expires_at);

-- A day is its first millisecond in UTC. No foreign key: the figures of the past stay when an account goes.
create table daily_active_users (
    day bigint not null,
    user_id text not null,
    primary key (day, user_id)
);

create table application_sign_in_experiences (
    application_id text not null primary key references applications (id) on delete cascade,
    color text not null default '{}',
    branding text not null default '{}',
    custom_css text,
    terms_of_use_url text,
    privacy_policy_url text,
    display_name text
);

create table saml_application_configs (
    application_id text not null primary key references applications (id) on delete cascade,
    attribute_mapping text not null default '{}',
    entity_id text,
    acs_url text,
    encryption text,
    name_id_format text not null
);

create table saml_application_secrets (
    id text not null primary key,
    application_id text not null references applications (id) on delete cascade,
    sealed_private_key text not null,
    certificate text not null,
    is_active boolean not null default false,
    created_at bigint not null,
    expires_at bigint not null
);
create index saml_application_secrets__application on saml_application_secrets (application_id);
create unique index saml_application_secrets__active
    on saml_application_secrets (application_id) where is_active;

create table organizations (
    id text not null primary key,
    name text not null,
    description text,
    custom_data text not null default '{}',
    is_mfa_required boolean not null default false,
    is_trusted_device_allowed boolean not null default true,
    color text not null default '{}',
    branding text not null default '{}',
    custom_css text,
    created_at bigint not null
);
create index organizations__newest on organizations (created_at, id);
create index organizations__name on organizations (name);

create table organization_roles (
    id text not null primary key,
    name text not null,
    description text,
    type text not null check (type in ('User', 'MachineToMachine'))
);
create unique index organization_roles__name on organization_roles (name);

create table organization_scopes (
    id text not null primary key,
    name text not null,
    description text
);
create unique index organization_scopes__name on organization_scopes (name);

create table organization_role_scope_relations (
    organization_role_id text not null references organization_roles (id) on delete cascade,
    organization_scope_id text not null references organization_scopes (id) on delete cascade,
    primary key (organization_role_id, organization_scope_id)
);
create index organization_role_scope_relations__scope
    on organization_role_scope_relations (organization_scope_id);

create table organization_role_resource_scope_relations (
    organization_role_id text not null references organization_roles (id) on delete cascade,
    scope_id text not null references scopes (id) on delete cascade,
    primary key (organization_role_id, scope_id)
);
create index organization_role_resource_scope_relations__scope
    on organization_role_resource_scope_relations (scope_id);

create table organization_user_relations (
    organization_id text not null references organizations (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    primary key (organization_id, user_id)
);
create index organization_user_relations__user on organization_user_relations (user_id);

create table organization_role_user_relations (
    organization_id text not null,
    user_id text not null,
    organization_role_id text not null references organization_roles (id) on delete cascade,
    primary key (organization_id, user_id, organization_role_id),
    foreign key (organization_id, user_id) references organization_user_relations (organization_id, user_id)
        on delete cascade
);
create index organization_role_user_relations__user on organization_role_user_relations (user_id);
create index organization_role_user_relations__role
    on organization_role_user_relations (organization_role_id, organization_id);

create table organization_application_relations (
    organization_id text not null references organizations (id) on delete cascade,
    application_id text not null references applications (id) on delete cascade,
    primary key (organization_id, application_id)
);
create index organization_application_relations__application
    on organization_application_relations (application_id);

create table organization_role_application_relations (
    organization_id text not null,
    application_id text not null,
    organization_role_id text not null references organization_roles (id) on delete cascade,
    primary key (organization_id, application_id, organization_role_id),
    foreign key (organization_id, application_id)
        references organization_application_relations (organization_id, application_id) on delete cascade
);
create index organization_role_application_relations__app
    on organization_role_application_relations (application_id);
create index organization_role_application_relations__role
    on organization_role_application_relations (organization_role_id, organization_id);

create table organization_invitations (
    id text not null primary key,
    inviter_id text references users (id) on delete cascade,
    invitee text not null,
    accepted_user_id text references users (id) on delete cascade,
    organization_id text not null references organizations (id) on delete cascade,
    status text not null check (status in ('Pending', 'Accepted', 'Expired', 'Revoked')),
    created_at bigint not null,
    updated_at bigint not null,
    expires_at bigint not null
);
create unique index organization_invitations__pending
    on organization_invitations (invitee, organization_id) where status = 'Pending';
create index organization_invitations__invitee on organization_invitations (invitee);
create index organization_invitations__organization on organization_invitations (organization_id, created_at);
create index organization_invitations__inviter on organization_invitations (inviter_id);
create index organization_invitations__accepted on organization_invitations (accepted_user_id);
create index organization_invitations__newest on organization_invitations (created_at, id);

create table organization_invitation_role_relations (
    organization_invitation_id text not null references organization_invitations (id) on delete cascade,
    organization_role_id text not null references organization_roles (id) on delete cascade,
    primary key (organization_invitation_id, organization_role_id)
);
create index organization_invitation_role_relations__role
    on organization_invitation_role_relations (organization_role_id);

create table organization_jit_email_domains (
    organization_id text not null references organizations (id) on delete cascade,
    email_domain text not null,
    primary key (organization_id, email_domain)
);
create index organization_jit_email_domains__domain on organization_jit_email_domains (email_domain);

create table organization_jit_roles (
    organization_id text not null references organizations (id) on delete cascade,
    organization_role_id text not null references organization_roles (id) on delete cascade,
    primary key (organization_id, organization_role_id)
);
create index organization_jit_roles__role on organization_jit_roles (organization_role_id);

create table organization_jit_sso_connectors (
    organization_id text not null references organizations (id) on delete cascade,
    sso_connector_id text not null references sso_connectors (id) on delete cascade,
    primary key (organization_id, sso_connector_id)
);
create index organization_jit_sso_connectors__connector on organization_jit_sso_connectors (sso_connector_id);

create table application_user_consent_user_scopes (
    application_id text not null references applications (id) on delete cascade,
    user_scope text not null,
    primary key (application_id, user_scope)
);

create table application_user_consent_resource_scopes (
    application_id text not null references applications (id) on delete cascade,
    scope_id text not null references scopes (id) on delete cascade,
    primary key (application_id, scope_id)
);
create index application_user_consent_resource_scopes__scope
    on application_user_consent_resource_scopes (scope_id);

create table application_user_consent_organization_scopes (
    application_id text not null references applications (id) on delete cascade,
    organization_scope_id text not null references organization_scopes (id) on delete cascade,
    primary key (application_id, organization_scope_id)
);
create index application_user_consent_organization_scopes__scope
    on application_user_consent_organization_scopes (organization_scope_id);

create table application_user_consent_organization_resource_scopes (
    application_id text not null references applications (id) on delete cascade,
    scope_id text not null references scopes (id) on delete cascade,
    primary key (application_id, scope_id)
);
create index application_user_consent_organization_resource_scopes__scope
    on application_user_consent_organization_resource_scopes (scope_id);

create table application_user_consent_organizations (
    application_id text not null references applications (id) on delete cascade,
    user_id text not null,
    organization_id text not null,
    primary key (application_id, user_id, organization_id),
    foreign key (organization_id, user_id) references organization_user_relations (organization_id, user_id)
        on delete cascade
);
create index application_user_consent_organizations__member
    on application_user_consent_organizations (organization_id, user_id);

-- What clients that are known by a document may ask for; one list for all of them.
create table cimd_user_scopes (
    user_scope text not null primary key
);

create table cimd_resource_scopes (
    scope_id text not null primary key references scopes (id) on delete cascade
);

create table cimd_organization_scopes (
    organization_scope_id text not null primary key references organization_scopes (id) on delete cascade
);

create table cimd_organization_resource_scopes (
    scope_id text not null primary key references scopes (id) on delete cascade
);

create table application_access_control_users (
    application_id text not null references applications (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    primary key (application_id, user_id)
);
create index application_access_control_users__user on application_access_control_users (user_id);

create table application_access_control_user_roles (
    application_id text not null references applications (id) on delete cascade,
    role_id text not null references roles (id) on delete cascade,
    primary key (application_id, role_id)
);
create index application_access_control_user_roles__role on application_access_control_user_roles (role_id);

create table application_access_control_organizations (
    application_id text not null references applications (id) on delete cascade,
    organization_id text not null references organizations (id) on delete cascade,
    primary key (application_id, organization_id)
);
create index application_access_control_organizations__organization
    on application_access_control_organizations (organization_id);

create table application_access_control_organization_roles (
    application_id text not null references applications (id) on delete cascade,
    organization_id text not null references organizations (id) on delete cascade,
    organization_role_id text not null references organization_roles (id) on delete cascade,
    primary key (application_id, organization_id, organization_role_id)
);
create index application_access_control_organization_roles__org
    on application_access_control_organization_roles (organization_id);
create index application_access_control_organization_roles__role
    on application_access_control_organization_roles (organization_role_id);

create table hooks (
    id text not null primary key,
    name text not null default '',
    event text,
    events text not null default '[]',
    -- Sealed, because headers often hold a key of the receiver.
    sealed_config text not null,
    sealed_signing_key text not null,
    enabled boolean not null default true,
    created_at bigint not null
);
create index hooks__newest on hooks (created_at, id);

-- Events on their way to their receivers. Dead ones were given up; they stay until they expire.
create table hook_deliveries (
    id text not null primary key,
    hook_id text not null references hooks (id) on delete cascade,
    event text not null,
    -- The bytes that are signed: every try sends the same.
    body text not null,
    status text not null check (status in ('Pending', 'Delivered', 'Dead')),
    attempts integer not null default 0,
    response_status integer,
    last_error text,
    next_attempt_at bigint not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index hook_deliveries__due on hook_deliveries (status, next_attempt_at);
create index hook_deliveries__hook on hook_deliveries (hook_id, created_at, status);
create index hook_deliveries__expires on hook_deliveries (expires_at);

create table custom_phrases (
    id text not null primary key,
    language_tag text not null,
    translation text not null
);
create unique index custom_phrases__language on custom_phrases (language_tag);

create table custom_profile_fields (
    id text not null primary key,
    name text not null,
    type text not null,
    label text not null default '',
    description text,
    required boolean not null default false,
    config text not null default '{}',
    sie_order integer not null default 0,
    created_at bigint not null
);
create unique index custom_profile_fields__name on custom_profile_fields (name);

create table email_templates (
    id text not null primary key,
    language_tag text not null,
    template_type text not null,
    details text not null,
    created_at bigint not null
);
create unique index email_templates__language_type on email_templates (language_tag, template_type);
create index email_templates__type on email_templates (template_type);

-- The value is sealed as well, because lists of the Management API show it.
create table one_time_tokens (
    id text not null primary key,
    email text not null,
    token_hash text not null,
    sealed_token text not null,
    context text not null default '{}',
    status text not null check (status in ('active', 'consumed', 'revoked', 'expired')),
    created_at bigint not null,
    expires_at bigint not null
);
create unique index one_time_tokens__token on one_time_tokens (token_hash);
create index one_time_tokens__email on one_time_tokens (email, status);
create index one_time_tokens__newest on one_time_tokens (created_at, id);
create index one_time_tokens__expires on one_time_tokens (expires_at);

-- The id is the hash of the token, which is shown once.
create table subject_tokens (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    creator_id text not null,
    context text not null default '{}',
    consumed_at bigint,
    created_at bigint not null,
    expires_at bigint not null
);
create index subject_tokens__user on subject_tokens (user_id);
create index subject_tokens__expires on subject_tokens (expires_at);

-- One row at most.
create table captcha_provider (
    id text not null primary key check (id = 'default'),
    sealed_config text not null,
    created_at bigint not null,
    updated_at bigint not null
);

create table account_center (
    id text not null primary key check (id = 'default'),
    document text not null,
    updated_at bigint not null
);

create table domains (
    id text not null primary key,
    domain text not null,
    status text not null check (status in ('PendingVerification', 'PendingSsl', 'Active', 'Error')),
    error_message text,
    dns_records text not null default '[]',
    verification_files text not null default '[]',
    created_at bigint not null,
    updated_at bigint not null
);
create unique index domains__domain on domains (domain);
