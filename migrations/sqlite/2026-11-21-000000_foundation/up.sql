-- Times are epoch milliseconds. JSON documents are text. Ids are text.
-- One-time and bearer values are kept as SHA-256 (hex), secrets that must be shown again are sealed.

create table configuration (
    key text not null primary key,
    value text not null
);

-- One row; raised by every change of what servers keep in memory.
create table configuration_version (
    id integer not null primary key check (id = 1),
    version bigint not null
);
insert into configuration_version (id, version) values (1, 1);

create table signing_keys (
    id text not null primary key,
    algorithm text not null,
    sealed_private_key text not null,
    public_jwk text not null,
    status text not null check (status in ('Next', 'Current', 'Previous')),
    created_at bigint not null
);
create unique index signing_keys__current on signing_keys (status) where status = 'Current';

create table sign_in_experience (
    id text not null primary key,
    document text not null,
    updated_at bigint not null
);

create table users (
    id text not null primary key,
    username text,
    -- What must be unique and is looked up: lower case where the policy ignores case.
    username_key text,
    primary_email text,
    email_key text,
    primary_phone text,
    phone_key text,
    password_digest text,
    password_algorithm text,
    name text,
    avatar text,
    profile text not null default '{}',
    application_id text,
    cimd_client_id text,
    identities text not null default '{}',
    custom_data text not null default '{}',
    preferences text not null default '{}',
    mfa_verifications text not null default '[]',
    is_suspended boolean not null default false,
    is_password_expired boolean not null default false,
    last_sign_in_at bigint,
    password_updated_at bigint,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index users__username on users (username_key);
create unique index users__email on users (email_key);
create unique index users__phone on users (phone_key);
create index users__name on users (name);
create index users__newest on users (created_at, id);

create table applications (
    id text not null primary key,
    name text not null,
    description text,
    type text not null,
    oidc_client_metadata text not null,
    custom_client_metadata text not null default '{}',
    protected_app_metadata text,
    custom_data text not null default '{}',
    is_third_party boolean not null default false,
    app_level_access_control_enabled boolean not null default false,
    created_at bigint not null
);
create index applications__newest on applications (created_at, id);
create index applications__type on applications (type);

create table application_secrets (
    application_id text not null references applications (id) on delete cascade,
    name text not null,
    value_hash text not null,
    sealed_value text not null,
    created_at bigint not null,
    expires_at bigint,
    primary key (application_id, name)
);
create index application_secrets__value on application_secrets (application_id, value_hash);

create table resources (
    id text not null primary key,
    name text not null,
    indicator text not null,
    is_default boolean not null default false,
    access_token_ttl bigint not null default 3600
);
create unique index resources__indicator on resources (indicator);
create unique index resources__default on resources (is_default) where is_default;

create table scopes (
    id text not null primary key,
    resource_id text not null references resources (id) on delete cascade,
    name text not null,
    description text,
    created_at bigint not null
);
create unique index scopes__resource_name on scopes (resource_id, name);

create table roles (
    id text not null primary key,
    name text not null,
    description text not null,
    type text not null check (type in ('User', 'MachineToMachine')),
    is_default boolean not null default false
);
create unique index roles__name on roles (name);

create table roles_scopes (
    role_id text not null references roles (id) on delete cascade,
    scope_id text not null references scopes (id) on delete cascade,
    primary key (role_id, scope_id)
);
create index roles_scopes__scope on roles_scopes (scope_id);

create table users_roles (
    user_id text not null references users (id) on delete cascade,
    role_id text not null references roles (id) on delete cascade,
    primary key (user_id, role_id)
);
create index users_roles__role on users_roles (role_id);

create table applications_roles (
    application_id text not null references applications (id) on delete cascade,
    role_id text not null references roles (id) on delete cascade,
    primary key (application_id, role_id)
);
create index applications_roles__role on applications_roles (role_id);

create table connectors (
    id text not null primary key,
    factory_id text not null,
    sealed_config text not null,
    metadata text not null default '{}',
    sync_profile boolean not null default false,
    enable_token_storage boolean not null default false,
    created_at bigint not null
);

create table interactions (
    id text not null primary key,
    client_id text not null,
    request text not null,
    prompt text not null,
    session_uid text,
    state text not null,
    version bigint not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index interactions__expires on interactions (expires_at);

create table sessions (
    id text not null primary key,
    uid text not null,
    user_id text not null references users (id) on delete cascade,
    authenticated_at bigint not null,
    created_at bigint not null,
    last_used_at bigint not null,
    expires_at bigint not null
);
create unique index sessions__uid on sessions (uid);
create index sessions__user on sessions (user_id);
create index sessions__expires on sessions (expires_at);

create table grants (
    id text not null primary key,
    session_uid text,
    user_id text not null references users (id) on delete cascade,
    client_id text not null,
    scopes text not null,
    resource_scopes text not null default '{}',
    is_offline boolean not null default false,
    created_at bigint not null,
    expires_at bigint not null
);
create unique index grants__session_client on grants (session_uid, client_id);
create index grants__user on grants (user_id);
create index grants__client on grants (client_id);
create index grants__expires on grants (expires_at);

create table authorization_codes (
    id text not null primary key,
    grant_id text not null references grants (id) on delete cascade,
    client_id text not null,
    user_id text not null references users (id) on delete cascade,
    redirect_uri text not null,
    scopes text not null,
    resources text not null default '[]',
    nonce text,
    code_challenge text,
    authenticated_at bigint,
    session_uid text,
    consumed_at bigint,
    created_at bigint not null,
    expires_at bigint not null
);
create index authorization_codes__grant on authorization_codes (grant_id);
create index authorization_codes__user on authorization_codes (user_id);
create index authorization_codes__expires on authorization_codes (expires_at);

create table access_tokens (
    id text not null primary key,
    grant_id text not null references grants (id) on delete cascade,
    client_id text not null,
    user_id text not null references users (id) on delete cascade,
    scopes text not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index access_tokens__grant on access_tokens (grant_id);
create index access_tokens__user on access_tokens (user_id);
create index access_tokens__expires on access_tokens (expires_at);

-- One row is a whole family: rotation raises the generation in place.
create table refresh_tokens (
    id text not null primary key,
    grant_id text not null references grants (id) on delete cascade,
    client_id text not null,
    user_id text not null references users (id) on delete cascade,
    scopes text not null,
    resources text not null default '[]',
    nonce text,
    authenticated_at bigint,
    session_uid text,
    generation bigint not null,
    created_at bigint not null,
    issued_at bigint not null,
    rotated_at bigint,
    expires_at bigint not null
);
create index refresh_tokens__grant on refresh_tokens (grant_id);
create index refresh_tokens__user on refresh_tokens (user_id);
create index refresh_tokens__expires on refresh_tokens (expires_at);

create table verification_codes (
    id text not null primary key,
    recipient text not null,
    code_hash text not null,
    attempts integer not null default 0,
    consumed_at bigint,
    created_at bigint not null,
    expires_at bigint not null
);
create index verification_codes__expires on verification_codes (expires_at);

create table rate_limits (
    key text not null primary key,
    count integer not null,
    window_started_at bigint not null,
    expires_at bigint not null
);
create index rate_limits__expires on rate_limits (expires_at);

create table sentinel_targets (
    target text not null primary key,
    blocked_until bigint not null default 0,
    updated_at bigint not null
);
create index sentinel_targets__updated on sentinel_targets (updated_at);

create table sentinel_activities (
    id text not null primary key,
    target text not null references sentinel_targets (target) on delete cascade,
    action text not null,
    result text not null check (result in ('Success', 'Failed')),
    created_at bigint not null
);
create index sentinel_activities__target on sentinel_activities (target, result, created_at);
create index sentinel_activities__created on sentinel_activities (created_at);

-- E-mails and short messages on their way out.
create table messages (
    id text not null primary key,
    connector_type text not null check (connector_type in ('Email', 'Sms')),
    usage_type text not null,
    sealed_content text not null,
    status text not null check (status in ('Pending', 'Sent', 'Failed', 'Outbox')),
    attempts integer not null default 0,
    last_error text,
    next_attempt_at bigint not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index messages__due on messages (status, next_attempt_at);
create index messages__expires on messages (expires_at);

create table logs (
    id text not null primary key,
    key text not null,
    payload text not null,
    user_id text,
    application_id text,
    created_at bigint not null
);
create index logs__newest on logs (created_at, id);
create index logs__key on logs (key, created_at);
create index logs__user on logs (user_id, created_at);
create index logs__application on logs (application_id, created_at);
