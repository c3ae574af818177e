//! Settings: `vestibule.toml` in the working directory, overridden by `VESTIBULE_*` variables.

use crate::assets::Location;
use serde::{Deserialize, Deserializer};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use url::Url;
use vestibule_protocol::jose::SigningAlgorithm;
use vestibule_store::RootCertificates;

/// The settings as they are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    endpoint: String,
    listen: String,
    data_dir: PathBuf,
    database_url: Option<String>,
    database_connections: usize,
    database_root_certificate: Option<PathBuf>,
    secret_key: Option<String>,
    #[serde(deserialize_with = "list")]
    previous_secret_keys: Vec<String>,
    #[serde(deserialize_with = "list")]
    trusted_proxies: Vec<String>,
    #[serde(deserialize_with = "list")]
    outbound_allow: Vec<String>,
    captcha_gateway: Option<String>,
    assets_url: Option<String>,
    assets_access_key: Option<String>,
    assets_secret_key: Option<String>,
    ui_dir: PathBuf,
    log_format: String,
    log: String,
    signing_algorithm: String,
    metrics_listen: Option<String>,
    threads: Option<usize>,
    audit_log_days: u32,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            endpoint: "http://localhost:3001".into(),
            listen: "127.0.0.1:3001".into(),
            data_dir: "data".into(),
            database_url: None,
            database_connections: 8,
            database_root_certificate: None,
            secret_key: None,
            previous_secret_keys: Vec::new(),
            trusted_proxies: Vec::new(),
            outbound_allow: Vec::new(),
            captcha_gateway: None,
            assets_url: None,
            assets_access_key: None,
            assets_secret_key: None,
            ui_dir: "dist".into(),
            log_format: "text".into(),
            log: "info".into(),
            signing_algorithm: "ES256".into(),
            metrics_listen: None,
            threads: None,
            audit_log_days: 365,
        }
    }
}

/// A list in `vestibule.toml`, or a text with commas, as variables hold it.
fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        List(Vec<String>),
        Text(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::List(members) => members,
        Either::Text(text) => {
            let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
            members.map(str::to_owned).collect()
        }
    })
}

