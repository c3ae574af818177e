//! Which rows a search has to look at, by an index of what users' texts hold.
//!
//! The texts of a user that can be searched are indexed by every three letters that follow each
//! other: those of a text that is searched for are in every row that has it. A text at the
//! beginning is found in an ordinary index of the column. Either leaves more rows than fit; each
//! of them is compared.

use super::{Parts, Pattern};
use crate::StoreError;
use crate::connection::Connection;
use crate::rows::by_name;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// The columns of this table are indexed.
pub const TABLE: &str = "users.";

/// What PostgreSQL's index is made of, as the migration says it.
const TEXT: &str = "lower(users.id || e'\\n' || coalesce(users.username, '') || e'\\n' || \
     coalesce(users.primary_email, '') || e'\\n' || coalesce(users.primary_phone, '') || e'\\n' || \
     coalesce(users.name, ''))";
/// Letters of which a gram is made.
const GRAM: usize = 3;
/// More grams of one text would hardly leave fewer rows.
const MAX_GRAMS: usize = 24;

/// Whether each gram of so many texts is in more than 5 % of the users, or in more than 50,000 of
/// them, as PostgreSQL has counted in a sample. To compare each user is faster than to fetch so many
/// by the index; and if PostgreSQL cannot keep in `work_mem` which they are, it makes the grams of
/// all their neighbours anew.
fn question(count: usize) -> String {
    let grams: Vec<String> =
        (1..=count).map(|number| format!("text_grams(lower(${number}))")).collect();
    format!(
        "select not exists (\
             select from unnest({}) as wanted (gram) where gram not in (\
                 select listed.gram from pg_stats, \
                 unnest(most_common_elems::text::text[], most_common_elem_freqs) \
                     as listed (gram, share) \
                 where schemaname = current_schema() and tablename = 'users__grams' \
                 and listed.gram is not null and share > (\
                     select least(0.05, 50000 / greatest(reltuples, 1)) from pg_class \
                     where oid = 'users'::regclass\
                 )\
             )\
         ) as is_common",
        grams.join(" || ")
    )
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    is_common: bool,
}

/// How the rows that a search looks at are found.
#[derive(Debug, PartialEq)]
pub enum Narrowing {
    /// All rows are looked at, or the comparison itself reads an index.
    None,
    /// Those with a column from the first text on and before the second.
    Beginning(String, String),
    /// Those that hold all texts of one of these lists.
    Grams(Vec<Vec<String>>),
    /// All are looked at, because many hold the texts.
    Common,
}

impl Narrowing {
    /// For a pattern in columns of [`TABLE`].
    pub fn of(pattern: &Pattern, is_sqlite: bool) -> Self {
        let lists = match pattern {
            Pattern::Like(pattern) => {
                let texts = fixed_texts(pattern);
                let longest = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
                // The first is empty if the pattern begins with a wildcard.
                let first = texts.first().map_or(0, |text| text.chars().count());
                if first > 0
                    && (first == longest || longest < GRAM)
                    && let Some(beginning) = Self::beginning(&texts, is_sqlite)
                {
                    return beginning;
                }
                vec![texts]
            }
            Pattern::Exact(values) if is_sqlite && !values.iter().all(|value| value.is_ascii()) => {
                values.iter().map(|value| vec![value.clone()]).collect()
            }
            Pattern::Exact(_) | Pattern::SimilarTo(_) | Pattern::Posix(_) => return Self::None,
        };
        let usable = |text: &String| {
            if is_sqlite { !grams(text).is_empty() } else { text.chars().count() >= GRAM }
        };
        let lists: Vec<Vec<String>> =
            lists.into_iter().map(|texts| texts.into_iter().filter(usable).collect()).collect();
        if lists.iter().any(Vec::is_empty) { Self::None } else { Self::Grams(lists) }
    }

    /// What is left of it if many users have the texts. SQLite has not counted.
    pub async fn unless_common(self, connection: &mut Connection) -> Result<Self, StoreError> {
        let (Self::Grams(lists), Connection::Postgres(_)) = (&self, &*connection) else {
            return Ok(self);
        };
        for texts in lists {
            let answers: Vec<Answer> = by_name(connection, &question(texts.len()), texts).await?;
            if answers.iter().any(|answer| answer.is_common) {
                return Ok(Self::Common);
            }
        }
        Ok(self)
    }

    fn beginning(texts: &[String], is_sqlite: bool) -> Option<Self> {
        // PostgreSQL finds the beginning in the pattern.
        if !is_sqlite {
            return Some(Self::None);
        }
        let first = texts.first().filter(|text| text.is_ascii())?.to_ascii_lowercase();
        let (last, others) = first.as_bytes().split_last()?;
        let mut to = String::from_utf8_lossy(others).into_owned();
        to.push(char::from(last + 1));
        Some(Self::Beginning(first, to))
    }
}

