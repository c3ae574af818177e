//! The hashing pool: password hashing on threads of its own.
//!
//! One argon2id computation keeps a core busy for tens of milliseconds and uses 19 MiB.
//! Here it happens on a fixed number of operating system threads, each with memory that
//! it uses again and again, behind a bounded queue. An async worker never hashes; a
//! server with more sign-ins than it can hash says so at once instead of letting
//! everyone wait.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use argon2::Block;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::digest::{self, DigestError, ParsedDigest, PasswordAlgorithm, StoredPassword};

/// Longest password that is hashed or verified, in bytes of UTF-8.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Longest time a caller is let wait in the queue; whoever would wait longer is refused.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// What one job is believed to take before the first was measured.
const FIRST_GUESS: Duration = Duration::from_millis(30);

/// What came of comparing a password with a stored digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The password is the right one.
    pub matches: bool,
    /// The password is the right one and should be hashed anew, because its digest is of
    /// another kind or weaker than what this server writes. Never true without a match.
    pub needs_upgrade: bool,
}

/// Why nothing was hashed or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// More sign-ins than can be hashed; answer 503 with `Retry-After`.
    #[error("the hashing queue is full, try again in {retry_after_seconds} s")]
    Busy {
        /// When the queue should have become short again; at least 1.
        retry_after_seconds: u64,
    },
    /// The password is longer than [`MAX_PASSWORD_BYTES`].
    #[error("the password is longer than {MAX_PASSWORD_BYTES} bytes")]
    PasswordTooLong,
    /// The stored digest is not one of its algorithm.
    #[error("the stored password digest cannot be read")]
    MalformedDigest,
    /// The stored digest would cost more memory or time than is allowed.
    #[error("the stored password digest asks for more memory or time than is allowed")]
    DigestTooExpensive,
    /// The stored digest is of a kind that cannot be verified.
    #[error("password digests of algorithm {0} cannot be verified")]
    UnsupportedAlgorithm(PasswordAlgorithm),
    /// The pool is shutting down, or a computation failed in itself.
    #[error("the hashing pool did not answer")]
    Unavailable,
}

impl From<DigestError> for HashError {
    fn from(error: DigestError) -> Self {
        match error {
            DigestError::Malformed => Self::MalformedDigest,
            DigestError::TooExpensive => Self::DigestTooExpensive,
            DigestError::UnsupportedAlgorithm(algorithm) => Self::UnsupportedAlgorithm(algorithm),
        }
    }
}

/// Threads that hash passwords. Dropping it ends them after their current job; whoever
/// still waits gets [`HashError::Unavailable`].
pub struct HashPool {
    shared: Arc<Shared>,
    decoy: Arc<ParsedDigest>,
}

impl HashPool {
    /// Starts `threads` threads (at least one; one per core is right) with room for
    /// `max_queue` waiting jobs. Fails when the system gives no threads or no random
    /// bytes.
    pub fn new(threads: usize, max_queue: usize) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let decoy = digest::decoy()
            .ok_or_else(|| std::io::Error::other("no decoy digest could be made"))?;
        let pool = Self {
            shared: Arc::new(Shared {
                queue: Mutex::new(Queue::new(threads, max_queue)),
                filled: Condvar::new(),
            }),
            decoy: Arc::new(decoy),
        };
        for number in 0..threads {
            let shared = Arc::clone(&pool.shared);
            std::thread::Builder::new()
                .name(format!("hash-{number}"))
                .spawn(move || shared.work())?;
        }
        Ok(pool)
    }

    /// Hashes a new password; answers the argon2id PHC string to store.
    pub async fn hash(&self, password: &str) -> Result<String, HashError> {
        let password = secret(password)?;
        self.run(move |arena| digest::hash(&password, arena)).await?.ok_or(HashError::Unavailable)
    }

    /// Compares a password with a stored digest.
    pub async fn verify(
        &self,
        password: &str,
        stored: &StoredPassword,
    ) -> Result<Verdict, HashError> {
        let password = secret(password)?;
        let expected = stored.parse()?;
        self.run(move |arena| {
            let matches = expected.matches(&password, arena);
            Verdict { matches, needs_upgrade: matches && expected.needs_upgrade() }
        })
        .await
    }

    /// Does the work of [`HashPool::verify`] for an identifier that nobody has, so that
    /// the time of the answer does not tell whether it exists.
    pub async fn verify_decoy(&self, password: &str) -> Result<(), HashError> {
        let password = secret(password)?;
        let decoy = Arc::clone(&self.decoy);
        self.run(move |arena| {
            decoy.matches(&password, arena);
        })
        .await
    }

    /// Jobs that wait for a thread at this moment. For metrics.
    pub fn queued(&self) -> usize {
        self.shared.lock().waiting.len()
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut [Block]) -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let (answer, answered) = oneshot::channel();
        self.shared.enqueue(Box::new(move |arena| {
            // A caller that went away needs no answer: do not spend a core on it.
            if answer.is_closed() {
                return None;
            }
            let result = job(arena);
            Some(Box::new(move || drop(answer.send(result))))
        }))?;
        answered.await.map_err(|_| HashError::Unavailable)
    }
}