/// One line of the reference: name, default, meaning.
const REFERENCE: [(&str, &str, &str); 21] = [
    (
        "endpoint",
        "http://localhost:3001",
        "Public address of the server, as browsers see it; may have a path (`https://example.com/auth`). The issuer is this address followed by `/oidc`.",
    ),
    ("listen", "127.0.0.1:3001", "Address and port on which HTTP is served."),
    (
        "data_dir",
        "data",
        "Folder of the embedded database and of the key file; created when it is not there.",
    ),
    (
        "database_url",
        "sqlite:DATA_DIR/vestibule.db",
        "`sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`; `?sslmode=require` asks for TLS.",
    ),
    ("database_connections", "8", "Connections to PostgreSQL, or reading connections to SQLite."),
    (
        "database_root_certificate",
        "none",
        "PEM file of the certificate authorities, instead of the public ones, that the certificate of PostgreSQL must come from. With it TLS is always required, whatever `sslmode` says.",
    ),
    (
        "secret_key",
        "the file DATA_DIR/secret.key, made at the first start",
        "Seals what is stored and must be shown again: signing keys, application secrets, connector settings. At least 32 characters. Servers that share a database share it.",
    ),
    (
        "previous_secret_keys",
        "",
        "Keys that were in use before `secret_key`; what they sealed can still be read.",
    ),
    (
        "trusted_proxies",
        "",
        "Networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed.",
    ),
    (
        "outbound_allow",
        "",
        "Networks or host names that messages, webhooks and other calls may reach although they are private.",
    ),
    (
        "captcha_gateway",
        "none",
        "Address (`https://gateway.example/path`) at which the server has captchas verified instead of at the service's own host; for networks in which only a gateway reaches the service. A private address is also named in `outbound_allow`.",
    ),
    (
        "assets_url",
        "file:DATA_DIR/assets",
        "Where uploaded pictures and sign-in pages are kept: `file:PATH` for a folder, `s3://BUCKET/PREFIX?region=REGION&endpoint=https://HOST` for an S3-compatible store (without `endpoint` it is Amazon's), or `none`. Servers that share a database share it. It need not be public: this server serves the files.",
    ),
    ("assets_access_key", "none", "Access key of the S3-compatible store."),
    ("assets_secret_key", "none", "Secret key of the S3-compatible store."),
    ("ui_dir", "dist", "Folder of the browser apps, as `cargo xtask build-ui` makes it."),
    ("log_format", "text", "`text` or `json`."),
    (
        "log",
        "info",
        "What is logged: `error`, `warn`, `info`, `debug`, or directives such as `info,vestibule=debug`.",
    ),
    (
        "signing_algorithm",
        "ES256",
        "Algorithm of the first signing key and of rotated ones: `ES256`, `ES384`, `RS256`, `PS256`, `EdDSA`.",
    ),
    (
        "metrics_listen",
        "none",
        "Address and port on which Prometheus metrics are served; not served when it is not set.",
    ),
    ("threads", "one for each core", "Threads that serve HTTP, and threads that check passwords."),
    ("audit_log_days", "365", "Days that audit entries are kept."),
];

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(String),
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The settings, checked.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "REFERENCE says what each is for")]
pub struct Settings {
    pub endpoint: Endpoint,
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub database: Database,
    pub database_connections: usize,
    pub database_root_certificate: Option<PathBuf>,
    pub secret_key: Option<String>,
    pub previous_secret_keys: Vec<String>,
    pub trusted_proxies: Vec<ipnet::IpNet>,
    pub outbound_allow: Vec<String>,
    pub captcha_gateway: Option<Url>,
    pub assets: Location,
    pub ui_dir: PathBuf,
    pub log_format: LogFormat,
    pub log: String,
    pub signing_algorithm: SigningAlgorithm,
    pub metrics_listen: Option<SocketAddr>,
    pub threads: usize,
    pub audit_log_days: u32,
}

/// A setting that cannot be used: which, its value, and why. One line.
#[derive(Debug, thiserror::Error)]
#[error("setting {name}: {reason}")]
pub struct SettingError {
    name: String,
    reason: String,
}

fn wrong(name: &str, reason: impl std::fmt::Display) -> SettingError {
    SettingError { name: format!("VESTIBULE_{}", name.to_uppercase()), reason: reason.to_string() }
}

impl Settings {
    /// Reads `vestibule.toml`, if there is one, and the environment.
    pub fn load() -> Result<Self, SettingError> {
        // Texts stay texts: a secret key of digits is no number.
        let environment = config::Environment::with_prefix("VESTIBULE").prefix_separator("_");
        let written: Written = config::Config::builder()
            .add_source(config::File::with_name("vestibule.toml").required(false))
            .add_source(environment.ignore_empty(true))
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| SettingError {
                name: "of vestibule.toml or VESTIBULE_*".into(),
                reason: error.to_string(),
            })?;
        written.check()
    }

    /// Settings for a server at `endpoint` that keeps everything in `data_dir`; for tests.
    pub fn for_tests(endpoint: &str, data_dir: PathBuf, database_url: Option<String>) -> Self {
        let written = Written {
            endpoint: endpoint.into(),
            data_dir,
            database_url,
            database_connections: 4,
            threads: Some(2),
            outbound_allow: vec!["127.0.0.0/8".into()],
            ..Written::default()
        };
        #[expect(clippy::expect_used, reason = "only tests call this, with settings that fit")]
        written.check().expect("settings of a test")
    }

    /// The database URL in the form that the store takes.
    pub fn database_url(&self) -> String {
        match &self.database {
            Database::Sqlite(path) => format!("sqlite:{}", path.display()),
            Database::Postgres(url) => url.clone(),
        }
    }

    /// Reads the certificates that PostgreSQL's must come from, if a file of them is named.
    pub fn database_root_certificates(&self) -> Result<Option<RootCertificates>, SettingError> {
        let Some(path) = &self.database_root_certificate else { return Ok(None) };
        let unusable =
            |error| wrong("database_root_certificate", format!("file {}: {error}", path.display()));
        RootCertificates::read(path).map(Some).map_err(unusable)
    }

    /// The reference of all settings, Markdown.
    pub fn reference() -> String {
        let mut text = String::from(
            "# Settings\n\nGenerated by `vestibule config-reference`.\n\n\
             A setting is read from `vestibule.toml` in the working directory (`name = \"value\"`) \
             and from the environment, which wins. Lists are written with commas in a variable. \
             Unknown names and values that do not fit stop the start.\n\n\
             | in vestibule.toml | variable | default | meaning |\n|---|---|---|---|\n",
        );
        for (name, default, meaning) in REFERENCE {
            let variable = format!("VESTIBULE_{}", name.to_uppercase());
            text += &format!("| `{name}` | `{variable}` | {default} | {meaning} |\n");
        }
        text
    }
}

