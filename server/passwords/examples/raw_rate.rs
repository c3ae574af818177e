//! Prints how many passwords per second this machine hashes, as JSON:
//! `cargo run --release -p vestibule-passwords --example raw_rate -- [THREADS] [SECONDS]`
//!
//! The figure is the ceiling of what password sign-ins per second can be.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vestibule_passwords::HashPool;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>().ok());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.next().flatten().unwrap_or(cores).max(1);
    let seconds = arguments.next().flatten().unwrap_or(5).max(1);
    let Ok(pool) = HashPool::new(threads, threads) else {
        eprintln!("the hashing threads could not be started");
        return ExitCode::FAILURE;
    };
    let rate = measure(Arc::new(pool), threads, Duration::from_secs(seconds as u64)).await;
    write(threads, rate);
    ExitCode::SUCCESS
}

/// Hashes per second with every thread busy all the time.
async fn measure(pool: Arc<HashPool>, threads: usize, period: Duration) -> f64 {
    for _ in 0..threads {
        pool.hash("warm up").await.ok();
    }
    let started = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    // One caller more than threads, so that a thread that finishes finds the next job.
    for _ in 0..=threads {
        let pool = Arc::clone(&pool);
        callers.spawn(async move {
            let mut hashed = 0_u32;
            while started.elapsed() < period {
                hashed += u32::from(pool.hash("correct horse battery staple").await.is_ok());
            }
            hashed
        });
    }
    let hashed: u32 = callers.join_all().await.into_iter().sum();
    f64::from(hashed) / started.elapsed().as_secs_f64()
}

#[expect(clippy::print_stdout, reason = "the figures are the output of this program")]
fn write(threads: usize, rate: f64) {
    let per_thread = rate / threads as f64;
    println!(
        "{{\"threads\":{threads},\"hashes_per_second\":{rate:.1},\"hashes_per_second_and_thread\":{per_thread:.1}}}"
    );
}
