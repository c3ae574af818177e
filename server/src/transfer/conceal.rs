//! Secrets in the file: in clear, or as a placeholder for the value that the database has.

use super::tables::Visible;
use serde_json::Value;

/// Stands for the value that the database has.
pub const KEEP: &str = "${keep}";
const VARIABLE: &str = "${env:";

/// What the file shows in the place of a secret.
#[derive(Clone, Copy)]
pub enum Secrecy<'a> {
    /// The secret.
    Clear,
    /// [`KEEP`]
    Keep,
    /// Only whether it is another one than that of the row with the same key here. For comparisons
    /// on a screen.
    ComparedWith(&'a super::state::State),
}

/// A secret text as the file shows it. `before` is the one that it is compared with.
pub fn show(secret: &str, secrecy: Secrecy<'_>, before: Option<&str>) -> String {
    match secrecy {
        Secrecy::Clear => escape(secret),
        Secrecy::Keep => KEEP.to_owned(),
        Secrecy::ComparedWith(_) if before.is_none_or(|before| before == secret) => {
            "(secret)".to_owned()
        }
        Secrecy::ComparedWith(_) => "(another secret)".to_owned(),
    }
}

/// A sealed document as the file shows it.
pub fn show_document(
    document: &Value,
    visible: Visible,
    secrecy: Secrecy<'_>,
    before: Option<&Value>,
) -> Value {
    walk(document, before, visible, starts_visible(visible), &|text, before, is_visible| {
        let before = before.and_then(Value::as_str);
        let shown = if is_visible { escape(text) } else { show(text, secrecy, before) };
        Ok::<_, ()>(Value::String(shown))
    })
    .unwrap_or_default()
}

/// A secret text that the file has. `before` is the one that the database has.
pub fn resolve(text: &str, before: Option<&str>) -> Result<String, String> {
    if text == KEEP {
        let before = before.map(str::to_owned);
        return before.ok_or_else(|| {
            format!("{KEEP} stands for the value that is there, and there is none: write it, or ${{env:NAME}}")
        });
    }
    if let Some(name) = text.strip_prefix(VARIABLE).and_then(|rest| rest.strip_suffix('}')) {
        return variable(name).ok_or_else(|| format!("the environment has no variable {name}"));
    }
    Ok(match text.strip_prefix('$') {
        Some(rest) if is_escaped(rest) => rest.to_owned(),
        _ => text.to_owned(),
    })
}

/// A sealed document that the file has.
pub fn resolve_document(document: &Value, before: Option<&Value>) -> Result<Value, String> {
    walk(document, before, Visible::AllBut(&[]), true, &|text, before, _| {
        Ok(Value::String(resolve(text, before.and_then(Value::as_str))?))
    })
}

#[expect(clippy::disallowed_methods, reason = "the file asks for variables by name")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A text that would be read as a placeholder gets one more `$`.
fn escape(text: &str) -> String {
    if is_escaped(text) { format!("${text}") } else { text.to_owned() }
}

fn is_escaped(text: &str) -> bool {
    let rest = text.trim_start_matches('$');
    rest.len() < text.len() && (rest == "{keep}" || rest.starts_with("{env:"))
}

fn starts_visible(visible: Visible) -> bool {
    matches!(visible, Visible::AllBut(_))
}

type EachText<'a, E> = &'a dyn Fn(&str, Option<&Value>, bool) -> Result<Value, E>;

/// Changes every text of a document, next to what was at the same place before.
fn walk<E>(
    value: &Value,
    before: Option<&Value>,
    visible: Visible,
    is_visible: bool,
    each: EachText<'_, E>,
) -> Result<Value, E> {
    match value {
        Value::String(text) => each(text, before, is_visible),
        Value::Array(items) => {
            let items = items.iter().enumerate().map(|(place, item)| {
                let before = before.and_then(|before| before.get(place));
                walk(item, before, visible, is_visible, each)
            });
            items.collect()
        }
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let is_visible = match visible {
                    Visible::Only(keys) => keys.contains(&key.as_str()),
                    Visible::AllBut(keys) => is_visible && !keys.contains(&key.as_str()),
                };
                let before = before.and_then(|before| before.get(key));
                Ok((key.clone(), walk(value, before, visible, is_visible, each)?))
            });
            members.collect::<Result<serde_json::Map<_, _>, _>>().map(Value::Object)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_named_is_shown() {
        let config = json!({
            "host": "mail.example", "port": 465, "auth": { "user": "me", "pass": "p" },
            "templates": [{ "subject": "s", "token": "t" }],
        });
        let visible = Visible::Only(&["host", "subject", "user"]);
        let shown = show_document(&config, visible, Secrecy::Keep, None);
        assert_eq!(
            shown,
            json!({
                "host": "mail.example", "port": 465, "auth": { "user": "me", "pass": KEEP },
                "templates": [{ "subject": "s", "token": KEEP }],
            })
        );
        assert_eq!(resolve_document(&shown, Some(&config)), Ok(config.clone()));
        assert!(resolve_document(&shown, Some(&json!({ "auth": {} }))).is_err());
        let all_but = Visible::AllBut(&["auth"]);
        let shown = show_document(&config, all_but, Secrecy::Keep, None);
        assert_eq!(shown["auth"], json!({ "user": KEEP, "pass": KEEP }));
        assert_eq!(shown["templates"], config["templates"]);
    }

    #[test]
    fn a_secret_that_looks_like_a_placeholder_comes_back() {
        for text in ["plain", "${keep}", "$${keep}", "${env:HOME}", "$$${env:X}", "$", "${", "$x"] {
            let shown = show(text, Secrecy::Clear, None);
            assert_eq!(resolve(&shown, Some("other")).as_deref(), Ok(text));
        }
        assert_eq!(resolve(KEEP, Some("held")).as_deref(), Ok("held"));
        assert!(resolve("${env:NO_SUCH_VARIABLE_HERE}", Some("held")).is_err());
        assert!(resolve("${env:PATH}", None).is_ok());
    }
}
