//! Windows of rate limits, and the standing of identifiers.

use crate::on_both_databases;
use crate::support::{NOW, at_once};
use vestibule_store::{Durability, StoreError, rate_limits, sentinel};

on_both_databases! {
    async fn parallel_callers_get_different_counts(database) {
        // A window that has ended does not count.
        database.write(async |it| rate_limits::count(it, "key", 10, NOW - 100).await).await;
        let store = database.store.clone();
        let mut counts: Vec<i32> = at_once(20, |_| {
            let store = store.clone();
            async move {
                let counted = store.write::<_, StoreError, _>(Durability::Relaxed, async |it| {
                    rate_limits::count(it, "key", 1000, NOW).await
                });
                counted.await.unwrap()
            }
        })
        .await;
        counts.sort_unstable();
        assert_eq!(counts, (1..=20).collect::<Vec<i32>>());
    }
}

on_both_databases! {
    async fn a_window_ends_when_it_should(database) {
        let count = async |key: &'static str, now| {
            database.write(async |it| rate_limits::count(it, key, 1000, now).await).await
        };
        assert_eq!(count("one", NOW).await, 1);
        // The window begins with the first event: later ones do not prolong it.
        assert_eq!(count("one", NOW + 999).await, 2);
        assert_eq!(count("other", NOW + 999).await, 1);
        let current = async |now| {
            rate_limits::current(&mut database.read().await, "one", now).await.unwrap()
        };
        assert_eq!(current(NOW + 999).await, 2);
        assert_eq!(current(NOW + 1000).await, 0);
        assert_eq!(count("one", NOW + 1000).await, 1);
        assert_eq!(current(NOW + 1999).await, 1);
    }
}

on_both_databases! {
    async fn no_more_attempts_are_recorded_than_are_allowed(database) {
        const LIMIT: i64 = 5;
        let store = database.store.clone();
        let admitted = at_once(40, |number| {
            let store = store.clone();
            async move {
                let judged = store.write::<_, StoreError, _>(Durability::Relaxed, async |it| {
                    let standing = sentinel::standing(it, "ann", NOW - 10, NOW).await?;
                    if standing.failures >= LIMIT {
                        return Ok(false);
                    }
                    sentinel::record(it, &format!("a{number}"), "ann", "Password", NOW).await?;
                    Ok(true)
                });
                judged.await.unwrap()
            }
        })
        .await;
        assert_eq!(admitted.into_iter().filter(|it| *it).count(), 5);
    }
}

on_both_databases! {
    async fn only_failures_within_the_window_count(database) {
        let standing = async |now| {
            database.write(async |it| sentinel::standing(it, "ann", now - 100, now).await).await
        };
        assert_eq!(standing(NOW).await.failures, 0);
        let record = async |id: &'static str, now| {
            database
                .write(async |it| sentinel::record(it, id, "ann", "Password", now).await)
                .await;
        };
        record("a", NOW).await;
        record("b", NOW + 50).await;
        record("c", NOW + 50).await;
        database.write(async |it| sentinel::succeed(it, "c").await).await;
        assert_eq!(standing(NOW + 50).await.failures, 2);
        assert_eq!(standing(NOW + 100).await.failures, 1);
        assert_eq!(standing(NOW + 150).await.failures, 0);
        let failed_at = async |now: i64, n| {
            database
                .write(async |it| sentinel::nth_newest_failure(it, "ann", now - 100, n).await)
                .await
        };
        assert_eq!(failed_at(NOW + 50, 1).await, Some(NOW + 50));
        assert_eq!(failed_at(NOW + 50, 2).await, Some(NOW));
        assert_eq!(failed_at(NOW + 50, 3).await, None, "a success is no failure");
        assert_eq!(failed_at(NOW + 100, 2).await, None, "it is too old");
        database.write(async |it| sentinel::block(it, "ann", NOW + 500).await).await;
        assert_eq!(standing(NOW + 200).await.blocked_until, NOW + 500);
        let other = database.write(async |it| sentinel::standing(it, "bob", 0, NOW).await).await;
        assert_eq!((other.failures, other.blocked_until), (0, 0));
    }
}
