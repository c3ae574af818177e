//! Rows that have had their time go, and no others.

use crate::on_both_databases;
use crate::support::{
    NOW, access_token, code, grant, interaction, refresh_token, session, user, verification_code,
};
use vestibule_store::grants::GrantRow;
use vestibule_store::interactions::InteractionRow;
use vestibule_store::messages::MessageRow;
use vestibule_store::one_time_tokens::OneTimeTokenRow;
use vestibule_store::sessions::SessionRow;
use vestibule_store::subject_tokens::SubjectTokenRow;
use vestibule_store::tokens::{AccessTokenRow, CodeRow, RefreshTokenRow};
use vestibule_store::verification_codes::VerificationCodeRow;
use vestibule_store::{
    Json, activity, grants, interactions, janitor, messages, one_time_tokens, rate_limits,
    sentinel, sessions, subject_tokens, tokens, users, verification_codes,
};

/// How long used codes are remembered.
const KEEP: i64 = 100;

fn message(id: &str, expires_at: i64) -> MessageRow {
    MessageRow {
        id: id.into(),
        connector_type: "Email".into(),
        usage_type: "SignIn".into(),
        sealed_content: "sealed".into(),
        status: "Outbox".into(),
        attempts: 0,
        last_error: None,
        next_attempt_at: NOW,
        created_at: NOW,
        expires_at,
    }
}

on_both_databases! {
    async fn only_what_has_ended_goes(database) {
        // One row of each that has ended by a millisecond, one that has a millisecond to live.
        database
            .write(async |it| {
                users::insert(it, &user("ann")).await?;
                grants::upsert(it, &GrantRow { expires_at: NOW + 9000, ..grant("ann", None, "ann") })
                    .await?;
                for (id, now) in [("ended", NOW), ("alive", NOW + 1)] {
                    let remembered = now - KEEP;
                    let row = InteractionRow { expires_at: now, ..interaction(id) };
                    interactions::insert(it, &row).await?;
                    let row =
                        SessionRow { id: id.into(), uid: id.into(), expires_at: now, ..session("ann") };
                    sessions::insert(it, &row).await?;
                    let row = GrantRow { expires_at: now, ..grant(id, None, "ann") };
                    grants::upsert(it, &row).await?;
                    let row = CodeRow { expires_at: remembered, ..code(id, "ann") };
                    tokens::insert_code(it, &row).await?;
                    let row = AccessTokenRow { expires_at: now, ..access_token(id, "ann") };
                    tokens::insert_access_token(it, &row).await?;
                    let row = RefreshTokenRow { expires_at: remembered, ..refresh_token(id, "ann") };
                    tokens::insert_refresh_token(it, &row).await?;
                    let row = VerificationCodeRow { expires_at: remembered, ..verification_code(id) };
                    verification_codes::insert(it, &row).await?;
                    rate_limits::count(it, id, 1000, now - 1000).await?;
                    messages::insert(it, &message(id, remembered)).await?;
                    sentinel::standing(it, id, 0, remembered).await?;
                    sentinel::record(it, id, id, "Password", remembered).await?;
                }
                Ok(())
            })
            .await;
        let sweep = async || database.write(async |it| janitor::sweep(it, NOW, KEEP, 100).await).await;
        assert_eq!(sweep().await, 11, "one row of each of eleven tables");
        assert_eq!(sweep().await, 0);

        let connection = &mut database.read().await;
        assert!(interactions::by_id(connection, "alive", NOW).await.unwrap().is_some());
        assert!(sessions::by_id(connection, "alive", NOW).await.unwrap().is_some());
        assert!(grants::by_id(connection, "alive", NOW).await.unwrap().is_some());
        assert!(tokens::code(connection, "alive").await.unwrap().is_some());
        assert!(tokens::live_access_token(connection, "alive", NOW).await.unwrap().is_some());
        assert!(tokens::refresh_token(connection, "alive").await.unwrap().is_some());
        assert_eq!(messages::outbox(connection, 10).await.unwrap().len(), 1);
        assert_eq!(rate_limits::current(connection, "alive", NOW).await.unwrap(), 1);
        drop(database.write(async |it| verification_codes::attempt(it, "alive").await).await.unwrap());
        let standing = database.write(async |it| sentinel::standing(it, "alive", 0, NOW).await).await;
        assert_eq!(standing.failures, 1);
    }
}

