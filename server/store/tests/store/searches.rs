//! Searches of users find a few among many by an index, on both databases, and find them all.

use crate::on_both_databases;
use crate::support::{NOW, TestDatabase, user};
use std::time::Duration;
use vestibule_store::audit::{self, LogFilter};
use vestibule_store::search::{Pattern, Search, Term};
use vestibule_store::users::{self, SEARCH, UserFilter, UserRow};
use vestibule_store::{Store, StoreError, StoreOptions};

/// Enough that reading all of them is never the shortest way.
const MANY: usize = 20_000;

impl TestDatabase {
    /// Fills the tables in one statement each, and lets the database count what it has.
    async fn with_many_rows(&self) {
        let numbers = if self.store.is_embedded() {
            format!(
                "(with recursive counted(number) as \
                 (select 1 union all select number + 1 from counted where number < {MANY}) \
                 select number from counted)"
            )
        } else {
            format!("generate_series(1, {MANY}) as counted(number)")
        };
        self.address
            .execute(&format!(
                "insert into users (id, username, username_key, primary_email, email_key, \
                 primary_phone, phone_key, name, created_at, updated_at) \
                 select 'id' || number || 'x', 'ann_' || number, 'ann_' || number, \
                 'Ann' || number || '@example.com', 'ann' || number || '@example.com', \
                 '4930' || number, '4930' || number, 'Ann Ärger ' || number, number, number \
                 from {numbers}"
            ))
            .await;
        self.address
            .execute(&format!(
                "insert into logs (id, key, payload, created_at) select 'log' || number, \
                 case number % 3 when 0 then 'TriggerHook.User.Created' else 'Interaction.End' end, \
                 '{{}}', number from {numbers}"
            ))
            .await;
        let upkeep =
            if self.store.is_embedded() { "analyze" } else { "vacuum analyze users, logs" };
        self.address.execute(upkeep).await;
    }

    async fn found(&self, search: Search) -> (Vec<UserRow>, i64) {
        let filter = UserFilter { search, ..UserFilter::default() };
        users::page(&mut self.store.read().await.unwrap(), &filter, (0, 20)).await.unwrap()
    }

    async fn ids(&self, pattern: Pattern) -> Vec<String> {
        let (found, total) = self.found(search(&["users.name"], pattern)).await;
        assert_eq!(found.len() as i64, total);
        found.into_iter().map(|user| user.id).collect()
    }
}

