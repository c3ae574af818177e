//! A database of its own for every test, and rows to put into it.

pub mod tls_postgres;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use vestibule_store::grants::GrantRow;
use vestibule_store::interactions::InteractionRow;
use vestibule_store::sessions::SessionRow;
use vestibule_store::tokens::{AccessTokenRow, CodeRow, RefreshTokenRow};
use vestibule_store::users::UserRow;
use vestibule_store::verification_codes::VerificationCodeRow;
use vestibule_store::{
    Connection, Durability, Json, Millis, STATEMENT_LIMIT, Store, StoreError, StoreOptions,
};

/// Defines a test that runs once on SQLite and once on PostgreSQL.
#[macro_export]
macro_rules! on_both_databases {
    (async fn $name:ident($database:ident) $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "not every body needs what its file imports")]
            use super::*;

            async fn run($database: $crate::support::TestDatabase) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::support::TestDatabase::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::support::TestDatabase::postgres().await).await;
            }
        }
    };
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The time at which tests happen.
pub const NOW: Millis = 1_800_000_000_000;

fn options(url: String) -> StoreOptions {
    let statement_limit = STATEMENT_LIMIT;
    StoreOptions { url, connections: 8, root_certificates: None, statement_limit }
}

/// An address of a database, and the folder it is in if it is a file.
pub struct Address {
    pub options: StoreOptions,
    _folder: Option<TempDir>,
}

impl Address {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Self { options: options(url), _folder: Some(folder) }
    }

    /// An empty database on the server that the test run has started; it goes away with it.
    pub async fn postgres() -> Self {
        let admin = std::env::var("VESTIBULE_TEST_POSTGRES_URL").expect(
            "VESTIBULE_TEST_POSTGRES_URL names a PostgreSQL server for tests; `cargo xtask test` \
             starts one and sets it",
        );
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("store_{}_{number}", std::process::id());
        let mut connection = AsyncPgConnection::establish(&admin).await.unwrap();
        connection.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (server, _) = admin.rsplit_once('/').unwrap();
        let url = format!("{server}/{name}?sslmode=disable");
        Self { options: options(url), _folder: None }
    }

    /// Runs statements past the store.
    pub async fn execute(&self, statements: &str) {
        match self.options.url.strip_prefix("sqlite:") {
            Some(path) => {
                use diesel::connection::{Connection as _, SimpleConnection};
                let mut connection = diesel::SqliteConnection::establish(path).unwrap();
                connection.batch_execute(statements).unwrap();
            }
            None => {
                let mut connection = AsyncPgConnection::establish(&self.options.url).await.unwrap();
                connection.batch_execute(statements).await.unwrap();
            }
        }
    }
}

/// An opened store on an empty database.
pub struct TestDatabase {
    pub store: Store,
    pub address: Address,
}

impl TestDatabase {
    pub async fn sqlite() -> Self {
        Self::open(Address::sqlite()).await
    }

    pub async fn postgres() -> Self {
        Self::open(Address::postgres().await).await
    }

    async fn open(address: Address) -> Self {
        Self { store: Store::open(&address.options).await.unwrap(), address }
    }

    /// Writes, where nothing is expected to go wrong.
    pub async fn write<T>(
        &self,
        work: impl AsyncFn(&mut Connection) -> Result<T, StoreError>,
    ) -> T {
        self.store.write(Durability::Relaxed, work).await.unwrap()
    }

    pub async fn read(&self) -> Connection {
        self.store.read().await.unwrap()
    }

    /// A user, with a session and a grant in it for `client`; all named after the user.
    pub async fn signed_in(&self, id: &str) {
        self.write(async |connection| {
            vestibule_store::users::insert(connection, &user(id)).await?;
            vestibule_store::sessions::insert(connection, &session(id)).await?;
            vestibule_store::grants::upsert(connection, &grant(id, Some(id), id)).await?;
            Ok(())
        })
        .await;
    }
}

/// Runs the same work `count` times at once, each on a connection of its own as far as the pool
/// goes; what came out.
pub async fn at_once<F: Future>(count: usize, work: impl Fn(usize) -> F) -> Vec<F::Output> {
    futures_util::future::join_all((0..count).map(work)).await
}

pub fn user(id: &str) -> UserRow {
    UserRow {
        id: id.into(),
        username: Some(id.into()),
        username_key: Some(id.into()),
        created_at: NOW,
        updated_at: NOW,
        ..UserRow::default()
    }
}

pub fn session(user_id: &str) -> SessionRow {
    SessionRow {
        id: user_id.into(),
        uid: user_id.into(),
        user_id: user_id.into(),
        authenticated_at: NOW,
        created_at: NOW,
        last_used_at: NOW,
        expires_at: NOW + 1000,
    }
}

pub fn grant(id: &str, session_uid: Option<&str>, user_id: &str) -> GrantRow {
    GrantRow {
        id: id.into(),
        session_uid: session_uid.map(str::to_owned),
        user_id: user_id.into(),
        client_id: "client".into(),
        scopes: "openid".into(),
        resource_scopes: Json::default(),
        is_offline: false,
        created_at: NOW,
        expires_at: NOW + 1000,
    }
}

pub fn code(id: &str, user_id: &str) -> CodeRow {
    CodeRow {
        id: id.into(),
        grant_id: user_id.into(),
        client_id: "client".into(),
        user_id: user_id.into(),
        redirect_uri: "https://app.example/callback".into(),
        scopes: "openid".into(),
        resources: Json::default(),
        nonce: None,
        code_challenge: None,
        authenticated_at: None,
        session_uid: Some(user_id.into()),
        consumed_at: None,
        created_at: NOW,
        expires_at: NOW + 1000,
    }
}

pub fn access_token(id: &str, user_id: &str) -> AccessTokenRow {
    AccessTokenRow {
        id: id.into(),
        grant_id: user_id.into(),
        client_id: "client".into(),
        user_id: user_id.into(),
        scopes: "openid".into(),
        created_at: NOW,
        expires_at: NOW + 1000,
    }
}

pub fn refresh_token(id: &str, user_id: &str) -> RefreshTokenRow {
    RefreshTokenRow {
        id: id.into(),
        grant_id: user_id.into(),
        client_id: "client".into(),
        user_id: user_id.into(),
        scopes: "openid offline_access".into(),
        resources: Json::default(),
        nonce: None,
        authenticated_at: None,
        session_uid: None,
        generation: 0,
        created_at: NOW,
        issued_at: NOW,
        rotated_at: None,
        expires_at: NOW + 1000,
    }
}

pub fn interaction(id: &str) -> InteractionRow {
    InteractionRow {
        id: id.into(),
        client_id: "client".into(),
        request: "{}".into(),
        prompt: "login".into(),
        session_uid: None,
        state: "{}".into(),
        version: 1,
        created_at: NOW,
        expires_at: NOW + 1000,
    }
}

pub fn verification_code(id: &str) -> VerificationCodeRow {
    VerificationCodeRow {
        id: id.into(),
        recipient: "email:ann@example.com".into(),
        code_hash: "hash".into(),
        attempts: 0,
        consumed_at: None,
        created_at: NOW,
        expires_at: NOW + 1000,
    }
}
