//! Putting a server together.

use crate::assets::Assets;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::config::{Database, Settings};
use crate::http::{body, etag, observe, origin, problem, security_headers};
use crate::jobs::Jobs;
use crate::secrets::{self, Secrets};
use crate::state::{App, Parts};
use crate::ui::Ui;
use crate::{api, assets, jobs, oidc, seed, ui};
use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, scope};
use actix_web::{App as Actix, HttpServer, web};
use anyhow::Context;
use std::net::TcpListener;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use vestibule_connectors::outbound::{Outbound, OutboundAllow};
use vestibule_passwords::breached::BreachedPasswords;
use vestibule_passwords::pool::HashPool;
use vestibule_store::audit::LogRow;
use vestibule_store::{STATEMENT_LIMIT, Store, StoreOptions};

/// Passwords that may wait for a free thread; at 20 ms each, about a second of work a thread.
const HASH_QUEUE_PER_THREAD: usize = 50;
/// Audit entries that may wait to be written.
const AUDIT_QUEUE: usize = 10_000;
/// What requests in progress get when the server is told to stop.
const SHUTDOWN_SECONDS: u64 = 15;

/// An opened server that does not serve yet.
pub struct Opened {
    /// What requests share.
    pub app: App,
    /// Where the audit entries come out.
    pub audit: mpsc::Receiver<LogRow>,
}

/// Where the store is; makes the folder of an embedded one.
pub fn store_options(settings: &Settings) -> anyhow::Result<StoreOptions> {
    if let Database::Sqlite(path) = &settings.database {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        for folder in folder.iter().chain([&settings.data_dir.as_path()]) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("folder {}", folder.display()))?;
        }
        secrets::create_private(path).with_context(|| format!("file {}", path.display()))?;
    }
    Ok(StoreOptions {
        url: settings.database_url(),
        connections: settings.database_connections,
        root_certificates: settings.database_root_certificates()?,
        statement_limit: STATEMENT_LIMIT,
    })
}

/// Opens the database and everything else that a server needs. On the multi-thread runtime.
pub async fn open(settings: Settings) -> anyhow::Result<Opened> {
    let options = store_options(&settings)?;
    std::fs::create_dir_all(&settings.data_dir)
        .with_context(|| format!("folder {}", settings.data_dir.display()))?;
    let secrets = Secrets::load(&settings)?;
    let store = Store::open(&options).await?;
    let clock = Clock::default();
    seed::run(&store, &settings, &secrets, &clock).await?;
    let catalog = Catalog::load(&store, &secrets, &settings.endpoint).await?;
    let allow = OutboundAllow::parse(settings.outbound_allow.iter().map(String::as_str))
        .context("setting VESTIBULE_OUTBOUND_ALLOW")?;
    let (audit, entries) = mpsc::channel(AUDIT_QUEUE);
    let app = App::new(Parts {
        passwords: HashPool::new(settings.threads, settings.threads * HASH_QUEUE_PER_THREAD)?,
        breached: BreachedPasswords::embedded(),
        assets: Assets::open(&settings.assets)?,
        outbound: Outbound::new(allow)?,
        new_message: Notify::new(),
        new_delivery: Notify::new(),
        settings,
        clock,
        secrets,
        store,
        catalog,
        audit,
    });
    Ok(Opened { app, audit: entries })
}

/// Serves on `listener`. The server runs until its handle is told to stop, or, with `signals`,
/// the process is.
pub fn serve(
    opened: Opened,
    listener: TcpListener,
    signals: bool,
) -> anyhow::Result<(Server, Jobs)> {
    let Opened { app, audit } = opened;
    let ui = Data::new(Ui::load(&app.settings)?);
    let jobs = jobs::start(&app, audit)?;
    let workers = app.settings.threads;
    let server = HttpServer::new(move || {
        let base = app.settings.endpoint.base_path().to_owned();
        Actix::new()
            .app_data(Data::new(app.clone()))
            .app_data(ui.clone())
            .app_data(web::PayloadConfig::new(body::OAUTH_LIMIT))
            .wrap(Compress::default())
            .wrap(from_fn(problem::render))
            .wrap(from_fn(security_headers::add))
            .wrap(from_fn(origin::remember))
            .wrap(from_fn(observe::observe))
            .service(
                scope(&base)
                    .configure(api::health::root_routes)
                    .service(scope("/api").wrap(from_fn(etag::add)).configure(api::routes))
                    .service(scope("/oidc").configure(oidc::routes))
                    .configure(assets::routes)
                    .configure(ui::routes),
            )
    })
    .workers(workers)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(30));
    let server = if signals { server } else { server.disable_signals() };
    Ok((server.listen(listener)?.run(), jobs))
}
