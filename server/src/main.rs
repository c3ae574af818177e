//! The command line.

use clap::Parser;
use std::process::ExitCode;
use vestibule::cli::Command;

/// A request makes some hundred small values; this allocator is quicker with them and gives memory
/// back sooner than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An identity server: OpenID Connect with Experience, Account and Management APIs.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().command.run().await {
        Ok(code) => code,
        Err(error) => {
            // One line, also where an error has causes.
            eprintln!("vestibule: {error:#}");
            ExitCode::FAILURE
        }
    }
}
