//! Rows that are read at every request and change seldom, kept in memory.
//!
//! Everything here belongs to one version of the configuration. A change raises the version in its
//! own transaction; each process looks at most once a second whether it has. Whatever was read
//! under an older version is dropped with it and never written back.

pub mod client;
pub mod cookie_keys;
pub mod keys;
pub mod provider_settings;

use crate::config::Endpoint;
use crate::flows::management;
use crate::secrets::Secrets;
use actix_web::web::Bytes;
use arc_swap::ArcSwap;
use client::Client;
use cookie_keys::CookieKeys;
use keys::Keys;
use provider_settings::ProviderSettings;
use std::sync::Arc;
use vestibule_connectors::captcha::CaptchaService;
use vestibule_connectors::connector::MessageConnector;
use vestibule_connectors::factory::ConnectorType;
use vestibule_protocol::discovery::Discovery;
use vestibule_shared::JsonObject;
use vestibule_shared::captcha_provider::PublicCaptchaConfig;
use vestibule_shared::hook::HookEvent;
use vestibule_shared::profile_field::ProfileField;
use vestibule_shared::sign_in_experience::SignInExperience;
use vestibule_store::cookie_keys as cookie_rows;
use vestibule_store::custom_phrases::{self, CustomPhraseRow};
use vestibule_store::hooks::{self, HookRow};
use vestibule_store::resources::{self, ResourceRow};
use vestibule_store::roles::Holder;
use vestibule_store::{
    Store, StoreError, captcha_provider, configuration, connectors, profile_fields, roles,
    sign_in_experience, signing_keys,
};

/// The purpose that connector settings are sealed for.
pub const CONNECTOR_SEAL: &str = "connector";
/// What administrators are told of a policy that nobody can satisfy.
pub const CAPTCHA_IS_MISSING: &str = "captchaPolicy is enabled, and no captcha provider is set up";
const CACHED_CLIENTS: u64 = 1_000;

/// A connector that messages leave through.
pub struct ActiveConnector {
    /// Its id.
    pub id: String,
    /// E-mail or SMS.
    pub connector_type: ConnectorType,
    /// What sends.
    pub connector: MessageConnector,
}

/// The service that tells people from programs.
pub struct ActiveCaptcha {
    /// What is asked.
    pub service: CaptchaService,
    /// What pages know of it.
    pub public: PublicCaptchaConfig,
}

/// A webhook.
pub struct ListeningHook {
    /// Its id.
    pub id: String,
    /// What its receiver is told of; nothing if it is disabled.
    pub events: Vec<HookEvent>,
}

/// All of one version.
pub struct Snapshot {
    /// The version.
    pub version: i64,
    /// How signing in works.
    pub experience: Arc<SignInExperience>,
    /// APIs that tokens are for.
    pub resources: Vec<ResourceRow>,
    /// Message connectors that are set up.
    pub connectors: Vec<ActiveConnector>,
    /// All webhooks.
    pub hooks: Vec<ListeningHook>,
    /// Phrases of the pages in an administrator's own words, by language.
    pub phrases: Vec<CustomPhraseRow>,
    /// An administrator's own questions, in their order.
    pub profile_fields: Vec<ProfileField>,
    /// The service that tells people from programs, if one is set up.
    pub captcha: Option<ActiveCaptcha>,
    /// Keys that sign tokens.
    pub keys: Keys,
    /// Keys that sign cookies.
    pub cookie_keys: Arc<CookieKeys>,
    /// How the provider behaves.
    pub provider: ProviderSettings,
    /// The discovery document.
    pub discovery: Bytes,
}

impl Snapshot {
    /// The connector for messages of this type.
    pub fn connector(&self, connector_type: ConnectorType) -> Option<&ActiveConnector> {
        self.connectors.iter().find(|it| it.connector_type == connector_type)
    }

    /// The resource with this indicator.
    pub fn resource(&self, indicator: &str) -> Option<&ResourceRow> {
        self.resources.iter().find(|it| it.indicator == indicator)
    }

    /// Whether people have to pass a captcha.
    pub fn asks_captcha(&self) -> bool {
        self.experience.captcha_policy.enabled == Some(true)
    }

    /// What pages have to show before people go on.
    pub fn shown_captcha(&self) -> Option<&PublicCaptchaConfig> {
        self.captcha.as_ref().filter(|_| self.asks_captcha()).map(|it| &it.public)
    }

    /// The resource that is meant when a request names none.
    pub fn default_resource(&self) -> Option<&ResourceRow> {
        self.resources.iter().find(|it| it.is_default)
    }
}

/// See the module.
pub struct Catalog {
    endpoint: Endpoint,
    current: ArcSwap<Snapshot>,
    clients: moka::future::Cache<(i64, String), Arc<Client>>,
    application_scopes: moka::future::Cache<(i64, String, String), Arc<Vec<String>>>,
}

/// A row that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database was never seeded, or a row cannot be read with our key.
    #[error("{what}: {reason}")]
    Unusable {
        /// Which row.
        what: String,
        /// Why.
        reason: String,
    },
}

fn unusable(what: impl Into<String>, reason: impl std::fmt::Display) -> CatalogError {
    CatalogError::Unusable { what: what.into(), reason: reason.to_string() }
}

impl Catalog {
    /// Reads everything.
    pub async fn load(
        store: &Store,
        secrets: &Secrets,
        endpoint: &Endpoint,
    ) -> Result<Self, CatalogError> {
        let cache = || moka::future::Cache::builder().max_capacity(CACHED_CLIENTS);
        Ok(Self {
            endpoint: endpoint.clone(),
            current: ArcSwap::from_pointee(read(store, secrets, endpoint).await?),
            clients: cache().build(),
            application_scopes: moka::future::Cache::new(CACHED_CLIENTS),
        })
    }

