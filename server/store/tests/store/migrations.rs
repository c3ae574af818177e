//! Bringing databases up to date.

use crate::support::{Address, at_once};
use vestibule_store::{Store, configuration};

/// The body of each test, on both databases.
macro_rules! on_both_addresses {
    (async fn $name:ident($address:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn run($address: Address) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Address::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Address::postgres().await).await;
            }
        }
    };
}

on_both_addresses! {
    async fn what_is_done_is_not_done_again(address) {
        let applied = Store::migrate(&address.options).await.unwrap();
        assert!(!applied.is_empty());
        let store = Store::open(&address.options).await.unwrap();
        store
            .write(vestibule_store::Durability::Durable, async |it| {
                configuration::set(it, "kept", "yes").await
            })
            .await
            .unwrap();
        drop(store);
        assert_eq!(Store::migrate(&address.options).await.unwrap(), Vec::<String>::new());
        let store = Store::open(&address.options).await.unwrap();
        let kept = configuration::get(&mut store.read().await.unwrap(), "kept").await.unwrap();
        assert_eq!(kept.as_deref(), Some("yes"));
    }
}

on_both_addresses! {
    async fn servers_that_start_together_find_one_schema(address) {
        let options = address.options.clone();
        let opened = at_once(4, |_| {
            let options = options.clone();
            async move { Store::open(&options).await.map(|_| ()) }
        })
        .await;
        for result in opened {
            result.unwrap();
        }
    }
}

on_both_addresses! {
    // Versions run side by side while servers are replaced one by one.
    async fn an_older_program_opens_the_database_of_a_newer_one(address) {
        drop(Store::open(&address.options).await.unwrap());
        let newer = "insert into __diesel_schema_migrations (version) values ('99991231000000')";
        address.execute(newer).await;
        let store = Store::open(&address.options).await.unwrap();
        store.ping().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_not_there_is_reported() {
    let mut options = Address::sqlite().options;
    options.url = "sqlite:/nowhere/at/all/test.db".into();
    let error = Store::open(&options).await.err().unwrap().to_string();
    assert!(error.contains("/nowhere/at/all/test.db"), "{error}");
    options.url = "postgres://postgres:hidden@127.0.0.1:1/none?sslmode=disable".into();
    let error = Store::open(&options).await.err().unwrap();
    assert!(matches!(error, vestibule_store::StoreError::Unavailable(_)), "{error:?}");
    assert!(!error.to_string().contains("hidden"), "{error}");
}
