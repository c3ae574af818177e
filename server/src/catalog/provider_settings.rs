//! How the provider behaves, as far as administrators set it.

use serde::de::DeserializeOwned;
use vestibule_shared::configs::{IdTokenSettings, SessionSettings};
use vestibule_shared::jwt_customizer::JwtCustomizerType;
use vestibule_store::{Connection, StoreError, configuration};

/// Where how long sessions live is kept.
pub const SESSION: &str = "oidc.session";
/// Where it is kept whether clients may describe themselves.
pub const CIMD: &str = "cimd";
/// Where what ID tokens say is kept.
pub const ID_TOKEN: &str = "idToken";

/// The settings.
#[derive(Clone, Debug, Default)]
pub struct ProviderSettings {
    /// Seconds that a session lives after its last use.
    pub session_ttl: i64,
    /// Extended claims that ID tokens have; userinfo has all.
    pub extended_claims: Vec<String>,
    /// Whose tokens there is a script for.
    pub scripts: Vec<JwtCustomizerType>,
}

impl ProviderSettings {
    /// Reads them by one query.
    pub async fn read(connection: &mut Connection) -> Result<Self, StoreError> {
        let scripts = JwtCustomizerType::ALL;
        let [for_users, for_applications] = scripts.map(JwtCustomizerType::key);
        let keys = [SESSION, ID_TOKEN, for_users, for_applications];
        let stored = configuration::get_many(connection, &keys).await?;
        let session: SessionSettings = value(&stored, SESSION)?;
        let id_token: IdTokenSettings = value(&stored, ID_TOKEN)?;
        let claims = id_token.enabled_extended_claims.unwrap_or_default();
        let is_stored = |kind: &JwtCustomizerType| stored.iter().any(|(key, _)| key == kind.key());
        Ok(Self {
            session_ttl: session.ttl.into(),
            extended_claims: claims.into_iter().map(|claim| claim.as_str().to_owned()).collect(),
            scripts: scripts.into_iter().filter(is_stored).collect(),
        })
    }
}

fn value<T: DeserializeOwned + Default>(
    stored: &[(String, String)],
    key: &str,
) -> Result<T, StoreError> {
    let Some((_, text)) = stored.iter().find(|(held, _)| held == key) else {
        return Ok(T::default());
    };
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt {
        table: "configuration",
        reason: format!("{key}: {error}"),
    })
}
