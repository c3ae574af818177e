//! What may be used once is used once, however many try at the same moment.

use crate::on_both_databases;
use crate::support::{NOW, at_once, code, interaction, refresh_token, user, verification_code};
use vestibule_store::messages::MessageRow;
use vestibule_store::{
    Durability, StoreError, Unique, configuration, interactions, messages, tokens, users,
    verification_codes,
};

const CALLERS: usize = 20;

/// Twenty transactions at once; how many of them got what they wanted.
macro_rules! winners {
    ($database:ident, |$connection:ident| $query:expr) => {{
        let store = $database.store.clone();
        let results = at_once(CALLERS, |_| {
            let store = store.clone();
            async move {
                store
                    .write::<_, StoreError, _>(Durability::Durable, async |$connection| {
                        $query.await
                    })
                    .await
                    .unwrap()
            }
        })
        .await;
        results.into_iter().filter(|won| *won).count()
    }};
}

on_both_databases! {
    async fn an_authorization_code(database) {
        database.signed_in("ann").await;
        database.write(async |it| tokens::insert_code(it, &code("code", "ann")).await).await;
        let won = winners!(database, |it| tokens::consume_code(it, "code", NOW + 1));
        assert_eq!(won, 1);
        let row = tokens::code(&mut database.read().await, "code").await.unwrap().unwrap();
        assert_eq!(row.consumed_at, Some(NOW + 1));
    }
}

on_both_databases! {
    async fn a_verification_code(database) {
        let row = verification_code("record");
        database.write(async |it| verification_codes::insert(it, &row).await).await;
        let won = winners!(database, |it| verification_codes::consume(it, "record", NOW));
        assert_eq!(won, 1);
        let tried = database.write(async |it| verification_codes::attempt(it, "record").await).await;
        assert!(tried.is_none(), "a used code cannot be tried");
    }
}

on_both_databases! {
    async fn tries_of_a_verification_code_are_all_counted(database) {
        let row = verification_code("record");
        database.write(async |it| verification_codes::insert(it, &row).await).await;
        let store = database.store.clone();
        let mut counts: Vec<i32> = at_once(CALLERS, |_| {
            let store = store.clone();
            async move {
                let tried = store.write::<_, StoreError, _>(Durability::Relaxed, async |it| {
                    verification_codes::attempt(it, "record").await
                });
                tried.await.unwrap().unwrap().attempts
            }
        })
        .await;
        counts.sort_unstable();
        assert_eq!(counts, (1..=20).collect::<Vec<i32>>());
    }
}

on_both_databases! {
    async fn a_setting_that_stands_for_a_link(database) {
        database.write(async |it| configuration::set(it, "link", "hash").await).await;
        let won = winners!(database, |it| configuration::consume(it, "link", "other"));
        assert_eq!(won, 0);
        let won = winners!(database, |it| configuration::consume(it, "link", "hash"));
        assert_eq!(won, 1);
    }
}

on_both_databases! {
    async fn an_interaction(database) {
        database.write(async |it| interactions::insert(it, &interaction("one")).await).await;
        let won = winners!(database, |it| async {
            Ok(interactions::consume(it, "one", NOW).await?.is_some())
        });
        assert_eq!(won, 1);
        assert!(interactions::by_id(&mut database.read().await, "one", NOW).await.unwrap().is_none());
    }
}

on_both_databases! {
    async fn a_version_of_an_interaction(database) {
        database.write(async |it| interactions::insert(it, &interaction("one")).await).await;
        let won = winners!(database, |it| interactions::save(it, "one", 1, "{\"a\":1}"));
        assert_eq!(won, 1);
        let row = interactions::by_id(&mut database.read().await, "one", NOW).await.unwrap().unwrap();
        assert_eq!((row.version, row.state.as_str()), (2, "{\"a\":1}"));
    }
}

on_both_databases! {
    async fn a_generation_of_a_refresh_token(database) {
        database.signed_in("ann").await;
        let row = refresh_token("family", "ann");
        database.write(async |it| tokens::insert_refresh_token(it, &row).await).await;
        let won = winners!(database, |it| {
            tokens::rotate_refresh_token(it, "family", 0, NOW + 1, NOW + 2000)
        });
        assert_eq!(won, 1);
        let row = tokens::refresh_token(&mut database.read().await, "family").await.unwrap().unwrap();
        assert_eq!((row.generation, row.rotated_at), (1, Some(NOW + 1)));
    }
}

on_both_databases! {
    async fn a_user_name(database) {
        let store = database.store.clone();
        let results = at_once(CALLERS, |number| {
            let store = store.clone();
            let row = vestibule_store::users::UserRow { id: format!("u{number}"), ..user("ann") };
            async move {
                store
                    .write::<_, StoreError, _>(Durability::Durable, async |it| {
                        users::insert(it, &row).await
                    })
                    .await
            }
        })
        .await;
        let made = results.iter().filter(|it| it.is_ok()).count();
        let taken = |it: &&Result<(), StoreError>| {
            matches!(it, Err(StoreError::Taken(Unique::Username)))
        };
        assert_eq!((made, results.iter().filter(taken).count()), (1, CALLERS - 1));
        assert_eq!(users::count(&mut database.read().await).await.unwrap(), 1);
    }
}

on_both_databases! {
    async fn a_message_that_is_due(database) {
        const LEASE: i64 = 1_000;
        let row = MessageRow {
            id: "message".into(),
            connector_type: "Email".into(),
            usage_type: "SignIn".into(),
            sealed_content: "sealed".into(),
            status: "Pending".into(),
            attempts: 0,
            last_error: None,
            next_attempt_at: NOW,
            created_at: NOW,
            expires_at: NOW + 10 * LEASE,
        };
        let is_due = async |now: i64, crowded: &[String]| {
            messages::is_due(&mut database.read().await, now, crowded).await.unwrap()
        };
        assert!(!is_due(NOW, &[]).await);
        database.write(async |it| messages::insert(it, &row).await).await;
        assert!(!is_due(NOW - 1, &[]).await);
        assert!(is_due(NOW, &[]).await);
        assert!(!is_due(NOW, &["message".into()]).await);
        let won = winners!(database, |it| async {
            Ok(messages::claim(it, NOW, LEASE, &[]).await?.is_some())
        });
        assert_eq!(won, 1);
        // Until the lease is over.
        assert!(!is_due(NOW + LEASE - 1, &[]).await);
        assert!(is_due(NOW + LEASE, &[]).await);
        database.write(async |it| messages::settle(it, "message", "Sent", None, NOW).await).await;
        assert!(!is_due(NOW + LEASE, &[]).await);
    }
}
