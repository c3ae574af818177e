//! Searching columns of text, alike on both databases.
//!
//! PostgreSQL has the four kinds of comparison. SQLite has none of them beyond ASCII; there a
//! function of ours compares, on the `regex` crate, whose time is linear in the text.
//!
//! Only an index can find a few rows among millions: see [`grams`].

mod grams;

use self::grams::Narrowing;
use crate::connection::is_overdue;
use crate::{Connection, StoreError};
use diesel::SqliteConnection;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Bool, HasSqlType, Text};
use diesel::sqlite::Sqlite;
use regex::{Regex, RegexBuilder};
use std::cell::RefCell;

/// What a list is searched for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Whether every term must fit, or one of them.
    pub all: bool,
    /// Nothing to search for when empty.
    pub terms: Vec<Term>,
}

/// One comparison: it fits when one of the columns fits.
#[derive(Clone, Debug)]
pub struct Term {
    /// Qualified names of columns, from the list of those that may be searched; never input.
    pub columns: Vec<&'static str>,
    /// How they are compared.
    pub pattern: Pattern,
    /// Whether `A` and `a` differ.
    pub case_sensitive: bool,
}

/// How a column is compared.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Equal to one of these.
    Exact(Vec<String>),
    /// `%` stands for any text, `_` for any character, `\` takes the next as it is.
    Like(String),
    /// A pattern of SQL's `SIMILAR TO`.
    SimilarTo(String),
    /// A POSIX regular expression, anywhere in the text.
    Posix(String),
}

/// Largest program that a regular expression may become, in bytes.
const MAX_PROGRAM: usize = 1 << 20;

/// Why a pattern cannot be searched for.
#[derive(Debug, thiserror::Error)]
#[error("the pattern cannot be read: {0}")]
pub struct PatternError(String);

impl Pattern {
    /// Refuses what one of the databases could not search for.
    pub fn check(&self) -> Result<(), PatternError> {
        match self.expression() {
            Some(expression) => compile(&expression, true).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The same comparison as a regular expression; nothing for exact ones.
    fn expression(&self) -> Option<String> {
        match self {
            Self::Exact(_) => None,
            Self::Like(pattern) => Some(like_to_expression(pattern)),
            Self::SimilarTo(pattern) => Some(similar_to_expression(pattern)),
            Self::Posix(pattern) => Some(pattern.clone()),
        }
    }
}

fn compile(expression: &str, case_sensitive: bool) -> Result<Regex, PatternError> {
    RegexBuilder::new(expression)
        .case_insensitive(!case_sensitive)
        .dot_matches_new_line(true)
        .size_limit(MAX_PROGRAM)
        .build()
        .map_err(|error| PatternError(error.to_string()))
}

fn like_to_expression(pattern: &str) -> String {
    let mut expression = String::from("^");
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            '\\' => push_plain(&mut expression, letters.next().unwrap_or('\\')),
            other => push_plain(&mut expression, other),
        }
    }
    expression + "$"
}

/// `SIMILAR TO` knows `% _ | * + ? {} () []`; everything else stands for itself.
fn similar_to_expression(pattern: &str) -> String {
    let mut expression = String::from("^(?:");
    let mut letters = pattern.chars();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => push_plain(&mut expression, letters.next().unwrap_or('\\')),
            ']' => {
                in_class = false;
                expression.push(']');
            }
            _ if in_class => expression.push(letter),
            '[' => {
                in_class = true;
                expression.push('[');
            }
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            '|' | '*' | '+' | '?' | '{' | '}' | '(' | ')' => expression.push(letter),
            other => push_plain(&mut expression, other),
        }
    }
    expression + ")$"
}

fn push_plain(expression: &mut String, letter: char) {
    expression.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4])));
}

mod functions {
    #[diesel::declare_sql_function]
    extern "SQL" {
        /// Whether a text matches a regular expression, with or without regard to case.
        fn text_matches(
            expression: diesel::sql_types::Text,
            case_sensitive: diesel::sql_types::Bool,
            text: diesel::sql_types::Text,
        ) -> diesel::sql_types::Bool;
        /// A text in small letters, as Unicode knows them.
        fn text_lower(
            text: diesel::sql_types::Nullable<diesel::sql_types::Text>,
        ) -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
    }
}

thread_local! {
    /// The expression that this thread compiled last: a search uses one for all rows.
    static LAST: RefCell<Option<(String, bool, Option<Regex>)>> = const { RefCell::new(None) };
}

