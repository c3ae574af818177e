//! An endpoint that webhooks are delivered to.

use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use vestibule_protocol::hash::Mac;

/// One request.
#[derive(Clone, Debug)]
pub struct Received {
    /// Method and path.
    pub line: String,
    headers: HashMap<String, String>,
    pub body: String,
    pub json: Value,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    pub fn is_signed_with(&self, key: &str) -> bool {
        let signature = Mac::new(key.as_bytes()).sign_hex(self.body.as_bytes());
        self.header("logto-signature-sha-256") == signature
    }
}

/// A status that stands for no answer at all.
pub const SILENCE: u16 = 0;

/// A running endpoint: it answers 200, or what it is told to.
#[derive(Clone)]
pub struct Receiver {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self { port, received: Arc::default(), answers: Arc::default() };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = serving.clone();
                tokio::spawn(async move { receiver.serve(stream).await });
            }
        });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// The statuses of the next answers.
    pub fn will_answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// What has come and was not taken yet.
    pub fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// Takes requests out, once so many have come.
    pub async fn take(&self, count: usize) -> Vec<Received> {
        for _ in 0..400 {
            if self.count() >= count {
                return std::mem::take(&mut *self.received.lock().unwrap());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} instead of {count} came: {:?}", self.count(), self.received.lock().unwrap());
    }

    async fn serve(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        while let Some(request) = read(&mut stream).await {
            self.received.lock().unwrap().push(request);
            let status = self.answers.lock().unwrap().pop_front().unwrap_or(200);
            if status == SILENCE {
                tokio::time::sleep(Duration::from_secs(60)).await;
                return;
            }
            let body = format!("answer {status}");
            let answer =
                format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
    let mut headers = HashMap::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.ok().filter(|read| *read > 0)?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let body = String::from_utf8(body).unwrap();
    let json = serde_json::from_str(&body).unwrap();
    Some(Received { line: line.trim_end().to_owned(), headers, body, json })
}
