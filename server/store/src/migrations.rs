//! Bringing a database up to date.

use crate::error::StoreError;
use diesel::Connection as _;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Runs what is missing on an SQLite file, which is created when it is not there. Blocking.
pub fn run_sqlite(path: &str) -> Result<Vec<String>, StoreError> {
    let mut connection = diesel::SqliteConnection::establish(path)
        .map_err(|error| StoreError::Configuration(format!("SQLite file {path}: {error}")))?;
    connection
        .batch_execute("PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL;")
        .map_err(StoreError::from)?;
    // The same command may start twice at once: the lock lets one migrate, the other finds it done.
    connection.immediate_transaction(|connection| pending(connection, SQLITE))
}

/// Runs what is missing on PostgreSQL, through an asynchronous connection. Blocking.
pub fn run_postgres(
    connection: diesel_async::AsyncPgConnection,
) -> Result<Vec<String>, StoreError> {
    let mut connection =
        diesel_async::async_connection_wrapper::AsyncConnectionWrapper::<_>::from(connection);
    // Several servers may start at once: the lock lets one migrate and the others find it done.
    connection
        .batch_execute(
            // Waiting for another server, or a long step, is no reason to give up.
            "set statement_timeout = 0; set lock_timeout = 0; select pg_advisory_lock(7305827)",
        )
        .map_err(StoreError::from)?;
    let applied = pending(&mut connection, POSTGRES);
    connection.batch_execute("select pg_advisory_unlock(7305827)").map_err(StoreError::from)?;
    applied
}

fn pending<C, DB>(connection: &mut C, source: EmbeddedMigrations) -> Result<Vec<String>, StoreError>
where
    C: MigrationHarness<DB>,
    DB: Backend,
{
    connection
        .run_pending_migrations(source)
        .map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| StoreError::Migration(error.to_string()))
}