impl Drop for HashPool {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.closed = true;
        queue.waiting.clear();
        drop(queue);
        self.shared.filled.notify_all();
    }
}

/// Copies the password into memory that is wiped after use.
fn secret(password: &str) -> Result<Zeroizing<Vec<u8>>, HashError> {
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(HashError::PasswordTooLong);
    }
    Ok(Zeroizing::new(password.as_bytes().to_vec()))
}

/// Runs on a pool thread with that thread's memory. Answers how to hand over what came
/// out, or nothing when nobody waits for it any more.
type Job = Box<dyn FnOnce(&mut [Block]) -> Option<Handover> + Send>;
type Handover = Box<dyn FnOnce() + Send>;

struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
}

struct Queue {
    waiting: VecDeque<Job>,
    capacity: usize,
    threads: usize,
    running: usize,
    /// Moving average of what a job takes.
    usual: Duration,
    closed: bool,
}

impl Queue {
    fn new(threads: usize, capacity: usize) -> Self {
        Self {
            waiting: VecDeque::with_capacity(capacity.min(1024)),
            capacity,
            threads,
            running: 0,
            usual: FIRST_GUESS,
            closed: false,
        }
    }

    /// How long a job that comes now would wait for a thread.
    fn expected_wait(&self) -> Duration {
        let before = (self.waiting.len() + self.running).saturating_sub(self.threads - 1);
        let rounds = before.div_ceil(self.threads);
        self.usual.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
    }

    /// A free thread always takes a job; otherwise there must be room and little to wait.
    fn admits(&self) -> bool {
        self.waiting.len() + self.running < self.threads
            || (self.waiting.len() < self.capacity && self.expected_wait() <= MAX_WAIT)
    }

    fn finished(&mut self, took: Option<Duration>) {
        self.running = self.running.saturating_sub(1);
        if let Some(took) = took {
            self.usual = (self.usual * 7 + took) / 8;
        }
    }
}

