//! Databases on the PostgreSQL server that the test run has started.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use std::sync::atomic::{AtomicU32, Ordering};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Makes an empty database; its URL. The server goes away after the run, and the database with it.
pub async fn new_database() -> String {
    let admin = std::env::var("VESTIBULE_TEST_POSTGRES_URL").expect(
        "VESTIBULE_TEST_POSTGRES_URL names a PostgreSQL server for tests; `cargo xtask test` \
         starts one and sets it",
    );
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{}_{number}", std::process::id());
    let mut connection = AsyncPgConnection::establish(&admin).await.unwrap();
    connection.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let mut url: url::Url = admin.parse().unwrap();
    url.set_path(&name);
    url.query_pairs_mut().append_pair("sslmode", "disable");
    url.into()
}