on_both_databases! {
    async fn a_sweep_is_bounded(database) {
        for number in 0..25 {
            let row = InteractionRow { expires_at: NOW, ..interaction(&format!("i{number}")) };
            database.write(async |it| interactions::insert(it, &row).await).await;
        }
        let mut swept = Vec::new();
        for _ in 0..4 {
            swept.push(database.write(async |it| janitor::sweep(it, NOW, KEEP, 10).await).await);
        }
        assert_eq!(swept, [10, 10, 5, 0]);
    }
}

on_both_databases! {
    async fn a_sweep_of_lock_out_targets_is_bounded_and_spares_the_locked(database) {
        for number in 0..12 {
            let target = format!("t{number}");
            database.write(async |it| sentinel::standing(it, &target, 0, NOW - 1000).await).await;
        }
        database.write(async |it| sentinel::block(it, "t0", NOW + 1).await).await;
        let sweep = async || database.write(async |it| janitor::sweep(it, NOW, KEEP, 5).await).await;
        let swept = [sweep().await, sweep().await, sweep().await, sweep().await];
        assert_eq!(swept, [5, 5, 1, 0]);
    }
}

on_both_databases! {
    async fn history_is_kept_for_a_while(database) {
        let token = |id: &str, expires_at| OneTimeTokenRow {
            id: id.into(),
            email: "ann@example.com".into(),
            token_hash: id.into(),
            sealed_token: "sealed".into(),
            context: Default::default(),
            status: "active".into(),
            created_at: 0,
            expires_at,
        };
        let days = [NOW - 3 * activity::DAY, NOW - 2 * activity::DAY, NOW];
        database
            .write(async |it| {
                one_time_tokens::insert(it, &token("old", NOW - 1)).await?;
                one_time_tokens::insert(it, &token("kept", NOW)).await?;
                for day in days {
                    for user in ["ann", "bob"] {
                        activity::record(it, user, day).await?;
                    }
                }
                Ok(())
            })
            .await;
        let before = NOW - activity::DAY;
        let swept = async |before, limit| {
            database.write(async |it| janitor::sweep_history(it, before, limit).await).await
        };
        // A batch ends within a day; the next goes on.
        assert_eq!(swept(before, 1).await, 1);
        assert_eq!(swept(before, 10).await, 1);
        assert_eq!(swept(before, 10).await, 2);
        assert_eq!(swept(before, 10).await, 0);
        let mut connection = database.read().await;
        let active = activity::active_by_day(&mut connection, 0, NOW + activity::DAY).await;
        assert_eq!(active.unwrap().iter().map(|it| it.count).collect::<Vec<_>>(), [2]);
        drop(connection);
        // The last day and one token.
        assert_eq!(swept(NOW, 10).await, 3);
    }
}

on_both_databases! {
    async fn subject_tokens_that_have_ended_go(database) {
        let token = |id: &str, expires_at: i64| SubjectTokenRow {
            id: id.into(),
            user_id: "ann".into(),
            creator_id: "application".into(),
            context: Json::default(),
            consumed_at: None,
            created_at: NOW - 1,
            expires_at,
        };
        database
            .write(async |it| {
                users::insert(it, &user("ann")).await?;
                subject_tokens::insert(it, &token("ended", NOW)).await?;
                subject_tokens::insert(it, &token("alive", NOW + 1)).await
            })
            .await;
        assert_eq!(database.write(async |it| janitor::sweep(it, NOW, KEEP, 100).await).await, 1);
        let used = async |id: &'static str| {
            database.write(async |it| subject_tokens::consume(it, id, NOW).await).await.is_some()
        };
        assert!(!used("ended").await && used("alive").await && !used("alive").await);
    }
}
