//! What stands in the way of an application getting anything: nobody could agree to it, or it does
//! not let the user in.

use crate::catalog::client::Client;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::scope::{OFFLINE_ACCESS, OPENID, ScopeSet};
use vestibule_store::applications::access_control;
use vestibule_store::{Connection, StoreError};

/// Refuses scopes of OpenID Connect that an application of a third party may not ask people for.
pub fn check_scope(client: &Client, scope: &ScopeSet) -> Result<(), OAuthError> {
    if !client.is_third_party {
        return Ok(());
    }
    let may_ask = |name: &str| {
        [OPENID, OFFLINE_ACCESS].contains(&name) || client.user_scopes.iter().any(|it| it == name)
    };
    let excess = scope.oidc().filtered(|name| !may_ask(name));
    if excess.is_empty() {
        return Ok(());
    }
    let refusal = OAuthError::invalid_scope("requested scope is not allowed for this application");
    Err(refusal.with_scope(excess.to_string()))
}

/// Applications of third parties get nothing that people have not agreed to. There is no page yet
/// that asks them, so nobody has.
pub fn missing_consent(client: &Client) -> Option<OAuthError> {
    let missing = || {
        OAuthError::consent_required(
            "the application belongs to a third party, and this server cannot ask people for \
             their consent yet",
        )
    };
    client.is_third_party.then(missing)
}

/// Why an application gets neither code nor token for a user; `None` when nothing stands in the
/// way.
pub async fn refusal(
    connection: &mut Connection,
    client: &Client,
    user_id: &str,
) -> Result<Option<OAuthError>, StoreError> {
    if let Some(error) = missing_consent(client) {
        return Ok(Some(error));
    }
    let is_admitted = !client.has_access_control
        || access_control::admits(connection, &client.id, user_id).await?;
    let denied = || OAuthError::access_denied("the user may not use this application");
    Ok((!is_admitted).then(denied))
}
