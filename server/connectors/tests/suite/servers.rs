//! Small servers to talk to: one for HTTP, one for SMTP with and without TLS.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use vestibule_connectors::{Outbound, OutboundAllow};

/// A client that may reach this machine by name and address.
pub fn local_outbound() -> Outbound {
    Outbound::new("127.0.0.1, ::1, localhost".parse().unwrap()).unwrap()
}

/// A client with nothing allowed.
pub fn strict_outbound() -> Outbound {
    Outbound::new(OutboundAllow::default()).unwrap()
}

/// What a server has seen, in the order of arrival.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub fn only(&self) -> String {
        let all = self.all();
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap()
    }

    fn push(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

/// How the HTTP server answers.
#[derive(Clone)]
pub enum Answer {
    /// These bytes, whole.
    Bytes(&'static [u8]),
    /// These bytes, then silence.
    Stall(&'static [u8]),
    /// A body of this many bytes without announcing its length.
    Endless(usize),
}

/// Serves the same answer to every request and keeps the requests, headers and body.
pub async fn http_server(answer: Answer) -> (u16, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Seen::default();
    let kept = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve_http(stream, answer.clone(), kept.clone()));
        }
    });
    (port, seen)
}

async fn serve_http(stream: tokio::net::TcpStream, answer: Answer, seen: Seen) {
    let mut stream = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    seen.push(head + &String::from_utf8(body).unwrap());
    match answer {
        Answer::Bytes(bytes) => {
            stream.write_all(bytes).await.ok();
        }
        Answer::Stall(bytes) => {
            stream.write_all(bytes).await.ok();
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        Answer::Endless(size) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.ok();
            for _ in 0..size / 1000 {
                if stream.write_all(&[b'x'; 1000]).await.is_err() {
                    return;
                }
            }
        }
    }
    stream.shutdown().await.ok();
}

/// How the SMTP server behaves.
#[derive(Clone, Default)]
pub struct Smtp {
    /// TLS before the first byte.
    pub implicit_tls: bool,
    /// Offers STARTTLS.
    pub offers_starttls: bool,
    /// Answer to RCPT in place of acceptance.
    pub refuse_recipient: Option<&'static str>,
    /// Accepts the connection and says nothing.
    pub silent: bool,
}

/// A running SMTP server.
pub struct SmtpServer {
    pub port: u16,
    /// Commands and, as one entry, the message of each delivery.
    pub seen: Seen,
    /// Its certificate for `localhost`.
    pub certificate: String,
}

pub async fn smtp_server(behaviour: Smtp) -> SmtpServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (acceptor, certificate) = acceptor();
    let seen = Seen::default();
    let kept = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (behaviour, acceptor, seen) = (behaviour.clone(), acceptor.clone(), kept.clone());
            tokio::spawn(async move {
                if behaviour.silent {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                } else if behaviour.implicit_tls {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        converse(stream, &behaviour, &seen, true).await;
                    }
                } else if let Some(stream) = converse(stream, &behaviour, &seen, true).await
                    && let Ok(stream) = acceptor.accept(stream).await
                {
                    seen.push("(encrypted)".into());
                    converse(stream, &behaviour, &seen, false).await;
                }
            });
        }
    });
    SmtpServer { port, seen, certificate }
}

fn acceptor() -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), made.cert.pem())
}

/// Speaks SMTP; answers the stream when the client wants to start TLS on it.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    behaviour: &Smtp,
    seen: &Seen,
    greet: bool,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    if greet {
        stream.write_all(b"220 sink ESMTP\r\n").await.ok()?;
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let command = line.trim_end().to_owned();
        seen.push(command.clone());
        let verb = command.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" if behaviour.offers_starttls && greet => {
                "250-sink\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN XOAUTH2"
            }
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN XOAUTH2",
            "AUTH" => "235 welcome",
            "RCPT" => behaviour.refuse_recipient.unwrap_or("250 fine"),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                seen.push(message(&mut stream).await?);
                "250 taken"
            }
            "STARTTLS" => {
                stream.write_all(b"220 go on\r\n").await.ok()?;
                return Some(stream.into_inner());
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        stream.write_all(format!("{reply}\r\n").as_bytes()).await.ok()?;
    }
}

async fn message<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 || line == ".\r\n" {
            return Some(text);
        }
        text.push_str(&line);
    }
}
