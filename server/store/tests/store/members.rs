//! Those who hold a role or belong to an organization are listed by an index of the relation.

use crate::on_both_databases;
use crate::support::TestDatabase;
use vestibule_store::organizations::members::of_users;
use vestibule_store::roles;
use vestibule_store::search::{Pattern, Search, Term};
use vestibule_store::users::UserRow;

/// Of three roles; every one has a third of them.
const MANY: usize = 9_000;

impl TestDatabase {
    async fn with_many_members(&self) {
        let numbers = if self.store.is_embedded() {
            format!(
                "(with recursive counted(number) as \
                 (select 1 union all select number + 1 from counted where number < {MANY}) \
                 select number from counted)"
            )
        } else {
            format!("generate_series(1, {MANY}) as counted(number)")
        };
        let roles = (0..3).map(|number| {
            format!(
                "insert into roles (id, name, description, type) \
                 values ('role{number}', 'role{number}', '', 'User'); \
                 insert into organization_roles (id, name, type) \
                 values ('role{number}', 'role{number}', 'User');"
            )
        });
        let roles: String = roles.collect();
        // Ids of one length: their order is that of the numbers.
        let id = "'id' || (10000 + number)";
        let role = "'role' || (number % 3)";
        self.address
            .execute(&format!(
                "{roles} \
                 insert into organizations (id, name, created_at) values ('all', 'all', 0); \
                 insert into users (id, name, created_at, updated_at) \
                 select {id}, 'Ann ' || number, number, number from {numbers}; \
                 insert into users_roles (user_id, role_id) select {id}, {role} from {numbers}; \
                 insert into organization_user_relations (organization_id, user_id) \
                 select 'all', {id} from {numbers}; \
                 insert into organization_role_user_relations \
                 (organization_id, user_id, organization_role_id) \
                 select 'all', {id}, {role} from {numbers};"
            ))
            .await;
        self.address
            .execute(if self.store.is_embedded() { "analyze" } else { "vacuum analyze" })
            .await;
    }
}

fn ids(found: &[UserRow]) -> Vec<&str> {
    found.iter().map(|user| user.id.as_str()).collect()
}

on_both_databases! {
    async fn a_page_of_members_is_found_in_the_index_alone(database) {
        database.with_many_members().await;
        let mut connection = database.store.read().await.unwrap();
        let page = (1_000, 2);
        let of_role = roles::users_plan(&mut connection, "role1", page).await.unwrap();
        let in_organization =
            of_users::plan(&mut connection, "all", "role1", page).await.unwrap();
        for plan in [of_role, in_organization] {
            let covered = ["COVERING INDEX", "Index Only Scan"].iter().any(|it| plan.contains(it));
            let is_sorted = ["Sort", "TEMP B-TREE"].iter().any(|it| plan.contains(it));
            assert!(covered && plan.contains("__role") && !is_sorted, "{plan}");
        }
    }
}

on_both_databases! {
    async fn members_are_counted_and_searched(database) {
        database.with_many_members().await;
        let all = Search::default();
        let pattern = Pattern::Like("%nn 300%".into());
        let term = Term { columns: vec!["users.name"], pattern, case_sensitive: false };
        let named = Search { all: false, terms: vec![term] };
        let mut connection = database.store.read().await.unwrap();
        let third = MANY as i64 / 3;

        let (found, total) = roles::users(&mut connection, "role1", &all, (1_000, 2)).await.unwrap();
        assert_eq!((ids(&found), total), (vec!["id13001", "id13004"], third));
        let (found, total) = roles::users(&mut connection, "role1", &named, (0, 20)).await.unwrap();
        assert_eq!((ids(&found), total), (vec!["id13001", "id13004", "id13007"], 3));
        let (found, total) = roles::users(&mut connection, "role1", &named, (20, 20)).await.unwrap();
        assert_eq!((found.len(), total), (0, 3));

        for (search, role, first, expected) in [
            (&all, None, "id10001", MANY as i64),
            (&all, Some("role2"), "id10002", third),
            (&named, None, "id10300", 11),
            (&named, Some("role0"), "id10300", 5),
        ] {
            let page = of_users::page(&mut connection, "all", search, role, (0, 2)).await;
            let (found, total) = page.unwrap();
            assert_eq!((ids(&found)[0], found.len(), total), (first, 2, expected), "{role:?}");
        }
        let nobody = of_users::page(&mut connection, "none", &all, None, (0, 2)).await.unwrap();
        assert_eq!((nobody.0.len(), nobody.1), (0, 0));
    }
}