fn text_matches(expression: &str, case_sensitive: bool, text: &str) -> bool {
    LAST.with_borrow_mut(|last| {
        if !matches!(last, Some((e, c, _)) if e == expression && *c == case_sensitive) {
            let compiled = compile(expression, case_sensitive).ok();
            *last = Some((expression.to_owned(), case_sensitive, compiled));
        }
        matches!(last, Some((_, _, Some(regex))) if regex.is_match(text))
    })
}

/// What a comparison answers SQLite; an error ends the statement.
#[derive(Debug)]
enum Compared {
    Fits(bool),
    /// The statement has taken too long.
    Overdue,
}

impl ToSql<Bool, Sqlite> for Compared {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match self {
            Self::Fits(fits) => ToSql::<Bool, Sqlite>::to_sql(fits, out),
            // In the words of PostgreSQL.
            Self::Overdue => Err("canceling statement due to statement timeout".into()),
        }
    }
}

/// Gives a SQLite connection the functions that searches use.
pub fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    functions::text_matches_utils::register_impl(
        connection,
        |expression: String, case_sensitive: bool, text: String| {
            if is_overdue() {
                return Compared::Overdue;
            }
            Compared::Fits(text_matches(&expression, case_sensitive, &text))
        },
    )?;
    functions::text_lower_utils::register_impl(connection, |text: Option<String>| {
        text.map(|text| text.to_lowercase())
    })
}

/// A condition made at run time: SQL with bound texts.
#[derive(Clone, Debug)]
pub struct Condition {
    parts: Vec<Part>,
    /// Whether so many rows are found that the first ones of any order are met soon.
    pub finds_many: bool,
}

#[derive(Clone, Debug)]
enum Part {
    Sql(String),
    Text(String),
}

/// A condition in the making.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn sql(&mut self, text: &str) {
        self.0.push(Part::Sql(text.to_owned()));
    }

    fn text(&mut self, value: &str) {
        self.0.push(Part::Text(value.to_owned()));
    }
}

impl Search {
    /// The condition on this database; true when nothing is searched for. Where one of several
    /// terms is enough, and one is common, every row is compared, and an index helps no other.
    pub async fn condition(&self, connection: &mut Connection) -> Result<Condition, StoreError> {
        let is_sqlite = matches!(connection, Connection::Sqlite(_));
        let mut narrowings = Vec::new();
        for term in &self.terms {
            let narrowing = term.narrowing(is_sqlite);
            narrowings.push(narrowing.unless_common(connection).await?);
        }
        let are_common = || narrowings.iter().map(|it| *it == Narrowing::Common);
        let finds_many = if self.all {
            !narrowings.is_empty() && are_common().all(|it| it)
        } else {
            are_common().any(|it| it)
        };
        let mut parts = Parts::default();
        for (term, narrowing) in self.terms.iter().zip(&narrowings) {
            if !parts.0.is_empty() {
                parts.sql(if self.all { " and " } else { " or " });
            }
            parts.sql("((");
            for (number, column) in term.columns.iter().enumerate() {
                if number > 0 {
                    parts.sql(" or ");
                }
                match &term.pattern {
                    Pattern::Exact(values) => term.equal(column, values, is_sqlite, &mut parts),
                    pattern if is_sqlite => {
                        term.matches(column, pattern, narrowing, &mut parts);
                    }
                    pattern => term.compare(column, pattern, &mut parts),
                }
            }
            parts.sql(")");
            if let Narrowing::Grams(texts) = narrowing
                && !finds_many
            {
                parts.grams(texts, is_sqlite);
            }
            parts.sql(")");
        }
        if parts.0.is_empty() {
            parts.sql("1 = 1");
        }
        Ok(Condition { parts: parts.0, finds_many })
    }
}

impl Term {
    fn narrowing(&self, is_sqlite: bool) -> Narrowing {
        if self.columns.iter().all(|column| column.starts_with(grams::TABLE)) {
            Narrowing::of(&self.pattern, is_sqlite)
        } else {
            Narrowing::None
        }
    }

