//! Commands.

mod admin;
mod app;
mod apply;
mod doctor;
mod export;
mod file;
mod keys;
mod migrate;
mod openapi;
mod output;
mod serve;
mod users;

use crate::config::Settings;
use std::process::ExitCode;

/// What to do.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Serve HTTP until told to stop.
    Serve,
    /// Bring the database up to date.
    Migrate,
    /// Accounts of administrators.
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Applications.
    #[command(subcommand)]
    App(app::App),
    /// Signing keys.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Write the whole configuration as one YAML file.
    Export(export::Export),
    /// Make the configuration that of a file.
    Apply(apply::Apply),
    /// Move accounts in and out.
    #[command(subcommand)]
    Users(users::Users),
    /// Check configuration and surroundings, and say what is wrong.
    Doctor,
    /// Print the OpenAPI document.
    Openapi,
    /// Print the reference of all settings.
    ConfigReference,
}

impl Command {
    /// Runs the command.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Openapi => openapi::run()?,
            Self::ConfigReference => output::print(&Settings::reference())?,
            Self::Doctor => return doctor::run().await,
            Self::Export(command) => command.run(Settings::load()?).await?,
            Self::Apply(command) => return command.run(Settings::load()?).await,
            Self::Users(command) => return command.run(Settings::load()?).await,
            Self::Serve => serve::run(Settings::load()?).await?,
            Self::Migrate => migrate::run(Settings::load()?).await?,
            Self::Admin(command) => command.run(Settings::load()?).await?,
            Self::App(command) => command.run(Settings::load()?).await?,
            Self::Keys(command) => command.run(Settings::load()?).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
