//! One run: start, prepare, load, weigh.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use hdrhistogram::Histogram;
use serde::Deserialize;
use tokio::task::spawn_blocking;

use crate::management::{Management, PASSWORD, client_credentials, username};
use crate::report::{Figure, Limit, Load, Report};
use crate::server::{Application, Installation, Server};
use crate::sign_in::{self, Access, Client, REDIRECT_URI, SignIns};
use crate::wrk::{self, Request};
use crate::{Options, page, strace, timing};

/// How long a server rests before its idle memory is read.
const REST: Duration = Duration::from_secs(2);
/// How many people sign in at the same time.
const CONCURRENCY: usize = 8;
/// Users with a password. The others exist only to be listed.
const PEOPLE: usize = 64;
/// A list of a thousand users costs what a list of the full number costs.
const FEW_USERS: usize = 1_000;
const TRACED_SIGN_INS: usize = 20;
const STARTS: usize = 3;

struct Run<'a> {
    options: &'a Options,
    installation: Installation,
    http: reqwest::Client,
    cores: usize,
    loads: Vec<Load>,
    figures: Vec<Figure>,
}

/// What `raw_rate` prints.
#[derive(Deserialize)]
struct RawRate {
    hashes_per_second: f64,
    hashes_per_second_and_thread: f64,
}

impl RawRate {
    fn mean(&self, other: &Self) -> Self {
        Self {
            hashes_per_second: (self.hashes_per_second + other.hashes_per_second) / 2.0,
            hashes_per_second_and_thread: (self.hashes_per_second_and_thread
                + other.hashes_per_second_and_thread)
                / 2.0,
        }
    }
}

/// Measures everything.
///
/// # Errors
/// When the server cannot be started or prepared. A load with errors is not an error here: the
/// report shows it.
pub async fn run(options: &Options) -> Result<Report> {
    let most = timing::MOST_PAIRS;
    ensure!((1..=most).contains(&options.pairs), "--pairs takes 1 to {most}");
    let http = http_client()?;
    let installation = Installation::new(options, &http)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut run =
        Run { options, installation, http, cores, loads: Vec::new(), figures: Vec::new() };
    let page = run.measure().await?;
    Ok(Report {
        database: if options.postgres.is_some() { "PostgreSQL" } else { "SQLite" },
        cores,
        processor: processor(),
        loads: run.loads,
        figures: run.figures,
        page,
    })
}

/// A client that follows no redirects.
///
/// # Errors
/// When it cannot be made.
#[expect(clippy::disallowed_methods, reason = "this program only calls the server it started")]
pub fn http_client() -> Result<reqwest::Client> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    Ok(builder.no_proxy().timeout(Duration::from_secs(30)).build()?)
}

/// What this machine calls its processor.
pub fn processor() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| "unknown processor".into(), |(_, name)| name.to_owned())
}

