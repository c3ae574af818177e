//! Searching columns of text, alike on both databases.
//!
//! PostgreSQL has the four kinds of comparison. SQLite has none of them beyond ASCII; there a
//! function of ours compares, on the `regex` crate, whose time is linear in the text.

use crate::Connection;
use diesel::SqliteConnection;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Text};
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

/// Gives a SQLite connection the functions that searches use.
pub fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    functions::text_matches_utils::register_impl(
        connection,
        |expression: String, case_sensitive: bool, text: String| {
            text_matches(&expression, case_sensitive, &text)
        },
    )?;
    functions::text_lower_utils::register_impl(connection, |text: Option<String>| {
        text.map(|text| text.to_lowercase())
    })
}

/// A condition made at run time: SQL with bound texts.
#[derive(Clone, Debug)]
pub struct Condition(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Sql(String),
    Text(String),
}

impl Search {
    /// The condition on this database; true when nothing is searched for.
    pub fn condition(&self, connection: &Connection) -> Condition {
        let is_sqlite = matches!(connection, Connection::Sqlite(_));
        let mut parts = Vec::new();
        for term in &self.terms {
            let separator = if self.all { " and (" } else { " or (" };
            parts.push(Part::Sql(if parts.is_empty() { "(" } else { separator }.into()));
            for (number, column) in term.columns.iter().enumerate() {
                if number > 0 {
                    parts.push(Part::Sql(" or ".into()));
                }
                match &term.pattern {
                    Pattern::Exact(values) => term.equal(column, values, is_sqlite, &mut parts),
                    pattern if is_sqlite => term.matches(column, pattern, &mut parts),
                    pattern => term.compare(column, pattern, &mut parts),
                }
            }
            parts.push(Part::Sql(")".into()));
        }
        if parts.is_empty() {
            parts.push(Part::Sql("1 = 1".into()));
        }
        Condition(parts)
    }
}

impl Term {
    fn equal(&self, column: &str, values: &[String], is_sqlite: bool, parts: &mut Vec<Part>) {
        let left = match (self.case_sensitive, is_sqlite) {
            (true, _) => column.to_owned(),
            (false, true) => format!("text_lower({column})"),
            (false, false) => format!("lower({column})"),
        };
        parts.push(Part::Sql(format!("coalesce({left} in (")));
        for (number, value) in values.iter().enumerate() {
            if number > 0 {
                parts.push(Part::Sql(", ".into()));
            }
            let value = if self.case_sensitive { value.clone() } else { value.to_lowercase() };
            parts.push(Part::Text(value));
        }
        parts.push(Part::Sql("), 1 = 0)".into()));
    }

    /// SQLite: by our own function.
    fn matches(&self, column: &str, pattern: &Pattern, parts: &mut Vec<Part>) {
        let sensitive = u8::from(self.case_sensitive);
        parts.push(Part::Sql(format!("({column} is not null and text_matches(")));
        parts.push(Part::Text(pattern.expression().unwrap_or_default()));
        parts.push(Part::Sql(format!(", {sensitive}, {column}))")));
    }

    /// PostgreSQL: by its operators.
    fn compare(&self, column: &str, pattern: &Pattern, parts: &mut Vec<Part>) {
        let (operator, value) = match (pattern, self.case_sensitive) {
            (Pattern::Exact(_), _) => return,
            (Pattern::Like(value), true) => ("like", value),
            (Pattern::Like(value), false) => ("ilike", value),
            (Pattern::SimilarTo(value), _) => ("similar to", value),
            (Pattern::Posix(value), true) => ("~", value),
            (Pattern::Posix(value), false) => ("~*", value),
        };
        parts.push(Part::Sql(format!("coalesce({column} {operator} ")));
        parts.push(Part::Text(value.clone()));
        parts.push(Part::Sql(", 1 = 0)".into()));
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
        for part in &self.0 {
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
