//! Connections, pools and transactions on either database.

mod sqlite_thread;
pub mod tls;

pub(crate) use self::sqlite_thread::is_overdue;
use self::sqlite_thread::{Place, SqliteThread};
use self::tls::RootCertificates;
use crate::error::StoreError;
use crate::{migrations, search};
use deadpool::managed::{Manager, Metrics, Object, Pool, RecycleError, RecycleResult};
use diesel::result::Error as DieselError;
use diesel::{Connection as _, ConnectionError, SqliteConnection};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

pub type Sqlite = SyncConnectionWrapper<SqliteConnection, SqliteThread>;
pub type Postgres = AsyncPgConnection;

/// A connection to the embedded database.
pub struct Embedded {
    pub(crate) connection: Sqlite,
    place: Place,
}

/// How long a request waits for a connection before it is told to come back later.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// After this a statement ends with [`StoreError::Unavailable`].
pub const STATEMENT_LIMIT: Duration = Duration::from_secs(15);
/// How often a transaction that lost against another one is tried.
const ATTEMPTS: usize = 5;

/// One connection, to whichever database is behind the store.
#[expect(
    clippy::large_enum_variant,
    reason = "few of them live at a time, and none in a collection"
)]
pub enum Connection {
    /// A connection to the embedded database.
    Sqlite(Object<SqliteManager>),
    /// A connection to PostgreSQL.
    Postgres(Object<PostgresManager>),
}

impl Connection {
    fn use_thread(&self) {
        if let Self::Sqlite(object) = self {
            object.place.use_thread();
        }
    }

    fn use_caller(&self) {
        if let Self::Sqlite(object) = self {
            object.place.use_caller();
        }
    }
}

/// Expands a query once for each database, so that Diesel checks it against both dialects.
macro_rules! on {
    ($connection:expr, |$inner:ident| $body:expr) => {
        match $connection {
            $crate::Connection::Sqlite(object) => {
                let $inner: &mut $crate::connection::Sqlite = &mut object.connection;
                $body
            }
            $crate::Connection::Postgres(object) => {
                let $inner: &mut $crate::connection::Postgres = &mut *object;
                $body
            }
        }
    };
}
pub(crate) use on;

/// What a power cut may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: the commit waits for the disk. Accounts, credentials, grants, tokens.
    Durable,
    /// The last moments: interactions, attempts, logs.
    Relaxed,
}

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://…`
    pub url: String,
    /// Reading connections to SQLite, or all connections to PostgreSQL.
    pub connections: usize,
    /// PostgreSQL must prove itself by one of these; `None` stands for the public authorities.
    pub root_certificates: Option<RootCertificates>,
    /// How long a statement may take, [`STATEMENT_LIMIT`] unless a test asks for less. SQLite ends only
    /// those that compare texts.
    pub statement_limit: Duration,
}

/// An error type of the caller's own that can carry a store error through a transaction.
pub trait TransactionError: From<StoreError> {
    /// The store error inside, if that is what it is.
    fn store_error(&self) -> Option<&StoreError>;
}

impl TransactionError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pools: Arc<Pools>,
}

enum Pools {
    /// SQLite has one writer at a time: one connection writes, fed by its pool's queue.
    Sqlite {
        readers: Pool<SqliteManager>,
        writer: Pool<SqliteManager>,
    },
    Postgres(Pool<PostgresManager>),
}

