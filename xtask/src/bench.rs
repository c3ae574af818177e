//! `cargo xtask bench`: builds what is measured and starts the load driver.

use std::path::PathBuf;

use anyhow::Result;

use crate::postgres::{Durability, Postgres};
use crate::process::run_visible;
use crate::tools::{self, BROWSER_APPS, Tool};
use crate::workspace::Workspace;
use crate::{server, ui};

/// What to measure.
#[derive(clap::Args)]
pub struct Options {
    /// Measure on PostgreSQL, a throw-away one with durable commits, instead of SQLite
    #[arg(long)]
    postgres: bool,
    /// Measure the Management API with a million users, memberships and audit entries against a
    /// thousand, on SQLite and then on PostgreSQL, and nothing else; takes 3 GB of the disk
    #[arg(long, conflicts_with = "postgres")]
    data: bool,
    /// How many rows `--data` fills in
    #[arg(long, value_name = "N", default_value_t = 1_000_000, requires = "data")]
    rows: usize,
    /// The folder in which the temporary databases are made; the disk it is on is measured too
    /// [default: the build folder]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Write the figures to this file, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Seconds for each load
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// How many users the lists are measured with
    #[arg(long, default_value_t = 10_000)]
    users: usize,
    /// How many pairs of wrong passwords the times of known and unknown names are compared over
    #[arg(long, default_value_t = 2_000)]
    pairs: usize,
}

/// Builds the release binary, the pages and the driver, and runs the driver.
///
/// # Errors
/// When something is missing or does not build, or the driver fails.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    tools::ensure(workspace, &[Tool::CCompiler, Tool::Wrk])?;
    let binary = server::build(workspace, true, run_visible)?;
    let dist = workspace.root.join("dist");
    if !dist.join("experience/index.html").is_file() {
        tools::ensure(workspace, BROWSER_APPS)?;
        ui::build(workspace, true, run_visible)?;
    }
    let mut build = workspace.cargo();
    build.args(["build", "--release", "--package", "vestibule-bench"]);
    run_visible(&mut build)?;
    let mut build = workspace.cargo();
    build.args(["build", "--release", "--package", "vestibule-passwords"]);
    run_visible(build.args(["--example", "raw_rate"]))?;

    let folder = options.folder.as_deref().unwrap_or(&workspace.target);
    std::fs::create_dir_all(folder)?;
    let driver = |on_postgres: bool| -> Result<()> {
        let mut driver = workspace.command(workspace.binary("vestibule-bench", true));
        driver.arg("--server").arg(&binary).arg("--ui-dir").arg(&dist);
        driver.arg("--raw-rate").arg(workspace.binary("examples/raw_rate", true));
        driver.arg("--data").arg(folder);
        driver.args(["--seconds", &options.seconds.to_string()]);
        driver.args(["--users", &options.users.to_string()]);
        driver.args(["--pairs", &options.pairs.to_string()]);
        if options.data {
            driver.args(["--rows", &options.rows.to_string()]);
        }
        if let Some(json) = &options.json {
            let mut json = std::path::absolute(json)?;
            if options.data && on_postgres {
                json.set_extension("postgres.json");
            }
            driver.arg("--json").arg(json);
        }
        if !on_postgres {
            return run_visible(&mut driver);
        }
        tools::ensure(workspace, &[Tool::Postgres])?;
        // Not below the build folder: as root, PostgreSQL runs as another user, who may not be
        // able to enter it.
        let postgres = Postgres::start(options.folder.as_deref(), Durability::Full)?;
        driver.args(["--postgres", &postgres.url()]);
        run_visible(&mut driver)
    };
    if options.data {
        driver(false)?;
        return driver(true);
    }
    driver(options.postgres)
}