impl Parts {
    /// And only rows that hold all texts of one of the lists. This comes last: PostgreSQL makes the
    /// grams of a row, which is dear, only where what stands before has found it to fit.
    pub(super) fn grams(&mut self, lists: &[Vec<String>], is_sqlite: bool) {
        if is_sqlite {
            self.sql(
                " and users.id in (select user_id from __user_numbers where number in \
                 (select rowid from __user_grams where __user_grams match ",
            );
            self.text(&full_text_query(lists));
            self.sql("))");
            return;
        }
        self.sql(" and (");
        for (number, texts) in lists.iter().enumerate() {
            self.sql(if number > 0 { " or " } else { "" });
            self.sql(&format!("text_grams({TEXT}) @> ("));
            for (number, text) in texts.iter().enumerate() {
                self.sql(if number > 0 { " || " } else { "" });
                self.sql("text_grams(lower(");
                self.text(text);
                self.sql("))");
            }
            self.sql(")");
        }
        self.sql(")");
    }
}

/// What stands between the wildcards of a pattern of LIKE, in order; the first is what it begins
/// with.
fn fixed_texts(pattern: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            '%' | '_' => {
                texts.push(String::new());
                continue;
            }
            '\\' => letters.next().unwrap_or('\\'),
            other => other,
        };
        if let Some(text) = texts.last_mut() {
            text.push(letter);
        }
    }
    texts
}

/// The grams of a text that SQLite's index is sure to hold as well, whatever the case.
fn grams(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut grams: Vec<String> = Vec::new();
    for gram in letters.windows(GRAM).filter(|gram| gram.iter().all(|it| folds_alike(*it))) {
        let gram = String::from_iter(gram);
        if !grams.contains(&gram) && grams.len() < MAX_GRAMS {
            grams.push(gram);
        }
    }
    grams
}

/// Whether SQLite and the `regex` crate agree on what is this letter in another case. They know
/// different versions of Unicode; Latin letters and those without case are the same in all.
fn folds_alike(letter: char) -> bool {
    let has_no_case = || letter.to_lowercase().eq([letter]) && letter.to_uppercase().eq([letter]);
    letter < '\u{250}' || has_no_case()
}

/// A query of FTS5.
fn full_text_query(lists: &[Vec<String>]) -> String {
    let all = |texts: &Vec<String>| {
        let grams = texts.iter().flat_map(|text| grams(text)).take(MAX_GRAMS);
        let quoted: Vec<String> =
            grams.map(|gram| format!("\"{}\"", gram.replace('"', "\"\""))).collect();
        format!("({})", quoted.join(" AND "))
    };
    lists.iter().map(all).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(pattern: &str, is_sqlite: bool) -> Narrowing {
        Narrowing::of(&Pattern::Like(pattern.into()), is_sqlite)
    }

    fn all_of(texts: &[&str]) -> Narrowing {
        Narrowing::Grams(vec![texts.iter().map(ToString::to_string).collect()])
    }

    #[test]
    fn the_longest_fixed_text_is_what_an_index_finds() {
        let beginning = |from: &str, to: &str| Narrowing::Beginning(from.into(), to.into());
        assert_eq!(like("Ann%", true), beginning("ann", "ano"));
        assert_eq!(like("a%", true), beginning("a", "b"));
        assert_eq!(like("a\\_z_", true), beginning("a_z", "a_{"));
        assert_eq!(like("Ann%", false), Narrowing::None);
        for is_sqlite in [true, false] {
            assert_eq!(like("%Ann%\\%son_", is_sqlite), all_of(&["Ann", "%son"]));
            assert_eq!(like("a%smith%", is_sqlite), all_of(&["smith"]));
            assert_eq!(like("%an%", is_sqlite), Narrowing::None);
            assert_eq!(like("%", is_sqlite), Narrowing::None);
        }
    }

    #[test]
    fn only_letters_that_both_fold_alike_are_looked_up() {
        assert_eq!(grams("Ärger"), ["Ärg", "rge", "ger"]);
        assert_eq!(grams("王小明"), ["王小明"]);
        assert_eq!(grams("aaaaa"), ["aaa"]);
        assert!(grams("\u{a7ab}bc").is_empty() && grams("ab").is_empty());
        assert_eq!(like("\u{a7ab}bc%", true), Narrowing::None);
    }

    #[test]
    fn whole_texts_beyond_ascii_are_looked_up_by_their_grams() {
        let exact = |values: &[&str]| {
            Narrowing::of(&Pattern::Exact(values.iter().map(ToString::to_string).collect()), true)
        };
        let ann: Vec<String> = vec!["ann".into()];
        let marger: Vec<String> = vec!["märger".into()];
        assert_eq!(exact(&["ann", "märger"]), Narrowing::Grams(vec![ann, marger]));
        assert_eq!(exact(&["ann"]), Narrowing::None);
        assert_eq!(exact(&["ann", "ä"]), Narrowing::None);
    }

    #[test]
    fn a_query_of_fts5_is_quoted() {
        let lists = [vec!["a\"bc".to_owned()], vec!["xyz".to_owned()]];
        assert_eq!(full_text_query(&lists), "(\"a\"\"b\" AND \"\"\"bc\") OR (\"xyz\")");
    }
}
