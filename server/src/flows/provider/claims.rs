//! What tokens and userinfo say about a person.

use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::state::App;
use chrono::DateTime;
use vestibule_protocol::claims::{self, Destination, IdTokenClaims, UserFacts};
use vestibule_protocol::jose::TokenType;
use vestibule_protocol::scope::ScopeSet;
use vestibule_store::users::UserRow;
use vestibule_store::{Connection, Millis, roles};

/// Extended claims that ID tokens carry; userinfo carries all.
const IN_ID_TOKENS: [&str; 3] = ["roles", "organizations", "organization_roles"];

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
        roles,
        created_at: time(user.created_at),
        updated_at: time(user.updated_at),
        ..UserFacts::default()
    })
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
    let extended = IN_ID_TOKENS.map(str::to_owned);
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
        user: claims::user_claims(facts, token.scope, Destination::IdToken { extended: &extended }),
    };
    snapshot
        .keys
        .sign(TokenType::IdToken, &claims)
        .map_err(|error| FlowError::Internal(error.to_string()))
}
