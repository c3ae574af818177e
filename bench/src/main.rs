//! The load driver behind `cargo xtask bench`: starts the release binary on a fresh database,
//! measures it and compares with the project's targets.

#![expect(clippy::print_stdout, reason = "the figures are the output of this program")]

mod management;
mod measure;
mod page;
mod report;
mod scale;
mod server;
mod sign_in;
mod strace;
mod timing;
mod wrk;

use std::fmt::Display;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

/// Measures a Vestibule server.
#[derive(Parser)]
pub struct Options {
    /// The release binary
    #[arg(long)]
    server: PathBuf,
    /// The folder with the built browser apps
    #[arg(long)]
    ui_dir: PathBuf,
    /// The program that prints how many passwords per second this machine hashes
    #[arg(long)]
    raw_rate: PathBuf,
    /// The folder in which the temporary data directory is made
    #[arg(long)]
    data: PathBuf,
    /// Measure on this PostgreSQL database, which must be empty, instead of SQLite
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Write the figures to this file, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Seconds for each load; sign-ins get twice as long
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// How many users the lists are measured with
    #[arg(long, default_value_t = 10_000)]
    users: usize,
    /// How many pairs of wrong passwords the times of known and unknown names are compared over
    #[arg(long, default_value_t = 2_000)]
    pairs: usize,
    /// Measure the Management API with so many users and audit entries, and nothing else
    #[arg(long, value_name = "N")]
    rows: Option<usize>,
}

// One thread: what the driver takes, the server cannot have.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::parse();
    let mut terminated = signal(SignalKind::terminate())?;
    // Whichever ends first: dropping the measurement stops the server and removes its files.
    tokio::select! {
        done = run(&options) => done,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
        _ = terminated.recv() => anyhow::bail!("terminated"),
    }
}

async fn run(options: &Options) -> Result<()> {
    match options.rows {
        Some(rows) => show(options, &scale::run(options, rows).await?),
        None => show(options, &measure::run(options).await?),
    }
}

fn show(options: &Options, report: &(impl Display + Serialize)) -> Result<()> {
    println!("\n{report}");
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_string_pretty(report)?)?;
    }
    Ok(())
}
