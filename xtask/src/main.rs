//! The project's own commands: `cargo xtask up | build-ui | test | ci | generate | bench`.

#![expect(clippy::print_stdout, reason = "progress is what this program prints")]

mod bench;
mod checks;
mod generated;
mod node;
mod postgres;
mod process;
mod runner;
mod server;
mod tools;
mod ui;
mod up;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use workspace::Workspace;

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds server and sign-in pages, installs what that needs, and serves everything
    Up(up::Options),
    /// Builds the browser apps into dist/
    BuildUi(ui::Options),
    /// Runs every check there is
    Test(checks::Options),
    /// The same as `test`, with build folders outside the clone
    Ci(checks::Options),
    /// Writes the generated documents that `test` compares
    Generate,
    /// Measures the release binary under load
    Bench(bench::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            process::wait_if_interrupted();
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    process::clean_up_on_signals()?;
    let mut workspace = Workspace::locate()?;
    match cli.command {
        Command::Up(options) => up::run(&workspace, &options)?,
        Command::BuildUi(options) => ui::run(&workspace, &options)?,
        Command::Test(options) => return checks::run(&workspace, &options),
        Command::Ci(options) => {
            workspace.build_outside_the_clone();
            return checks::run(&workspace, &options);
        }
        Command::Generate => generated::write(&workspace)?,
        Command::Bench(options) => bench::run(&workspace, &options)?,
    }
    Ok(ExitCode::SUCCESS)
}
