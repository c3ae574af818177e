//! Clients of the provider.

use crate::config::Endpoint;
use chrono::{DateTime, Utc};
use vestibule_protocol::client_authentication::{self, PresentedCredentials, StoredSecret};
use vestibule_protocol::error::OAuthError;
use vestibule_shared::application::{ApplicationType, CustomClientMetadata, OidcClientMetadata};
use vestibule_store::applications::appearance::{self, AppearanceRow};
use vestibule_store::applications::{self, ApplicationRow, SecretRow, consent};
use vestibule_store::{Millis, Store, StoreError};

/// The application that shows a sign-in.
pub const DEMO_APP: &str = "demo-app";
/// The account center.
pub const ACCOUNT_CENTER: &str = "account-center";

/// An application, with what authenticates it.
#[derive(Clone, Debug)]
pub struct Client {
    /// Shown to people.
    pub name: String,
    /// Only users whom its rules let in may use it.
    pub has_access_control: bool,
    /// Scopes of OpenID Connect that an application of a third party may ask for.
    pub user_scopes: Vec<String>,
    /// How the pages look for it, if that was ever set.
    pub appearance: Option<AppearanceRow>,
    rules: vestibule_protocol::client::Client,
    secrets: Vec<(String, Option<DateTime<Utc>>)>,
}

impl std::ops::Deref for Client {
    type Target = vestibule_protocol::client::Client;

    fn deref(&self) -> &Self::Target {
        &self.rules
    }
}

impl Client {
    /// Checks what a request presents to authenticate as this client.
    pub fn authenticate(
        &self,
        presented: &PresentedCredentials,
        now: Millis,
    ) -> Result<(), OAuthError> {
        let stored: Vec<StoredSecret<'_>> = self
            .secrets
            .iter()
            .map(|(hash, expires_at)| StoredSecret { hash, expires_at: *expires_at })
            .collect();
        let now = DateTime::from_timestamp_millis(now).unwrap_or_default();
        client_authentication::verify(self.rules.rules.authentication, presented, &stored, now)
    }

    fn from_rows(
        row: ApplicationRow,
        secrets: Vec<SecretRow>,
        user_scopes: Vec<String>,
        appearance: Option<AppearanceRow>,
    ) -> Result<Self, StoreError> {
        let kind = ApplicationType::parse(&row.kind).ok_or_else(|| StoreError::Corrupt {
            table: "applications",
            reason: format!("{} has the unknown type {}", row.id, row.kind),
        })?;
        Ok(Self {
            name: row.name,
            has_access_control: row.app_level_access_control_enabled,
            user_scopes,
            appearance,
            rules: vestibule_protocol::client::Client::new(
                row.id,
                kind,
                row.is_third_party,
                row.oidc_client_metadata.0,
                row.custom_client_metadata.0,
            ),
            secrets: secrets
                .into_iter()
                .map(|it| {
                    let ends = it.expires_at.and_then(DateTime::from_timestamp_millis);
                    (it.value_hash, ends)
                })
                .collect(),
        })
    }
}

/// Reads an application.
pub async fn read(store: &Store, id: &str) -> Result<Option<Client>, StoreError> {
    let mut connection = store.read().await?;
    let Some(row) = applications::by_id(&mut connection, id).await? else { return Ok(None) };
    let secrets = applications::secrets(&mut connection, id).await?;
    let user_scopes = if row.is_third_party {
        consent::user_scopes::of(&mut connection, id).await?
    } else {
        Vec::new()
    };
    let appearance = appearance::of(&mut connection, id).await?;
    Client::from_rows(row, secrets, user_scopes, appearance).map(Some)
}

/// Clients that every installation has, without a row.
pub fn built_in(id: &str, endpoint: &Endpoint) -> Option<Client> {
    let (name, path, always_issue_refresh_token) = match id {
        DEMO_APP => ("Demo application", "/demo-app", None),
        ACCOUNT_CENTER => ("Account center", "/account", Some(true)),
        _ => return None,
    };
    let address = endpoint.at(path);
    let oidc = OidcClientMetadata {
        redirect_uris: vec![address.clone()],
        post_logout_redirect_uris: vec![address],
        ..OidcClientMetadata::default()
    };
    let custom = CustomClientMetadata { always_issue_refresh_token, ..Default::default() };
    Some(Client {
        name: name.to_owned(),
        has_access_control: false,
        user_scopes: Vec::new(),
        appearance: None,
        rules: vestibule_protocol::client::Client::new(
            id,
            ApplicationType::SPA,
            false,
            oidc,
            custom,
        ),
        secrets: Vec::new(),
    })
}