impl Run<'_> {
    async fn measure(&mut self) -> Result<Vec<page::Part>> {
        progress("start on an empty database");
        let (server, time) = self.installation.start().await?;
        self.figure("start on an empty database", millis(time), "ms", Limit::None);
        tokio::time::sleep(REST).await;
        let idle = server.resident_mib()?;
        self.figure("resident memory, idle", idle, "MiB", Limit::AtMost(48.0));

        let (application, service) = self.create_applications()?;
        let http = self.http.clone();
        let management = Management::open(&http, self.installation.endpoint(), &service).await?;
        let client = Client {
            http: http.clone(),
            endpoint: self.installation.endpoint(),
            application: application.clone(),
        };

        progress(&format!("{FEW_USERS} users"));
        let few = FEW_USERS.min(self.options.users);
        management.create_users(0..PEOPLE, Some(PASSWORD)).await?;
        management.create_users(PEOPLE..few, None).await?;
        let list_of_few = self.list_users(&server, &management).await?;
        progress(&format!("{} users", self.options.users));
        management.create_users(few..self.options.users, None).await?;

        self.configuration_loads(&server).await?;
        self.token_loads(&server, &client, &service).await?;
        let list_of_many = self.list_users(&server, &management).await?;
        self.figure(
            "rate of a list: all users / few users",
            100.0 * list_of_many / list_of_few,
            "%",
            Limit::AtLeast(80.0),
        );

        self.sign_in_loads(&server, &client).await?;
        tokio::time::sleep(REST).await;
        let loaded = server.resident_mib()?;
        self.figure("resident memory, after the loads", loaded, "MiB", Limit::AtMost(128.0));
        progress(&format!("{} pairs of wrong passwords", self.options.pairs));
        let difference = timing::median_difference_ms(&client, self.options.pairs).await?;
        let name = "median difference of known and unknown names";
        self.figure(name, difference.abs(), "ms", Limit::Below(1.0));
        self.durable_writes(&server, &client).await?;

        progress("sign-in page");
        let page = page::weigh(&client).await?;
        let bytes: usize = page.iter().map(|(_, bytes)| bytes).sum();
        let limit = Limit::AtMost(200.0);
        self.figure("sign-in page, all bodies under brotli", bytes as f64 / 1024.0, "KiB", limit);
        self.restarts(server).await?;
        Ok(page)
    }

    fn figure(&mut self, name: &str, value: f64, unit: &'static str, limit: Limit) {
        self.figures.push(Figure { name: name.into(), value, unit, limit });
    }

    /// An application people sign in to, and a service that may use the Management API.
    fn create_applications(&self) -> Result<(Application, Application)> {
        let application = self.installation.create_application(&[
            "bench application",
            "--type",
            "traditional",
            "--redirect-uri",
            REDIRECT_URI,
        ])?;
        let service = self.installation.create_application(&[
            "bench service",
            "--type",
            "machine-to-machine",
            "--management-api",
        ])?;
        Ok((application, service))
    }

    async fn configuration_loads(&mut self, server: &Server) -> Result<()> {
        for (name, path) in
            [("discovery", "/oidc/.well-known/openid-configuration"), ("JWKS", "/oidc/jwks")]
        {
            self.load(server, name, Some(20_000.0), self.get(path, Vec::new())).await?;
        }
        Ok(())
    }

    async fn token_loads(
        &mut self,
        server: &Server,
        client: &Client,
        service: &Application,
    ) -> Result<()> {
        let request = self.form("/oidc/token", service, vec![form(&client_credentials())]);
        self.load(server, "client credentials", Some(4_000.0), request).await?;

        progress("refresh tokens");
        let mut refresh = Vec::new();
        let mut introspect = Vec::new();
        // One family for each connection of the load.
        for number in 0..PEOPLE / 2 {
            let tokens = client.sign_in(&username(number), Access::Offline).await?;
            let token = tokens.refresh_token.context("there is no refresh token")?;
            refresh.push(form(&[("grant_type", "refresh_token"), ("refresh_token", &token)]));
            introspect.push(form(&[("token", &tokens.access_token)]));
        }
        let request = self.form("/oidc/token", &client.application, refresh);
        self.load(server, "refresh", Some(1_500.0), request).await?;
        let request = self.form("/oidc/token/introspection", &client.application, introspect);
        self.load(server, "introspection", Some(5_000.0), request).await?;
        Ok(())
    }

    /// The list's rate per core.
    async fn list_users(&mut self, server: &Server, management: &Management<'_>) -> Result<f64> {
        let count = management.count_users().await?;
        let name = format!("list of 20 users out of {count}");
        let headers = vec![("Authorization", management.authorization())];
        let request = self.get("/api/users?page_size=20", headers);
        self.load(server, &name, Some(2_000.0), request).await
    }

    fn get(&self, path: &str, headers: Vec<(&'static str, String)>) -> Request {
        let url = format!("{}{path}", self.installation.endpoint());
        Request { url, headers, bodies: Vec::new() }
    }

    fn form(&self, path: &str, application: &Application, bodies: Vec<String>) -> Request {
        let headers = vec![
            ("Authorization", basic(application)),
            ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
        ];
        Request { url: format!("{}{path}", self.installation.endpoint()), headers, bodies }
    }

    /// Adds a load to the report and returns its rate per core.
    async fn load(
        &mut self,
        server: &Server,
        name: &str,
        target: Option<f64>,
        request: Request,
    ) -> Result<f64> {
        progress(name);
        let mut cpu = 0.0;
        let before = || {
            cpu = server.cpu_seconds()?;
            Ok(())
        };
        let folder = self.installation.folder();
        let count = wrk::load(&request, self.options.seconds, folder, before).await?;
        let cpu = server.cpu_seconds()? - cpu;
        let good = count.requests.saturating_sub(count.errors) as f64;
        let load = Load {
            name: name.into(),
            per_second: good / (count.duration / 1e6),
            per_core: good / cpu,
            target,
            p50_ms: count.p50 / 1e3,
            p99_ms: count.p99 / 1e3,
            errors: count.errors,
            error: None,
        };
        let per_core = load.per_core;
        self.loads.push(load);
        Ok(per_core)
    }

    async fn raw_rate(&self) -> Result<RawRate> {
        progress("raw argon2id rate");
        let mut command = Command::new(&self.options.raw_rate);
        command.args([self.cores.to_string(), self.options.seconds.to_string()]);
        let output = spawn_blocking(move || command.stdin(Stdio::null()).output()).await?;
        let output = output.context("cannot start the raw rate program")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    async fn sign_in_loads(&mut self, server: &Server, client: &Client) -> Result<()> {
        let before = self.raw_rate().await?;
        let people: Vec<String> = (0..PEOPLE).map(username).collect();
        let period = Duration::from_secs(2 * u64::from(self.options.seconds));
        progress("sign-ins");
        let cpu = server.cpu_seconds()?;
        let full = sign_in::closed_loop(client, &people, CONCURRENCY, period).await;
        let cpu = server.cpu_seconds()? - cpu;
        let name = format!("full sign-in, concurrency {CONCURRENCY}");
        let per_core = full.times.len() as f64 / cpu;
        self.add_sign_ins(name, &full, per_core, Some(45.0))?;
        // A machine's speed drifts: what the sign-ins are compared with is measured around them.
        let raw = before.mean(&self.raw_rate().await?);
        self.figure("raw argon2id rate", raw.hashes_per_second, "per second", Limit::None);
        let name = "raw argon2id rate of one thread";
        self.figure(name, raw.hashes_per_second_and_thread, "per second", Limit::None);
        let share = 100.0 * per_core / raw.hashes_per_second_and_thread;
        let name = "sign-ins per core / raw rate of one thread";
        self.figure(name, share, "%", Limit::AtLeast(85.0));
        let share = 100.0 * full.rate() / raw.hashes_per_second;
        let name = "sign-ins/s / raw rate, the driver's share included";
        self.figure(name, share, "%", Limit::None);

        progress("sign-ins at half load");
        let cpu = server.cpu_seconds()?;
        let half = sign_in::open_loop(client, &people, full.rate() / 2.0, period).await?;
        let cpu = server.cpu_seconds()? - cpu;
        let per_core = half.times.len() as f64 / cpu;
        self.add_sign_ins("full sign-in, half load".into(), &half, per_core, None)?;
        let p99 = self.loads.last().map_or(f64::INFINITY, |load| load.p99_ms);
        self.figure("p99 of a sign-in at half load", p99, "ms", Limit::Below(150.0));
        Ok(())
    }

    fn add_sign_ins(
        &mut self,
        name: String,
        sign_ins: &SignIns,
        per_core: f64,
        target: Option<f64>,
    ) -> Result<()> {
        let mut times = Histogram::<u64>::new(3)?;
        for time in &sign_ins.times {
            times.record(u64::try_from(time.as_micros())?)?;
        }
        self.loads.push(Load {
            name,
            per_second: sign_ins.rate(),
            per_core,
            target,
            p50_ms: times.value_at_quantile(0.5) as f64 / 1e3,
            p99_ms: times.value_at_quantile(0.99) as f64 / 1e3,
            errors: u64::try_from(sign_ins.failures)?,
            error: sign_ins.failure.clone(),
        });
        Ok(())
    }

    /// Only for SQLite: PostgreSQL waits for the disk in its own processes.
    async fn durable_writes(&mut self, server: &Server, client: &Client) -> Result<()> {
        if self.options.postgres.is_some() {
            return Ok(());
        }
        progress("durable writes");
        let folder: &Path = self.installation.folder();
        let sign_ins = async {
            for number in 0..TRACED_SIGN_INS {
                client.sign_in(&username(number), Access::Online).await?;
            }
            Ok(())
        };
        if let Some(syncs) = strace::count_syncs(server.id(), folder, sign_ins).await? {
            let each = syncs as f64 / TRACED_SIGN_INS as f64;
            self.figure(
                "commits that wait for the disk, per sign-in",
                each,
                "",
                Limit::AtMost(3.0),
            );
        }
        Ok(())
    }

    async fn restarts(&mut self, server: Server) -> Result<()> {
        progress("restarts");
        let mut server = server;
        let mut times = Vec::new();
        for _ in 0..STARTS {
            server.stop().await?;
            let (started, time) = self.installation.start().await?;
            times.push(millis(time));
            server = started;
        }
        times.sort_by(f64::total_cmp);
        let median = times.get(STARTS / 2).copied().unwrap_or(f64::INFINITY);
        let name = format!("start with {} users, median of {STARTS}", self.options.users);
        self.figure(&name, median, "ms", Limit::Below(200.0));
        tokio::time::sleep(REST).await;
        let idle = server.resident_mib()?;
        let name = format!("resident memory, idle with {} users", self.options.users);
        self.figure(&name, idle, "MiB", Limit::AtMost(48.0));
        server.stop().await
    }
}

/// A time in milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The header of HTTP Basic authentication.
fn basic(application: &Application) -> String {
    format!("Basic {}", BASE64.encode(format!("{}:{}", application.id, application.secret)))
}

/// Says what is being done.
pub fn progress(step: &str) {
    println!("… {step}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_basic_header() {
        let application = Application { id: "a".into(), secret: "b".into() };
        assert_eq!(basic(&application), "Basic YTpi");
    }

    #[test]
    fn encodes_a_form() {
        assert_eq!(
            form(&[("resource", "https://a/b"), ("scope", "all")]),
            "resource=https%3A%2F%2Fa%2Fb&scope=all"
        );
    }
}
