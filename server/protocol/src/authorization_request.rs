//! Authorization requests (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).
//!
//! Reading takes two steps, because a client must be found in between:
//! [`Parameters::read`] and [`Parameters::client_id`], then [`AuthorizationRequest::parse`].

mod extras;
mod parameters;

pub use extras::{DirectMethod, DirectSignIn, Extras, FirstScreen, InteractionMode};
pub use parameters::Parameters;

use crate::authorization_response::{ResponseMode, ResponseTarget};
use crate::client::{Client, GrantType};
use crate::error::OAuthError;
use crate::pkce::CodeChallenge;
use crate::scope::{OFFLINE_ACCESS, OPENID, ScopeSet};
use crate::secret_text::SecretText;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use url::Url;

/// Resource indicators in one request.
const MAX_RESOURCES: usize = 20;

/// What the person must be asked (OpenID Connect Core section 3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Nothing: answer at once.
    None,
    /// To sign in, even with a session.
    Login,
    /// To agree, even if that was done before.
    Consent,
}

/// How pages should look; carried, not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Display {
    /// A whole page.
    Page,
    /// A small window.
    Popup,
    /// A touch screen.
    Touch,
    /// A feature phone.
    Wap,
}

/// A valid request for a code.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// One of the client's, as the request spelled it.
    pub redirect_uri: String,
    /// How the response travels.
    #[serde(default)]
    pub response_mode: ResponseMode,
    /// All scopes asked for, those of resources too. `offline_access` only where it may be given.
    pub scope: ScopeSet,
    /// Given back as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// For the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// For PKCE, method S256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<CodeChallenge>,
    /// What the person must be asked.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub prompt: BTreeSet<Prompt>,
    /// Seconds since the person last signed in, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// Who probably signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// An ID token of who must be signed in; not verified yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_hint: Option<SecretText>,
    /// Language tags, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
    /// Language tags, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims_locales: Option<String>,
    /// Wishes that a server may leave unfulfilled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<String>,
    /// How pages should look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<Display>,
    /// Resource indicators (RFC 8707), each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Parameters of our own sign-in pages.
    #[serde(default)]
    pub extras: Extras,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationError {
    /// Shown to the person: it is not certain who asked, or where the answer would go.
    Direct(OAuthError),
    /// Reported to the client.
    Redirect {
        /// What is wrong.
        error: OAuthError,
        /// Where to report it.
        target: ResponseTarget,
    },
}

impl AuthorizationRequest {
    /// Checks a client's request.
    pub fn parse(parameters: &Parameters, client: &Client) -> Result<Self, AuthorizationError> {
        let redirect_uri = checked_redirect_uri(parameters, client)?;
        let mode = parameters.one("response_mode").ok().flatten();
        let target = ResponseTarget {
            redirect_uri,
            response_mode: mode.and_then(ResponseMode::parse).unwrap_or_default(),
            state: parameters.one("state").ok().flatten().map(str::to_owned),
        };
        Self::read(parameters, client, &target)
            .map_err(|error| AuthorizationError::Redirect { error, target })
    }

    /// Where the response goes.
    pub fn target(&self) -> ResponseTarget {
        ResponseTarget {
            redirect_uri: self.redirect_uri.clone(),
            response_mode: self.response_mode,
            state: self.state.clone(),
        }
    }

    /// Whether an ID token is asked for.
    pub fn is_openid(&self) -> bool {
        self.scope.contains(OPENID)
    }

    /// Whether a `prompt` value is there.
    pub fn has_prompt(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }

    fn read(
        parameters: &Parameters,
        client: &Client,
        target: &ResponseTarget,
    ) -> Result<Self, OAuthError> {
        parameters.check_all()?;
        refuse_unsupported(parameters)?;
        check_response(parameters, client)?;
        let prompt = prompts(parameters)?;
        let text = |name| parameters.one(name).map(|value| value.map(str::to_owned));
        Ok(Self {
            client_id: client.id.clone(),
            redirect_uri: target.redirect_uri.clone(),
            response_mode: target.response_mode,
            scope: scopes(parameters, client, &prompt)?,
            state: target.state.clone(),
            nonce: text("nonce")?,
            code_challenge: code_challenge(parameters, client)?,
            prompt,
            max_age: max_age(parameters)?,
            login_hint: text("login_hint")?,
            id_token_hint: text("id_token_hint")?.map(SecretText::from),
            ui_locales: text("ui_locales")?,
            claims_locales: text("claims_locales")?,
            acr_values: text("acr_values")?,
            display: display(parameters)?,
            resources: resources(parameters)?,
            extras: Extras::read(parameters)?,
        })
    }
}

fn checked_redirect_uri(
    parameters: &Parameters,
    client: &Client,
) -> Result<String, AuthorizationError> {
    let uri = parameters.required("redirect_uri").map_err(AuthorizationError::Direct)?;
    if client.allows_redirect(uri) {
        return Ok(uri.to_owned());
    }
    Err(AuthorizationError::Direct(OAuthError::invalid_redirect_uri(
        "redirect_uri did not match any of the client's registered redirect_uris",
    )))
}

