//! The search grammar of lists: `search`, `search.<field>`, `mode`, `mode.<field>`, `joint`,
//! `isCaseSensitive`.

use crate::flows::error::{Rejection, reject};
use vestibule_shared::ErrorCode;
use vestibule_store::search::{Pattern, Search, Term};

/// Longest value that is searched for, in characters.
pub const MAX_VALUE: usize = 256;
/// Most values that one list is searched for.
const MAX_VALUES: usize = 50;

/// Reads the search out of query parameters. `fields` are the names on the wire with their
/// columns.
pub fn parse(
    query: &[(String, String)],
    fields: &[(&str, &'static str)],
) -> Result<Search, Rejection> {
    let one = |name: &str| -> Result<Option<&str>, Rejection> {
        let mut values = query.iter().filter(|(each, _)| each == name).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (value, None) => Ok(value.map(String::as_str)),
            (_, Some(_)) => Err(refuse(format!("{name} is sent more than once"))),
        }
    };
    let joint = match one("joint")? {
        None => one("jointMode")?,
        given => given,
    };
    let all = match joint {
        None | Some("or") => false,
        Some("and") => true,
        Some(_) => return Err(refuse("joint is `or` or `and`")),
    };
    let case_sensitive = match one("isCaseSensitive")?.map(str::to_ascii_lowercase).as_deref() {
        Some("true" | "1" | "yes" | "y") => true,
        None | Some("false" | "0" | "no" | "n") => false,
        Some(_) => return Err(refuse("isCaseSensitive is true or false")),
    };
    let general = one("mode")?;
    check_names(query, fields)?;
    let mut terms = Vec::new();
    if let Some(values) = values(query, "search")? {
        let pattern = pattern(general, values, case_sensitive)?;
        let columns = fields.iter().map(|(_, column)| *column).collect();
        terms.push(Term { columns, pattern, case_sensitive });
    }
    for (field, column) in fields {
        let mode = one(&format!("mode.{field}"))?.or(general);
        if let Some(values) = values(query, &format!("search.{field}"))? {
            let pattern = pattern(mode, values, case_sensitive)?;
            terms.push(Term { columns: vec![column], pattern, case_sensitive });
        }
    }
    Ok(Search { all, terms })
}

/// A search for a keyword anywhere in one of these columns (`q`).
pub fn keyword(keyword: Option<&str>, columns: &[&'static str]) -> Result<Search, Rejection> {
    let Some(keyword) = keyword.filter(|keyword| !keyword.is_empty()) else {
        return Ok(Search::default());
    };
    if keyword.chars().count() > MAX_VALUE {
        return Err(refuse(format!("q has more than {MAX_VALUE} characters")));
    }
    let escaped = keyword.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = Pattern::Like(format!("%{escaped}%"));
    let term = Term { columns: columns.to_vec(), pattern, case_sensitive: false };
    Ok(Search { all: false, terms: vec![term] })
}

/// Fields that cannot be searched are refused: to leave a filter out of account would show more
/// than was asked for.
fn check_names(query: &[(String, String)], fields: &[(&str, &str)]) -> Result<(), Rejection> {
    for (name, _) in query {
        let field = name.strip_prefix("search.").or_else(|| name.strip_prefix("mode."));
        if let Some(field) = field
            && !fields.iter().any(|(known, _)| *known == field)
        {
            return Err(refuse(format!("the field {field} cannot be searched")));
        }
    }
    Ok(())
}

fn values(query: &[(String, String)], name: &str) -> Result<Option<Vec<String>>, Rejection> {
    let found: Vec<String> =
        query.iter().filter(|(each, _)| each == name).map(|(_, value)| value.clone()).collect();
    if found.is_empty() {
        return Ok(None);
    }
    if found.len() > MAX_VALUES || found.iter().any(|value| value.chars().count() > MAX_VALUE) {
        return Err(refuse(format!(
            "{name} has more than {MAX_VALUES} values or more than {MAX_VALUE} characters"
        )));
    }
    if found.iter().any(String::is_empty) {
        return Err(refuse(format!("{name} is empty")));
    }
    Ok(Some(found))
}

fn pattern(
    mode: Option<&str>,
    values: Vec<String>,
    case_sensitive: bool,
) -> Result<Pattern, Rejection> {
    if mode == Some("exact") {
        return Ok(Pattern::Exact(values));
    }
    let [value] = values.try_into().map_err(|_| refuse("only exact values may be repeated"))?;
    let pattern = match mode {
        None | Some("like") => Pattern::Like(value),
        Some("similar_to") if !case_sensitive => {
            return Err(refuse("similar_to needs isCaseSensitive=true"));
        }
        Some("similar_to") => Pattern::SimilarTo(value),
        Some("posix") => Pattern::Posix(value),
        Some(_) => return Err(refuse("mode is exact, like, similar_to or posix")),
    };
    pattern.check().map_err(|error| refuse(error.to_string()))?;
    Ok(pattern)
}

fn refuse(details: impl Into<String>) -> Rejection {
    reject(400, ErrorCode::RequestInvalidInput).with_details(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[(&str, &str)] = &[("id", "users.id"), ("name", "users.name")];

    fn search(text: &str) -> Result<Search, Rejection> {
        let query: Vec<(String, String)> =
            form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        parse(&query, FIELDS)
    }

    #[test]
    fn terms_are_read_with_their_modes() {
        assert!(search("page=1").unwrap().terms.is_empty());
        let both = search("search=%25a%25").unwrap();
        assert_eq!(both.terms[0].columns, ["users.id", "users.name"]);
        assert!(matches!(&both.terms[0].pattern, Pattern::Like(text) if text == "%a%"));
        let exact = search("search.name=a&search.name=b&mode.name=exact&joint=and").unwrap();
        assert!(exact.all);
        assert!(matches!(&exact.terms[0].pattern, Pattern::Exact(values) if values.len() == 2));
        assert!(search("search=a&mode=similar_to&isCaseSensitive=y").is_ok());
    }

    #[test]
    fn what_breaks_the_grammar_is_refused() {
        for text in [
            "search=a&mode=guess",
            "search=a&search=b",
            "search=a&mode=similar_to",
            "search=(&mode=posix",
            "search.secret=a",
            "mode.secret=exact",
            "search=a&joint=xor",
            "search=a&isCaseSensitive=perhaps",
            "search=",
            "search=a&mode=exact&mode=like",
        ] {
            let refusal = search(text).unwrap_err();
            assert_eq!(refusal.code, ErrorCode::RequestInvalidInput, "{text}");
        }
    }

    #[test]
    fn keywords_are_taken_as_they_are() {
        let search = keyword(Some("50%_"), &["a.b"]).unwrap();
        assert!(matches!(&search.terms[0].pattern, Pattern::Like(text) if text == "%50\\%\\_%"));
        assert!(keyword(Some(""), &["a.b"]).unwrap().terms.is_empty());
    }
}
