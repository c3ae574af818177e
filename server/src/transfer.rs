//! Moving in and out: the configuration as one file, and users as lines.
//!
//! The configuration is read into memory as rows of tables ([`state`]), written as YAML
//! ([`render`]), read from YAML over what is there ([`parse`]) and made so by the difference of the
//! two ([`plan`]). What moves, and how it looks, is declared in [`tables`].

pub mod conceal;
pub mod parse;
pub mod plan;
pub mod render;
mod rules;
pub mod state;
pub mod tables;
pub mod users;
mod yaml;

use crate::flows::error::FlowError;
use crate::state::App;
use conceal::Secrecy;
use parse::{Problem, Target};
use plan::Plan;
use similar::TextDiff;
use state::State;
use tables::Table;
use vestibule_store::{Connection, Durability, StoreError, TransactionError, configuration};
use yaml::{Node, YamlError};

/// How often the configuration is read again because it changed in the middle.
const ATTEMPTS: usize = 5;

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is not YAML.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// The file cannot be written.
    #[error("the file cannot be written: {0}")]
    Write(#[from] serde_saphyr::ser::Error),
    /// The file asks for what cannot be.
    #[error("{}", list(.0))]
    Problems(Vec<Problem>),
    /// The configuration changes all the time.
    #[error("the configuration was changed again and again while it was read")]
    Restless,
    /// A rule of the Management API.
    #[error("{0}")]
    Refused(String),
    /// A file that cannot be read or written.
    #[error(transparent)]
    Output(#[from] std::io::Error),
}

/// More than these are not helpful.
const SHOWN_PROBLEMS: usize = 50;

fn list(problems: &[Problem]) -> String {
    let mut lines: Vec<String> =
        problems.iter().take(SHOWN_PROBLEMS).map(ToString::to_string).collect();
    if problems.len() > SHOWN_PROBLEMS {
        lines.push(format!("and {} more", problems.len() - SHOWN_PROBLEMS));
    }
    lines.join("\n")
}

impl TransactionError for TransferError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Yaml(_)
            | Self::Write(_)
            | Self::Problems(_)
            | Self::Restless
            | Self::Refused(_)
            | Self::Output(_) => None,
        }
    }
}

impl From<FlowError> for TransferError {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Store(error) => Self::Store(error),
            FlowError::Rejected(it) => {
                let details = it.details.or_else(|| it.data.map(|data| data.to_string()));
                Self::Refused(match details {
                    Some(details) => format!("{}: {details}", it.code.as_str()),
                    None => it.code.as_str().to_owned(),
                })
            }
            other @ (FlowError::OAuth(_) | FlowError::Busy { .. } | FlowError::Internal(_)) => {
                Self::Refused(format!("{other:?}"))
            }
        }
    }
}

fn corrupt(table: &Table, key: &[String], column: &str, reason: &str) -> TransferError {
    let reason = format!("{} {column}: {reason}", key.join(" "));
    StoreError::Corrupt { table: table.name, reason }.into()
}

/// The configuration as a file.
pub async fn export(app: &App, with_secrets: bool) -> Result<String, TransferError> {
    let mut connection = app.store.scan().await?;
    for _ in 0..ATTEMPTS {
        // Every change raises the version, so that what was read under one is of one piece.
        let version = configuration::version(&mut connection).await?;
        let state = State::read(&mut connection, &app.secrets).await?;
        if configuration::version(&mut connection).await? == version {
            let secrecy = if with_secrets { Secrecy::Clear } else { Secrecy::Keep };
            return Ok(render::render(&state, secrecy, |_| true)?);
        }
    }
    Err(TransferError::Restless)
}

/// What applying a file changes, or has changed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The lines that differ, for people; empty where nothing does.
    pub difference: String,
    /// Rows that are put and deleted, by table.
    pub summary: String,
    /// Rows that only the database has and that stay.
    pub left: usize,
}

impl Outcome {
    /// Whether anything differs.
    pub fn is_different(&self) -> bool {
        !self.summary.is_empty()
    }
}

/// Whether a change is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is tried and taken back.
    DryRun,
    /// It is made.
    Apply,
}

/// How the transaction of a change ends without being committed.
enum Halt {
    /// Nothing is to be kept.
    Done(Outcome),
    /// It cannot be made.
    Failed(TransferError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl TransactionError for Halt {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Failed(error) => error.store_error(),
            Self::Done(_) => None,
        }
    }
}

/// Makes the configuration that of a file, in one durable transaction. A dry run goes all the way
/// and takes everything back, so that it finds what the change would.
pub async fn apply(
    app: &App,
    file: &str,
    prune: bool,
    mode: Mode,
) -> Result<Outcome, TransferError> {
    let root = Node::parse(file)?;
    let made = app
        .store
        .write::<_, Halt, _>(Durability::Durable, async |connection| {
            // First, as every change of the configuration does: they happen one after another.
            configuration::raise_version(connection).await?;
            let outcome = change(app, connection, &root, prune).await.map_err(Halt::Failed)?;
            // Where nothing differs, servers need not read anything again.
            if mode == Mode::DryRun || !outcome.is_different() {
                return Err(Halt::Done(outcome));
            }
            Ok(outcome)
        })
        .await;
    match made {
        Ok(outcome) => {
            // A server that applies holds the result when it answers, the others soon after.
            if let Err(error) = app.catalog.refresh(&app.store, &app.secrets).await {
                tracing::warn!(%error, "the configuration could not be read after a change");
            }
            Ok(outcome)
        }
        Err(Halt::Done(outcome)) => Ok(outcome),
        Err(Halt::Failed(error)) => Err(error),
    }
}

async fn change(
    app: &App,
    connection: &mut Connection,
    root: &Node,
    prune: bool,
) -> Result<Outcome, TransferError> {
    let current = State::read(connection, &app.secrets).await?;
    let target = parse::parse(root, &current, prune, app.clock.now());
    if !target.problems.is_empty() {
        return Err(TransferError::Problems(target.problems));
    }
    let plan = Plan::between(&current, &target.state);
    let outcome = Outcome {
        difference: difference(&current, &target)?,
        summary: plan.summary(),
        left: target.left,
    };
    if outcome.is_different() {
        plan.execute(connection, app).await?;
        let problems = rules::check(app, connection, &current, &target).await?;
        if !problems.is_empty() {
            return Err(TransferError::Problems(problems));
        }
    }
    Ok(outcome)
}

/// The lines that differ, with three around them. Secrets are not in it.
fn difference(current: &State, target: &Target) -> Result<String, TransferError> {
    let secrecy = Secrecy::ComparedWith(current);
    // Sections that the file does not have may lose rows by what they refer to.
    let before = render::render(current, secrecy, |_| true)?;
    let after = render::render(&target.state, secrecy, |_| true)?;
    let difference = TextDiff::from_lines(&before, &after);
    let mut unified = difference.unified_diff();
    Ok(unified.context_radius(3).header("database", "file").to_string())
}
