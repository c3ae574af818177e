//! Signing out at the provider (OpenID Connect RP-Initiated Logout).

use crate::catalog::client::Client;
use crate::flows::error::FlowError;
use crate::state::App;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use vestibule_protocol::authorization_response::with_query;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::hash;
use vestibule_store::{Durability, grants, sessions};

/// What a client asks for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Who is signed out, and for which client.
    pub id_token_hint: Option<String>,
    /// Which client asks.
    pub client_id: Option<String>,
    /// Where the browser goes afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// Given back as it came.
    pub state: Option<String>,
}

/// What was asked for, checked; it travels through the confirmation signed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Confirmation {
    /// SHA-256 of the session's secret: good for this browser only.
    session_id: Option<String>,
    /// Where the browser goes afterwards.
    pub location: Option<String>,
    /// Whether a known client asks; then nobody needs to press a button.
    pub is_from_client: bool,
}

/// Checks a request.
pub async fn check(
    app: &App,
    request: Request,
    session_secret: Option<&str>,
) -> Result<Confirmation, FlowError> {
    let client = client(app, &request).await?;
    let location = match (&client, request.post_logout_redirect_uri) {
        (Some(client), Some(uri)) if !client.allows_post_logout(&uri) => {
            return Err(
                OAuthError::invalid_request("post_logout_redirect_uri not registered").into()
            );
        }
        (Some(_), Some(uri)) => {
            let state = request.state.map(|state| ("state", state));
            Some(with_query(&uri, state.as_slice()))
        }
        // Without a client nobody vouches for the address.
        (None, _) | (Some(_), None) => None,
    };
    Ok(Confirmation {
        session_id: session_secret.map(hash::sha256_hex),
        location,
        is_from_client: client.is_some(),
    })
}

async fn client(app: &App, request: &Request) -> Result<Option<Arc<Client>>, FlowError> {
    let hinted = match &request.id_token_hint {
        Some(hint) => {
            let issuer = app.settings.endpoint.issuer();
            let snapshot = app.catalog.snapshot();
            let read = snapshot.keys.read_id_token_hint(hint, &issuer, app.clock.now());
            let invalid = || OAuthError::invalid_request("could not validate id_token_hint");
            Some(read.ok_or_else(invalid)?.client_id)
        }
        None => None,
    };
    let id = match (&request.client_id, hinted) {
        (Some(named), Some(hinted)) if *named != hinted => {
            return Err(OAuthError::invalid_request("client_id mismatch").into());
        }
        (Some(named), _) => named.clone(),
        (None, Some(hinted)) => hinted,
        (None, None) => return Ok(None),
    };
    let client = app.catalog.client(&app.store, &id).await?;
    client.map(Some).ok_or_else(|| OAuthError::unknown_client(&id).into())
}

impl Confirmation {
    /// The form field that carries it.
    pub fn encode(&self, app: &App) -> Result<String, FlowError> {
        let text =
            serde_json::to_string(self).map_err(|error| FlowError::Internal(error.to_string()))?;
        Ok(format!("{}.{text}", app.catalog.snapshot().cookie_keys.sign(&text, app.clock.now())))
    }

    /// Reads the field; it must be from here and for this browser.
    pub fn decode(
        app: &App,
        field: &str,
        session_secret: Option<&str>,
    ) -> Result<Self, OAuthError> {
        let invalid = || OAuthError::invalid_request("xsrf token invalid");
        let (signature, text) = field.split_once('.').ok_or_else(invalid)?;
        if !app.catalog.snapshot().cookie_keys.verify(text, signature) {
            return Err(invalid());
        }
        let confirmation: Self = serde_json::from_str(text).map_err(|_| invalid())?;
        if confirmation.session_id != session_secret.map(hash::sha256_hex) {
            return Err(invalid());
        }
        Ok(confirmation)
    }
}

/// Ends the browser's session, and the grants that do not persist.
pub async fn end_session(app: &App, session_secret: Option<&str>) -> Result<(), FlowError> {
    let Some(secret) = session_secret else { return Ok(()) };
    let id = hash::sha256_hex(secret);
    app.store
        .write::<_, FlowError, _>(Durability::Durable, async |connection| {
            if let Some(session) = sessions::delete(connection, &id).await? {
                grants::end_session(connection, &session.uid).await?;
            }
            Ok(())
        })
        .await
}
