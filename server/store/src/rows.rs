//! What tables have alike, written once: a row by its id, relations between two ids, and pages.

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

/// The query of one page of what a query selects in this order.
macro_rules! one_page {
    ($query:expr, $selection:expr, $order:expr, $page:expr) => {{
        let (offset, limit): (i64, i64) = $page;
        $query.select($selection).order($order).offset(offset).limit(limit)
    }};
}

/// One page of what a query selects in this order, and how many there are.
macro_rules! page_of {
    ($inner:ident, $query:expr, $selection:expr, $order:expr, $page:expr) => {{
        let found = $crate::rows::one_page!($query, $selection, $order, $page);
        (found.load($inner).await?, $query.count().get_result::<i64>($inner).await?)
    }};
}

/// One page of the `$members` that a relation names in `$id`, ordered by it, and how many there are:
/// an index of the relation alone tells both, unless members are searched for.
macro_rules! page_of_members {
    ($inner:ident, $relation:expr, $id:expr, $members:ident, $row:ty, $search:expr, $page:expr) => {{
        let (search, condition): (&$crate::search::Search, &$crate::search::Condition) = $search;
        let (ids, total): (Vec<String>, i64) = if search.terms.is_empty() {
            $crate::rows::page_of!($inner, $relation, $id, $id, $page)
        } else {
            let found = || $relation.inner_join($members::table).filter(condition.clone());
            $crate::rows::page_of!($inner, found(), $id, $id, $page)
        };
        let rows: Vec<$row> = $members::table
            .filter($members::id.eq_any(ids))
            .select(<$row>::as_select())
            .order($members::id)
            .load($inner)
            .await?;
        (rows, total)
    }};
}

pub(crate) use {one_page, page_of, page_of_members, relation, rows};

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
