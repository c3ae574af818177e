//! `vestibule doctor`

use super::output;
use crate::catalog::CAPTCHA_IS_MISSING;
use crate::clock::Clock;
use crate::config::{Database, Settings};
use crate::server;
use std::process::ExitCode;
use vestibule_connectors::outbound::{Outbound, OutboundAllow, OutboundRequest};
use vestibule_store::Store;

/// Judgements, in words.
#[derive(Default)]
struct Report {
    lines: Vec<String>,
    is_well: bool,
}

impl Report {
    fn good(&mut self, text: impl Into<String>) {
        self.lines.push(format!("ok       {}", text.into()));
    }

    fn advice(&mut self, text: impl Into<String>) {
        self.lines.push(format!("advice   {}", text.into()));
    }

    fn wrong(&mut self, text: impl Into<String>) {
        self.is_well = false;
        self.lines.push(format!("wrong    {}", text.into()));
    }
}

/// Checks everything that can be checked without a request.
pub async fn run() -> anyhow::Result<ExitCode> {
    let mut report = Report { is_well: true, ..Report::default() };
    match Settings::load() {
        Err(error) => report.wrong(error.to_string()),
        Ok(settings) => {
            report.good("settings can be read");
            check_endpoint(&settings, &mut report);
            check_clock(&mut report);
            check_proxies(&settings, &mut report);
            check_ui(&settings, &mut report);
            if check_database(&settings, &mut report).await {
                check_stored(&settings, &mut report).await;
            }
            check_reachability(&settings, &mut report).await;
        }
    }
    output::print(&report.lines.join("\n"))?;
    Ok(if report.is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check_endpoint(settings: &Settings, report: &mut Report) {
    let endpoint = &settings.endpoint;
    let address = endpoint.as_str();
    if endpoint.is_secure() || endpoint.is_local() {
        report.good(format!("endpoint {address}"));
    } else {
        report.wrong(format!(
            "VESTIBULE_ENDPOINT {address} is reached without TLS: passwords and tokens travel in \
             the clear, and browsers refuse secure cookies. Put a TLS proxy in front and use https."
        ));
    }
}

fn check_clock(report: &mut Report) {
    // The day this program was written.
    const WRITTEN: i64 = 1_795_219_200;
    if Clock::default().now_seconds() >= WRITTEN {
        report.good("the clock is plausible");
    } else {
        report.wrong("the clock of this machine is in the past: tokens would be refused");
    }
}

fn check_proxies(settings: &Settings, report: &mut Report) {
    let listens_here = settings.listen.ip().is_loopback();
    if settings.endpoint.is_secure() && settings.trusted_proxies.is_empty() {
        report.wrong(
            "the endpoint is https, so a proxy ends TLS, but VESTIBULE_TRUSTED_PROXIES is empty: \
             every client seems to come from the proxy, and limits for one address hit everybody",
        );
    } else if !settings.endpoint.is_local() && listens_here && settings.trusted_proxies.is_empty() {
        report.advice(format!(
            "VESTIBULE_LISTEN {} is reached from this machine only; behind a proxy on this \
             machine set VESTIBULE_TRUSTED_PROXIES=127.0.0.1,::1",
            settings.listen
        ));
    } else {
        report.good("proxy headers are believed as they should be");
    }
}

fn check_ui(settings: &Settings, report: &mut Report) {
    let folder = settings.ui_dir.join("experience");
    if folder.join("index.html").is_file() {
        report.good(format!("sign-in pages in {}", folder.display()));
    } else {
        report.advice(format!(
            "no sign-in pages in {}: set VESTIBULE_UI_DIR, or bring your own over the Experience \
             API",
            folder.display()
        ));
    }
}

async fn check_database(settings: &Settings, report: &mut Report) -> bool {
    let name = match &settings.database {
        Database::Sqlite(path) => format!("SQLite file {}", path.display()),
        Database::Postgres(_) => "PostgreSQL".to_owned(),
    };
    let opened = match server::store_options(settings) {
        Ok(options) => Store::open(&options).await.map_err(|error| error.to_string()),
        Err(error) => Err(format!("{error:#}")),
    };
    match opened {
        Ok(store) => match store.ping().await {
            Ok(()) => {
                report.good(format!("{name} answers, its schema is up to date"));
                true
            }
            Err(error) => {
                report.wrong(format!("{name}: {error}"));
                false
            }
        },
        Err(error) => {
            report.wrong(format!("VESTIBULE_DATABASE_URL: {name}: {error}"));
            false
        }
    }
}

/// What administrators have set up.
async fn check_stored(settings: &Settings, report: &mut Report) {
    let app = match server::open(settings.clone()).await {
        Ok(opened) => opened.app,
        Err(error) => return report.wrong(format!("{error:#}")),
    };
    report.good("the secret key fits the database");
    let snapshot = app.catalog.snapshot();
    if snapshot.connectors.is_empty() {
        let where_to = if settings.endpoint.is_local() {
            "they go to the development outbox"
        } else {
            "pages that need a code will fail"
        };
        report.advice(format!("no e-mail or SMS connector is set up: {where_to}"));
    }
    for active in &snapshot.connectors {
        report.good(format!("connector {} ({:?}) can be read", active.id, active.connector_type));
    }
    if snapshot.asks_captcha() && snapshot.captcha.is_none() {
        report.wrong(format!(
            "{CAPTCHA_IS_MISSING}: nobody can sign in. PUT /api/captcha-provider with a token of a \
             machine-to-machine application, or switch the policy off with `vestibule apply`"
        ));
    }
}

/// Asks the public address for its discovery document, when a server runs there.
async fn check_reachability(settings: &Settings, report: &mut Report) {
    let address = format!("{}/.well-known/openid-configuration", settings.endpoint.issuer());
    let allow = settings.outbound_allow.iter().map(String::as_str);
    // Our own endpoint may be on this machine or in a private network.
    let own = url::Url::parse(settings.endpoint.as_str()).ok();
    let own = own.as_ref().and_then(|url| url.host_str());
    let outbound = OutboundAllow::parse(allow.chain(own)).map(Outbound::new);
    let outbound = match outbound {
        Ok(Ok(outbound)) => outbound,
        Ok(Err(error)) => return report.wrong(error.to_string()),
        Err(error) => return report.wrong(format!("VESTIBULE_OUTBOUND_ALLOW: {error}")),
    };
    match outbound.send(OutboundRequest::get(&address)).await {
        Ok(answer) => {
            let document: serde_json::Value = answer.json().unwrap_or_default();
            let issuer = settings.endpoint.issuer();
            if document.get("issuer").and_then(|it| it.as_str()) == Some(&issuer) {
                report.good(format!("a server answers at {}", settings.endpoint.as_str()));
            } else {
                report.wrong(format!(
                    "{address} does not say that its issuer is {issuer}: VESTIBULE_ENDPOINT or \
                     the proxy's path is wrong"
                ));
            }
        }
        Err(error) => report.advice(format!("no server answers at {address}: {error}")),
    }
}
