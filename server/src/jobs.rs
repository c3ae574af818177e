//! What happens without a request.

mod audit;
mod janitor;
mod messages;
mod webhooks;

use crate::flows::management::configs::keys;
use crate::state::App;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use vestibule_store::audit::LogRow;

/// How often a process looks whether what it holds in memory has changed.
const REFRESH: Duration = Duration::from_secs(1);

/// Jobs that run until this is dropped or stopped.
pub struct Jobs {
    stop: watch::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Jobs {
    /// Stops the jobs and waits until the last audit entries are written.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the jobs has panicked");
        }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts all jobs, on a thread of their own.
pub fn start(app: &App, entries: mpsc::Receiver<LogRow>) -> std::io::Result<Jobs> {
    let (stop, stopped) = watch::channel(());
    let app = app.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::Builder::new()
        .name("jobs".into())
        .spawn(move || runtime.block_on(run(app, entries, stopped)))?;
    Ok(Jobs { stop, thread: Some(thread) })
}

async fn run(app: App, mut entries: mpsc::Receiver<LogRow>, mut stopped: watch::Receiver<()>) {
    tokio::select! {
        _ = stopped.changed() => {}
        () = refresh(&app) => {}
        () = messages::run(&app) => {}
        () = webhooks::run(&app) => {}
        () = janitor::run(&app) => {}
        () = audit::run(&app, &mut entries) => {}
    }
    audit::drain(&app, &mut entries).await;
}

async fn refresh(app: &App) {
    let mut ticks = tokio::time::interval(REFRESH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut was_well = true;
    loop {
        ticks.tick().await;
        let result = app.catalog.refresh(&app.store, &app.secrets).await;
        let next_at = app.catalog.snapshot().keys.next_at;
        if next_at.is_some_and(|at| at <= app.clock.now())
            && let Err(error) = keys::promote(app).await
        {
            tracing::warn!(?error, "the next signing key could not be made the current one");
        }
        // Said once, not every second.
        if let (Err(error), true) = (&result, was_well) {
            tracing::warn!(%error, "what is held in memory could not be refreshed");
        }
        was_well = result.is_ok();
    }
}
