//! One conversation with a mail server.

use std::error::Error as StdError;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::error::ConnectorError;
use crate::outbound::Outbound;

/// A courtesy at the end; nobody waits long for it.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// When the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encryption {
    /// TLS before the first byte (RFC 8314).
    FromTheStart,
    /// STARTTLS (RFC 3207), or nothing is sent.
    Required,
    /// STARTTLS when the server offers it.
    WhenOffered,
    /// Not at all.
    Never,
}

/// Who we are to the mail server.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) credentials: Credentials,
    pub(super) mechanisms: Vec<Mechanism>,
}

#[derive(Clone, Copy)]
pub(super) struct Timeouts {
    pub(super) dns: Duration,
    pub(super) connection: Duration,
    pub(super) greeting: Duration,
    pub(super) socket: Duration,
}

/// Where mail goes to and how.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) hello: ClientId,
    pub(super) login: Option<Login>,
    pub(super) encryption: Encryption,
    pub(super) tls: TlsParameters,
    pub(super) local_address: Option<IpAddr>,
    pub(super) timeouts: Timeouts,
}

impl Server {
    /// Hands one message over. `Ok` means that the server has taken it.
    pub(super) async fn send(
        &self,
        email: &lettre::Message,
        outbound: &Outbound,
    ) -> Result<(), ConnectorError> {
        let sockets = within(
            self.timeouts.dns,
            "looking up the mail server",
            outbound.allowed_sockets(&self.host, self.port),
        )
        .await?;
        let mut connection = self.connect(&sockets).await?;
        let sent = self.deliver(&mut connection, email).await;
        tokio::time::timeout(QUIT_TIMEOUT, connection.abort()).await.ok();
        sent
    }

    async fn connect(&self, sockets: &[SocketAddr]) -> Result<AsyncSmtpConnection, ConnectorError> {
        let timeouts = self.timeouts;
        let from_the_start = self.encryption == Encryption::FromTheStart;
        let connecting = AsyncSmtpConnection::connect_tokio1(
            sockets,
            Some(timeouts.connection),
            &self.hello,
            from_the_start.then(|| self.tls.clone()),
            self.local_address,
        );
        let limit = timeouts.connection.saturating_add(timeouts.greeting);
        let mut connection = within(limit, "connecting to the mail server", connecting).await?;
        let starts_tls = match self.encryption {
            Encryption::FromTheStart | Encryption::Never => false,
            Encryption::Required => true,
            Encryption::WhenOffered => connection.can_starttls(),
        };
        if starts_tls {
            let starting = connection.starttls(self.tls.clone(), &self.hello);
            within(timeouts.socket, "starting TLS with the mail server", starting).await?;
        }
        Ok(connection)
    }

    async fn deliver(
        &self,
        connection: &mut AsyncSmtpConnection,
        email: &lettre::Message,
    ) -> Result<(), ConnectorError> {
        let limit = self.timeouts.socket;
        if let Some(Login { credentials, mechanisms }) = &self.login {
            let logging_in = connection.auth(mechanisms, credentials);
            within(limit, "logging in at the mail server", logging_in).await?;
        }
        let body = email.formatted();
        let sending = connection.send(email.envelope(), &body);
        within(limit, "handing the message to the mail server", sending).await?;
        Ok(())
    }
}

/// Bounds a step in time and says in its error which step it was.
async fn within<T, E: Into<StepError>>(
    limit: Duration,
    step: &str,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, ConnectorError> {
    let error = match tokio::time::timeout(limit, future).await {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.into(),
        Err(_) => StepError { reason: format!("took longer than {limit:?}"), retryable: true },
    };
    Err(ConnectorError::General {
        message: format!("{step}: {}", error.reason),
        data: None,
        retryable: error.retryable,
    })
}

struct StepError {
    reason: String,
    retryable: bool,
}

impl From<SmtpError> for StepError {
    /// Answers of class 5 and what we ourselves refuse to send are final.
    fn from(error: SmtpError) -> Self {
        let reason = error.source().map_or_else(
            || error.to_string(),
            |source| format!("{error}: {source}").replace(['\r', '\n'], " "),
        );
        Self { reason, retryable: !(error.is_permanent() || error.is_client()) }
    }
}

impl From<crate::outbound::OutboundError> for StepError {
    fn from(error: crate::outbound::OutboundError) -> Self {
        Self { reason: error.to_string(), retryable: error.retryable() }
    }
}