fn search(columns: &[&'static str], pattern: Pattern) -> Search {
    let term = Term { columns: columns.to_vec(), pattern, case_sensitive: false };
    Search { all: false, terms: vec![term] }
}

fn like(pattern: &str) -> Pattern {
    Pattern::Like(pattern.into())
}

fn exact(values: &[&str]) -> Pattern {
    Pattern::Exact(values.iter().map(ToString::to_string).collect())
}

/// What is searched for in each column, and how many users have it: whole, its beginning, a part.
fn searches() -> Vec<(&'static str, Vec<Pattern>)> {
    let patterns = |whole: &str, beginning: &str, part: &str| {
        vec![
            exact(&[whole, "nobody"]),
            like(whole),
            like(&format!("{beginning}%")),
            like(&format!("%{part}%")),
        ]
    };
    vec![
        ("id", patterns("ID12345X", "Id12345", "12345x")),
        ("username", patterns("ann_12345", "ANN_12345", "n_12345")),
        ("primaryEmail", patterns("ann12345@EXAMPLE.com", "ann12345@", "nn12345@exam")),
        ("primaryPhone", patterns("493012345", "493012345", "3012345")),
        ("name", patterns("ANN ÄRGER 12345", "ann Ärger 12345", "ÄRGER 12345")),
    ]
}

on_both_databases! {
    async fn a_search_by_each_column_reads_an_index(database) {
        database.with_many_rows().await;
        let all: Vec<&str> = SEARCH.iter().map(|(_, column)| *column).collect();
        for (field, patterns) in searches() {
            let (_, column) = SEARCH.iter().find(|(name, _)| *name == field).unwrap();
            for pattern in patterns {
                for columns in [&[*column][..], &all] {
                    let search = search(columns, pattern.clone());
                    assert_reads_an_index(&database, search.clone()).await;
                    let (found, total) = database.found(search).await;
                    let ids: Vec<&str> = found.iter().map(|user| user.id.as_str()).collect();
                    assert_eq!((ids, total), (vec!["id12345x"], 1), "{field} {pattern:?}");
                }
            }
        }
    }
}

on_both_databases! {
    async fn several_terms_read_an_index(database) {
        database.with_many_rows().await;
        let term = |column, pattern| Term { columns: vec![column], pattern, case_sensitive: true };
        let terms = vec![
            term("users.name", like("%ger 123%")),
            term("users.username", exact(&["ann_17"])),
            term("users.primary_email", like("Ann18@%")),
        ];
        for (all, expected) in [(false, 113), (true, 0)] {
            let search = Search { all, terms: terms.clone() };
            assert_reads_an_index(&database, search.clone()).await;
            assert_eq!(database.found(search).await.1, expected);
        }
    }
}

/// Looking for a part that many have in the index, and making the grams of each of them, takes
/// PostgreSQL longer than to compare all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_many_have_is_compared_only() {
    let database = TestDatabase::postgres().await;
    database.with_many_rows().await;
    let term = |pattern| Term { columns: vec!["users.name"], pattern, case_sensitive: false };
    let (common, rare) = (term(like("%n ärger%")), term(like("%ger 123%")));
    let all_have = || Search { all: true, terms: vec![common.clone(), term(like("%ann%ärg%"))] };
    let some_have = || Search { all: false, terms: vec![rare.clone(), common.clone()] };
    for (search, page, first) in [
        (all_have(), (0, 20), "id20000x"),
        (all_have(), (15_000, 20), "id5000x"),
        (some_have(), (0, 20), "id20000x"),
    ] {
        let filter = UserFilter { search, ..UserFilter::default() };
        let mut connection = database.store.read().await.unwrap();
        let plan = users::plan(&mut connection, &filter, page).await.unwrap();
        assert!(!plan.contains("grams") && !plan.contains("WindowAgg"), "{plan}");
        let (found, total) = users::page(&mut connection, &filter, page).await.unwrap();
        let found: (&str, usize) = (&found[0].id, found.len());
        assert_eq!((found, total), ((first, 20), MANY as i64));
    }
    // What is rare still finds the few that have both.
    let both = Search { all: true, terms: vec![common, rare] };
    assert_reads_an_index(&database, both.clone()).await;
    assert_eq!(database.found(both).await.1, 111);
}

async fn assert_reads_an_index(database: &TestDatabase, search: Search) {
    let filter = UserFilter { search, ..UserFilter::default() };
    let plan = users::plan(&mut database.store.read().await.unwrap(), &filter, (0, 20)).await;
    let plan = plan.unwrap();
    let reads_all = ["SCAN users", "Scan on users ", "users__newest"];
    // PostgreSQL's bitmaps come from indexes, too.
    let lines = plan.lines().filter(|line| !line.contains("Bitmap Heap Scan"));
    let bad: Vec<&str> = lines.filter(|it| reads_all.iter().any(|bad| it.contains(bad))).collect();
    let by_index = bad.iter().all(|line| line.contains("Index Scan using users__lower"));
    assert!(by_index && plan.contains("users"), "{filter:?}\n{plan}");
}

on_both_databases! {
    async fn a_page_far_back_is_found_in_the_index_alone(database) {
        database.with_many_rows().await;
        let mut connection = database.store.read().await.unwrap();
        let far = (15_000, 20);
        let of_users = users::plan(&mut connection, &UserFilter::default(), far).await.unwrap();
        let filter = LogFilter { prefixes: &["Interaction", "Action"], ..LogFilter::default() };
        let of_logs = audit::plan(&mut connection, &filter, (10_000, 20)).await.unwrap();
        for (plan, index) in [(of_users, "users__newest"), (of_logs, "logs__newest")] {
            let covered = ["COVERING INDEX", "Index Only Scan"].iter().any(|it| plan.contains(it));
            assert!(covered && plan.contains(index), "{plan}");
        }
        let (found, total) =
            users::page(&mut connection, &UserFilter::default(), far).await.unwrap();
        assert_eq!((found[0].id.as_str(), found.len(), total), ("id5000x", 20, MANY as i64));
        let (found, total) = audit::page(&mut connection, &filter, (2, 1), None).await.unwrap();
        assert_eq!((found[0].id.as_str(), total), ("log19997", 13_334));
        let search = search(&["users.id"], exact(&["id7x"]));
        let behind = UserFilter { search, ..UserFilter::default() };
        let (found, total) = users::page(&mut connection, &behind, (20, 20)).await.unwrap();
        assert_eq!((found.len(), total), (0, 1));
    }
}