fn refuse_unsupported(parameters: &Parameters) -> Result<(), OAuthError> {
    let given = |name| parameters.one(name).map(|value| value.is_some());
    if given("request")? {
        return Err(OAuthError::request_not_supported("request objects are not supported"));
    }
    if given("request_uri")? {
        return Err(OAuthError::request_uri_not_supported("request_uri is not supported"));
    }
    if given("registration")? {
        return Err(OAuthError::registration_not_supported("registration is not supported"));
    }
    Ok(())
}

fn check_response(parameters: &Parameters, client: &Client) -> Result<(), OAuthError> {
    if parameters.one("response_mode")?.is_some_and(|mode| ResponseMode::parse(mode).is_none()) {
        return Err(OAuthError::unsupported_response_mode("unsupported response_mode requested"));
    }
    if parameters.required("response_type")? != "code" {
        return Err(OAuthError::unsupported_response_type("unsupported response_type requested"));
    }
    if !client.allows(GrantType::AuthorizationCode) {
        return Err(OAuthError::unauthorized_client(
            "requested response_type is not allowed for this client",
        ));
    }
    Ok(())
}

fn prompts(parameters: &Parameters) -> Result<BTreeSet<Prompt>, OAuthError> {
    let words = parameters.one("prompt")?.unwrap_or_default().split(' ');
    let prompts = words
        .filter(|word| !word.is_empty())
        .map(|word| match word {
            "none" => Ok(Prompt::None),
            "login" => Ok(Prompt::Login),
            "consent" => Ok(Prompt::Consent),
            _ => Err(OAuthError::invalid_request("unsupported prompt value requested")),
        })
        .collect::<Result<BTreeSet<_>, _>>()?;
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(OAuthError::invalid_request("prompt none must only be used alone"));
    }
    Ok(prompts)
}

/// `offline_access` needs `prompt=consent` (OpenID Connect Core section 11) and a client that may
/// refresh; otherwise it is left out silently.
fn scopes(
    parameters: &Parameters,
    client: &Client,
    prompt: &BTreeSet<Prompt>,
) -> Result<ScopeSet, OAuthError> {
    let scope = parameters.one("scope")?.unwrap_or_default();
    let mut scope =
        ScopeSet::parse(scope).map_err(|error| OAuthError::invalid_scope(error.to_string()))?;
    if !prompt.contains(&Prompt::Consent) || !client.allows(GrantType::RefreshToken) {
        scope.remove(OFFLINE_ACCESS);
    }
    Ok(scope)
}

fn code_challenge(
    parameters: &Parameters,
    client: &Client,
) -> Result<Option<CodeChallenge>, OAuthError> {
    match (parameters.one("code_challenge")?, parameters.one("code_challenge_method")?) {
        (None, Some(_)) => Err(OAuthError::invalid_request(
            "code_challenge must be provided with code_challenge_method",
        )),
        (None, None) if client.requires_pkce() => Err(OAuthError::invalid_request(
            "Authorization Server policy requires PKCE to be used for this request",
        )),
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) => match CodeChallenge::parse(challenge) {
            Some(challenge) => Ok(Some(challenge)),
            None => Err(OAuthError::invalid_request(
                "code_challenge must be 43 characters of base64url",
            )),
        },
        // Without a method it would be `plain` (RFC 7636 section 4.3).
        (Some(_), _) => Err(OAuthError::invalid_request(
            "not supported value of code_challenge_method, must be S256",
        )),
    }
}

fn max_age(parameters: &Parameters) -> Result<Option<u32>, OAuthError> {
    let Some(text) = parameters.one("max_age")? else { return Ok(None) };
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(OAuthError::invalid_request("invalid max_age parameter value"));
    }
    // Digits only: what does not fit is too large, which is as good as no limit.
    Ok(Some(text.parse().unwrap_or(u32::MAX)))
}

fn display(parameters: &Parameters) -> Result<Option<Display>, OAuthError> {
    Ok(match parameters.one("display")? {
        Some("page") => Some(Display::Page),
        Some("popup") => Some(Display::Popup),
        Some("touch") => Some(Display::Touch),
        Some("wap") => Some(Display::Wap),
        Some(_) | None => None,
    })
}

/// Absolute URIs without fragment (RFC 8707 section 2); the parameter may be repeated, or hold
/// several separated by commas.
fn resources(parameters: &Parameters) -> Result<Vec<String>, OAuthError> {
    let mut resources: Vec<String> = Vec::new();
    let given = parameters.all("resource").flat_map(|value| value.split(','));
    for resource in given.map(str::trim).filter(|resource| !resource.is_empty()) {
        if resource.contains('#') || Url::parse(resource).is_err() {
            return Err(OAuthError::invalid_target(
                "resource indicator must be an absolute URI without fragment",
            ));
        }
        if !resources.iter().any(|held| held == resource) {
            resources.push(resource.to_owned());
        }
        if resources.len() > MAX_RESOURCES {
            return Err(OAuthError::invalid_target("too many resource indicators"));
        }
    }
    Ok(resources)
}

#[cfg(test)]
mod tests;
