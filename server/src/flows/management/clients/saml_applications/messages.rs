//! Messages of SAML: requests of service providers, and what comes back from a sign-in. They are
//! checked as far as that is possible without reading XML, and refused: this server does not
//! exchange them yet.

use super::find;
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::state::App;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use vestibule_shared::ErrorCode;

/// Longest state that a service provider gives along, in characters.
const MAX_RELAY_STATE: usize = 512;

/// A request of a service provider to sign somebody in.
#[derive(Clone, Copy, Debug)]
pub struct SignOn<'a> {
    /// The message, in base64.
    pub request: Option<&'a str>,
    /// Given back with the answer.
    pub relay_state: Option<&'a str>,
}

/// What a browser brings back from a sign-in.
#[derive(Clone, Copy, Debug)]
pub struct Callback<'a> {
    /// The authorization code.
    pub code: Option<&'a str>,
    /// Why there is none.
    pub error: Option<&'a str>,
    /// Why there is none, in words.
    pub error_description: Option<&'a str>,
}

/// Refuses a request of a service provider.
pub async fn sign_on(app: &App, id: &str, message: SignOn<'_>) -> Result<(), FlowError> {
    let request = message.request.ok_or_else(|| invalid_input("SAMLRequest", "is required"))?;
    if message.relay_state.is_some_and(|state| state.chars().count() > MAX_RELAY_STATE) {
        return Err(invalid_input("RelayState", "must have at most 512 characters").into());
    }
    find(&mut app.store.read().await?, id).await?;
    if STANDARD.decode(request).is_err() {
        return Err(reject(400, ErrorCode::ApplicationSamlInvalidSamlRequest)
            .with_details("SAMLRequest is not in base64")
            .into());
    }
    Err(not_supported().into())
}

/// Refuses what a browser brings back from a sign-in.
pub async fn callback(app: &App, id: &str, message: Callback<'_>) -> Result<(), FlowError> {
    find(&mut app.store.read().await?, id).await?;
    if let Some(error) = message.error {
        let description = message.error_description.unwrap_or_default();
        return Err(reject(400, ErrorCode::OidcInvalidRequest)
            .with_details(format!("{error}: {description}"))
            .into());
    }
    if message.code.is_none() {
        return Err(invalid_input("code", "is required").into());
    }
    Err(not_supported().into())
}

fn not_supported() -> Rejection {
    reject(422, ErrorCode::RequestFeatureNotSupported)
        .with_details("this server does not exchange SAML messages yet")
}
