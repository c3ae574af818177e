//! An authorization request: answered at once, or turned into an interaction.

use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::flows::interaction::TTL_SECONDS as INTERACTION_TTL;
use crate::flows::interaction::{Asked, Interaction, State};
use crate::flows::provider::{admission, sessions};
use crate::flows::webhooks;
use crate::state::App;
use chrono::DateTime;
use std::sync::Arc;
use vestibule_protocol::authorization_request::{
    AuthorizationError, AuthorizationRequest, Parameters,
};
use vestibule_protocol::authorization_response::AuthorizationResponse;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::prompt::{self, GrantFacts, PromptDecision, ResourceScopes, SessionFacts};
use vestibule_protocol::{hash, random, ui_location};
use vestibule_store::grants::{self, GrantRow};
use vestibule_store::interactions::{self, InteractionRow};
use vestibule_store::sessions::SessionRow;
use vestibule_store::tokens::{self, CodeRow};
use vestibule_store::{Connection, Durability, Json, Millis, StoreError};

/// Milliseconds that a code lives.
const CODE_TTL: Millis = 60_000;
/// Milliseconds that a grant lives.
const GRANT_TTL: Millis = 180 * 24 * 60 * 60 * 1000;

/// How a request is answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The client gets its response.
    Response(AuthorizationResponse),
    /// A person is asked, at this path below the endpoint.
    Interaction {
        /// Names the interaction.
        uid: String,
        /// Whose request it is.
        client_id: String,
        /// `ui_locales` of the request.
        ui_locales: Option<String>,
        /// Path and query of the page.
        location: String,
    },
}

/// Answers an authorization request. An error is shown directly: it is not certain where else it
/// may go.
pub async fn authorize(
    app: &App,
    pairs: &[(String, String)],
    session_secret: Option<&str>,
) -> Result<Answer, FlowError> {
    let parameters = Parameters::read(pairs)?;
    let client_id = parameters.client_id()?;
    let client = app.catalog.client(&app.store, client_id).await?;
    let client = client.ok_or_else(|| OAuthError::unknown_client(client_id))?;
    let request = match AuthorizationRequest::parse(&parameters, &client) {
        Ok(request) => request,
        Err(AuthorizationError::Direct(error)) => return Err(error.into()),
        Err(AuthorizationError::Redirect { error, target }) => {
            let issuer = app.settings.endpoint.issuer();
            return Ok(Answer::Response(target.failure(&error, &issuer)));
        }
    };
    let request = with_default_resource(app, request);
    let hint = match check(app, &client, &request) {
        Ok(hint) => hint,
        Err(error) => return Ok(refuse(app, &request, &error)),
    };
    let session = sessions::current(app, session_secret).await?;
    match decide(app, &client, &request, session.as_ref(), hint.as_deref(), false) {
        PromptDecision::Refuse(error) => Ok(refuse(app, &request, &error)),
        PromptDecision::Login(_) => begin(app, request, hint, session).await,
        PromptDecision::Consent(_) => Err(consent_was_asked()),
        PromptDecision::Proceed => {
            let Some(session) = session else { return begin(app, request, hint, None).await };
            app.store
                .write(Durability::Durable, async |connection| {
                    complete(app, connection, &client, &request, &session).await
                })
                .await
        }
    }
}

/// Without a resource, the default one is meant, where one is set.
fn with_default_resource(app: &App, mut request: AuthorizationRequest) -> AuthorizationRequest {
    let snapshot = app.catalog.snapshot();
    if request.resources.is_empty() {
        request.resources.extend(snapshot.default_resource().map(|it| it.indicator.clone()));
    }
    request
}

/// What the protocol alone cannot know: which resources there are, and whom a hint names.
fn check(
    app: &App,
    client: &Client,
    request: &AuthorizationRequest,
) -> Result<Option<String>, OAuthError> {
    admission::check_scope(client, &request.scope)?;
    let snapshot = app.catalog.snapshot();
    for indicator in &request.resources {
        let is_known = indicator == ORGANIZATION_RESOURCE || snapshot.resource(indicator).is_some();
        if !is_known {
            return Err(OAuthError::invalid_target("resource indicator is missing, or unknown"));
        }
    }
    if let Some(error) = admission::missing_consent(client) {
        return Err(error);
    }
    let Some(hint) = &request.id_token_hint else { return Ok(None) };
    let issuer = app.settings.endpoint.issuer();
    let hint = snapshot.keys.read_id_token_hint(hint.as_str(), &issuer, app.clock.now());
    let invalid = || OAuthError::invalid_request("could not validate id_token_hint");
    hint.map(|hint| Some(hint.subject)).ok_or_else(invalid)
}

/// The resource that stands for organizations; it has no row.
const ORGANIZATION_RESOURCE: &str = "urn:logto:resource:organizations";

/// What the request demands of the session. Nobody is asked for consent yet: the server gives it
/// on behalf of its users to first-party clients, and there are no others.
pub fn decide(
    app: &App,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<&SessionRow>,
    hinted_subject: Option<&str>,
    has_just_signed_in: bool,
) -> PromptDecision {
    let time = |at: Millis| DateTime::from_timestamp_millis(at).unwrap_or_default();
    let facts = SessionFacts {
        account: session.map(|session| session.user_id.as_str()),
        authenticated_at: session.map(|session| time(session.authenticated_at)),
        has_just_signed_in,
        hinted_subject,
    };
    let given =
        GrantFacts { scopes: request.scope.oidc(), is_fresh: true, ..GrantFacts::default() };
    let now = time(app.clock.now());
    prompt::decide(request, client, &ResourceScopes::new(), &facts, &given, now)
}

