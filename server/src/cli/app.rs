//! `vestibule app`

use super::output;
use crate::api::management::limits;
use crate::config::Settings;
use crate::flows::management::applications;
use crate::{seed, server};
use anyhow::{anyhow, bail};
use serde_json::json;
use vestibule_shared::application::{ApplicationType, CreateApplication, OidcClientMetadata};

/// Applications.
#[derive(clap::Subcommand)]
pub enum App {
    /// Create an application; prints its id and secret as JSON.
    Create(Create),
}

/// See [`App::Create`].
#[derive(clap::Args)]
pub struct Create {
    /// Shown to people.
    name: String,
    /// What kind of client it is.
    #[arg(long = "type", value_enum)]
    kind: Kind,
    /// Where authorization responses may go; may be repeated.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where a browser may go after signing out; may be repeated.
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// Let it call the Management API (machine-to-machine only).
    #[arg(long)]
    management_api: bool,
}

/// Types by their names on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    Spa,
    Native,
    Traditional,
    MachineToMachine,
}

impl From<Kind> for ApplicationType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Spa => Self::SPA,
            Kind::Native => Self::Native,
            Kind::Traditional => Self::Traditional,
            Kind::MachineToMachine => Self::MachineToMachine,
        }
    }
}

impl App {
    /// Runs the command.
    pub async fn run(self, settings: Settings) -> anyhow::Result<()> {
        let Self::Create(request) = self;
        if request.management_api && !matches!(request.kind, Kind::MachineToMachine) {
            bail!("--management-api needs --type machine-to-machine");
        }
        limits()
            .check_members("CreateApplication", &json!({ "name": request.name }))
            .map_err(|it| anyhow!("not created: {}", it.details.unwrap_or_default()))?;
        let app = server::open(settings).await?.app;
        let role = request.management_api.then_some(seed::MANAGEMENT_ROLE);
        let create = CreateApplication {
            name: request.name,
            kind: request.kind.into(),
            description: None,
            oidc_client_metadata: Some(OidcClientMetadata {
                redirect_uris: request.redirect_uris,
                post_logout_redirect_uris: request.post_logout_redirect_uris,
                ..OidcClientMetadata::default()
            }),
            custom_client_metadata: None,
            custom_data: None,
            is_third_party: None,
            protected_app_metadata: None,
        };
        match applications::create_with_secret(&app, create, role).await {
            Ok((application, secret)) => {
                output::print(&json!({ "id": application.id, "secret": secret }).to_string())?;
                Ok(())
            }
            Err(crate::flows::error::FlowError::Rejected(it)) => {
                bail!("not created: {} {}", it.code.as_str(), it.details.unwrap_or_default())
            }
            Err(error) => bail!("not created: {error:?}"),
        }
    }
}
