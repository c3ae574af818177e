//! The one outbound HTTP client.
//!
//! Addresses of webhooks, key sets, metadata documents and message gateways are typed in
//! by administrators or come from other parties. This client keeps them from reaching
//! what only the server itself can reach (server-side request forgery): the host is
//! resolved here, addresses that are not public are refused unless allowed by
//! configuration, and the connection goes to an address that was checked. Redirects are
//! not followed, proxies from the environment are not used, time and size are bounded.

mod address;
mod allow;

use std::error::Error as StdError;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::{Method, StatusCode};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};

pub use allow::{OutboundAllow, OutboundAllowError};

/// Time for one whole exchange, from the name look-up to the last byte of the answer.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// Largest answer that is read, in bytes.
pub const DEFAULT_MAX_BODY: usize = 1024 * 1024;

/// Why an outbound call came to nothing. None of the texts holds a URL's path, query or
/// credentials, a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The client itself could not be set up.
    #[error("the outbound client could not be set up: {0}")]
    Setup(String),
    /// Not an absolute `http` or `https` URL with a host.
    #[error("not an absolute http or https URL")]
    InvalidUrl,
    /// A header or the body cannot be sent as it is.
    #[error("the request cannot be written: {0}")]
    InvalidRequest(String),
    /// The host has no public address, and none that is allowed.
    #[error(
        "`{host}` is not at a public address; name the host or its network in \
         VESTIBULE_OUTBOUND_ALLOW to permit it"
    )]
    AddressNotAllowed {
        /// Host name or address.
        host: String,
    },
    /// The host name has no address.
    #[error("the address of `{host}` could not be found")]
    UnknownHost {
        /// Host name.
        host: String,
    },
    /// No complete answer in time.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The answer is larger than the limit.
    #[error("the answer is larger than {0} bytes")]
    BodyTooLarge(usize),
    /// The connection could not be made or broke.
    #[error("the connection failed: {0}")]
    Connection(String),
}

impl OutboundError {
    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        match self {
            Self::UnknownHost { .. } | Self::Timeout(_) | Self::Connection(_) => true,
            Self::Setup(_)
            | Self::InvalidUrl
            | Self::InvalidRequest(_)
            | Self::AddressNotAllowed { .. }
            | Self::BodyTooLarge(_) => false,
        }
    }
}

/// One call to make.
#[derive(Clone)]
pub struct OutboundRequest {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Vec<u8>,
    timeout: Duration,
    max_body: usize,
}

impl OutboundRequest {
    /// A call with this method and URL, the default limits and no body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static("Vestibule"));
        Self {
            method,
            url: url.into(),
            headers,
            body: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
            max_body: DEFAULT_MAX_BODY,
        }
    }

    /// `GET url`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url)
    }

    /// `POST url`.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::POST, url)
    }

    /// Sets a header, in place of an earlier one of that name.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, OutboundError> {
        let invalid = || OutboundError::InvalidRequest(format!("header `{}`", name.escape_debug()));
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        let value = HeaderValue::from_str(value).map_err(|_| invalid())?;
        self.headers.insert(header, value);
        Ok(self)
    }

    /// Sets the body and its type.
    pub fn body(mut self, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = body.into();
        self
    }

    /// Sets a JSON body.
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, OutboundError> {
        let body = serde_json::to_vec(body)
            .map_err(|error| OutboundError::InvalidRequest(error.to_string()))?;
        Ok(self.body("application/json", body))
    }

    /// Sets a form body.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Time for the whole exchange; [`DEFAULT_TIMEOUT`] unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Largest answer in bytes; [`DEFAULT_MAX_BODY`] unless set.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }
}

/// What came back, whatever its status.
#[derive(Debug, Clone)]
pub struct OutboundResponse {
    /// Status of the answer; redirects come back as they are.
    pub status: StatusCode,
    /// Headers of the answer.
    pub headers: HeaderMap,
    /// Body of the answer.
    pub body: Vec<u8>,
}

impl OutboundResponse {
    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}

/// The client. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Outbound {
    client: reqwest::Client,
    allow: Arc<OutboundAllow>,
}

