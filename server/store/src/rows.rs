//! What tables have alike, written once: a row by its id, and relations between two ids.

use crate::connection::on;
use crate::{Connection, StoreError};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

/// The queries of a table whose rows have one text column `id`:
/// `insert`, `by_id`, `by_ids`, `update` (every column), `delete`.
macro_rules! rows {
    ($table:ident, $row:ty) => {
        /// Inserts a row.
        pub async fn insert(
            connection: &mut $crate::Connection,
            row: &$row,
        ) -> Result<(), $crate::StoreError> {
            $crate::connection::on!(connection, |inner| {
                diesel::insert_into($table::table).values(row).execute(inner).await?;
                Ok(())
            })
        }

        /// The row with this id.
        pub async fn by_id(
            connection: &mut $crate::Connection,
            id: &str,
        ) -> Result<Option<$row>, $crate::StoreError> {
            $crate::connection::on!(connection, |inner| {
                let found = $table::table.find(id).select(<$row>::as_select()).first(inner).await;
                Ok(found.optional()?)
            })
        }

        /// The rows with these ids, ordered by id; those that are not there are left out.
        pub async fn by_ids(
            connection: &mut $crate::Connection,
            ids: &[String],
        ) -> Result<Vec<$row>, $crate::StoreError> {
            $crate::connection::on!(connection, |inner| {
                Ok($table::table
                    .filter($table::id.eq_any(ids))
                    .select(<$row>::as_select())
                    .order($table::id)
                    .load(inner)
                    .await?)
            })
        }

        /// Writes every column of a row; false when it is not there any more.
        pub async fn update(
            connection: &mut $crate::Connection,
            row: &$row,
        ) -> Result<bool, $crate::StoreError> {
            $crate::connection::on!(connection, |inner| {
                let changed = diesel::update($table::table.find(&row.id)).set(row);
                Ok(changed.execute(inner).await? == 1)
            })
        }

        /// Deletes a row with what hangs on it; false when it is not there.
        pub async fn delete(
            connection: &mut $crate::Connection,
            id: &str,
        ) -> Result<bool, $crate::StoreError> {
            $crate::connection::on!(connection, |inner| {
                Ok(diesel::delete($table::table.find(id)).execute(inner).await? == 1)
            })
        }
    };
}

/// The queries of a table that relates one id (`$left`) to many others (`$right`):
/// `of`, `attach`, `replace`, `detach`.
macro_rules! relation {
    ($table:ident, $left:ident, $right:ident) => {
        use crate::connection::on;
        use crate::schema::$table;
        use crate::{Connection, StoreError};
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;

        /// The related ids, in order.
        pub async fn of(
            connection: &mut Connection,
            left: &str,
        ) -> Result<Vec<String>, StoreError> {
            on!(connection, |inner| {
                Ok($table::table
                    .filter($table::$left.eq(left))
                    .select($table::$right)
                    .order($table::$right)
                    .load(inner)
                    .await?)
            })
        }

        /// Relates them; answers with those that were not related before.
        pub async fn attach(
            connection: &mut Connection,
            left: &str,
            right: &[String],
        ) -> Result<Vec<String>, StoreError> {
            let mut added = Vec::new();
            for id in right {
                let values = ($table::$left.eq(left), $table::$right.eq(id));
                let inserted = on!(connection, |inner| {
                    diesel::insert_into($table::table)
                        .values(values)
                        .on_conflict_do_nothing()
                        .execute(inner)
                        .await?
                });
                if inserted == 1 {
                    added.push(id.clone());
                }
            }
            Ok(added)
        }

        /// Relates these and no others.
        pub async fn replace(
            connection: &mut Connection,
            left: &str,
            right: &[String],
        ) -> Result<(), StoreError> {
            on!(connection, |inner| {
                let others = $table::table
                    .filter($table::$left.eq(left))
                    .filter($table::$right.ne_all(right));
                diesel::delete(others).execute(inner).await?;
            });
            attach(connection, left, right).await?;
            Ok(())
        }

        /// Ends a relation; false when there is none.
        pub async fn detach(
            connection: &mut Connection,
            left: &str,
            right: &str,
        ) -> Result<bool, StoreError> {
            on!(connection, |inner| {
                let target =
                    $table::table.filter($table::$left.eq(left)).filter($table::$right.eq(right));
                Ok(diesel::delete(target).execute(inner).await? == 1)
            })
        }
    };
}

pub(crate) use {relation, rows};

/// A query of three `$right` of each of so many `$left`, named `held_in` and `id`: one range of the
/// index for each of them, however many it has.
pub(crate) fn some_of_each(count: usize, table: &str, left: &str, right: &str) -> String {
    let part = |number: usize| {
        format!(
            "select * from (select {left} as held_in, {right} as id from {table} \
             where {left} = ${number} order by {right} limit 3) part{number}"
        )
    };
    let parts: Vec<String> = (1..=count).map(part).collect();
    if parts.is_empty() {
        return format!("select {left} as held_in, {right} as id from {table} where 1 = 0");
    }
    parts.join(" union all ")
}

/// The rows of a query that is written in SQL, with texts bound to `$1`, `$2`, ….
pub(crate) async fn by_name<T>(
    connection: &mut Connection,
    text: &str,
    binds: &[String],
) -> Result<Vec<T>, StoreError>
where
    T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + Send + 'static,
{
    on!(connection, |inner| {
        let mut query = diesel::sql_query(text).into_boxed();
        for bind in binds {
            query = query.bind::<Text, _>(bind.clone());
        }
        Ok(query.load(inner).await?)
    })
}
