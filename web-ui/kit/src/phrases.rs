//! The sentences of the pages, fetched from the server in the person's language.
//!
//! The server merges an administrator's own phrases over the built-in ones of the language, so
//! that one look-up by key is all there is to do here.

use std::cell::RefCell;
use wasm_bindgen::JsValue;

thread_local! {
    static PHRASES: RefCell<Phrases> = const { RefCell::new(Phrases::none()) };
}

/// Phrases of one language as the tree that came from the server.
struct Phrases {
    tree: JsValue,
    language: String,
}

impl Phrases {
    const fn none() -> Self {
        Self { tree: JsValue::UNDEFINED, language: String::new() }
    }
}

/// Sets the phrases for the life of the page, before anything is shown.
pub fn install(tree: JsValue, language: String) {
    PHRASES.set(Phrases { tree, language });
}

/// The language of the phrases; `en` before they are there.
pub fn language() -> String {
    PHRASES.with_borrow(|phrases| {
        if phrases.language.is_empty() { "en".to_owned() } else { phrases.language.clone() }
    })
}

/// The phrase with this dotted key; the key itself if the server knows no such phrase.
pub fn t(key: &str) -> String {
    PHRASES
        .with_borrow(|phrases| {
            let step = |tree: JsValue, part: &str| js_sys::Reflect::get(&tree, &part.into());
            key.split('.').try_fold(phrases.tree.clone(), step)
        })
        .ok()
        .and_then(|leaf| leaf.as_string())
        .unwrap_or_else(|| key.to_owned())
}

/// The phrase with `{{name}}` replaced for each name.
pub fn t_with(key: &str, values: &[(&str, &str)]) -> String {
    fill(t(key), values)
}

/// The phrase with `{{name}}` replaced for each name.
pub fn fill(mut phrase: String, values: &[(&str, &str)]) -> String {
    for (name, value) in values {
        phrase = phrase.replace(&["{{", name, "}}"].concat(), value);
    }
    phrase
}

/// A phrase cut at `{{name}}`, for pages that put an element there.
pub fn around(phrase: &str, name: &str) -> (String, String) {
    let (before, after) = phrase.split_once(&["{{", name, "}}"].concat()).unwrap_or((phrase, ""));
    (before.to_owned(), after.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeMap;

    const LOCALES: [(&str, &str); 6] = [
        ("en", include_str!("../locales/en.json")),
        ("de", include_str!("../locales/de.json")),
        ("fr", include_str!("../locales/fr.json")),
        ("ru", include_str!("../locales/ru.json")),
        ("ko", include_str!("../locales/ko.json")),
        ("ar", include_str!("../locales/ar.json")),
    ];

    /// Key and names in double braces, in order of the alphabet.
    fn keys(text: &str) -> BTreeMap<String, Vec<String>> {
        fn walk(value: &Value, path: &str, found: &mut BTreeMap<String, Vec<String>>) {
            match value {
                Value::Object(members) => {
                    for (name, member) in members {
                        let separator = if path.is_empty() { "" } else { "." };
                        walk(member, &format!("{path}{separator}{name}"), found);
                    }
                }
                Value::String(phrase) => {
                    assert!(!phrase.trim().is_empty(), "{path} is empty");
                    let mut names: Vec<String> = phrase
                        .split("{{")
                        .skip(1)
                        .map(|rest| rest.split_once("}}").unwrap().0.to_owned())
                        .collect();
                    names.sort();
                    found.insert(path.to_owned(), names);
                }
                other => panic!("{path}: {other}"),
            }
        }
        let mut found = BTreeMap::new();
        walk(&serde_json::from_str(text).unwrap(), "", &mut found);
        found
    }

    #[test]
    fn every_language_has_every_phrase_with_the_same_names() {
        let english = keys(LOCALES[0].1);
        for (language, text) in LOCALES {
            assert_eq!(keys(text), english, "{language}");
        }
    }

    #[test]
    fn names_are_filled_in() {
        let phrase = "{{min}} to {{max}}, {{other}}".to_owned();
        assert_eq!(fill(phrase, &[("min", "3"), ("max", "{{min}}")]), "3 to {{min}}, {{other}}");
    }

    #[test]
    fn phrases_are_cut_around_an_element() {
        assert_eq!(around("I like {{links}}.", "links"), ("I like ".into(), ".".into()));
        assert_eq!(around("Nothing", "links"), ("Nothing".into(), String::new()));
    }
}