impl Outbound {
    /// Sets the client up; what `allow` names may be reached besides public addresses.
    pub fn new(allow: OutboundAllow) -> Result<Self, OutboundError> {
        let allow = Arc::new(allow);
        #[expect(clippy::disallowed_methods, reason = "this is the client all others go through")]
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_config()?)
            .dns_resolver(CheckedResolver { allow: Arc::clone(&allow) })
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(4)
            .build()
            .map_err(|error| OutboundError::Setup(innermost(&error)))?;
        Ok(Self { client, allow })
    }

    /// Posts a JSON body with default limits.
    pub async fn post_json<T: Serialize + ?Sized>(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &T,
    ) -> Result<OutboundResponse, OutboundError> {
        let mut request = OutboundRequest::post(url).json(body)?;
        for (name, value) in headers {
            request = request.header(name, value)?;
        }
        self.send(request).await
    }

    /// Makes a call. Every answer of the other side is an `Ok`, whatever its status.
    pub async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        let url = self.checked_url(&request.url)?;
        let timeout = request.timeout;
        let method = request.method.clone();
        let host = url.host_str().unwrap_or_default().to_owned();
        let answer = tokio::time::timeout(timeout, self.exchange(url, request))
            .await
            .unwrap_or(Err(OutboundError::Timeout(timeout)));
        match &answer {
            Ok(response) => {
                tracing::debug!(host, %method, status = response.status.as_u16(), "outbound call");
            }
            Err(error) => tracing::warn!(host, %method, %error, "outbound call failed"),
        }
        answer
    }

    /// Addresses of a host that may be connected to, for protocols other than HTTP.
    /// Connect to one of them and to nothing else.
    pub async fn allowed_sockets(
        &self,
        host: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, OutboundError> {
        let addresses = match host.trim_matches(['[', ']']).parse() {
            Ok(address) => self.allow.filter(host, [address])?,
            Err(_) => lookup(&self.allow, host).await?,
        };
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    /// Checks what can be checked without a name look-up. Addresses written as such never
    /// reach the resolver; the URL parser has turned odd spellings of them into one form.
    fn checked_url(&self, url: &str) -> Result<Url, OutboundError> {
        let url = Url::parse(url).map_err(|_| OutboundError::InvalidUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutboundError::InvalidUrl);
        }
        match url.host() {
            None => return Err(OutboundError::InvalidUrl),
            Some(Host::Domain(_)) => {}
            Some(Host::Ipv4(address)) => {
                self.allow.filter(&address.to_string(), [address.into()])?;
            }
            Some(Host::Ipv6(address)) => {
                self.allow.filter(&address.to_string(), [address.into()])?;
            }
        }
        Ok(url)
    }

    async fn exchange(
        &self,
        url: Url,
        request: OutboundRequest,
    ) -> Result<OutboundResponse, OutboundError> {
        let mut response = self
            .client
            .request(request.method, url)
            .headers(request.headers)
            .body(request.body)
            .send()
            .await
            .map_err(|error| call_error(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| call_error(&error))? {
            if body.len() + chunk.len() > request.max_body {
                return Err(OutboundError::BodyTooLarge(request.max_body));
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(OutboundResponse { status: response.status(), headers, body })
    }
}

/// TLS with the roots that come with the program.
fn tls_config() -> Result<rustls::ClientConfig, OutboundError> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| OutboundError::Setup(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Looks names up and lets only allowed addresses through, so that the address that was
/// checked is the one that is connected to.
struct CheckedResolver {
    allow: Arc<OutboundAllow>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow = Arc::clone(&self.allow);
        Box::pin(async move {
            let addresses = lookup(&allow, name.as_str()).await?;
            let sockets: Addrs =
                Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(sockets)
        })
    }
}

async fn lookup(allow: &OutboundAllow, host: &str) -> Result<Vec<std::net::IpAddr>, OutboundError> {
    let found: Vec<_> = tokio::net::lookup_host((host, 0))
        .await
        .map_err(|_| OutboundError::UnknownHost { host: host.to_owned() })?
        .map(|socket| socket.ip())
        .collect();
    if found.is_empty() {
        return Err(OutboundError::UnknownHost { host: host.to_owned() });
    }
    allow.filter(host, found)
}

/// Finds our own error in the chain that the HTTP client wrapped around it.
fn call_error(error: &reqwest::Error) -> OutboundError {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(own) = current.downcast_ref::<OutboundError>() {
            return own.clone();
        }
        cause = current.source();
    }
    if error.is_builder() {
        return OutboundError::InvalidRequest(innermost(error));
    }
    OutboundError::Connection(innermost(error))
}

/// The text of the innermost cause; the outer ones repeat the URL.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) {
        return "the other side broke the protocol".to_owned();
    }
    cause.to_string()
}
