//! One grant for each session and client, and what hangs on it.

use crate::on_both_databases;
use crate::support::{NOW, access_token, code, grant, refresh_token};
use vestibule_store::grants::GrantRow;
use vestibule_store::{grants, sessions, tokens, users};

on_both_databases! {
    async fn a_second_grant_of_a_session_replaces_the_first(database) {
        database.signed_in("ann").await;
        let wider = GrantRow {
            scopes: "openid email".into(),
            is_offline: true,
            expires_at: NOW + 5000,
            ..grant("other", Some("ann"), "ann")
        };
        let id = database.write(async |it| grants::upsert(it, &wider).await).await;
        assert_eq!(id, "ann", "tokens hang on the id, so it stays");
        let connection = &mut database.read().await;
        let held = grants::of_session(connection, "ann", "client", NOW).await.unwrap().unwrap();
        assert_eq!((held.id.as_str(), held.scopes.as_str()), ("ann", "openid email"));
        assert!(held.is_offline);
        assert_eq!((held.created_at, held.expires_at), (NOW, NOW + 5000));
        assert!(grants::by_id(connection, "other", NOW).await.unwrap().is_none());
        assert!(grants::by_id(connection, "ann", NOW + 5000).await.unwrap().is_none(), "it ended");
    }
}

on_both_databases! {
    async fn the_end_of_a_session_leaves_only_what_outlives_it(database) {
        database.signed_in("ann").await;
        let offline = GrantRow {
            is_offline: true,
            client_id: "offline".into(),
            ..grant("offline", Some("ann"), "ann")
        };
        database
            .write(async |it| {
                grants::upsert(it, &offline).await?;
                tokens::insert_code(it, &code("code", "ann")).await?;
                tokens::insert_access_token(it, &access_token("token", "ann")).await?;
                sessions::delete(it, "ann").await?;
                grants::end_session(it, "ann").await
            })
            .await;
        let connection = &mut database.read().await;
        assert!(grants::by_id(connection, "ann", NOW).await.unwrap().is_none());
        let kept = grants::by_id(connection, "offline", NOW).await.unwrap().unwrap();
        assert_eq!(kept.session_uid, None);
        assert!(tokens::code(connection, "code").await.unwrap().is_none());
        assert!(tokens::live_access_token(connection, "token", NOW).await.unwrap().is_none());
    }
}

on_both_databases! {
    async fn only_the_newest_grants_of_a_client_are_kept(database) {
        database.signed_in("ann").await;
        database.signed_in("bob").await;
        for number in 1..=4 {
            let row = GrantRow {
                created_at: NOW + number,
                ..grant(&format!("g{number}"), None, "ann")
            };
            database.write(async |it| grants::upsert(it, &row).await).await;
        }
        let trim = async |limit| {
            let whose = ("ann", "client");
            database.write(async |it| grants::trim(it, whose, "g4", limit, NOW).await).await
        };
        let mut gone = trim(3).await;
        gone.sort();
        assert_eq!(gone, ["ann", "g1"]);
        assert!(trim(3).await.is_empty());
        let connection = &mut database.read().await;
        for (id, stays) in [("g4", true), ("g2", true), ("g1", false), ("bob", true)] {
            assert_eq!(grants::by_id(connection, id, NOW).await.unwrap().is_some(), stays, "{id}");
        }
    }
}

on_both_databases! {
    async fn the_grant_that_was_just_given_is_never_surplus(database) {
        database.signed_in("ann").await;
        // All of one millisecond, and one that is newer.
        for (id, created_at) in [("g1", NOW), ("g2", NOW), ("later", NOW + 1)] {
            let row = GrantRow { created_at, ..grant(id, None, "ann") };
            database.write(async |it| grants::upsert(it, &row).await).await;
        }
        let trim = async |current: &'static str, limit| {
            let whose = ("ann", "client");
            let work = async |it: &mut _| grants::trim(it, whose, current, limit, NOW).await;
            let mut gone = database.write(work).await;
            gone.sort();
            gone
        };
        assert_eq!(trim("g2", 2).await, ["ann", "g1"]);
        assert_eq!(trim("g2", 1).await, ["later"]);
        assert!(trim("g2", 1).await.is_empty());
        let connection = &mut database.read().await;
        assert!(grants::by_id(connection, "g2", NOW).await.unwrap().is_some());
    }
}

on_both_databases! {
    async fn a_grant_takes_its_codes_and_tokens_with_it(database) {
        database.signed_in("ann").await;
        database.signed_in("bob").await;
        for id in ["ann", "bob"] {
            database
                .write(async |it| {
                    tokens::insert_code(it, &code(id, id)).await?;
                    tokens::insert_access_token(it, &access_token(id, id)).await?;
                    tokens::insert_refresh_token(it, &refresh_token(id, id)).await
                })
                .await;
        }
        assert!(database.write(async |it| grants::delete(it, "ann").await).await);
        assert!(!database.write(async |it| grants::delete(it, "ann").await).await);
        let connection = &mut database.read().await;
        for (id, lives) in [("ann", false), ("bob", true)] {
            assert_eq!(tokens::code(connection, id).await.unwrap().is_some(), lives);
            let token = tokens::live_access_token(connection, id, NOW).await.unwrap();
            assert_eq!(token.is_some(), lives);
            assert_eq!(tokens::refresh_token(connection, id).await.unwrap().is_some(), lives);
        }
    }
}

on_both_databases! {
    async fn a_deleted_user_leaves_nothing(database) {
        database.signed_in("ann").await;
        database
            .write(async |it| {
                tokens::insert_refresh_token(it, &refresh_token("family", "ann")).await?;
                users::delete(it, "ann").await
            })
            .await;
        let connection = &mut database.read().await;
        assert!(sessions::by_id(connection, "ann", NOW).await.unwrap().is_none());
        assert!(grants::by_id(connection, "ann", NOW).await.unwrap().is_none());
        assert!(tokens::refresh_token(connection, "family").await.unwrap().is_none());
    }
}