impl Store {
    /// Brings the schema up to date and opens the pools.
    ///
    /// Must be called on the multi-thread runtime: PostgreSQL connections live on it, so that a
    /// busy HTTP worker cannot stall the queries of another.
    pub async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        Self::migrate(options).await?;
        let pools = if let Some(path) = sqlite_path(&options.url) {
            let manager = |role| SqliteManager {
                path: path.to_owned(),
                role,
                statement_limit: options.statement_limit,
            };
            Pools::Sqlite {
                readers: pool(manager(Role::Reader), options.connections)?,
                writer: pool(manager(Role::Writer), 1)?,
            }
        } else {
            let manager = PostgresManager {
                url: options.url.clone(),
                roots: options.root_certificates.clone(),
                statement_limit: options.statement_limit,
                runtime: Handle::current(),
            };
            Pools::Postgres(pool(manager, options.connections)?)
        };
        Ok(Self { pools: Arc::new(pools) })
    }

    /// Runs pending migrations; answers with their names.
    pub async fn migrate(options: &StoreOptions) -> Result<Vec<String>, StoreError> {
        if let Some(path) = sqlite_path(&options.url) {
            let path = path.to_owned();
            blocking(move || migrations::run_sqlite(&path)).await
        } else {
            let roots = options.root_certificates.clone();
            let connection = connect_postgres(options.url.clone(), roots, options.statement_limit)
                .await
                .map_err(|error| StoreError::Unavailable(error.to_string()))?;
            blocking(move || migrations::run_postgres(connection)).await
        }
    }

    /// Whether the embedded database is behind this store.
    pub fn is_embedded(&self) -> bool {
        matches!(*self.pools, Pools::Sqlite { .. })
    }

    /// A connection for look-ups by an index: with SQLite they run on the calling thread.
    pub async fn read(&self) -> Result<Connection, StoreError> {
        let connection = self.scan().await?;
        connection.use_caller();
        Ok(connection)
    }

    /// A connection for reading many rows, as lists and searches do, without keeping the calling
    /// thread from its other work.
    pub async fn scan(&self) -> Result<Connection, StoreError> {
        let connection = match &*self.pools {
            Pools::Sqlite { readers, .. } => Connection::Sqlite(take(readers).await?),
            Pools::Postgres(pool) => Connection::Postgres(take(pool).await?),
        };
        connection.use_thread();
        Ok(connection)
    }

    /// Runs `work` in a transaction: committed when it succeeds, rolled back when it fails or is
    /// dropped. `work` may run again when another transaction got in its way, so it must do
    /// nothing but query.
    pub async fn write<T, E, F>(&self, durability: Durability, work: F) -> Result<T, E>
    where
        E: TransactionError,
        F: AsyncFn(&mut Connection) -> Result<T, E>,
    {
        let mut attempt = 1;
        loop {
            let error = match self.attempt(durability, &work).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let lost = matches!(error.store_error(), Some(StoreError::Serialization(_)));
            if !lost || attempt == ATTEMPTS {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(3 << attempt)).await;
            attempt += 1;
        }
    }

    async fn attempt<T, E, F>(&self, durability: Durability, work: &F) -> Result<T, E>
    where
        E: TransactionError,
        F: AsyncFn(&mut Connection) -> Result<T, E>,
    {
        let connection = match &*self.pools {
            Pools::Sqlite { writer, .. } => Connection::Sqlite(take(writer).await?),
            Pools::Postgres(pool) => Connection::Postgres(take(pool).await?),
        };
        let mut open = OpenTransaction::begin(connection, durability).await?;
        match work(open.connection()?).await {
            Ok(value) => {
                open.end("COMMIT").await?;
                Ok(value)
            }
            Err(error) => {
                if let Err(failure) = open.end("ROLLBACK").await {
                    tracing::warn!(%failure, "a transaction could not be rolled back");
                }
                Err(error)
            }
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut connection = self.read().await?;
        on!(&mut connection, |inner| inner.batch_execute("SELECT 1").await)?;
        Ok(())
    }
}

/// A transaction that is neither committed nor rolled back. Dropped as such, its connection is
/// thrown away, and the database rolls back.
struct OpenTransaction(Option<Connection>);

impl OpenTransaction {
    async fn begin(connection: Connection, durability: Durability) -> Result<Self, StoreError> {
        let mut open = Self(Some(connection));
        let statements = match (open.connection()?, durability) {
            (Connection::Sqlite(_), Durability::Durable) => {
                "PRAGMA synchronous=FULL; BEGIN IMMEDIATE"
            }
            (Connection::Sqlite(_), Durability::Relaxed) => {
                "PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE"
            }
            (Connection::Postgres(_), Durability::Durable) => "BEGIN",
            (Connection::Postgres(_), Durability::Relaxed) => {
                "BEGIN; SET LOCAL synchronous_commit = off"
            }
        };
        open.connection()?.use_caller();
        match on!(open.connection()?, |inner| inner.batch_execute(statements).await) {
            Err(error) if is_locked(&error) => open.wait_for_lock().await?,
            other => other?,
        }
        Ok(open)
    }

    /// Another process writes to the embedded database, an import for example.
    async fn wait_for_lock(&mut self) -> Result<(), StoreError> {
        const WAIT: &str = "PRAGMA busy_timeout=10000; BEGIN IMMEDIATE; PRAGMA busy_timeout=0";
        let connection = self.connection()?;
        connection.use_thread();
        on!(connection, |inner| inner.batch_execute(WAIT).await)?;
        connection.use_caller();
        Ok(())
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.0.as_mut().ok_or_else(|| StoreError::Unavailable("transaction has ended".into()))
    }

