//! Load of single requests, from wrk.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::task::spawn_blocking;

/// Enough to keep every core of a small machine busy.
const CONNECTIONS: u32 = 32;
const WARM_UP_SECONDS: u32 = 1;

/// What every connection sends over and over.
pub struct Request {
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
    /// Form bodies that take turns; none makes it a GET.
    pub bodies: Vec<String>,
}

/// What wrk counted.
#[derive(Debug, Deserialize, PartialEq)]
pub struct Count {
    pub requests: u64,
    /// Connections that failed, timeouts, and answers other than 2xx and 3xx.
    pub errors: u64,
    /// Microseconds.
    pub duration: f64,
    /// Microseconds.
    pub p50: f64,
    /// Microseconds.
    pub p99: f64,
}

/// Sends `request` for `seconds`, after a short warm-up. `before` is called between the two.
///
/// # Errors
/// When wrk cannot be started or prints something unexpected.
pub async fn load(
    request: &Request,
    seconds: u32,
    folder: &Path,
    before: impl FnOnce() -> Result<()>,
) -> Result<Count> {
    let script = folder.join("request.lua");
    std::fs::write(&script, lua(request))?;
    run(&script, &request.url, WARM_UP_SECONDS).await?;
    before()?;
    run(&script, &request.url, seconds).await
}

async fn run(script: &Path, url: &str, seconds: u32) -> Result<Count> {
    let mut command = std::process::Command::new("wrk");
    command
        .args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .args(["--duration", &format!("{seconds}s"), "--timeout", "10s", "--script"])
        .arg(script)
        .arg(url)
        .stdin(Stdio::null());
    // On another thread, so that connections the server closes meanwhile are noticed here.
    let output = spawn_blocking(move || command.output()).await?.context("cannot start wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed:\n{text}");
    count(&text).with_context(|| format!("wrk printed:\n{text}"))
}

/// The script's last words, found among wrk's own.
fn count(output: &str) -> Result<Count> {
    let json = output.lines().find_map(|line| line.strip_prefix("count: "));
    Ok(serde_json::from_str(json.context("there is no count")?)?)
}

fn lua(request: &Request) -> String {
    let mut script = String::new();
    for (name, value) in &request.headers {
        script += &format!("wrk.headers[{}] = {}\n", quoted(name), quoted(value));
    }
    match request.bodies.as_slice() {
        [] => {}
        [only] => script += &format!("wrk.method = \"POST\"\nwrk.body = {}\n", quoted(only)),
        bodies => {
            let list: Vec<_> = bodies.iter().map(|body| quoted(body)).collect();
            script += &format!("wrk.method = \"POST\"\nlocal bodies = {{{}}}\n", list.join(", "));
            script += "local last = 0\n\
                       request = function()\n\
                       \x20 last = last % #bodies + 1\n\
                       \x20 return wrk.format(nil, nil, nil, bodies[last])\n\
                       end\n";
        }
    }
    script
        + "done = function(summary, latency)\n\
           \x20 local e = summary.errors\n\
           \x20 io.write(string.format(\
           'count: {\"requests\":%d,\"errors\":%d,\"duration\":%d,\"p50\":%d,\"p99\":%d}\\n', \
           summary.requests, e.connect + e.read + e.write + e.status + e.timeout, \
           summary.duration, latency:percentile(50), latency:percentile(99)))\n\
           end\n"
}

/// A Lua string.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn finds_the_count() {
        let output = "Running 1s test\n  2 requests in 1s\ncount: {\"requests\":2,\"errors\":1,\
                      \"duration\":1000000,\"p50\":70,\"p99\":90}\n";
        let expected = Count { requests: 2, errors: 1, duration: 1e6, p50: 70.0, p99: 90.0 };
        assert_eq!(count(output).unwrap(), expected);
        assert!(count("Running 1s test\n").is_err());
    }

    #[test]
    fn quotes_for_lua() {
        assert_eq!(quoted("a\"b\\c\nd"), r#""a\"b\\c\nd""#);
    }

    /// wrk itself, against a server that remembers what it was sent.
    #[tokio::test]
    async fn sends_the_bodies_in_turn() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/token", listener.local_addr().unwrap());
        let (sender, received) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, sender) = (stream.unwrap(), sender.clone());
                std::thread::spawn(move || {
                    let mut buffer = [0; 4096];
                    while let Ok(length @ 1..) = stream.read(&mut buffer) {
                        sender.send(String::from_utf8_lossy(&buffer[..length]).into_owned()).ok();
                        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                        if stream.write_all(answer).is_err() {
                            break;
                        }
                    }
                });
            }
        });
        let request = Request {
            url,
            headers: vec![("Authorization", "Basic YTpi".into())],
            bodies: vec!["token=1".into(), "token=2".into()],
        };
        let folder = tempfile::tempdir().unwrap();
        let count = load(&request, 1, folder.path(), || Ok(())).await.unwrap();
        assert!(count.requests > 0 && count.errors == 0 && count.p50 <= count.p99, "{count:?}");
        let sent: Vec<String> = received.try_iter().collect();
        let holding = |text: &str| sent.iter().filter(|request| request.contains(text)).count();
        assert!(sent.iter().all(|request| request.starts_with("POST /token HTTP/1.1\r\n")));
        assert_eq!(holding("Authorization: Basic YTpi\r\n"), sent.len());
        assert!(holding("token=1").abs_diff(holding("token=2")) <= 2);
    }
}
