//! What a database holds, row by row, as text.

use diesel::sql_types::Text;
use diesel::{QueryableByName, SqliteConnection};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use std::path::Path;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every row of every table, each line with the name of its table.
pub async fn of_postgres(url: &str) -> String {
    use diesel_async::RunQueryDsl;
    let mut connection = AsyncPgConnection::establish(url).await.unwrap();
    let tables = "select table_name::text as line from information_schema.tables \
                  where table_schema = 'public' order by 1";
    let tables: Vec<Line> = diesel::sql_query(tables).load(&mut connection).await.unwrap();
    let mut dump = String::new();
    for Line { line: table } in tables {
        let query = format!("select t::text as line from \"{table}\" t order by 1");
        let lines: Vec<Line> = diesel::sql_query(query).load(&mut connection).await.unwrap();
        dump.extend(lines.iter().map(|it| format!("{table}: {}\n", it.line)));
    }
    dump
}

/// The same of SQLite.
pub fn of_sqlite(path: &Path) -> String {
    use diesel::{Connection, RunQueryDsl};
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    // Indexes that look like tables are left out: what they are made of is in the others.
    let tables = "select name as line from sqlite_master where type = 'table' \
                  and sql not like 'create virtual table%' order by 1";
    let tables: Vec<Line> = diesel::sql_query(tables).load(&mut connection).unwrap();
    let mut dump = String::new();
    for Line { line: table } in tables {
        let columns = format!("select name as line from pragma_table_info('{table}')");
        let columns: Vec<Line> = diesel::sql_query(columns).load(&mut connection).unwrap();
        let columns: Vec<String> =
            columns.iter().map(|it| format!("quote(\"{}\")", it.line)).collect();
        let columns = columns.join(" || ',' || ");
        let query = format!("select {columns} as line from \"{table}\" order by 1");
        let lines: Vec<Line> = diesel::sql_query(query).load(&mut connection).unwrap();
        dump.extend(lines.iter().map(|it| format!("{table}: {}\n", it.line)));
    }
    dump
}
