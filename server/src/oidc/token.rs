//! The token endpoint.

use super::parameters::Parameters;
use crate::catalog::client::Client;
use crate::flows::audit;
use crate::flows::error::FlowError;
use crate::flows::provider::tokens::{self, TokenResponse};
use crate::flows::provider::{client_credentials, code_exchange, refresh, token_script};
use crate::http::cors;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;
use vestibule_protocol::client::GrantType;
use vestibule_protocol::client_authentication::{self, PresentedCredentials};
use vestibule_protocol::error::OAuthError;

/// What a request presents to authenticate its client.
pub fn presented(
    request: &HttpRequest,
    parameters: &Parameters,
) -> Result<PresentedCredentials, OAuthError> {
    let header = match request.headers().get(AUTHORIZATION).map(|value| value.to_str()) {
        None => None,
        Some(Ok(text)) => Some(text),
        Some(Err(_)) => {
            let wrong = "invalid authorization header value format";
            return Err(OAuthError::invalid_request(wrong));
        }
    };
    client_authentication::presented(
        header,
        parameters.get("client_id"),
        parameters.get("client_secret"),
    )
}

/// The client that a request comes from, authenticated, and its page's origin allowed.
pub async fn client(
    app: &App,
    request: &HttpRequest,
    parameters: &Parameters,
) -> Result<Arc<Client>, Problem> {
    let client = tokens::authenticate(app, &presented(request, parameters)?).await?;
    cors::check(app, &client, request)?;
    Ok(client)
}

/// Exchanges a grant for tokens.
#[utoipa::path(
    post, path = "/oidc/token", tag = "OpenID Connect",
    responses((status = 200, body = TokenResponse),
        (status = 400, body = vestibule_shared::ApiError),
        (status = 401, body = vestibule_shared::ApiError)),
)]
pub async fn token(
    app: Data<App>,
    request: HttpRequest,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let client = client(&app, &request, &parameters).await?;
    Ok(cors::readable(&request, answer(&app, &client, &parameters).await))
}

async fn answer(
    app: &App,
    client: &Client,
    parameters: &Parameters,
) -> Result<HttpResponse, Problem> {
    let grant_type = parameters.required("grant_type")?;
    let grant_type = GrantType::parse(grant_type).filter(|it| GrantType::OFFERED.contains(it));
    let unsupported = || OAuthError::unsupported_grant_type("unsupported grant_type requested");
    let grant_type = grant_type.ok_or_else(unsupported)?;
    let exchanged = exchange(app, client, grant_type, parameters).await;
    audit::exchanged(app, &client.id, grant_type, exchanged.as_ref().err());
    if exchanged.is_ok() {
        token_script::record_omission(app, client, grant_type);
    }
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(exchanged?))
}

async fn exchange(
    app: &App,
    client: &Client,
    grant_type: GrantType,
    parameters: &Parameters,
) -> Result<TokenResponse, FlowError> {
    let resource = parameters.resource()?;
    match grant_type {
        GrantType::AuthorizationCode => {
            let request = code_exchange::Request {
                code: parameters.required("code")?,
                redirect_uri: parameters.get("redirect_uri"),
                code_verifier: parameters.get("code_verifier"),
                resource,
            };
            code_exchange::exchange(app, client, &request).await
        }
        GrantType::RefreshToken => {
            let request = refresh::Request {
                refresh_token: parameters.required("refresh_token")?,
                scope: parameters.get("scope"),
                resource,
            };
            refresh::exchange(app, client, &request).await
        }
        GrantType::ClientCredentials => {
            client_credentials::exchange(app, client, parameters.get("scope"), resource).await
        }
        GrantType::DeviceCode | GrantType::TokenExchange => {
            Err(OAuthError::unsupported_grant_type("unsupported grant_type requested").into())
        }
    }
}
