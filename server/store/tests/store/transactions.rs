//! Transactions end whole or not at all, and are tried again when another got in the way.

use crate::on_both_databases;
use crate::support::{TestDatabase, at_once};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use vestibule_store::{Durability, Store, StoreError, configuration};

async fn value(database: &TestDatabase, key: &str) -> Option<String> {
    configuration::get(&mut database.read().await, key).await.unwrap()
}

fn lost() -> StoreError {
    StoreError::Serialization("on purpose".into())
}

on_both_databases! {
    async fn what_fails_leaves_nothing(database) {
        for durability in [Durability::Durable, Durability::Relaxed] {
            let failed: Result<(), StoreError> = database
                .store
                .write(durability, async |it| {
                    configuration::set(it, "key", "value").await?;
                    Err(StoreError::MissingReference)
                })
                .await;
            assert!(matches!(failed, Err(StoreError::MissingReference)));
            assert_eq!(value(&database, "key").await, None);
        }
    }
}

on_both_databases! {
    async fn a_query_that_fails_spoils_its_transaction_only(database) {
        let failed: Result<(), StoreError> = database
            .store
            .write(Durability::Durable, async |it| {
                configuration::set(it, "key", "value").await?;
                let row = crate::support::session("nobody");
                vestibule_store::sessions::insert(it, &row).await
            })
            .await;
        assert!(matches!(failed, Err(StoreError::MissingReference)), "{failed:?}");
        assert_eq!(value(&database, "key").await, None);
        database.write(async |it| configuration::set(it, "key", "value").await).await;
        assert_eq!(value(&database, "key").await.as_deref(), Some("value"));
    }
}

on_both_databases! {
    async fn what_is_dropped_leaves_nothing_and_blocks_nobody(database) {
        // More often than there are connections: a dropped transaction must not cost one.
        for _ in 0..10 {
            let dropped = database.store.write::<(), StoreError, _>(
                Durability::Durable,
                async |it| {
                    configuration::set(it, "key", "value").await?;
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    Ok(())
                },
            );
            let cut = tokio::time::timeout(Duration::from_millis(200), dropped).await;
            assert!(cut.is_err(), "it was still running");
        }
        assert_eq!(value(&database, "key").await, None);
        database.write(async |it| configuration::set(it, "key", "other").await).await;
        assert_eq!(value(&database, "key").await.as_deref(), Some("other"));
    }
}

on_both_databases! {
    async fn work_that_lost_is_done_again(database) {
        let runs = AtomicU32::new(0);
        let done = database
            .store
            .write(Durability::Relaxed, async |it| {
                let run = runs.fetch_add(1, Ordering::SeqCst);
                // What an earlier run wrote must be gone.
                assert_eq!(configuration::get(it, "key").await?, None);
                configuration::set(it, "key", &run.to_string()).await?;
                if run < 3 { Err(lost()) } else { Ok(run) }
            })
            .await;
        assert_eq!(done.unwrap(), 3);
        assert_eq!(value(&database, "key").await.as_deref(), Some("3"));
    }
}

on_both_databases! {
    async fn work_that_always_loses_is_given_up(database) {
        let runs = AtomicU32::new(0);
        let failed: Result<(), StoreError> = database
            .store
            .write(Durability::Relaxed, async |_| {
                runs.fetch_add(1, Ordering::SeqCst);
                Err(lost())
            })
            .await;
        assert!(matches!(failed, Err(StoreError::Serialization(_))));
        assert_eq!(runs.load(Ordering::SeqCst), 5);
    }
}

on_both_databases! {
    // PostgreSQL ends one of two transactions that wait for each other; it is tried again.
    async fn transactions_that_wait_for_each_other_both_succeed(database) {
        for key in ["a", "b"] {
            database.write(async |it| configuration::set(it, key, "").await).await;
        }
        let both = async |store: Store, first: &'static str, second: &'static str| {
            store
                .write::<_, StoreError, _>(Durability::Relaxed, async |it| {
                    configuration::set(it, first, first).await?;
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    configuration::set(it, second, first).await
                })
                .await
        };
        let (one, other) = tokio::join!(
            both(database.store.clone(), "a", "b"),
            both(database.store.clone(), "b", "a"),
        );
        one.unwrap();
        other.unwrap();
        // One ran wholly after the other.
        assert_eq!(value(&database, "a").await, value(&database, "b").await);
    }
}

on_both_databases! {
    async fn parallel_increments_are_all_kept(database) {
        let before = configuration::version(&mut database.read().await).await.unwrap();
        let store = database.store.clone();
        at_once(30, |_| {
            let store = store.clone();
            async move {
                let raised = store.write::<_, StoreError, _>(Durability::Relaxed, async |it| {
                    configuration::raise_version(it).await
                });
                raised.await.unwrap()
            }
        })
        .await;
        let after = configuration::version(&mut database.read().await).await.unwrap();
        assert_eq!(after - before, 30);
    }
}

on_both_databases! {
    async fn servers_agree_on_the_first_value(database) {
        let store = database.store.clone();
        let values = at_once(10, |number| {
            let store = store.clone();
            async move {
                let agreed = store.write::<_, StoreError, _>(Durability::Durable, async |it| {
                    configuration::get_or_insert(it, "key", &number.to_string()).await
                });
                agreed.await.unwrap()
            }
        })
        .await;
        let first = value(&database, "key").await.unwrap();
        assert!(values.iter().all(|value| *value == first), "{values:?}");
    }
}
