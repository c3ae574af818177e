//! How a database would answer a query.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::deserialize::{self, QueryableByName};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::row::NamedRow;
use diesel::sql_types::{Text, Untyped};
use diesel::sqlite::Sqlite;

/// A query that is explained instead of answered.
pub struct Explain<Q>(pub Q);

/// A line of a plan.
pub struct Line(pub String);

/// A whole plan, in the words of the database.
pub fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| line.0.as_str()).collect::<Vec<_>>().join("\n")
}

impl<Q> Query for Explain<Q> {
    type SqlType = Untyped;
}

impl<Q> QueryId for Explain<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Explain<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        explain(&self.0, "explain query plan ", out)
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Explain<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        explain(&self.0, "explain ", out)
    }
}

fn explain<'b, DB: Backend>(
    query: &'b impl QueryFragment<DB>,
    command: &str,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    out.unsafe_to_cache_prepared();
    out.push_sql(command);
    query.walk_ast(out.reborrow())
}

impl QueryableByName<Sqlite> for Line {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        NamedRow::get::<Text, String>(row, "detail").map(Self)
    }
}

impl QueryableByName<Pg> for Line {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        NamedRow::get::<Text, String>(row, "QUERY PLAN").map(Self)
    }
}
