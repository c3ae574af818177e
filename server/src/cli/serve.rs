//! `vestibule serve`

use super::output;
use crate::config::{LogFormat, Settings};
use crate::flows::messages;
use crate::flows::setup;
use crate::server;
use crate::state::App;
use anyhow::{Context, anyhow};
use std::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Serves until told to stop.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    start_log(&settings)?;
    start_metrics(&settings)?;
    let listener = TcpListener::bind(settings.listen)
        .with_context(|| format!("setting VESTIBULE_LISTEN: {}", settings.listen))?;
    listener.set_nonblocking(true)?;
    let opened = server::open(settings).await?;
    let app = opened.app.clone();
    let (serving, jobs) = server::serve(opened, listener, true)?;
    announce(&app).await?;
    serving.await.context("the HTTP server failed")?;
    jobs.stop();
    Ok(())
}

fn start_log(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.log).context("setting VESTIBULE_LOG")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow!("the log cannot be started: {error}"))
}

fn start_metrics(settings: &Settings) -> anyhow::Result<()> {
    let Some(address) = settings.metrics_listen else { return Ok(()) };
    metrics_exporter_prometheus::PrometheusBuilder::new()
        .with_http_listener(address)
        .install()
        .with_context(|| format!("setting VESTIBULE_METRICS_LISTEN: {address}"))
}

/// Tells whoever started the server where everything is.
async fn announce(app: &App) -> anyhow::Result<()> {
    let endpoint = &app.settings.endpoint;
    let mut lines = vec![
        format!("Vestibule is ready at {}", endpoint.as_str()),
        format!("  listening on      {}", app.settings.listen),
        format!("  issuer            {}", endpoint.issuer()),
        format!("  demo application  {}", endpoint.at("/demo-app")),
    ];
    let token = setup::issue_token(app).await;
    if let Some(token) = token.map_err(|error| anyhow!("the setup link: {error:?}"))? {
        lines.push("  first administrator, this link works once:".into());
        lines.push(format!("    {}", endpoint.at(&format!("/setup?token={token}"))));
    }
    if messages::has_outbox(app) {
        lines.push(
            "  No connector is set up: e-mails and SMS are not sent, they are shown in the".into(),
        );
        lines.push(format!("  development outbox at {}", endpoint.at("/demo-app#outbox")));
        tracing::warn!("no connector is set up: messages go to the development outbox");
    }
    output::print(&lines.join("\n"))?;
    Ok(())
}