on_both_databases! {
    async fn letters_of_all_kinds_are_found(database) {
        let names = ["Ärger Straße", "ЖУРАВЛЬ", "王小明", "ÎLE", "naïve \"quoted\" 100%", "e\u{301}te", "ab"];
        database.write(async |connection| {
            for (number, name) in names.iter().enumerate() {
                let row = UserRow { name: Some((*name).into()), ..user(&number.to_string()) };
                users::insert(connection, &row).await?;
            }
            Ok(())
        })
        .await;
        for (pattern, expected) in [
            (like("%ÄRGER%"), "0"),
            (like("%straße"), "0"),
            (like("ä%"), "0"),
            (exact(&["ärger STRAße", "x"]), "0"),
            (like("%журав%"), "1"),
            (like("журавль"), "1"),
            (like("%王小明%"), "2"),
            (like("%小%"), "2"),
            (exact(&["île"]), "3"),
            (like("%E \"QUOTED\" 100\\%"), "4"),
            (like("na_ve%"), "4"),
            (like("%E\u{301}TE%"), "5"),
            (like("AB"), "6"),
            (like("a_"), "6"),
        ] {
            assert_eq!(database.ids(pattern.clone()).await, [expected], "{pattern:?}");
        }
    }
}

on_both_databases! {
    async fn the_index_follows_the_rows(database) {
        let found = async |text: &str| database.ids(like(&format!("%{text}%"))).await;
        let named = |name: &str| UserRow { name: Some(name.into()), ..user("one") };
        database.write(async |it| users::insert(it, &named("Annabel")).await).await;
        assert_eq!(found("nnab").await, ["one"]);
        database.write(async |it| users::save(it, &named("Barbara")).await).await;
        assert_eq!((found("nnab").await.len(), found("arba").await.len()), (0, 1));
        let unchanged = UserRow { updated_at: NOW + 1, ..named("Barbara") };
        database.write(async |it| users::save(it, &unchanged).await).await;
        assert_eq!(found("arba").await, ["one"]);
        database.write(async |it| users::delete(it, "one").await).await;
        assert!(found("arba").await.is_empty());
        // A number that was given before is not mixed up.
        database.write(async |it| users::insert(it, &named("Cecilie")).await).await;
        assert_eq!((found("arba").await.len(), found("ecil").await.len()), (0, 1));
    }
}

on_both_databases! {
    async fn a_search_that_takes_too_long_is_ended(database) {
        database.with_many_rows().await;
        let limit = Duration::from_millis(100);
        let options =
            StoreOptions { statement_limit: limit, connections: 1, ..database.address.options.clone() };
        let store = Store::open(&options).await.unwrap();
        let columns: Vec<&str> = SEARCH.iter().map(|(_, column)| *column).collect();
        let terms = (0..50).map(|number| Term {
            columns: columns.clone(),
            pattern: Pattern::Posix(format!("(a|n|x)+{number}y$")),
            case_sensitive: true,
        });
        let search = Search { all: false, terms: terms.collect() };
        let filter = UserFilter { search, ..UserFilter::default() };
        let page = users::page(&mut store.scan().await.unwrap(), &filter, (0, 20)).await;
        let Err(StoreError::Unavailable(reason)) = page else { panic!("{page:?}") };
        assert!(reason.contains("statement timeout"), "{reason}");
        // The only connection serves on.
        let found = self::search(&["users.id"], exact(&["id7x"]));
        let filter = UserFilter { search: found, ..UserFilter::default() };
        let (found, _) = users::page(&mut store.scan().await.unwrap(), &filter, (0, 20)).await.unwrap();
        assert_eq!(found.len(), 1);
    }
}
