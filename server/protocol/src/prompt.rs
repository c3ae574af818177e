//! Whether a person must sign in or agree before a request is answered (OpenID Connect Core section
//! 3.1.2).

use crate::authorization_request::{AuthorizationRequest, Prompt};
use crate::client::Client;
use crate::error::OAuthError;
use crate::scope::ScopeSet;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Scopes by resource indicator.
pub type ResourceScopes = BTreeMap<String, ScopeSet>;

/// What is known about the browser's session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionFacts<'a> {
    /// Who is signed in.
    pub account: Option<&'a str>,
    /// When that person last proved who they are.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// The person signed in for this very request.
    pub has_just_signed_in: bool,
    /// Subject of the request's `id_token_hint`, which has been verified.
    pub hinted_subject: Option<&'a str>,
}

/// What the person has allowed the client so far. What they refused counts as well: it is not asked
/// for again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantFacts {
    /// Scopes of OpenID Connect.
    pub scopes: ScopeSet,
    /// Scopes of resources.
    pub resource_scopes: ResourceScopes,
    /// The person, or the server on their behalf, agreed for this very request.
    pub is_fresh: bool,
}

/// Why a person must sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginReason {
    /// Nobody is signed in.
    NoSession,
    /// The client asks for it.
    Prompt,
    /// The last time is too long ago.
    MaxAge,
    /// Somebody else is signed in.
    OtherSubject,
}

/// What a person must agree to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentPrompt {
    /// The server agrees on the person's behalf: the client is a first-party one.
    pub is_automatic: bool,
    /// Scopes of OpenID Connect that are asked for the first time.
    pub missing_scopes: ScopeSet,
    /// Scopes of resources that are asked for the first time.
    pub missing_resource_scopes: ResourceScopes,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptDecision {
    /// The request is answered with a code.
    Proceed,
    /// The person signs in.
    Login(Vec<LoginReason>),
    /// The person agrees.
    Consent(ConsentPrompt),
    /// The request is answered with an error.
    Refuse(OAuthError),
}

/// Decides what happens next. `resource_scopes` are those that the request asks for and the person
/// can have.
pub fn decide(
    request: &AuthorizationRequest,
    client: &Client,
    resource_scopes: &ResourceScopes,
    session: &SessionFacts<'_>,
    grant: &GrantFacts,
    now: DateTime<Utc>,
) -> PromptDecision {
    let is_silent = request.has_prompt(Prompt::None);
    let reasons = login_reasons(request, session, now);
    if !reasons.is_empty() {
        // Asking again would not change who the person is.
        let is_final = session.has_just_signed_in && reasons == [LoginReason::OtherSubject];
        return if is_silent || is_final {
            PromptDecision::Refuse(OAuthError::login_required(
                "End-User authentication is required",
            ))
        } else {
            PromptDecision::Login(reasons)
        };
    }
    match consent_prompt(request, client, resource_scopes, grant) {
        None => PromptDecision::Proceed,
        Some(_) if is_silent => {
            PromptDecision::Refuse(OAuthError::consent_required("End-User consent is required"))
        }
        Some(prompt) => PromptDecision::Consent(prompt),
    }
}

fn login_reasons(
    request: &AuthorizationRequest,
    session: &SessionFacts<'_>,
    now: DateTime<Utc>,
) -> Vec<LoginReason> {
    let Some(account) = session.account else { return vec![LoginReason::NoSession] };
    let mut reasons = Vec::new();
    if !session.has_just_signed_in {
        if request.has_prompt(Prompt::Login) {
            reasons.push(LoginReason::Prompt);
        }
        if request.max_age.is_some_and(|limit| is_past(session.authenticated_at, limit, now)) {
            reasons.push(LoginReason::MaxAge);
        }
    }
    if session.hinted_subject.is_some_and(|subject| subject != account) {
        reasons.push(LoginReason::OtherSubject);
    }
    reasons
}

/// `max_age=0` means the same as `prompt=login`.
fn is_past(authenticated_at: Option<DateTime<Utc>>, limit: u32, now: DateTime<Utc>) -> bool {
    let age = authenticated_at.map(|moment| (now - moment).num_milliseconds());
    limit == 0 || age.is_none_or(|age| age > i64::from(limit) * 1000)
}

fn consent_prompt(
    request: &AuthorizationRequest,
    client: &Client,
    resource_scopes: &ResourceScopes,
    grant: &GrantFacts,
) -> Option<ConsentPrompt> {
    let missing_scopes = request.scope.oidc().difference(&grant.scopes);
    let missing_resource_scopes: ResourceScopes = resource_scopes
        .iter()
        .map(|(resource, scopes)| match grant.resource_scopes.get(resource) {
            Some(held) => (resource.clone(), scopes.difference(held)),
            None => (resource.clone(), scopes.clone()),
        })
        .filter(|(_, missing)| !missing.is_empty())
        .collect();
    // Any program can claim to be a native client (RFC 8252 section 8.6), so it is never served
    // without a step that the person's browser takes.
    let is_asked_anew = request.has_prompt(Prompt::Consent) || client.is_native();
    let is_needed = (is_asked_anew && !grant.is_fresh)
        || !missing_scopes.is_empty()
        || !missing_resource_scopes.is_empty();
    is_needed.then_some(ConsentPrompt {
        is_automatic: !client.is_third_party,
        missing_scopes,
        missing_resource_scopes,
    })
}

#[cfg(test)]
mod tests;
