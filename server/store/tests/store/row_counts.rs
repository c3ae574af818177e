//! Counts that triggers keep are those of the rows.

use crate::on_both_databases;
use crate::support::{NOW, TestDatabase, at_once, user};
use vestibule_store::audit::{self, LogFilter, LogRow};
use vestibule_store::users::{self, UserFilter};
use vestibule_store::{Durability, Json, StoreError, janitor, roles};

async fn total(database: &TestDatabase) -> i64 {
    let mut connection = database.read().await;
    let filter = UserFilter::default();
    let (_, total) = users::page(&mut connection, &filter, (0, 20)).await.unwrap();
    assert_eq!(users::count(&mut connection).await.unwrap(), total);
    total
}

async fn logs(database: &TestDatabase, filter: LogFilter, cap: Option<i64>) -> i64 {
    audit::page(&mut database.read().await, &filter, (0, 20), cap).await.unwrap().1
}

fn entry(id: usize, key: &str) -> LogRow {
    LogRow {
        id: id.to_string(),
        key: key.into(),
        payload: Json::default(),
        user_id: Some("ann".into()),
        application_id: None,
        created_at: NOW + id as i64,
    }
}

on_both_databases! {
    async fn users_are_counted_as_they_come_and_go(database) {
        assert_eq!(total(&database).await, 0);
        at_once(20, |number| {
            let store = database.store.clone();
            async move {
                let id = number.to_string();
                store
                    .write(Durability::Relaxed, async |it| users::insert(it, &user(&id)).await)
                    .await
                    .unwrap();
            }
        })
        .await;
        assert_eq!(total(&database).await, 20);
        // What is taken back was never counted, nor is what was not there.
        let undone: Result<(), StoreError> = database
            .store
            .write(Durability::Relaxed, async |it| {
                users::insert(it, &user("undone")).await?;
                users::insert(it, &user("undone")).await
            })
            .await;
        undone.unwrap_err();
        for id in ["1", "2", "nobody"] {
            database.write(async |it| users::delete(it, id).await).await;
        }
        assert_eq!(total(&database).await, 18);
        let of_all = "delete from users";
        database.address.execute(of_all).await;
        assert_eq!(total(&database).await, 0);
    }
}

on_both_databases! {
    async fn users_that_are_left_out_are_not_counted(database) {
        database
            .write(async |connection| {
                for id in ["ann", "ben", "cam"] {
                    users::insert(connection, &user(id)).await?;
                }
                let role = roles::RoleRow {
                    id: "role".into(),
                    name: "role".into(),
                    description: String::new(),
                    kind: "User".into(),
                    is_default: false,
                };
                roles::insert(connection, &role).await?;
                users::attach_role(connection, "ben", "role").await
            })
            .await;
        let filter =
            UserFilter { exclude_role: Some("role".into()), ..UserFilter::default() };
        let (found, total) = users::page(&mut database.read().await, &filter, (0, 20)).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|user| user.id.as_str()).collect();
        assert_eq!((ids, total), (vec!["cam", "ann"], 2));
    }
}

on_both_databases! {
    async fn audit_entries_are_counted_by_their_keys(database) {
        let keys = ["Interaction.End", "TriggerHook.User.Created", "Interaction.SignIn", "Unknown"];
        let entries: Vec<LogRow> = (0..40).map(|id| entry(id, keys[id % 4])).collect();
        // Several servers write at the same time.
        at_once(4, |number| {
            let (store, mut part) = (database.store.clone(), entries[number * 10..][..10].to_vec());
            async move {
                if number % 2 == 0 {
                    part.reverse();
                }
                store
                    .write(Durability::Relaxed, async |it| audit::insert(it, &part).await)
                    .await
                    .unwrap();
            }
        })
        .await;
        let all = LogFilter::default;
        assert_eq!(logs(&database, all(), None).await, 40);
        let listed = || LogFilter { prefixes: &["Interaction", "Unknown"], ..all() };
        assert_eq!(logs(&database, listed(), None).await, 30);
        assert_eq!(logs(&database, listed(), Some(7)).await, 7);
        let key = Some("Interaction.End".to_owned());
        assert_eq!(logs(&database, LogFilter { key, ..listed() }, None).await, 10);
        let user_id = Some("ann".to_owned());
        assert_eq!(logs(&database, LogFilter { user_id, ..listed() }, None).await, 30);
        let late = LogFilter { since: Some(NOW + 20), ..listed() };
        assert_eq!(logs(&database, late.clone(), None).await, 15);
        assert_eq!(logs(&database, late, Some(7)).await, 7);
        database.write(async |it| janitor::sweep_logs(it, NOW + 4, 100).await).await;
        assert_eq!(logs(&database, all(), None).await, 36);
        assert_eq!(logs(&database, listed(), None).await, 27);
    }
}
