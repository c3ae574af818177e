//! `schema.rs` says what both databases have.

use crate::support::{Address, TestDatabase};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use std::collections::BTreeMap;

const SCHEMA: [&str; 8] = [
    include_str!("../../src/schema/accounts.rs"),
    include_str!("../../src/schema/clients.rs"),
    include_str!("../../src/schema/federation.rs"),
    include_str!("../../src/schema/memberships.rs"),
    include_str!("../../src/schema/provider.rs"),
    include_str!("../../src/schema/permissions.rs"),
    include_str!("../../src/schema/settings.rs"),
    include_str!("../../src/schema/traffic.rs"),
];

/// Type and whether it may be null, by table and column.
type Columns = BTreeMap<(String, String), (String, bool)>;

/// A column as a database describes it.
#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

fn collect(rows: Vec<Column>) -> Columns {
    rows.into_iter()
        .map(|row| {
            ((row.table_name, row.column_name), (row.type_name.to_lowercase(), row.nullable))
        })
        .collect()
}

/// The columns of the `table!` blocks.
fn declared() -> Columns {
    let mut columns = Columns::new();
    let blocks = SCHEMA.iter().flat_map(|area| area.split("diesel::table! {").skip(1));
    for block in blocks {
        let (block, _) = block.split_once("\n}").unwrap();
        let (head, body) = block.split_once('{').unwrap();
        let table = head.split_whitespace().next().unwrap();
        let mut renamed = None;
        for line in body.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("#[sql_name = \"") {
                renamed = name.strip_suffix("\"]").map(str::to_owned);
            } else if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ") {
                let inner = kind.strip_prefix("Nullable<").and_then(|it| it.strip_suffix('>'));
                let kind = match inner.unwrap_or(kind) {
                    "Text" => "text",
                    "BigInt" => "bigint",
                    "Integer" => "integer",
                    "Bool" => "boolean",
                    other => panic!("{other} is no type of both databases"),
                };
                let name = renamed.take().unwrap_or_else(|| name.to_owned());
                columns.insert((table.to_owned(), name), (kind.to_owned(), inner.is_some()));
            }
        }
    }
    columns
}

fn sqlite_rows<T>(address: &Address, query: &str) -> Vec<T>
where
    T: QueryableByName<diesel::sqlite::Sqlite> + 'static,
{
    use diesel::Connection as _;
    let path = address.options.url.strip_prefix("sqlite:").unwrap();
    let mut connection = diesel::SqliteConnection::establish(path).unwrap();
    diesel::sql_query(query).load(&mut connection).unwrap()
}

async fn postgres_rows<T>(address: &Address, query: &str) -> Vec<T>
where
    T: QueryableByName<diesel::pg::Pg> + Send + 'static,
{
    let mut connection = AsyncPgConnection::establish(&address.options.url).await.unwrap();
    diesel_async::RunQueryDsl::load(diesel::sql_query(query), &mut connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_has_the_declared_columns() {
    let database = TestDatabase::sqlite().await;
    let query = "select m.name as table_name, p.name as column_name, p.type as type_name, \
         p.\"notnull\" = 0 as nullable from sqlite_master m, pragma_table_info(m.name) p \
         where m.type = 'table' and m.name not like 'sqlite%' and m.name not like '\\_\\_%' escape '\\'";
    let found = collect(sqlite_rows(&database.address, query));
    assert!(found.len() > 100);
    assert_eq!(found, declared());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_has_the_declared_columns() {
    let database = TestDatabase::postgres().await;
    let query = "select table_name::text, column_name::text, data_type::text as type_name, \
         is_nullable = 'YES' as nullable from information_schema.columns \
         where table_schema = 'public' and table_name not like '\\_\\_%'";
    let found = collect(postgres_rows(&database.address, query).await);
    assert!(found.len() > 100);
    assert_eq!(found, declared());
}

/// A column that refers to another table.
#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    place: String,
}

/// Deleting a row would otherwise read the whole table that refers to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_foreign_key_is_indexed() {
    let sqlite = TestDatabase::sqlite().await;
    let query = "select m.name || '.' || f.\"from\" as place \
         from sqlite_master m, pragma_foreign_key_list(m.name) f \
         where m.type = 'table' and f.seq = 0 and not exists (select 1 from pragma_index_list(m.name) i, \
         pragma_index_info(i.name) c where c.seqno = 0 and c.name = f.\"from\")";
    let without: Vec<Reference> = sqlite_rows(&sqlite.address, query);
    assert!(without.is_empty(), "{:?}", places(&without));

    let postgres = TestDatabase::postgres().await;
    let query = "select c.conrelid::regclass || '.' || a.attname as place from pg_constraint c \
         join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] \
         where c.contype = 'f' and not exists (select 1 from pg_index i \
         where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])";
    let without: Vec<Reference> = postgres_rows(&postgres.address, query).await;
    assert!(without.is_empty(), "{:?}", places(&without));
}

fn places(rows: &[Reference]) -> Vec<&str> {
    rows.iter().map(|row| row.place.as_str()).collect()
}