impl Written {
    fn check(self) -> Result<Settings, SettingError> {
        let database = match self.database_url.as_deref() {
            None => Database::Sqlite(self.data_dir.join("vestibule.db")),
            Some(url) => parse_database(url)?,
        };
        for key in self.secret_key.iter().chain(&self.previous_secret_keys) {
            if key.len() < 32 {
                return Err(wrong("secret_key", "has fewer than 32 characters"));
            }
        }
        let threads = self.threads.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get)
        });
        if threads == 0 || threads > 1024 {
            return Err(wrong("threads", "must be between 1 and 1024"));
        }
        if self.database_connections == 0 {
            return Err(wrong("database_connections", "must be at least 1"));
        }
        let keys = (self.assets_access_key, self.assets_secret_key);
        let assets = Location::parse(self.assets_url.as_deref(), &self.data_dir, keys)
            .map_err(|reason| wrong("assets_url", reason))?;
        Ok(Settings {
            endpoint: Endpoint::parse(&self.endpoint)?,
            listen: parse("listen", &self.listen)?,
            data_dir: self.data_dir,
            database,
            database_connections: self.database_connections,
            database_root_certificate: self.database_root_certificate,
            secret_key: self.secret_key,
            previous_secret_keys: self.previous_secret_keys,
            trusted_proxies: self
                .trusted_proxies
                .iter()
                .map(|network| parse_network(network))
                .collect::<Result<_, _>>()?,
            outbound_allow: self.outbound_allow,
            captcha_gateway: self.captcha_gateway.as_deref().map(parse_gateway).transpose()?,
            assets,
            ui_dir: self.ui_dir,
            log_format: match self.log_format.as_str() {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                other => {
                    return Err(wrong("log_format", format!("{other:?} is neither text nor json")));
                }
            },
            log: self.log,
            signing_algorithm: parse("signing_algorithm", &self.signing_algorithm)?,
            metrics_listen: match self.metrics_listen.as_deref() {
                None | Some("none") => None,
                Some(address) => Some(parse("metrics_listen", address)?),
            },
            threads,
            audit_log_days: self.audit_log_days,
        })
    }
}

fn parse<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, SettingError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| wrong(name, format!("{text:?}: {error}")))
}

fn parse_gateway(text: &str) -> Result<Url, SettingError> {
    let url: Url = parse("captcha_gateway", text)?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() {
        return Err(wrong("captcha_gateway", "must be an http or https address without a query"));
    }
    Ok(url)
}

/// A network, or a single address.
fn parse_network(text: &str) -> Result<ipnet::IpNet, SettingError> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.into());
    }
    parse("trusted_proxies", text)
}