/// See [`decide`]: it cannot happen.
pub fn consent_was_asked() -> FlowError {
    FlowError::Internal("consent was asked for, which first-party clients need not".into())
}

/// The response that reports an error to the client.
pub fn refuse(app: &App, request: &AuthorizationRequest, error: &OAuthError) -> Answer {
    Answer::Response(request.target().failure(error, &app.settings.endpoint.issuer()))
}

/// The response to a request that nothing stands in the way of any more: a code, unless the
/// application does not let the user in.
pub async fn complete(
    app: &App,
    connection: &mut Connection,
    client: &Arc<Client>,
    request: &AuthorizationRequest,
    session: &SessionRow,
) -> Result<Answer, FlowError> {
    if let Some(error) = admission::refusal(connection, client, &session.user_id).await? {
        return Ok(refuse(app, request, &error));
    }
    let code = issue_code(app, connection, client, request, session).await?;
    Ok(Answer::Response(request.target().success(&code, &app.settings.endpoint.issuer())))
}

async fn begin(
    app: &App,
    mut request: AuthorizationRequest,
    hinted_subject: Option<String>,
    session: Option<SessionRow>,
) -> Result<Answer, FlowError> {
    request.id_token_hint = None;
    let asked = Asked { request, hinted_subject };
    let request = &asked.request;
    let uid = random::token();
    let now = app.clock.now();
    let json = |error: serde_json::Error| FlowError::Internal(error.to_string());
    let row = InteractionRow {
        id: Interaction::id_of(&uid),
        client_id: request.client_id.clone(),
        request: serde_json::to_string(&asked).map_err(json)?,
        prompt: "login".into(),
        session_uid: session.map(|session| session.uid),
        state: serde_json::to_string(&State::default()).map_err(json)?,
        version: 0,
        created_at: now,
        expires_at: now + INTERACTION_TTL * 1000,
    };
    app.store
        .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
            interactions::insert(connection, &row).await
        })
        .await?;
    Ok(Answer::Interaction {
        uid,
        client_id: request.client_id.clone(),
        ui_locales: request.ui_locales.clone(),
        location: ui_location::sign_in(&request.client_id, &request.extras),
    })
}

/// Widens the session's grant for the client by what is requested, and issues a code from it.
async fn issue_code(
    app: &App,
    connection: &mut Connection,
    client: &Arc<Client>,
    request: &AuthorizationRequest,
    session: &SessionRow,
) -> Result<String, FlowError> {
    let now = app.clock.now();
    let grant_id = widen_grant(connection, request, session, now).await?;
    if let Some(limit) = client.custom.max_allowed_grants {
        let limit = i64::from(limit.max(1));
        let whose = (session.user_id.as_str(), client.id.as_str());
        let revoked = grants::trim(connection, whose, &grant_id, limit, now).await?;
        webhooks::grants_revoked(app, connection, whose, limit, &revoked).await?;
    }
    let code = random::token();
    let row = CodeRow {
        id: hash::sha256_hex(&code),
        grant_id,
        client_id: client.id.clone(),
        user_id: session.user_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        scopes: request.scope.to_string(),
        resources: Json(request.resources.clone()),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.as_ref().map(|it| it.as_str().to_owned()),
        authenticated_at: request.max_age.map(|_| session.authenticated_at),
        session_uid: Some(session.uid.clone()),
        consumed_at: None,
        created_at: now,
        expires_at: now + CODE_TTL,
    };
    tokens::insert_code(connection, &row).await?;
    Ok(code)
}

async fn widen_grant(
    connection: &mut Connection,
    request: &AuthorizationRequest,
    session: &SessionRow,
    now: Millis,
) -> Result<String, FlowError> {
    let held = grants::of_session(connection, &session.uid, &request.client_id, now).await?;
    let asked = request.scope.oidc();
    let is_offline = asked.contains(vestibule_protocol::scope::OFFLINE_ACCESS);
    let wanted: Vec<String> = request.scope.of_resources().iter().map(str::to_owned).collect();
    let mut grant = held.unwrap_or_else(|| GrantRow {
        id: random::standard_id(),
        session_uid: Some(session.uid.clone()),
        user_id: session.user_id.clone(),
        client_id: request.client_id.clone(),
        scopes: String::new(),
        resource_scopes: Json::default(),
        is_offline: false,
        created_at: now,
        expires_at: now,
    });
    let granted = vestibule_protocol::scope::ScopeSet::of(grant.scopes.split_whitespace());
    grant.scopes = granted.union(&asked).to_string();
    for indicator in &request.resources {
        let scopes = grant.resource_scopes.0.entry(indicator.clone()).or_default();
        scopes.extend(
            wanted.iter().filter(|name| !scopes.contains(name)).cloned().collect::<Vec<_>>(),
        );
    }
    grant.is_offline |= is_offline;
    grant.expires_at = now + GRANT_TTL;
    Ok(grants::upsert(connection, &grant).await?)
}