impl Shared {
    /// The queue is consistent between any two statements, so a poisoned lock is usable.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(&self, job: Job) -> Result<(), HashError> {
        let mut queue = self.lock();
        if queue.closed {
            return Err(HashError::Unavailable);
        }
        if !queue.admits() {
            let retry_after_seconds = queue.expected_wait().as_secs_f64().ceil() as u64;
            return Err(HashError::Busy { retry_after_seconds: retry_after_seconds.max(1) });
        }
        queue.waiting.push_back(job);
        drop(queue);
        self.filled.notify_one();
        Ok(())
    }

    /// The life of one pool thread.
    fn work(&self) {
        // Made for the first job: a server that nobody signs in to does without the memory.
        let mut arena = Vec::new();
        while let Some(job) = self.next() {
            if arena.is_empty() {
                arena = digest::arena();
            }
            let started = Instant::now();
            // A thread that dies would be missing until the next start of the server.
            let handover =
                catch_unwind(AssertUnwindSafe(|| job(&mut arena))).unwrap_or_else(|_| {
                    tracing::error!("a password hashing job panicked");
                    None
                });
            self.lock().finished(handover.is_some().then(|| started.elapsed()));
            // Only now, so that whoever gets the answer finds this thread free again.
            if let Some(handover) = handover {
                handover();
            }
        }
    }

    /// Waits for a job; `None` when the pool was dropped.
    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            if let Some(job) = queue.waiting.pop_front() {
                queue.running += 1;
                return Some(job);
            }
            queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::task::JoinHandle;

    #[tokio::test]
    async fn a_dropped_pool_ends_its_threads() {
        let pool = HashPool::new(2, 4).unwrap();
        pool.hash("password").await.unwrap();
        let shared = Arc::downgrade(&pool.shared);
        drop(pool);
        let deadline = Instant::now() + Duration::from_secs(10);
        while shared.strong_count() > 0 && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(shared.strong_count(), 0);
    }

    #[tokio::test]
    async fn a_job_that_panics_leaves_the_thread_alive() {
        let pool = HashPool::new(1, 4).unwrap();
        let answer: Result<(), _> = pool.run(|_| panic!("on purpose")).await;
        assert_eq!(answer, Err(HashError::Unavailable));
        pool.hash("password").await.unwrap();
    }

    /// Occupies the pool's only thread until the sender that comes back is dropped.
    async fn occupy(pool: &Arc<HashPool>) -> (std::sync::mpsc::Sender<()>, JoinHandle<()>) {
        let (release, released) = std::sync::mpsc::channel::<()>();
        let (started, has_started) = oneshot::channel();
        let owned = Arc::clone(pool);
        let task = tokio::spawn(async move {
            let job = move |_: &mut [Block]| {
                started.send(()).ok();
                released.recv().ok();
            };
            owned.run(job).await.unwrap();
        });
        has_started.await.unwrap();
        (release, task)
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let pool = Arc::new(HashPool::new(1, 0).unwrap());
        let (release, task) = occupy(&pool).await;
        let refused = tokio::time::timeout(Duration::ZERO, pool.hash("password")).await;
        assert_eq!(refused.unwrap(), Err(HashError::Busy { retry_after_seconds: 1 }));
        drop(release);
        task.await.unwrap();
        pool.hash("password").await.unwrap();
    }

    #[tokio::test]
    async fn callers_that_go_away_cost_neither_threads_nor_work() {
        let pool = Arc::new(HashPool::new(1, 32).unwrap());
        let (release, task) = occupy(&pool).await;
        let worked = Arc::new(AtomicUsize::new(0));
        for _ in 0..16 {
            let worked = Arc::clone(&worked);
            let waiting = pool.run(move |_| worked.fetch_add(1, Ordering::SeqCst));
            assert!(tokio::time::timeout(Duration::ZERO, waiting).await.is_err());
        }
        assert_eq!(pool.queued(), 16);
        drop(release);
        task.await.unwrap();
        pool.hash("kept").await.unwrap();
        assert_eq!(worked.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn the_queue_admits_no_more_than_a_second_of_work() {
        let mut queue = Queue::new(2, 1000);
        queue.usual = Duration::from_millis(100);
        queue.running = 2;
        while queue.admits() {
            queue.waiting.push_back(Box::new(|_| None));
        }
        // Ten rounds of two threads take the second.
        assert_eq!(queue.waiting.len(), 20);
        assert!(queue.expected_wait() > MAX_WAIT);
        queue.finished(Some(Duration::from_millis(20)));
        assert!(queue.usual < Duration::from_millis(100));
        assert!(queue.admits());
    }

    #[test]
    fn the_queue_is_bounded_by_number_too() {
        let mut queue = Queue::new(1, 3);
        queue.usual = Duration::ZERO;
        queue.running = 1;
        while queue.admits() {
            queue.waiting.push_back(Box::new(|_| None));
        }
        assert_eq!(queue.waiting.len(), 3);
    }
}