    /// What is current.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Reads everything again if the version has been raised.
    pub async fn refresh(&self, store: &Store, secrets: &Secrets) -> Result<(), CatalogError> {
        let version = configuration::version(&mut store.read().await?).await?;
        if version != self.current.load().version {
            let fresh = Arc::new(read(store, secrets, &self.endpoint).await?);
            // Two refreshes may overlap: the newer one stays.
            self.current.rcu(|held| {
                if held.version >= fresh.version { held.clone() } else { fresh.clone() }
            });
        }
        Ok(())
    }

    /// The client with this id: a built-in one, or an application.
    pub async fn client(&self, store: &Store, id: &str) -> Result<Option<Arc<Client>>, StoreError> {
        let key = (self.current.load().version, id.to_owned());
        if let Some(known) = self.clients.get(&key).await {
            return Ok(Some(known));
        }
        let found = match client::built_in(id, &self.endpoint) {
            Some(client) => Some(client),
            None => client::read(store, id).await?,
        };
        let found = found.map(Arc::new);
        if let Some(client) = &found {
            self.clients.insert(key, client.clone()).await;
        }
        Ok(found)
    }

    /// Names of the scopes of a resource that an application holds.
    pub async fn application_scopes(
        &self,
        store: &Store,
        application_id: &str,
        resource_id: &str,
    ) -> Result<Arc<Vec<String>>, StoreError> {
        let version = self.current.load().version;
        let key = (version, application_id.to_owned(), resource_id.to_owned());
        if let Some(known) = self.application_scopes.get(&key).await {
            return Ok(known);
        }
        let holder = Holder::Application(application_id);
        let names = roles::scope_names(&mut store.read().await?, holder, resource_id).await?;
        let names = Arc::new(names);
        self.application_scopes.insert(key, names.clone()).await;
        Ok(names)
    }
}

async fn read(
    store: &Store,
    secrets: &Secrets,
    endpoint: &Endpoint,
) -> Result<Snapshot, CatalogError> {
    let mut connection = store.scan().await?;
    // The version first: rows that change while they are read belong to a later one, which the
    // next look finds.
    let version = configuration::version(&mut connection).await?;
    let experience = sign_in_experience::get(&mut connection).await?;
    let experience = experience.ok_or_else(|| unusable("sign-in experience", "is not there"))?;
    let keys = Keys::read(&signing_keys::list(&mut connection).await?, secrets)
        .map_err(|reason| unusable("signing keys", reason))?;
    let cookie_keys = CookieKeys::read(&cookie_rows::list(&mut connection).await?, secrets)
        .map_err(|reason| unusable("cookie keys", reason))?;
    let provider = ProviderSettings::read(&mut connection).await?;
    let resources = resources::list(&mut connection, None).await?;
    let connectors = connectors::list(&mut connection)
        .await?
        .iter()
        .map(|row| activate(row, secrets))
        .collect::<Result<_, _>>()?;
    let hooks = hooks::list(&mut connection, None).await?;
    let hooks = hooks.iter().map(listening).collect();
    let phrases = custom_phrases::list(&mut connection).await?;
    let profile_fields = profile_fields::list(&mut connection)
        .await?
        .into_iter()
        .map(management::profile_fields::read_row)
        .collect::<Result<_, _>>()?;
    let captcha = captcha_provider::get(&mut connection)
        .await?
        .map(|row| management::captcha_provider::activate(secrets, &row))
        .transpose()
        .map_err(|error| unusable("captcha provider", error))?;
    if captcha.is_none() && experience.captcha_policy.enabled == Some(true) {
        tracing::warn!("nobody can sign in: {CAPTCHA_IS_MISSING}");
    }
    let discovery = Discovery::new(endpoint.as_str(), &keys.algorithms());
    let discovery = serde_json::to_vec(&discovery).map_err(|it| unusable("discovery", it))?;
    Ok(Snapshot {
        version,
        experience: Arc::new(experience),
        resources,
        connectors,
        hooks,
        phrases,
        profile_fields,
        captcha,
        keys,
        cookie_keys: Arc::new(cookie_keys),
        provider,
        discovery: discovery.into(),
    })
}

fn listening(row: &HookRow) -> ListeningHook {
    let events = row.listened().filter(|_| row.enabled).filter_map(HookEvent::parse).collect();
    ListeningHook { id: row.id.clone(), events }
}

/// Reads the settings of a connector.
pub fn open_config(
    row: &connectors::ConnectorRow,
    secrets: &Secrets,
) -> Result<JsonObject, CatalogError> {
    let what = || format!("connector {}", row.id);
    let text = secrets.sealer.open(CONNECTOR_SEAL, &row.sealed_config);
    let text = text.map_err(|error| unusable(what(), error))?;
    serde_json::from_slice(&text).map_err(|error| unusable(what(), error))
}

fn activate(
    row: &connectors::ConnectorRow,
    secrets: &Secrets,
) -> Result<ActiveConnector, CatalogError> {
    let config = open_config(row, secrets)?;
    let connector = MessageConnector::from_config(&row.factory_id, &config.0.into())
        .map_err(|error| unusable(format!("connector {}", row.id), error))?;
    let connector_type = connector.connector_type();
    Ok(ActiveConnector { id: row.id.clone(), connector_type, connector })
}
