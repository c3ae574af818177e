//! People whose mail domain belongs to an enterprise's identity provider.

use crate::flows::error::{FlowError, reject};
use crate::flows::interaction::InteractionRef;
use crate::state::App;
use serde_json::json;
use vestibule_shared::ErrorCode;
use vestibule_shared::experience::{SsoConnectorIds, SsoConnectorOfDomain};
use vestibule_store::sso_connectors::{self, SsoConnectorRow};
use vestibule_store::{Connection, StoreError};

/// Connectors for addresses of this domain, while enterprise sign-in is switched on.
async fn of_address(
    app: &App,
    connection: &mut Connection,
    address: &str,
) -> Result<Vec<SsoConnectorRow>, StoreError> {
    let is_on = app.catalog.snapshot().experience.single_sign_on_enabled;
    match address.rsplit_once('@') {
        Some((_, domain)) if is_on => {
            sso_connectors::by_domain(connection, &domain.to_lowercase()).await
        }
        _ => Ok(Vec::new()),
    }
}

/// Which connectors are for this address.
pub async fn connectors(
    app: &App,
    at: &InteractionRef,
    address: &str,
) -> Result<SsoConnectorIds, FlowError> {
    at.load(app).await?;
    let found = of_address(app, &mut app.store.read().await?, address).await?;
    Ok(SsoConnectorIds { connector_ids: found.into_iter().map(|row| row.id).collect() })
}

/// Refuses a proof of ours with `session.sso_enabled` where an enterprise's identity provider
/// answers for the address.
pub async fn refuse_other_proofs(
    app: &App,
    connection: &mut Connection,
    address: Option<&str>,
) -> Result<(), FlowError> {
    let Some(address) = address else { return Ok(()) };
    let found = of_address(app, connection, address).await?;
    if found.is_empty() {
        return Ok(());
    }
    let sso_connectors: Vec<SsoConnectorOfDomain> = found.into_iter().map(to_wire).collect();
    let facts = json!({ "ssoConnectors": sso_connectors });
    Err(reject(422, ErrorCode::SessionSsoEnabled).with_data(facts).into())
}

fn to_wire(row: SsoConnectorRow) -> SsoConnectorOfDomain {
    let branding = row.branding.0;
    SsoConnectorOfDomain {
        id: row.id,
        connector_name: branding.display_name.unwrap_or(row.connector_name),
        logo: branding.logo,
        dark_logo: branding.dark_logo,
    }
}