fn parse_database(url: &str) -> Result<Database, SettingError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.contains('?') {
            return Err(wrong("database_url", "a path must follow `sqlite:`"));
        }
        return Ok(Database::Sqlite(path.into()));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Database::Postgres(url.into()));
    }
    // The value is not repeated: it may hold a password.
    Err(wrong("database_url", "must begin with `sqlite:` or `postgres://`"))
}

/// The public address of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    base_path: String,
}

impl Endpoint {
    fn parse(text: &str) -> Result<Self, SettingError> {
        let mut url: Url = parse("endpoint", text)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("endpoint", format!("{text:?} is not an http or https address")));
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(wrong("endpoint", "must have no query, fragment or user name"));
        }
        let base_path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&base_path);
        Ok(Self { url, base_path })
    }

    /// The address without a slash at its end.
    pub fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// `/auth` for `https://example.com/auth`, empty at the root.
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The OpenID Connect issuer.
    pub fn issuer(&self) -> String {
        format!("{}/oidc", self.as_str())
    }

    /// The address of a path of the server; the path begins with a slash.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.as_str())
    }

    /// Whether browsers reach it over TLS.
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether only this machine reaches it: a developer's server.
    pub fn is_local(&self) -> bool {
        match self.url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// The address a client has when nothing is known of it.
pub const UNKNOWN_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Written)) -> Result<Settings, SettingError> {
        let mut written = Written::default();
        change(&mut written);
        written.check()
    }

    #[test]
    fn defaults_need_no_variable() {
        let settings = check(|_| {}).unwrap();
        assert_eq!(settings.endpoint.as_str(), "http://localhost:3001");
        assert_eq!(settings.endpoint.issuer(), "http://localhost:3001/oidc");
        assert!(settings.endpoint.is_local() && !settings.endpoint.is_secure());
        assert_eq!(settings.database, Database::Sqlite("data/vestibule.db".into()));
    }

    #[test]
    fn an_endpoint_may_have_a_path() {
        let settings = check(|it| it.endpoint = "https://example.com/auth/".into()).unwrap();
        assert_eq!(settings.endpoint.base_path(), "/auth");
        assert_eq!(settings.endpoint.at("/sign-in"), "https://example.com/auth/sign-in");
        assert_eq!(settings.endpoint.origin(), "https://example.com");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let cases: [(&str, Result<Settings, SettingError>); 10] = [
            ("ENDPOINT", check(|it| it.endpoint = "ftp://example.com".into())),
            ("ENDPOINT", check(|it| it.endpoint = "https://example.com/?a=1".into())),
            ("LISTEN", check(|it| it.listen = "here".into())),
            ("DATABASE_URL", check(|it| it.database_url = Some("mysql://x".into()))),
            ("SECRET_KEY", check(|it| it.secret_key = Some("short".into()))),
            ("TRUSTED_PROXIES", check(|it| it.trusted_proxies = vec!["all".into()])),
            ("CAPTCHA_GATEWAY", check(|it| it.captcha_gateway = Some("gateway:443".into()))),
            ("ASSETS_URL", check(|it| it.assets_url = Some("ftp://x".into()))),
            ("LOG_FORMAT", check(|it| it.log_format = "xml".into())),
            ("SIGNING_ALGORITHM", check(|it| it.signing_algorithm = "none".into())),
        ];
        for (name, result) in cases {
            let line = result.expect_err(name).to_string();
            assert!(line.contains(&format!("VESTIBULE_{name}")), "{line}");
            assert!(!line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn the_reference_lists_every_setting() {
        let fields = serde_json::to_value(REFERENCE.map(|(name, ..)| name)).unwrap();
        for name in fields.as_array().unwrap() {
            let mut source = serde_json::Map::new();
            source.insert(name.as_str().unwrap().to_owned(), serde_json::Value::Null);
            let unknown = serde_json::from_value::<Written>(source.into());
            let refused = unknown.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(!refused.contains("unknown field"), "{name} is no setting");
        }
        let all = format!("{:?}", Written::default());
        let known = all.matches(": ").count();
        assert!(known >= REFERENCE.len(), "{all}");
    }
}
