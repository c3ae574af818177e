//! Scripts that would add claims to access tokens.
//!
//! This server runs none. A token is issued without what a stored script would add, and the audit
//! log says so at each of them: somebody who relies on these claims must not wonder where they
//! are. Scripts without which no token may be issued cannot be stored
//! ([`crate::flows::management::configs::jwt_customizers`]).

use crate::catalog::client::Client;
use crate::flows::audit::{self, Who};
use crate::flows::error::{FlowError, reject};
use crate::state::App;
use vestibule_protocol::client::GrantType;
use vestibule_shared::ErrorCode;
use vestibule_shared::jwt_customizer::JwtCustomizerType;

/// Records that a token was issued without what a script would have added, if there is one.
pub fn record_omission(app: &App, client: &Client, grant_type: GrantType) {
    let kind = match grant_type {
        GrantType::ClientCredentials => JwtCustomizerType::ClientCredentials,
        GrantType::AuthorizationCode
        | GrantType::RefreshToken
        | GrantType::DeviceCode
        | GrantType::TokenExchange => JwtCustomizerType::AccessToken,
    };
    if !app.catalog.snapshot().provider.scripts.contains(&kind) {
        return;
    }
    let key = match kind {
        JwtCustomizerType::AccessToken => "JwtCustomizer.AccessToken",
        JwtCustomizerType::ClientCredentials => "JwtCustomizer.ClientCredentials",
    };
    let not_run = FlowError::from(reject(422, ErrorCode::RequestFeatureNotSupported));
    let who = Who { user_id: None, application_id: Some(&client.id) };
    audit::record(app, key, who, Some(&not_run));
}
