//! What tokens and userinfo say about a person.

use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::state::App;
use chrono::DateTime;
use serde_json::{Value, json};
use vestibule_protocol::claims::{self, Destination, IdTokenClaims, OrganizationFacts, UserFacts};
use vestibule_protocol::jose::TokenType;
use vestibule_protocol::scope::{ORGANIZATION_ROLES, ORGANIZATIONS, ScopeSet};
use vestibule_store::organizations::members::of_users;
use vestibule_store::users::{self, SsoIdentityRow, UserRow};
use vestibule_store::{Connection, Millis, roles};

/// What an ID token is issued for.
pub struct IdToken<'a> {
    /// The client.
    pub client: &'a Client,
    /// Which claims.
    pub scope: &'a ScopeSet,
    /// From the authorization request.
    pub nonce: Option<&'a str>,
    /// Where `max_age` asked for it.
    pub authenticated_at: Option<Millis>,
    /// For `sid`.
    pub session_uid: Option<&'a str>,
    /// For `at_hash`.
    pub access_token: Option<&'a str>,
}

/// What is known of a user, as far as the scopes reach.
pub async fn facts(
    connection: &mut Connection,
    user: &UserRow,
    scope: &ScopeSet,
) -> Result<UserFacts, FlowError> {
    let roles = if scope.contains("roles") {
        roles::names_of_user(connection, &user.id).await?
    } else {
        Vec::new()
    };
    let wants_organization_roles = scope.contains(ORGANIZATION_ROLES);
    let organizations = if wants_organization_roles || scope.contains(ORGANIZATIONS) {
        organizations_of(connection, &user.id, wants_organization_roles).await?
    } else {
        Vec::new()
    };
    let sso_identities = if scope.contains("identities") {
        let found = users::sso_identities(connection, &user.id).await?;
        found.into_iter().map(sso_identity).collect()
    } else {
        Vec::new()
    };
    Ok(UserFacts {
        id: user.id.clone(),
        username: user.username.clone(),
        name: user.name.clone(),
        avatar: user.avatar.clone(),
        primary_email: user.primary_email.clone(),
        primary_phone: user.primary_phone.clone(),
        profile: user.profile.0.clone(),
        custom_data: user.custom_data.0.clone(),
        identities: user.identities.0.clone(),
        sso_identities,
        roles,
        organizations,
        created_at: time(user.created_at),
        updated_at: time(user.updated_at),
    })
}

/// Organizations of a user, oldest first, with the roles that the user has in each.
async fn organizations_of(
    connection: &mut Connection,
    user_id: &str,
    wants_roles: bool,
) -> Result<Vec<OrganizationFacts>, FlowError> {
    let (mut found, _) = of_users::organizations(connection, user_id, None).await?;
    found.reverse();
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let held = if wants_roles {
        of_users::roles_of(connection, &ids, &[user_id.to_owned()]).await?
    } else {
        Vec::new()
    };
    let facts = found.into_iter().map(|row| OrganizationFacts {
        roles: held
            .iter()
            .filter(|role| role.organization_id == row.id)
            .map(|role| role.name.clone())
            .collect(),
        id: row.id,
        name: row.name,
        description: row.description,
    });
    Ok(facts.collect())
}

fn sso_identity(row: SsoIdentityRow) -> Value {
    json!({ "issuer": row.issuer, "identityId": row.identity_id, "detail": row.detail.0 })
}

fn time(at: Millis) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp_millis(at).unwrap_or_default()
}

/// Signs an ID token.
pub fn sign_id_token(
    app: &App,
    facts: &UserFacts,
    token: &IdToken<'_>,
) -> Result<String, FlowError> {
    let snapshot = app.catalog.snapshot();
    let now = app.clock.now_seconds();
    let wants_sid = token.client.oidc.backchannel_logout_session_required == Some(true);
    let algorithm = snapshot.keys.current_algorithm();
    let extended = &snapshot.provider.extended_claims;
    let claims = IdTokenClaims {
        iss: app.settings.endpoint.issuer(),
        sub: facts.id.clone(),
        aud: token.client.id.clone(),
        iat: now,
        exp: now + token.client.id_token_ttl().num_seconds(),
        nonce: token.nonce.map(str::to_owned),
        at_hash: token.access_token.map(|it| claims::at_hash(algorithm, it)),
        sid: token.session_uid.filter(|_| wants_sid).map(str::to_owned),
        auth_time: token.authenticated_at.map(|at| at / 1000),
        user: claims::user_claims(facts, token.scope, Destination::IdToken { extended }),
    };
    snapshot
        .keys
        .sign(TokenType::IdToken, &claims)
        .map_err(|error| FlowError::Internal(error.to_string()))
}