    /// Ends the transaction; only then may the connection be used by others again.
    async fn end(mut self, statement: &str) -> Result<(), StoreError> {
        // A commit waits for the disk.
        self.connection()?.use_thread();
        on!(self.connection()?, |inner| inner.batch_execute(statement).await)?;
        drop(self.0.take());
        Ok(())
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        match self.0.take() {
            Some(Connection::Sqlite(object)) => drop(Object::take(object)),
            Some(Connection::Postgres(object)) => drop(Object::take(object)),
            None => {}
        }
    }
}

fn is_locked(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(_, text) if text.message() == "database is locked")
}

fn sqlite_path(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Migration(error.to_string()))?
}

async fn take<M>(pool: &Pool<M>) -> Result<Object<M>, StoreError>
where
    M: Manager<Error = ConnectionError>,
{
    pool.get().await.map_err(|error| StoreError::Unavailable(error.to_string()))
}

fn pool<M>(manager: M, size: usize) -> Result<Pool<M>, StoreError>
where
    M: Manager<Error = ConnectionError>,
{
    Pool::builder(manager)
        .max_size(size.max(1))
        .wait_timeout(Some(POOL_WAIT))
        .create_timeout(Some(POOL_WAIT))
        .recycle_timeout(Some(POOL_WAIT))
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(|error| StoreError::Configuration(error.to_string()))
}

/// Opens connections to one SQLite file.
pub struct SqliteManager {
    path: String,
    role: Role,
    statement_limit: Duration,
}

/// What a connection to SQLite is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Reader,
    Writer,
}

impl Manager for SqliteManager {
    type Type = Embedded;
    type Error = ConnectionError;

    async fn create(&self) -> Result<Embedded, ConnectionError> {
        const SETTINGS: &str = "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; \
             PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; \
             PRAGMA cache_size=-2000";
        let mut thread = SqliteThread::get_runtime();
        thread.limit = self.statement_limit;
        let place = thread.place();
        let path = self.path.clone();
        let opened = thread.spawn_blocking(move || SqliteConnection::establish(&path)).await;
        let opened = opened.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        let mut connection = Sqlite::with_runtime(opened?, thread);
        connection
            .batch_execute(SETTINGS)
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        connection
            .spawn_blocking(search::register)
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        if self.role == Role::Writer {
            // Who begins to write first asks without waiting, then waits on the thread.
            connection
                .batch_execute("PRAGMA busy_timeout=0")
                .await
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(Embedded { connection, place })
    }

    async fn recycle(&self, _: &mut Embedded, _: &Metrics) -> RecycleResult<ConnectionError> {
        Ok(())
    }
}

/// Opens connections to PostgreSQL on the runtime that the store was opened on.
pub struct PostgresManager {
    url: String,
    roots: Option<RootCertificates>,
    statement_limit: Duration,
    runtime: Handle,
}

impl Manager for PostgresManager {
    type Type = Postgres;
    type Error = ConnectionError;

    async fn create(&self) -> Result<Postgres, ConnectionError> {
        self.runtime
            .spawn(connect_postgres(self.url.clone(), self.roots.clone(), self.statement_limit))
            .await
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
    }

    async fn recycle(&self, held: &mut Postgres, _: &Metrics) -> RecycleResult<ConnectionError> {
        if held.is_broken() {
            return Err(RecycleError::message("the connection was closed"));
        }
        Ok(())
    }
}

/// Connects with TLS where the URL's `sslmode` asks for it, or `roots` are named.
async fn connect_postgres(
    url: String,
    roots: Option<RootCertificates>,
    statement_limit: Duration,
) -> Result<Postgres, ConnectionError> {
    use tokio_postgres::config::SslMode;
    let bad = |error: tokio_postgres::Error| {
        use std::error::Error;
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        ConnectionError::BadConnection(format!("{error}{cause}"))
    };
    let mut config: tokio_postgres::Config = url.parse().map_err(bad)?;
    config
        .application_name("vestibule")
        .connect_timeout(POOL_WAIT)
        .tcp_user_timeout(Duration::from_secs(10));
    if roots.is_some() {
        config.ssl_mode(SslMode::Require);
    }
    let mut connection = if config.get_ssl_mode() == SslMode::Disable {
        let (client, driver) = config.connect(tokio_postgres::NoTls).await.map_err(bad)?;
        Postgres::try_from_client_and_connection(client, driver).await?
    } else {
        let tls_config = tls::client_config(roots.as_ref())
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls_config);
        let (client, driver) = config.connect(tls).await.map_err(bad)?;
        Postgres::try_from_client_and_connection(client, driver).await?
    };
    connection
        .batch_execute(&format!(
            "SET statement_timeout = '{}ms'; SET lock_timeout = '10s'",
            statement_limit.as_millis()
        ))
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
