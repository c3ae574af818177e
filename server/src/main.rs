//! The command line.

use clap::Parser;
use std::process::ExitCode;
use vestibule::cli::Command;

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
