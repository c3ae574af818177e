//! Where the queries of a SQLite connection run.
//!
//! A look-up by an index takes some microseconds, less than handing it to another thread; it runs
//! where it is asked for. What waits, for a lock or for the disk, or reads many rows, runs on a
//! thread that the connection has of its own.
//!
//! SQLite itself ends no query. A function of ours that is called for each row can: [`is_overdue`].
//!
//! diesel-async's own way of running blocking work waits for a cancelled query on tokio's pool,
//! which panics on the current-thread runtimes that serve HTTP. A thread of its own can always be
//! waited for.

use crate::connection::STATEMENT_LIMIT;
use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::future::BoxFuture;
use std::cell::Cell;
use std::error::Error;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;
type AnyError = Box<dyn Error + Send + Sync + 'static>;

thread_local! {
    /// When the query that runs on this thread has taken too long.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Whether the query that runs on this thread has taken too long.
pub fn is_overdue() -> bool {
    DEADLINE.get().is_some_and(|deadline| deadline < Instant::now())
}

/// Runs the blocking half of one connection.
pub struct SqliteThread {
    jobs: Option<mpsc::Sender<Job>>,
    place: Place,
    /// How long a query may take.
    pub limit: Duration,
}

/// Says where the next queries of a connection run.
#[derive(Clone)]
pub struct Place {
    on_thread: Arc<AtomicBool>,
}

impl Place {
    /// On the connection's thread: what may wait, or reads many rows.
    pub fn use_thread(&self) {
        self.on_thread.store(true, Ordering::Relaxed);
    }

    /// On the thread that asks: look-ups by an index.
    pub fn use_caller(&self) {
        self.on_thread.store(false, Ordering::Relaxed);
    }
}

impl SqliteThread {
    /// What moves this connection's queries.
    pub fn place(&self) -> Place {
        self.place.clone()
    }
}

impl SpawnBlocking for SqliteThread {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, AnyError>>
    where
        R: Send + 'static,
    {
        let limit = self.limit;
        let task = move || {
            DEADLINE.set(Instant::now().checked_add(limit));
            task()
        };
        if !self.place.on_thread.load(Ordering::Relaxed) {
            return Box::pin(ready(Ok(task())));
        }
        let (sender, receiver) = oneshot::channel();
        let (finished, wait) = mpsc::channel::<()>();
        let job: Job = Box::new(move || {
            let _ = sender.send(task());
            drop(finished);
        });
        let accepted = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if !accepted {
            return Box::pin(async { Err(AnyError::from("the SQLite thread has ended")) });
        }
        Box::pin(Answer { receiver, wait, done: false })
    }

    fn get_runtime() -> Self {
        let (jobs, work) = mpsc::channel::<Job>();
        let spawned = std::thread::Builder::new().name("sqlite".into()).spawn(move || {
            while let Ok(job) = work.recv() {
                job();
            }
        });
        let place = Place { on_thread: Arc::new(AtomicBool::new(true)) };
        Self { jobs: spawned.is_ok().then_some(jobs), place, limit: STATEMENT_LIMIT }
    }
}

/// A pending query. Dropped early, it waits until the thread has let go of the connection.
struct Answer<R> {
    receiver: oneshot::Receiver<R>,
    wait: mpsc::Receiver<()>,
    done: bool,
}

impl<R> Future for Answer<R> {
    type Output = Result<R, AnyError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let answer = Pin::new(&mut this.receiver).poll(context);
        this.done = answer.is_ready();
        answer.map(|received| received.map_err(AnyError::from))
    }
}

impl<R> Drop for Answer<R> {
    fn drop(&mut self) {
        if !self.done {
            // Ends with an error as soon as the job has run and dropped its end.
            let _ = self.wait.recv();
        }
    }
}