    /// Equal to one of the values. The comparison without regard to case can read an index, so it
    /// is there in any case. SQLite itself knows ASCII letters only.
    fn equal(&self, column: &str, values: &[String], is_sqlite: bool, parts: &mut Parts) {
        parts.sql("(");
        let lower = if is_sqlite && !values.iter().all(|value| value.is_ascii()) {
            "text_lower"
        } else {
            "lower"
        };
        parts.sql(&format!("{lower}({column}) in ("));
        for (number, value) in values.iter().enumerate() {
            parts.sql(if number > 0 { ", " } else { "" });
            parts.sql(&format!("{lower}("));
            parts.text(value);
            parts.sql(")");
        }
        parts.sql(")");
        if self.case_sensitive {
            parts.sql(&format!(" and {column} in ("));
            for (number, value) in values.iter().enumerate() {
                parts.sql(if number > 0 { ", " } else { "" });
                parts.text(value);
            }
            parts.sql(")");
        }
        parts.sql(")");
    }

    /// SQLite: by our own function, on the rows that the index leaves.
    fn matches(&self, column: &str, pattern: &Pattern, narrowing: &Narrowing, parts: &mut Parts) {
        let sensitive = u8::from(self.case_sensitive);
        parts.sql(&format!("({column} is not null and "));
        if let Narrowing::Beginning(from, to) = narrowing {
            parts.sql(&format!("lower({column}) >= "));
            parts.text(from);
            parts.sql(&format!(" and lower({column}) < "));
            parts.text(to);
            parts.sql(" and ");
        }
        parts.sql("text_matches(");
        parts.text(&pattern.expression().unwrap_or_default());
        parts.sql(&format!(", {sensitive}, {column}))"));
    }

    /// PostgreSQL: by its operators. It finds the beginning of a pattern by itself, in an index of
    /// what it compares.
    fn compare(&self, column: &str, pattern: &Pattern, parts: &mut Parts) {
        let (operator, value) = match (pattern, self.case_sensitive) {
            (Pattern::Exact(_), _) => return,
            (Pattern::Like(value), _) => {
                parts.sql(&format!("(lower({column}) like lower("));
                parts.text(value);
                parts.sql(")");
                if self.case_sensitive {
                    parts.sql(&format!(" and {column} like "));
                    parts.text(value);
                }
                parts.sql(")");
                return;
            }
            (Pattern::SimilarTo(value), _) => ("similar to", value),
            (Pattern::Posix(value), true) => ("~", value),
            (Pattern::Posix(value), false) => ("~*", value),
        };
        parts.sql(&format!("{column} {operator} "));
        parts.text(value);
    }
}

impl Expression for Condition {
    type SqlType = Bool;
}

// The columns are named in full, so that a query without their table fails where it is tested.
impl<QS: ?Sized> AppearsOnTable<QS> for Condition {}
impl<QS: ?Sized> SelectableExpression<QS> for Condition {}

impl<GB> ValidGrouping<GB> for Condition {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for Condition {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Condition
where
    DB: Backend + HasSqlType<Text>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // Its text changes with what is searched for.
        out.unsafe_to_cache_prepared();
        out.push_sql("(");
        for part in &self.parts {
            match part {
                Part::Sql(text) => out.push_sql(text),
                Part::Text(value) => out.push_bind_param::<Text, _>(value)?,
            }
        }
        out.push_sql(")");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: Pattern, text: &str) -> bool {
        text_matches(&pattern.expression().unwrap(), true, text)
    }

    #[test]
    fn patterns_mean_what_they_mean_in_sql() {
        let like = |pattern: &str, text: &str| matches(Pattern::Like(pattern.into()), text);
        assert!(like("%a%", "bar") && like("b_r", "bar") && like("100\\%", "100%"));
        assert!(!like("ba", "bar") && !like("b.r", "bar") && !like("100\\%", "1000"));
        let similar = |pattern: &str, text: &str| matches(Pattern::SimilarTo(pattern.into()), text);
        assert!(similar("%(b|d)%", "abc") && similar("[ab]+", "abba") && similar("a.c", "a.c"));
        assert!(!similar("(b|c)%", "abc") && !similar("a.c", "abc"));
        assert!(matches(Pattern::Posix("^a.*z$".into()), "a to z"));
    }

    #[test]
    fn patterns_that_cannot_be_searched_for_are_refused() {
        for pattern in ["(", "a{9999}{9999}", "(a)\\1"] {
            assert!(Pattern::Posix(pattern.into()).check().is_err(), "{pattern}");
        }
        assert!(Pattern::SimilarTo("(".into()).check().is_err());
        assert!(Pattern::Like("(".into()).check().is_ok());
    }
}
